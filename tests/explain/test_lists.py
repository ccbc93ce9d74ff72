"""Lists of samples, and samples that are not as many as their targets: the fix works."""

import re

import numpy as np
import pytest

import recurra
from recurra import layers as L
from recurra.engine.errors import RecurraError
from tests.explain.models_at_random import (
    KINDS,
    data,
    functional,
    not_built,
    not_built_subclass,
    sequential,
)

EVERY = (*KINDS, not_built, not_built_subclass)
WINDOWS = [data(5, 1) for _ in range(4)]
RAGGED = [data(n, 1) for n in (5, 7, 3)]


def new(kind):
    shape = (None, 1) if kind in (functional, sequential) else (5, 1)
    model = kind(shape, [L.LSTM(2, name="a"), L.Dense(1, name="b")])
    model.compile("sgd", "mse")
    return model


def refused(call):
    with pytest.raises(RecurraError) as caught:
        call()
    return str(caught.value)


def first_fix(message):
    """The names after the first fix was typed in."""
    code = re.search(r"fix:      (.*?)(?:  #|$)", message, re.MULTILINE)[1]
    return lambda **names: exec(code, {"np": np, "recurra": recurra}, names) or names


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("way", ["fit", "evaluate", "predict"])
@pytest.mark.parametrize(("x", "ragged"), [(WINDOWS, False), (RAGGED, True)])
def test_a_list_of_samples_becomes_an_array(kind, way, x, ragged):
    model = new(kind)
    rest = () if way == "predict" else (np.zeros(len(x)),)
    message = refused(lambda: getattr(model, way)(x, *rest, verbose=0))
    if ragged and not (way == "predict" and kind.__name__ in ("subclassed", "not_built_subclass")):
        assert "`x` holds sequences of different lengths, 3, 5, 7, and" in message
        expected = (3, 7, 1)
    elif ragged:  # nothing says that these are samples, and not inputs
        assert "the arrays do not hold the same number of samples: x[0] has 5" in message
        return
    else:
        expected = (4, 5, 1)
    repaired = first_fix(message)(x=x)["x"]
    assert repaired.shape == expected
    getattr(model, way)(repaired, *rest, verbose=0)


@pytest.mark.parametrize(("samples", "targets", "left"), [(10, 9, 9), (10, 7, 7), (9, 10, 9)])
def test_as_many_samples_as_targets(samples, targets, left):
    X, y = data(samples, 5, 1), data(targets)
    model = new(sequential)
    names = first_fix(refused(lambda: model.fit(X, y, verbose=0)))(X=X, y=y)
    assert len(names["X"]) == len(names["y"]) == left
    # targets are left out in front: there, no whole window stands before them
    assert names["y"][-1] == y[-1] and names["X"][0, 0, 0] == X[0, 0, 0]
    model.fit(names["X"], names["y"], verbose=0)


def test_one_sample_with_a_target_for_each_timestep():
    X, y = data(1, 6, 1), data(6)
    model = sequential((None, 1), [L.LSTM(2, return_sequences=True), L.Dense(1)])
    model.compile("sgd", "mse")
    names = first_fix(refused(lambda: model.fit(X, y, verbose=0)))(X=X, y=y)
    assert names["y"].shape == (1, 6)
    model.fit(X, names["y"], verbose=0)


def test_lengths_that_have_nothing_to_do_with_each_other():
    message = refused(lambda: new(sequential).fit(data(3, 5, 1), data(50), verbose=0))
    assert message.splitlines()[1:] == [
        "  fix:      X[:n] and y[:n] of one length; a look-back of W leaves n - W targets, y[W:]"
    ]


@pytest.mark.parametrize(
    ("mask", "fix"),
    [
        (np.ones((5, 4), bool), "mask.T"),
        (np.ones((4, 6), bool), "(X != 0).any(axis=-1)"),
        (np.ones((4, 5, 3, 1), bool), "(X != 0).any(axis=-1)"),
    ],
)
def test_a_mask_that_fits(mask, fix):
    X = np.ones((4, 5, 3), "float32")
    message = refused(lambda: L.LSTM(2, name="a")(X, mask=mask))
    assert f"fix:      {fix}  #" in message
    L.LSTM(2)(X, mask=eval(fix, {"X": X, "mask": mask}))
