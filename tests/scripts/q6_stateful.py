# Added: imports, and one series of 600 + 10 points (x(t), y(t)).
import numpy as np
from keras.layers import LSTM, Dense
from keras.models import Sequential

points = np.random.RandomState(0).normal(size=(1, 610, 25))
trainX, testX = points[:, :600], points[:, 600:]
trainY, testY = trainX.mean(-1, keepdims=True), testX.mean(-1, keepdims=True)

# As answered: windows, and a state that goes on from one to the next.
def formatTS(XX, yy, window_length):
    x_train = np.zeros((XX.shape[0]-window_length,window_length,XX.shape[1]))
    for i in range(x_train.shape[0]):
        x_train[i] = XX[i:i+window_length,:]
    y_train = yy[window_length:]
    return x_train, y_train

n_hid, nTS = 128, 10
x_train, y_train = formatTS(trainX[0], trainY[0], nTS)
model = Sequential()
model.add(LSTM(n_hid, stateful=True, return_sequences=False, batch_input_shape=(1,nTS,x_train.shape[2])))
# Added: the question's other lines. 1 epoch for 20, for 590 batches of 1 window take long.
model.add(Dense(1, activation='linear'))
model.compile(loss='mean_squared_error', optimizer='adam')
model.fit(x_train, y_train, epochs=1, batch_size=1, shuffle=False, verbose=2)
goes_on = model.predict(testX, batch_size = 1)
model.reset_states()
anew = model.predict(testX, batch_size = 1)
print(goes_on.shape, 'other from a zero state:', not np.allclose(goes_on, anew))
