# Added: imports, the sizes that the question names, and data of those sizes.
import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Model

batch_size, input_timesteps, input_dims, num_neurons = 52, 20, 30, 128
X = np.random.RandomState(0).normal(size=(104, 20, 30))
y = np.random.RandomState(1).randint(0, 2, (104, 1))

# As asked.
input_layer=Input(batch_shape=(batch_size,input_timesteps,input_dims))
lstm1=LSTM(num_neurons,activation = 'relu',dropout=0.0,stateful=False,return_sequences=True)(input_layer)
lstm2=LSTM(num_neurons,activation = 'relu',dropout=0.0,stateful=False,return_sequences=False)(lstm1)
output_layer=Dense(1, activation='sigmoid')(lstm2)
model=Model(inputs=input_layer,outputs=output_layer)

# Added: the rest of the script.
model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
model.summary()
model.fit(X, y, batch_size=batch_size, epochs=2)
print(model.predict(X, batch_size=batch_size).shape)
