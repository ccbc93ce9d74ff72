# The answer's program with the weight that the question wanted: one for every sample.
from keras import backend as K
from keras.engine.topology import Layer
from keras.models import Sequential
from keras.layers import Dense, Activation
import numpy as np
np.random.seed(7)
class Hadamard(Layer):
    def __init__(self, **kwargs):
        super(Hadamard, self).__init__(**kwargs)
    def build(self, input_shape):
        # Create a trainable weight variable for this layer.
        self.kernel = self.add_weight(name='kernel',
                                      shape=input_shape,
                                      initializer='uniform',
                                      trainable=True)
        super(Hadamard, self).build(input_shape) # Be sure to call this somewhere!
    def call(self, x):
        print(x.shape, self.kernel.shape)
        return x * self.kernel
    def compute_output_shape(self, input_shape):
        print(input_shape)
        return input_shape
N = 10
P = 16
model = Sequential()
model.add(Dense(P, input_shape=(P,), activation='relu'))
model.add(Hadamard())
model.compile(loss='mean_squared_error', optimizer='adam')
print(model.summary())
