"""A model of one weight, whose training can be written down in NumPy."""

import numpy as np

import recurra as rc

RNG = np.random.default_rng(0)
X = RNG.normal(size=(10, 3)).astype("float32")
Y = RNG.normal(size=(10, 1)).astype("float32")


def line(optimizer=None, loss="mse", **compile_with):
    """y = X w with w = 0 at first: one weight, whose steps are written down in `descend`."""
    model = rc.Sequential(
        [rc.Input((3,)), rc.layers.Dense(1, use_bias=False, kernel_initializer="zeros")]
    )
    model.compile(optimizer or rc.optimizers.SGD(0.1), loss, **compile_with)
    return model


def descend(w, x, y, batch_size, weights=None, rate=0.1):
    """One epoch of gradient descent on mean(weights * (x w - y)**2), in the samples' own order.

    Returns the new w and the epoch's loss: the mean over the samples of their batch's loss.
    """
    weights = np.ones(len(x)) if weights is None else weights
    total = 0.0
    for k in range(0, len(x), batch_size):
        a, b, v = x[k : k + batch_size], y[k : k + batch_size], weights[k : k + batch_size, None]
        error = a @ w - b  # (batch, 1)
        total += len(a) * (v * error**2).mean()
        w = w - rate * 2 / len(a) * a.T @ (v * error)
    return w, total / len(x)
