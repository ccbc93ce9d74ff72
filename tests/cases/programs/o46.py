"""A mask of 6 steps for data of 5."""

import numpy as np
from keras.layers import LSTM

x = np.ones((4, 5, 3), "float32")
mask = np.ones((4, 6), bool)
LSTM(2)(x, mask=mask)
