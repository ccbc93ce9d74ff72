import numpy as np
import pytest

from recurra import constraints
from recurra.engine.errors import ArgumentError

W = np.array([[3.0, 0.3], [-4.0, 0.4]], "float32")  # columns of norm 5 and 0.5


def norms(w, axis=0):
    return np.sqrt((np.asarray(w) ** 2).sum(axis))


def test_max_norm_scales_down_only():
    w = constraints.MaxNorm(2)(W)
    np.testing.assert_allclose(norms(w), [2, 0.5], rtol=1e-5)
    np.testing.assert_allclose(w[:, 0], W[:, 0] * 2 / 5, rtol=1e-5)


def test_min_max_norm_moves_towards_the_interval():
    np.testing.assert_allclose(norms(constraints.MinMaxNorm(1, 2)(W)), [2, 1], rtol=1e-5)
    # halfway: 0.5 * 2 + 0.5 * 5 and 0.5 * 1 + 0.5 * 0.5
    np.testing.assert_allclose(
        norms(constraints.MinMaxNorm(1, 2, rate=0.5)(W)), [3.5, 0.75], rtol=1e-5
    )


def test_unit_norm_along_any_axis():
    np.testing.assert_allclose(norms(constraints.UnitNorm()(W)), [1, 1], rtol=1e-5)
    np.testing.assert_allclose(norms(constraints.UnitNorm(axis=1)(W), 1), [1, 1], rtol=1e-5)
    np.testing.assert_allclose(norms(constraints.UnitNorm([0, 1])(W), (0, 1)), 1, rtol=1e-5)


def test_non_neg_makes_negatives_zero():
    np.testing.assert_array_equal(constraints.NonNeg()(W), np.maximum(W, 0))


@pytest.mark.parametrize(
    ("name", "cls"),
    [
        ("max_norm", constraints.MaxNorm),
        ("MinMaxNorm", constraints.MinMaxNorm),
        ("non_neg", constraints.NonNeg),
        ("unit_norm", constraints.UnitNorm),
    ],
)
def test_names_and_configurations(name, cls):
    made = constraints.get(name)
    assert type(made) is cls
    again = constraints.get(constraints.serialize(made))
    assert type(again) is cls and again.get_config() == made.get_config()


def test_a_misspelt_name():
    with pytest.raises(ArgumentError) as error:
        constraints.get("max_nrom")
    assert str(error.value) == "there is no constraint 'max_nrom'. Did you mean 'max_norm'?"
