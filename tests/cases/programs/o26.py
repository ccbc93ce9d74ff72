"""Two poolings too many for four steps: show the whole chain of lengths."""

from keras.layers import LSTM, Conv1D, Dense, Input, MaxPooling1D
from keras.models import Sequential

model = Sequential()
model.add(Input((4, 1)))
model.add(Conv1D(8, 3))
model.add(MaxPooling1D(2))
model.add(MaxPooling1D(2))
model.add(LSTM(4))
model.add(Dense(1))
