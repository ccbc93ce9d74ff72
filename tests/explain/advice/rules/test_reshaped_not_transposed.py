"""The rule `reshaped-not-transposed`."""

import numpy as np
import pytest

from recurra import Input, Model
from recurra.layers import LSTM, Concatenate, Dense
from tests.explain.advice.looking import found

OLD = np.arange(50.0 * 3 * 20).reshape(50, 3, 20).copy()  # owns its numbers
Y = np.arange(50.0)
TEXT = (
    "advice: `x` is (timesteps=20, features=3) by a reshape of an array with the axes (3, 20): its "
    "first timestep holds the 3 numbers that came first in the first of 3 rows, not the first "
    "number of each row. [reshaped-not-transposed]\n"
    "  why:      reshape cuts the numbers anew in the order in which they lie; only transpose "
    "exchanges axes.\n"
    "  fix:      x = x.reshape(-1, 3, 20).transpose(0, 2, 1)"
)


def layers():
    return [LSTM(4), Dense(1)]


def test_a_reshape_where_transpose_was_meant():
    assert found("reshaped-not-transposed", layers(), OLD.reshape(50, 20, 3), Y) == TEXT


def test_what_it_says_of_the_first_timestep():
    new = OLD.reshape(50, 20, 3)
    assert np.array_equal(new[0, 0], OLD[0, 0, :3]) and not np.array_equal(new[0, 0], OLD[0, :, 0])


def test_some_of_the_samples():
    new = OLD.reshape(50, 20, 3)[10:40]
    assert found("reshaped-not-transposed", layers(), new, Y[10:40]) == TEXT


def test_its_fix_can_be_applied():
    x = OLD.reshape(50, 20, 3)
    x = x.reshape(-1, 3, 20).transpose(0, 2, 1)
    assert np.array_equal(x, OLD.transpose(0, 2, 1))
    assert found("reshaped-not-transposed", layers(), x, Y) is None


@pytest.mark.parametrize("x", [OLD.transpose(0, 2, 1), OLD[:, ::-1].transpose(0, 2, 1), OLD])
def test_a_transpose_is_fine(x):
    assert found("reshaped-not-transposed", layers(), x, Y) is None


def test_a_flat_row_cut_into_timesteps_is_fine():
    flat = np.arange(50.0 * 60).reshape(50, 60).copy()
    assert found("reshaped-not-transposed", layers(), flat.reshape(50, 20, 3), Y) is None


def test_windows_that_share_memory_are_fine():
    """NumPy's views of windows have timesteps last, and are transposed."""
    series = np.arange(160.0).reshape(80, 2)
    windows = np.lib.stride_tricks.sliding_window_view(series, 31, axis=0)  # (50, 2, 31)
    assert found("reshaped-not-transposed", layers(), windows.transpose(0, 2, 1), Y) is None


def test_an_axis_of_size_1_is_the_same_either_way():
    x = np.ones((50, 1, 20)).reshape(50, 20, 1)
    assert found("reshaped-not-transposed", layers(), x, Y) is None


def test_equal_sizes_show_nothing():
    x = np.ones((50, 8, 8))[:40]
    assert found("reshaped-not-transposed", layers(), x, Y[:40]) is None


def test_one_of_several_inputs():
    first, second = Input((20, 3)), Input((20, 2))
    model = Model([first, second], Dense(1)(LSTM(4)(Concatenate()([first, second]))))
    given = [OLD.reshape(50, 20, 3), np.ones((50, 20, 2))]
    assert found("reshaped-not-transposed", model, given, Y) == TEXT.replace(
        "x", "x[0]", 1
    ).replace("fix:      x = x.", "fix:      x[0] = x[0].")
