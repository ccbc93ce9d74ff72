"""Flatten after a sequence of any length: it needs a fixed one."""

from keras.layers import LSTM, Dense, Flatten, Input
from keras.models import Sequential

model = Sequential()
model.add(Input((None, 3)))
model.add(LSTM(4, return_sequences=True))
model.add(Flatten())
model.add(Dense(1))
