"""A vector where a sequence is wanted, the reverse, and states in a Sequential: a rule for each."""

from keras.layers import LSTM, Dense, Input, RepeatVector, TimeDistributed
from keras.models import Sequential


def attempt(what):
    try:
        what()
    except Exception as error:
        print(f"{type(error).__name__}: {error}\n")


attempt(lambda: Sequential([Input((10, 3)), LSTM(4), TimeDistributed(Dense(1))]))
attempt(lambda: Sequential([Input((10, 3)), LSTM(4, return_sequences=True), RepeatVector(5)]))
attempt(lambda: Sequential([Input((10, 3)), LSTM(4, return_state=True), Dense(1)]))
