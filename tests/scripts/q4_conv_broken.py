# Added: imports and data, 5 series of 133,906 values and a yes or no for each.
import numpy as np
from keras.layers import Convolution1D, Dense, Flatten
from keras.models import Sequential
from keras.optimizers import SGD

nb_epochs = 2
x_train = np.random.RandomState(0).normal(size=(5, 133906))
y_train = np.array([0, 1, 0, 1, 1])
x_valid, y_valid = x_train.copy(), y_train.copy()

# As asked.
x_train = np.expand_dims(x_train,axis=1)
x_valid = np.expand_dims(x_valid,axis=1)
#x_train = x_train.reshape(x_train.shape[0], 1, x_train.shape[1])
#x_valid = x_train.reshape(x_valid.shape[0], 1, x_train.shape[1])
model = Sequential()
#hidden layer
model.add(Convolution1D(filters = 1, kernel_size = (3),input_shape=(1,x_train.shape[2])))
#output layer
model.add(Flatten())
model.add(Dense(1, activation = 'softmax'))
sgd = SGD(lr=0.01, nesterov=True, decay=1e-6, momentum=0.9)
model.compile(loss='binary_crossentropy', optimizer='rmsprop', metrics=['accuracy'])
print('model compiled successfully')
model.fit(x_train, y_train, nb_epoch = nb_epochs, validation_data=(x_valid,y_valid), batch_size=100)
