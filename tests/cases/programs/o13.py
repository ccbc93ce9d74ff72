"""(20) is a number, not a shape; one feature needs (20, 1)."""

from keras.layers import LSTM, Input
from keras.models import Sequential


def attempt(what):
    try:
        what()
    except Exception as error:
        print(f"{type(error).__name__}: {error}\n")


attempt(lambda: Input(20))
attempt(lambda: Input((20)))  # fmt: skip  # noqa: UP034
attempt(lambda: Sequential([LSTM(4, input_shape=(20))]))
