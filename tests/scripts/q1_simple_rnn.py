# Added: imports and data, 10,000 samples of 64 features with labels 0 and 1.
import numpy as np
from keras.layers import Dense, SimpleRNN
from keras.models import Sequential
from sklearn.model_selection import train_test_split

X = np.random.RandomState(0).normal(size=(10000, 64))
y = np.random.RandomState(1).randint(0, 2, 10000)

# As asked.
X = X.reshape((X.shape[0], X.shape[1], 1))
tr_X, ts_X, tr_y, ts_y = train_test_split(X, y, train_size=.8)
batch_size = 1000
print('RNN model...')
model = Sequential()
model.add(SimpleRNN(64, activation='relu', batch_input_shape=(batch_size, X.shape[1], 1)))
model.add(Dense(1, activation='relu'))
print('Training...')
model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
print (model.summary())
print ('\n')
model.fit(tr_X, tr_y,
batch_size=batch_size, epochs=1,
shuffle=True, validation_data=(ts_X, ts_y))
