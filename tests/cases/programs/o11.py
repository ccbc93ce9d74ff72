"""LSTM on LSTM: the first one, not the second, must return its sequence."""

from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

model = Sequential()
model.add(Input((20, 3)))
model.add(LSTM(32))
model.add(LSTM(16))
model.add(Dense(1))
