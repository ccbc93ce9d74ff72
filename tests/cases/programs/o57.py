"""np.mean of an Input: recurra.ops and layers can take it, NumPy cannot."""

import numpy as np
from keras import Input, Model
from keras.layers import Dense

inputs = Input((20, 3))
mean = np.mean(inputs, axis=1)
model = Model(inputs, Dense(1)(mean))
