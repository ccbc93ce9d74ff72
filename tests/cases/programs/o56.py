"""summary() before any data: show what is known, and say how to tell the input."""

from keras.layers import LSTM, Dense
from keras.models import Sequential


def attempt(what):
    try:
        what()
    except Exception as error:
        print(f"{type(error).__name__}: {error}\n")


model = Sequential([LSTM(32), Dense(1)])
model.summary(line_length=80)
attempt(model.count_params)
