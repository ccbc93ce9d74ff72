"""A model to be mistreated: what a test of bad input needs."""

import inspect
from textwrap import dedent

import numpy as np
import pytest

import recurra as rc

RNG = np.random.default_rng(0)
X = RNG.normal(size=(8, 4, 3)).astype("float32")
Y = RNG.normal(size=(8, 1)).astype("float32")
LABELS = (Y > 0).astype(int)


def new(loss="mse", optimizer="sgd", outputs=1, **compile_with):
    model = rc.Sequential(
        [rc.Input((4, 3), name="series"), rc.layers.SimpleRNN(2), rc.layers.Dense(outputs)],
        name="forecast",
    )
    model.layers[1].name = "out"
    if loss:
        model.compile(optimizer, loss, **compile_with)
    return model


LINE = next(
    f"mistakes.py:{inspect.getsourcelines(new)[1] + k}  {line.strip()}"
    for k, line in enumerate(inspect.getsourcelines(new)[0])
    if "rc.Input" in line
)

#: What is said of a count.
NEEDS_1 = "a whole number of at least 1 is needed"


def still_works(model):
    """The corrected call works on the same model, with all its weights."""
    assert np.isfinite(model.fit(X, Y, verbose=0).history["loss"]).all()
    assert np.isfinite(model.predict(X, verbose=0)).all()


def refuse(function, kind=rc.RecurraError):
    """The message of the error that a call ends with."""
    with pytest.raises(kind) as error:
        function()
    return str(error.value)


def text(message):
    return dedent(message).strip("\n")
