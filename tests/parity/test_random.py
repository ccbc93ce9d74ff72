"""recurra.random against keras.random: the same numbers for the same seed."""

import keras
import numpy as np
import pytest

from recurra import random

LOGITS = np.log([[0.2, 0.3, 0.5], [0.8, 0.1, 0.1]]).astype("float32")
CALLS = {
    "normal": ((3, 4), 1.0, 2.0),
    "truncated_normal": ((3, 4), 1.0, 2.0),
    "uniform": ((3, 4), -1.0, 2.0),
    "randint": ((3, 4), 2, 9),
    "categorical": (LOGITS, 5),
    "binomial": ((3,), 10.0, 0.3),
    "gamma": ((3,), 2.0),
    "beta": ((3,), 2.0, 3.0),
    "shuffle": (np.arange(6.0, dtype="float32"),),
    "dropout": (np.ones((3, 4), "float32"), 0.4),
}


def test_nothing_of_keras_is_missing():
    public = {n for n in dir(keras.random) if not n.startswith("_")}
    assert public - set(CALLS) == {"SeedGenerator"}


@pytest.mark.parametrize("name", CALLS)
def test_the_same_seed_gives_the_numbers_of_keras(name):
    got = getattr(random, name)(*CALLS[name], seed=7)
    want = getattr(keras.random, name)(*CALLS[name], seed=7)
    assert got.dtype == want.dtype
    np.testing.assert_allclose(got, want, rtol=1e-6)


def test_a_seed_generator_goes_on_as_keras_does():
    mine, theirs = random.SeedGenerator(5), keras.random.SeedGenerator(5)
    for _ in range(3):
        got, want = random.normal((4,), seed=mine), keras.random.normal((4,), seed=theirs)
        np.testing.assert_allclose(got, want, rtol=1e-6)
