"""One series of 600 steps with 25 inputs each: what comes in the 10 steps after it.

It is one sample of 600 timesteps, not 600 samples. The recurrence does not depend on the length, so
the same weights can go on for 10 steps. What matters is that they go on from the state in which
step 600 left them. Below: the right way, then the three ways that are usually advised.
"""

import numpy as np

import recurra as rc
from recurra.layers import LSTM, Dense

rc.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(610, 25)).astype("float32")
hidden = np.zeros(610)
for t in range(1, 610):  # the truth remembers about 50 steps
    hidden[t] = 0.98 * hidden[t - 1] + 0.2 * x[t, 0]
y = hidden[:, None].astype("float32")
trainX, trainY, testX, testY = x[None, :600], y[None, :600], x[None, 600:], y[None, 600:]


def report(name, prediction):
    error = float(np.mean((np.ravel(prediction) - testY.ravel()) ** 2))
    print(f"{name:<34} mean squared error of the 10 steps {error:.5f}")


# Right: the state is carried on. stateful=True keeps it between calls, for this batch of 1.
model = rc.Sequential(
    [
        rc.Input(batch_shape=(1, None, 25)),
        LSTM(128, return_sequences=True, stateful=True),
        Dense(1),
    ]
)
model.compile(loss="mean_squared_error", optimizer=rc.optimizers.Adam(0.005))
for _ in range(100):
    model.reset_states()  # each pass begins at the beginning of the series
    model.fit(trainX, trainY, batch_size=1, epochs=1, verbose=0)
model.reset_states()
model.predict(trainX, batch_size=1, verbose=0)  # warm up over the 600 steps
report("state carried on from step 600", model.predict(testX, batch_size=1, verbose=0))

# The same weights from a zero state: the first steps know nothing of the past.
model.reset_states()
report("from a zero state", model.predict(testX, batch_size=1, verbose=0))

# Padded with 590 zeros: the answers for the zeros are thrown away, and the state is zero as well.
padded = rc.utils.pad_sequences(testX, maxlen=600, padding="post", dtype="float32")
model.reset_states()
report("padded to 600 steps", model.predict(padded, batch_size=1, verbose=0)[:, :10])


def windows(x, y, length):
    """Samples of the last `length` steps, each with the target of its last step."""
    starts = range(len(x) - length + 1)
    return np.stack([x[k : k + length] for k in starts]), y[length - 1 :]


# Windows of 10 steps: a short memory, but 591 samples to learn from.
wX, wY = windows(x[:600], y[:600], 10)
short = rc.Sequential([rc.Input((10, 25)), LSTM(128), Dense(1)])
short.compile(loss="mean_squared_error", optimizer="adam")
short.fit(wX, wY, batch_size=32, epochs=10, verbose=0)
testW, _ = windows(x[591:], y[591:], 10)
report("windows of the last 10 steps", short.predict(testW, verbose=0))

# The same windows one after the other into a stateful layer: overlapping windows feed each step to
# the state ten times over, so this is not the recurrence over the series. It needs shuffle=False.
carried = rc.Sequential([rc.Input(batch_shape=(1, 10, 25)), LSTM(128, stateful=True), Dense(1)])
carried.compile(loss="mean_squared_error", optimizer="adam")
carried.fit(wX, wY, batch_size=1, epochs=3, shuffle=False, verbose=0)
report("stateful over the windows", carried.predict(testW, batch_size=1, verbose=0))
