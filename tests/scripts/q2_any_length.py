# The answer's second program, as it stands there.
from tensorflow.keras import layers, Model
import numpy as np
inp = layers.Input((None,1)) #<------
x = layers.LSTM(5, return_sequences=True)(inp)
x = layers.LSTM(4)(x)
out = layers.Dense(1, activation='sigmoid')(x)
model = Model(inp, out)
model.compile(loss='binary_crossentropy')
model.summary()


# Added: the generator that the answer speaks of, "the first batch is only 5 (20,1) sentences, the
# second batch is only 5 (25,1) sentences etc".
def batches():
    while True:
        for length in (20, 25):
            yield np.random.random((5, length, 1)), np.random.random((5,))


model.fit(batches(), steps_per_epoch=4, epochs=2)
print(model.predict(np.random.random((5, 25, 1))).shape)
