import numpy as np
import pytest

from recurra import regularizers
from recurra.engine.errors import ArgumentError, ShapeError

W = np.array([[1.0, -2.0], [3.0, 0.5]], "float32")


def test_l1_is_the_sum_of_absolute_values():
    assert regularizers.L1(0.1)(W) == pytest.approx(0.1 * 6.5)


def test_l2_is_the_sum_of_squares():
    assert regularizers.L2(0.1)(W) == pytest.approx(0.1 * 14.25)


def test_l1_l2_is_both():
    assert regularizers.L1L2(0.1, 0.2)(W) == pytest.approx(0.1 * 6.5 + 0.2 * 14.25)


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("l1", {"l1": 0.01}),
        ("L2", {"l2": 0.01}),
        ("l1_l2", {"l1": 0.01, "l2": 0.01}),
        ("orthogonal_regularizer", {"factor": 0.01, "mode": "rows"}),
    ],
)
def test_names(name, config):
    assert regularizers.get(name).get_config() == config


def test_functions_are_the_classes():
    assert regularizers.l2(0.5).get_config() == {"l2": 0.5}
    assert regularizers.l1_l2(l2=0.5).get_config() == {"l1": 0.0, "l2": 0.5}


def test_orthogonal_takes_the_mean_cosine_of_pairs():
    # rows (1, -2) and (3, 0.5): cosine = (3 - 1) / (|a| |b|), one pair
    cosine = 2 / np.sqrt(5 * 9.25)
    assert regularizers.OrthogonalRegularizer(0.3)(W) == pytest.approx(0.3 * cosine)
    # columns (1, 3) and (-2, 0.5): |cosine| = |-2 + 1.5| / (|a| |b|)
    cosine = 0.5 / np.sqrt(10 * 4.25)
    assert regularizers.OrthogonalRegularizer(0.3, "columns")(W) == pytest.approx(0.3 * cosine)


def test_orthogonal_needs_a_matrix():
    with pytest.raises(ShapeError) as error:
        regularizers.OrthogonalRegularizer()(W[0])
    assert str(error.value) == (
        "OrthogonalRegularizer cannot take `x` of shape (2,): a matrix is needed.\n"
        "  came:     x (2,)\n"
        "  expected: a matrix"
    )


def test_configurations_make_a_like_one():
    written = regularizers.serialize(regularizers.L1L2(0.1, 0.2))
    assert written["class_name"] == "L1L2" and written["module"] == "keras.regularizers"
    assert regularizers.get(written).get_config() == {"l1": 0.1, "l2": 0.2}


def test_a_negative_factor_is_refused():
    with pytest.raises(ArgumentError) as error:
        regularizers.L2(-0.1)
    assert str(error.value) == ("L2: l2=-0.1 (float): a finite number of at least 0 is needed.")


def test_a_misspelt_name():
    with pytest.raises(ArgumentError) as error:
        regularizers.get("l1_12")
    assert str(error.value) == "there is no regularizer 'l1_12'. Did you mean 'l1_l2'?"


def test_a_function_does_as_well():
    assert regularizers.get(np.sum) is np.sum
