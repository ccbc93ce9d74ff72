import jax
import numpy as np
import pytest

from recurra import random
from recurra.engine.errors import ArgumentError
from recurra.engine.scope import pure
from recurra.layers import Input


def test_without_a_seed_every_draw_is_another():
    assert not np.array_equal(random.uniform((8,)), random.uniform((8,)))


def test_within_a_step_draws_follow_the_key_of_the_step():
    seeds = random.SeedGenerator(1)
    step = pure(lambda: (random.normal((8,)), random.normal((8,), seed=seeds)), [])
    one, again, other = (step([], key=jax.random.key(k))[0] for k in (0, 0, 1))
    for a, b, c in zip(one, again, other, strict=True):
        np.testing.assert_array_equal(a, b)
        assert not np.array_equal(a, c)


def test_dropout_keeps_the_mean_and_takes_symbolic_tensors():
    x = np.ones((2, 3, 4000), "float32")
    dropped = np.asarray(random.dropout(x, 0.2, noise_shape=(None, 1, None), seed=3))
    assert set(np.unique(dropped)) == {0.0, 1.25}
    assert (dropped == dropped[:, :1]).all()
    # 8000 draws of deviation 0.5: 0.0056 is one standard error
    assert dropped.mean() == pytest.approx(1.0, abs=0.03)
    assert random.dropout(Input((5, 3)), 0.2).shape == (None, 5, 3)


def test_a_rate_above_one_and_a_seed_that_is_no_number_are_refused():
    with pytest.raises(ArgumentError, match=r"random.dropout: rate=20 has to be a number from 0"):
        random.dropout(np.ones(3), 20)
    with pytest.raises(ArgumentError, match="SeedGenerator: seed='a' has to be a whole number"):
        random.SeedGenerator("a")
