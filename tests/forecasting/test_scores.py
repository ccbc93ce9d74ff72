"""Scores, by hand and beside scikit-learn and plain loops."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mean_absolute_error, mean_pinball_loss, mean_squared_error

import recurra as rc
from recurra.forecasting.scores import coverage, mae, mase, pinball, rmse, smape

NAN = math.nan
RNG = np.random.default_rng(0)
Y, F = RNG.normal(size=(50, 4)), RNG.normal(size=(50, 4))
SCORES = {
    "mae": mae,
    "rmse": rmse,
    "smape": smape,
    "mase": lambda y, f, axis=None: mase(y, f, [1.0, 2.0, 4.0], axis=axis),
    "pinball": lambda y, f, axis=None: pinball(y, f, 0.9, axis=axis),
    "coverage": lambda y, f, axis=None: coverage(y, f, np.asarray(f) + 1, axis=axis),
}
every = pytest.mark.parametrize("name", SCORES)


def test_they_are_scikit_learns():
    assert mae(Y, F) == pytest.approx(mean_absolute_error(Y, F), rel=1e-12)
    assert rmse(Y, F) == pytest.approx(math.sqrt(mean_squared_error(Y, F)), rel=1e-12)
    for q in (0.05, 0.5, 0.9):
        wanted = mean_pinball_loss(Y, F, alpha=q)
        assert pinball(Y, F, q) == pytest.approx(wanted, rel=1e-12)


def test_smape_by_hand():
    """|1 - 3| of 4: 100 %; |0 - 5| of 5: 200 %; a pair of zeros: 0; |-2 - 2| of 4: 200 %."""
    assert smape([1, 0, 0, -2], [3, 5, 0, 2], axis=()).tolist() == [100, 200, 0, 200]
    assert smape([1, 0, 0, -2], [3, 5, 0, 2]) == 125


def test_mase_by_hand():
    """One step: (1 + 2 + 4) / 3; two steps: (3 + 2) / 2 of the history 1, 2, 4, 0."""
    y, f, history = [3.0, 8.0], [2.0, 4.0], [1.0, 2.0, 4.0, 0.0]
    assert mase(y, f, history) == pytest.approx(2.5 / (7 / 3))
    assert mase(y, f, history, season=2) == pytest.approx(2.5 / 2.5)
    assert mase(y, f, [1.0, NAN, 4.0, 0.0]) == pytest.approx(2.5 / 4)


def test_mase_has_a_scale_for_each_row():
    y, history = np.array([[1.0, 1.0], [10.0, 10.0]]), np.array([[0.0, 2.0], [0.0, 20.0]])
    assert mase(y, 0 * y, history, axis=1).tolist() == [0.5, 0.5]
    assert mase(y, 0 * y, history) == 0.5


def test_a_history_without_scale_does_not_count_and_is_told():
    y, history = np.ones((2, 1)), np.array([[3.0, 3.0, 3.0], [0.0, 2.0, 4.0]])
    with pytest.warns(UserWarning) as warned:
        assert mase(y, 0 * y, history) == 0.5
    assert str(warned[0].message) == (
        "mase: 1 of 2 histories gave no scale, as no value differs from the one 1 steps before."
    )
    with pytest.warns(UserWarning) as warned:
        assert math.isnan(mase([1.0], [2.0], [3.0, 3.0], season=4))
    assert str(warned[0].message) == (
        "mase: the history gave no scale, as no value differs from the one 4 steps before."
    )


def test_coverage_by_hand():
    """1 in [0, 1], 2 outside of [3, 4], NaN does not count, 5 in [5, 5]."""
    assert coverage([1, 2, NAN, 5], [0, 3, 0, 5], [1, 4, 1, 5]) == pytest.approx(2 / 3)


def test_the_quantile_has_the_least_pinball_loss():
    """Of 1 to 9, the 0.25 quantile is 3: at least a quarter is below or equal, at 2 not."""
    y = np.arange(1.0, 10.0)
    losses = [pinball(y, np.full(9, q), 0.25) for q in y]
    assert int(np.argmin(losses)) + 1 == 3


@every
def test_targets_that_are_not_known_do_not_count(name):
    y = Y.copy()
    y[::3, 1] = NAN
    known = ~np.isnan(y)
    assert SCORES[name](y, F) == pytest.approx(SCORES[name](Y[known], F[known]), rel=1e-12)


@every
def test_forecasts_that_are_not_known_leave_no_score(name):
    f = F.copy()
    f[3, 1] = NAN
    assert math.isnan(SCORES[name](Y, f))


@every
def test_no_known_target_gives_no_score(name):
    assert math.isnan(SCORES[name]([NAN], [1.0]))
    assert math.isnan(SCORES[name]([], []))


@every
def test_over_an_axis_there_is_a_score_for_each_step_ahead(name):
    by_step = SCORES[name](Y, F, axis=0)
    wanted = [SCORES[name](Y[:, k], F[:, k]) for k in range(4)]
    assert by_step == pytest.approx(wanted, rel=1e-12)
    assert isinstance(SCORES[name](Y, F), float)


@every
@given(scale=st.floats(0.1, 10))
def test_units(name, scale):
    """In another unit MAE, RMSE and pinball follow it; sMAPE and MASE do not change."""
    if name in ("mae", "rmse", "pinball"):
        assert SCORES[name](Y * scale, F * scale) == pytest.approx(SCORES[name](Y, F) * scale)
    if name == "smape":
        assert smape(Y * scale, F * scale) == pytest.approx(smape(Y, F))
    if name == "mase":
        history = np.array([1.0, 2.0, 4.0])
        assert mase(Y * scale, F * scale, history * scale) == pytest.approx(mase(Y, F, history))


@every
def test_shapes_have_to_be_equal(name):
    """(3, 1) against (3,) would be nine errors."""
    with pytest.raises(rc.DataError) as error:
        SCORES[name](np.zeros(3), np.zeros((3, 1)))
    argument = "lower" if name == "coverage" else "forecast"
    assert str(error.value) == (
        f"{name}: `{argument}` has the shape (3, 1) and `y` (3,); they must be equal.\n"
        f"  fix:      {argument}.reshape(y.shape)"
    )


def test_errors():
    with pytest.raises(rc.DataError) as error:
        mae([np.inf], [1.0])
    assert str(error.value) == ("mae: `y` holds infinity, against which no forecast can be scored.")
    with pytest.raises(rc.ArgumentError) as error:
        pinball([1.0], [1.0], 90)
    assert str(error.value) == "pinball: quantile=90 has to lie between 0 and 1."
    with pytest.raises(rc.ArgumentError) as error:
        mase([1.0], [1.0], [1.0, 2.0], season=0)
    assert str(error.value) == "mase: season=0: a whole number of at least 1 is needed."
    with pytest.raises(rc.DataError) as error:
        mase(np.zeros((2, 3)), np.zeros((2, 3)), np.zeros((3, 9)))
    assert str(error.value) == (
        "mase: `y` has the shape (2, 3) and `history` (3, 9), which differ before their last axis."
        "\n  fix:      history of shape (steps,), one for all of `y`"
    )
