import numpy as np

from recurra import layers as L
from recurra.engine.errors import ArgumentError
from recurra.engine.masks import get_mask
from tests.layers.facts import said

X = np.array([[[1.0, 2.0], [0.0, 3.0], [0.0, 0.0]], [[-1.0, -1.0], [5.0, -1.0], [0.0, 0.0]]])


def test_a_timestep_is_padding_where_all_features_have_the_value():
    out = L.Masking()(X)
    np.testing.assert_array_equal(get_mask(out), [[1, 1, 0], [1, 1, 0]])
    np.testing.assert_array_equal(out, X)
    out = L.Masking(mask_value=-1)(X)
    np.testing.assert_array_equal(get_mask(out), [[1, 1, 1], [0, 1, 1]])
    assert np.asarray(out)[1, 0].tolist() == [0.0, 0.0]


def test_nan_marks_padding_and_becomes_zero():
    x = np.where(X == 0, np.nan, X)
    for value in (float("nan"), np.float32("nan")):
        out = L.Masking(value)(x)
        np.testing.assert_array_equal(get_mask(out), [[1, 1, 0], [1, 1, 0]])
        # a NaN beside a number stays: it is no padding
        np.testing.assert_array_equal(np.asarray(out)[0], [[1, 2], [np.nan, 3], [0, 0]])


def test_a_recurrence_behind_it_skips_what_is_nan():
    x = np.array([[[0.3], [np.nan], [0.5]]], "float32")
    lstm = L.LSTM(2)
    np.testing.assert_allclose(lstm(L.Masking(np.nan)(x)), lstm(x[:, [0, 2]]), rtol=1e-6)


def test_whole_numbers_are_compared_as_such():
    out = L.Masking(0)(np.array([[[0, 0], [0, 1]]]))
    assert out.dtype == "int32"
    np.testing.assert_array_equal(get_mask(out), [[0, 1]])


def test_a_value_for_each_feature():
    out = L.Masking([1.0, 2.0])(X)
    np.testing.assert_array_equal(get_mask(out), [[0, 1, 1], [1, 1, 1]])


def test_the_mask_of_a_symbolic_tensor_has_its_batch_and_timesteps():
    assert L.Masking()(L.Input((None, 2))).mask_sizes == ("batch", "timesteps")


def test_the_mask_value_is_a_number():
    assert said(ArgumentError, L.Masking, "pad")[0] == (
        "Masking: mask_value='pad' (str): a number, or a list of one for each feature, is needed."
    )
