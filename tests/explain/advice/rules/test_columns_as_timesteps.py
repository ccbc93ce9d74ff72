"""The rule `columns-as-timesteps`."""

import re

import numpy as np
import pytest

from recurra.explain.advice.words import number
from recurra.layers import LSTM, Dense, SimpleRNN
from tests.explain.advice.looking import found

RNG = np.random.default_rng(0)
WHY = (
    "  why:      these look like columns of a table, which have no order; SimpleRNN reads them as "
    "one number that changes over {0} timesteps.\n"
    "  fix:      x = x[..., 0], Input(({0},)), Dense in place of SimpleRNN\n"
    "  fix:      if the rows follow each other in time: windows of rows, Input((20, {0}))"
)


def said(table, layer=SimpleRNN):
    return found(
        "columns-as-timesteps", [layer(4), Dense(1)], table[..., None], np.arange(float(len(table)))
    )


def test_flags_beside_measurements():
    table = RNG.normal(size=(200, 20))
    table[:, [3, 7, 8, 19]] = RNG.random((200, 4)) < 0.4
    assert said(table) == (
        "advice: 4 of the 20 timesteps of `x` hold two different values each, and all others "
        "many. [columns-as-timesteps]\n" + WHY.format(20)
    )
    table[:, 5] = RNG.integers(0, 3, 200)  # a grade
    assert said(table) == (
        "advice: 4 of the 20 timesteps of `x` hold two different values each, and others many. "
        "[columns-as-timesteps]\n" + WHY.format(20)
    )


def test_one_flag_is_enough_where_all_others_are_measured():
    # the diabetes table of scikit-learn: age, sex, body mass, blood pressure and six of blood
    table = RNG.normal(size=(200, 10)) / 20
    table[:, 1] = np.where(RNG.random(200) < 0.47, 0.05, -0.045)
    assert said(table) == (
        "advice: 1 of the 10 timesteps of `x` holds two different values, and all others many. "
        "[columns-as-timesteps]\n" + WHY.format(10)
    )
    table[:, 5] = RNG.integers(0, 3, 200)
    assert said(table) is None  # of one flag among other few-valued columns nothing is said
    table = RNG.normal(size=(200, 10))
    table[:, 1] = RNG.random(200) < 0.03  # nor of one that is nearly always the same
    assert said(table) is None


def test_scales_that_are_far_apart():
    # 0.1, 5, 0.2, 30, ...: the largest ratio of neighbours is 30 / 0.2 at columns 2 and 3
    scales = np.array([0.1, 5, 0.2, 30, 1, 8, 0.1, 0.5, 12, 0.3])
    table = RNG.normal(size=(200, 10)) * scales
    low, high = number(table[:, 2].std()), number(table[:, 3].std())
    assert said(table) == (
        "advice: in the 10 timesteps of `x` neighbours differ as much as any two: the standard "
        f"deviation is {low} at timestep 2 and {high} at timestep 3. [columns-as-timesteps]\n"
        + WHY.format(10)
    )


def test_a_constant_column_does_not_shift_the_others():
    scales = np.array([0.1, 0, 5, 0.2, 30, 1, 8, 0.1, 0.5, 12, 0.3])
    text = said(RNG.normal(size=(200, 11)) * scales)
    assert "at timestep 3 and" in text and "at timestep 4. [" in text


GROUPS = np.array([0, 1, 2, 0, 2, 1, 1, 0, 2, 2, 0, 1])  # columns of a group are much alike


def grouped(samples):
    return RNG.normal(size=(samples, 3))[:, GROUPS] + 0.5 * RNG.normal(size=(samples, 12))


def test_correlations_in_no_order():
    text = said(grouped(300))
    near, of_all = map(float, re.findall(r"(0\.\d+)", text.partition("\n")[0]))
    assert text == (
        "advice: in the 12 timesteps of `x` neighbours are no more alike than any two: their "
        f"correlation is {near:g} on average, that of all pairs {of_all:g}. [columns-as-timesteps]"
        "\n" + WHY.format(12)
    )
    # 1 / 1.25 = 0.8 in a group, else near 0; 2 of 11 neighbours and 18 of 66 pairs are in a group
    assert abs(near - 0.8 * 2 / 11) < 0.08 and abs(of_all - 0.8 * 18 / 66) < 0.08


def test_the_same_columns_in_the_order_of_groups_are_fine():
    table = grouped(300)[:, np.argsort(GROUPS, kind="stable")]
    assert said(table) is None


def test_few_samples_or_timesteps_show_nothing():
    assert said(grouped(300)[:49]) is None
    assert said(grouped(300)[:, :7]) is None


def test_its_fix_can_be_applied():
    x, y = grouped(300)[..., None], np.arange(300.0)
    assert found("columns-as-timesteps", [Dense(4), Dense(1)], x[..., 0], y) is None


def autoregressive(first, second):
    series = np.zeros(3000)
    for t in range(2, 3000):
        series[t] = first * series[t - 1] + second * series[t - 2] + RNG.normal()
    return series


def windows(series, every=1):
    return np.stack([series[k : k + 20] for k in range(0, 2900, every)])


STEPS = np.linspace(0, 1, 40)
PULSES = np.exp(-(((STEPS - RNG.normal(0.4, 0.02, (200, 1))) / 0.05) ** 2)) * RNG.normal(
    1, 0.3, (200, 1)
) + 0.02 * RNG.normal(size=(200, 40))
WEEKEND = np.arange(21) % 7 >= 5
WEEKS = np.where(WEEKEND, *RNG.normal(size=(2, 300, 1))) + 0.5 * RNG.normal(size=(300, 21))
DECEMBER = np.arange(36) % 12 == 11
YEARS = np.where(DECEMBER, *RNG.normal(size=(2, 300, 1))) + 0.5 * RNG.normal(size=(300, 36))
SUN = np.maximum(np.sin(np.linspace(-2, 5, 24)), 0) * RNG.gamma(2, 1, (300, 1))
SHOCKS = RNG.standard_t(2, size=(500, 20))
PADDED = np.where(np.arange(20) < RNG.integers(3, 20, (300, 1)), RNG.normal(size=(300, 20)), 0)


@pytest.mark.parametrize(
    "table",
    [
        RNG.normal(size=(100, 20)),
        RNG.normal(size=(1000, 64)),
        SHOCKS,
        windows(autoregressive(1.6, -0.7)),
        windows(autoregressive(1.6, -0.7), every=20),
        windows(autoregressive(-0.9, 0)),
        windows(np.cumsum(RNG.normal(size=3000))),
        windows(np.sin(np.arange(3000) / 2) + 0.3 * RNG.normal(size=3000)),
        windows((np.arange(3000) % 4 == 0) + 0.3 * RNG.normal(size=3000), every=4),
        windows(RNG.integers(0, 2, 3000) * 1.0),
        PULSES,
        WEEKS,
        YEARS,
        SUN,
        PADDED,
        PULSES - PULSES[:, -1:],
    ],
)
def test_series_noise_and_aligned_curves_are_fine(table):
    assert said(table) is None
    assert said((table - table.mean()) / table.std(), LSTM) is None


def test_pictures_read_pixel_by_pixel_are_fine():
    smooth = np.exp(-abs(np.subtract.outer(np.arange(8), np.arange(8))) / 3)
    pictures = np.maximum(smooth @ RNG.normal(size=(400, 8, 8)) @ smooth, 0)
    pictures *= np.hanning(10)[1:-1] * np.hanning(10)[1:-1, None]
    assert said(pictures.reshape(400, 64)) is None
