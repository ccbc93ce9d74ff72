# Added: imports, and one series of 600 + 10 points (x(t), y(t)).
import numpy as np
from keras.layers import LSTM, Dense
from keras.models import Sequential

points = np.random.RandomState(0).normal(size=(1, 610, 25))
trainX, testX = points[:, :600], points[:, 600:]
trainY, testY = trainX.mean(-1, keepdims=True), testX.mean(-1, keepdims=True)
from keras.preprocessing.sequence import pad_sequences

# As asked, with the answer's "pad_sequences" before the prediction.
model = Sequential()
model.add(LSTM(128, input_shape = (600,25), batch_size = 1, activation= 'tanh', return_sequences = True))
model.add(Dense(1, activation='linear'))
model.compile(loss='mean_squared_error', optimizer='adam')
model.fit(trainX, trainY, epochs=20 ,verbose=2)
testX = pad_sequences(testX, maxlen=600, padding='post', dtype='float32')
prediction = model.predict(testX, batch_size = 1)

# Added: what came out.
print(testX.shape, prediction.shape)
