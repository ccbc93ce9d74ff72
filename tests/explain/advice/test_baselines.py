"""What predictions that need no model cost."""

import numpy as np
import pytest

from recurra.explain.advice.baselines import constant, last_value
from recurra.explain.advice.seen import MOST_VALUES
from recurra.layers import LSTM, Dense
from tests.explain.advice.looking import seen

X = np.linspace(-1, 1, 40).reshape(4, 10, 1)
#: Mean 2, median 1.
Y = np.array([0.0, 1.0, 1.0, 6.0])


def here(loss, y=Y, layer=None, **options):
    return seen([LSTM(2), layer or Dense(1)], X, y, loss, **options).outputs[0]


@pytest.mark.parametrize(
    ("loss", "what", "cost"),
    [
        ("mse", "always 2", (4 + 1 + 1 + 16) / 4),
        ("mae", "always 1", (1 + 0 + 0 + 5) / 4),
        ("huber", "always 1", (0.5 + 0 + 0 + 4.5) / 4),
    ],
)
def test_the_best_constant(loss, what, cost):
    best = constant(here(loss))
    assert (best.what, best.loss) == (what, pytest.approx(cost))


def test_each_number_of_a_target_has_its_own():
    """Means 0 and 2: squares 1, 1 and 4, 4."""
    y = np.array([[1.0, 0], [-1, 4], [1, 0], [-1, 4]])
    best = constant(here("mse", y, Dense(2)))
    assert (best.what, best.loss) == ("always the same numbers", 2.5)


def test_held_out_samples_are_judged_by_the_mean_of_the_others():
    """Always 2 costs 9 for targets of 5."""
    assert constant(here("mse", validation=(X, np.full(4, 5.0))), held_out=True).loss == 9


def test_a_class_that_training_lacks_is_costly_but_no_infinity():
    """Class 1 has the share 1, so class 0 costs -ln 1e-7 = 16.1."""
    output = here(
        "sparse_categorical_crossentropy",
        np.ones(4),
        Dense(2, "softmax"),
        validation=(X, np.array([0, 0, 1, 1])),
    )
    best = constant(output, held_out=True)
    assert best.what == "the shares of the classes (class 1: 100%)"
    assert best.loss == pytest.approx(-np.log(1e-7) / 2)


def test_all_targets_count_where_the_bound_allows():
    """More samples than those whose inputs are looked at: 40 numbers each."""
    samples = MOST_VALUES // 40 + 100
    x, y = np.zeros((samples, 40, 1), np.float32), np.arange(samples, dtype=float)
    output = seen([LSTM(2), Dense(1)], x, y).outputs[0]
    assert constant(output).loss == pytest.approx(y.var())


def test_losses_of_one_s_own_have_none():
    assert constant(here(lambda y, p: (y - p) ** 2)) is None
    assert constant(here("kl_divergence", Y / 6)) is None


def test_the_feature_whose_last_value_serves_best():
    """Feature 1 ends in the target, feature 0 in 0."""
    x = np.zeros((4, 10, 2), np.float32)
    x[:, -1, 1] = Y
    here = seen([LSTM(2), Dense(1)], x, Y + 1)
    best = last_value(here, here.outputs[0])
    assert (best.what, best.loss) == ("the last value of feature 1 of `x`", 1.0)
    assert (best.array, best.feature) == (0, 1)
