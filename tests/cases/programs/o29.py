"""A bidirectional encoder's states, 2 x 4 wide, given to a decoder of 4 units."""

import numpy as np
from keras import Input, Model
from keras.layers import LSTM, Bidirectional, Concatenate, Dense

source, target = Input((None, 3)), Input((None, 2))
encoder = Bidirectional(LSTM(4, return_state=True))
_, forward_h, forward_c, backward_h, backward_c = encoder(source)
h = Concatenate()([forward_h, backward_h])
c = Concatenate()([forward_c, backward_c])
decoded = LSTM(4, return_sequences=True)(target, initial_state=[h, c])
model = Model([source, target], Dense(2)(decoded))
model.predict([np.ones((2, 7, 3)), np.ones((2, 5, 2))], verbose=0)
