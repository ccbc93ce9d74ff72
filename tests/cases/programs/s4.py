"""Five series of 133,906 values get their axis in the wrong place before Conv1D: say where."""

import numpy as np
from keras.layers import Convolution1D, Dense, Flatten
from keras.models import Sequential
from keras.optimizers import SGD

nb_epochs = 2
rng = np.random.default_rng(0)
x_train = rng.normal(size=(5, 133906)).astype("float32")
y_train = np.array([0, 1, 0, 1, 1])
x_valid, y_valid = x_train.copy(), y_train.copy()

x_train = np.expand_dims(x_train, axis=1)
x_valid = np.expand_dims(x_valid, axis=1)
model = Sequential()
model.add(Convolution1D(filters=1, kernel_size=(3), input_shape=(1, x_train.shape[2])))
model.add(Flatten())
model.add(Dense(1, activation="softmax"))
sgd = SGD(lr=0.01, nesterov=True, decay=1e-6, momentum=0.9)
model.compile(loss="binary_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
model.fit(
    x_train,
    y_train,
    nb_epoch=nb_epochs,
    validation_data=(x_valid, y_valid),
    batch_size=100,
    verbose=0,
)
