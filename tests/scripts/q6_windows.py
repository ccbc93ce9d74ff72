# Added: imports, and one series of 600 + 10 points (x(t), y(t)).
import numpy as np
from keras.layers import LSTM, Dense
from keras.models import Sequential

points = np.random.RandomState(0).normal(size=(1, 610, 25))
trainX, testX = points[:, :600], points[:, 600:]
trainY, testY = trainX.mean(-1, keepdims=True), testX.mean(-1, keepdims=True)

# As answered: only the 10 timesteps before matter, without state between the windows.
def formatTS(XX, yy, window_length):
    x_train = np.zeros((XX.shape[0]-window_length,window_length,XX.shape[1]))
    for i in range(x_train.shape[0]):
        x_train[i] = XX[i:i+window_length,:]
    y_train = yy[window_length:]
    return x_train, y_train

# Added: the rest of the script.
x_train, y_train = formatTS(trainX[0], trainY[0], 10)
model = Sequential()
model.add(LSTM(128, input_shape=(10, x_train.shape[2])))
model.add(Dense(1, activation='linear'))
model.compile(loss='mean_squared_error', optimizer='adam')
model.fit(x_train, y_train, epochs=2, verbose=2)
print(x_train.shape, y_train.shape, model.predict(testX, batch_size = 1).shape)
