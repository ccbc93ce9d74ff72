# Added: imports, and one series of 600 + 10 points (x(t), y(t)).
import numpy as np
from keras.layers import LSTM, Dense
from keras.models import Sequential

points = np.random.RandomState(0).normal(size=(1, 610, 25))
trainX, testX = points[:, :600], points[:, 600:]
trainY, testY = trainX.mean(-1, keepdims=True), testX.mean(-1, keepdims=True)

# As answered: each sample has 25 timesteps of 1 feature (data in the answer's shapes).
trainX, testX = trainX.reshape(600, 25, 1), testX.reshape(10, 25, 1)
trainY, testY = trainY.reshape(600, 1), testY.reshape(10, 1)
model = Sequential()
model.add(LSTM(128, input_shape = (25,1), batch_size = 1, activation= 'tanh', return_sequences = False))
# Added: the question's other lines. 1 epoch for 20, for 600 batches of 1 sample take long.
model.add(Dense(1, activation='linear'))
model.compile(loss='mean_squared_error', optimizer='adam')
model.fit(trainX, trainY, epochs=1, batch_size=1, verbose=2)
print(model.predict(testX, batch_size = 1).shape)
