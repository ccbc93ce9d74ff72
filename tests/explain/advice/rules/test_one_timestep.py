"""The rule `one-timestep`."""

import numpy as np

from recurra import Input, Sequential
from recurra.layers import LSTM, Conv1D, Dense, Flatten, RepeatVector
from tests.explain.advice.looking import found

SERIES = np.sin(np.arange(50) / 3) + np.arange(50) / 10
LOOK_BACK = np.stack([SERIES[k : k + 8] for k in range(40)])[:, None]  # (40, 1, 8)
UNRELATED = np.random.default_rng(0).normal(size=(40, 1, 3))
Y = np.arange(40.0)


def layers(**options):
    return [LSTM(4, name="memory", **options), Dense(1)]


def test_a_look_back_on_the_features_axis():
    assert found("one-timestep", layers(), LOOK_BACK, Y) == (
        "advice: `x` is (samples=40, timesteps=1, features=8): LSTM 'memory' gets one timestep a "
        "sample. [one-timestep]\n"
        "  why:      a recurrent layer remembers from one timestep to the next, and there is no "
        "next one.\n"
        "  fix:      x = x.transpose(0, 2, 1), Input((8, 1))  # the 8 numbers follow each other in "
        "time"
    )


def test_numbers_that_may_follow_each_other_or_not():
    assert found("one-timestep", layers(), UNRELATED, Y) == (
        "advice: `x` is (samples=40, timesteps=1, features=3): LSTM 'memory' gets one timestep a "
        "sample. [one-timestep]\n"
        "  why:      a recurrent layer remembers from one timestep to the next, and there is no "
        "next one.\n"
        "  fix:      x = x.transpose(0, 2, 1), Input((3, 1))  # if the 3 numbers follow each other "
        "in time\n"
        "  fix:      x = np.stack([x[k : k + 10, 0] for k in range(len(x) - 9)]); y = y[9:]; "
        "Input((10, 3))  # if the samples follow each other in time\n"
        "  fix:      x = x[:, 0], Input((3,)), Dense in place of LSTM  # if each sample is 3 "
        "measurements of one moment, and no sequence"
    )


def test_its_fixes_can_be_applied():
    x, y = UNRELATED, Y
    turned = x.transpose(0, 2, 1)
    windows = np.stack([x[k : k + 10, 0] for k in range(len(x) - 9)])
    assert windows.shape == (31, 10, 3) and len(y[9:]) == 31
    assert np.array_equal(windows[0, -1], x[9, 0])  # its target is y[9], as before
    assert found("one-timestep", layers(), turned, y) is None
    assert found("one-timestep", layers(), windows, y[9:]) is None


def test_a_convolution_over_one_timestep():
    text = found("one-timestep", [Conv1D(2, 1), Flatten(), Dense(1)], UNRELATED, Y)
    assert "a convolution looks at neighbouring timesteps, and here there are none." in text


def test_two_timesteps_are_fine():
    assert found("one-timestep", layers(), UNRELATED.repeat(2, axis=1), Y) is None


def test_a_stateful_layer_goes_on_from_sample_to_sample():
    model = Sequential([Input(batch_shape=(1, 1, 3)), *layers(stateful=True)])
    assert found("one-timestep", model, UNRELATED, Y, batch_size=1) is None


def test_layers_that_make_timesteps_of_their_own_are_fine():
    given = [Flatten(), Dense(4), RepeatVector(5), *layers()]
    assert found("one-timestep", given, UNRELATED, Y) is None
    assert found("one-timestep", [Dense(4), Flatten(), Dense(1)], UNRELATED, Y) is None
