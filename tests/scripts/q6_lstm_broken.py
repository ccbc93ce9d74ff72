# Added: imports, and one series of 600 + 10 points (x(t), y(t)).
import numpy as np
from keras.layers import LSTM, Dense
from keras.models import Sequential

points = np.random.RandomState(0).normal(size=(1, 610, 25))
trainX, testX = points[:, :600], points[:, 600:]
trainY, testY = trainX.mean(-1, keepdims=True), testX.mean(-1, keepdims=True)

# As asked. (20 epochs of 600 steps are the question's own.)
model = Sequential()
model.add(LSTM(128, input_shape = (600,25), batch_size = 1, activation= 'tanh', return_sequences = True))
model.add(Dense(1, activation='linear'))
model.compile(loss='mean_squared_error', optimizer='adam')
model.fit(trainX, trainY, epochs=20 ,verbose=2)
prediction = model.predict(testX, batch_size = 1)

# Added: what came out.
model.summary()
print(prediction.shape)
