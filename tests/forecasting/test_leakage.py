"""Nothing looks ahead: not a scale, a window, a split, a filled value, an interval or a baseline.

Each test fails when one of them does.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recurra.data.missing import WAYS
from recurra.forecasting import choices
from recurra.forecasting.backtest import backtest
from recurra.forecasting.options import options_of
from recurra.forecasting.preparation import Preparation
from recurra.forecasting.tables.table import Table
from tests.forecasting.quick import days, quick, wave

ROWS, HORIZON = 120, 3
#: The day of the first origin: a quarter of all 260 rows comes later, 20 of them of the third shop.
FIRST = 97
ROLES = {"time": "day", "target": "y", "by": "shop", "known": "price", "past": ["visitors", "sky"]}


def shops(rows=ROWS):
    """Two shops with holes, and a third that begins late."""
    random = np.random.default_rng(3)
    parts = []
    for k, begin in enumerate((0, 0, rows - 20)):
        n = rows - begin
        y = wave(n, noise=0.3, seed=k) * (k + 1)
        y[5::17] = np.nan
        visitors = random.normal(50, 9, n)
        visitors[8::13] = np.nan
        price = random.normal(2, 1, n)
        price[6::19] = np.nan
        parts.append(
            {
                "day": days(rows)[begin:],
                "shop": np.full(n, f"shop {k}", object),
                "y": y,
                "price": price,
                "visitors": visitors,
                "sky": random.choice(np.array(["sun", "rain"], object), n),
            }
        )
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    columns["y"][[rows - 1, 2 * rows - 1, -1]] = 7.0  # the history ends here
    return columns


def changed_after(columns, day, names, seed=1):
    """The same table, with other values in these columns from a day on."""
    random = np.random.default_rng(seed)
    after = columns["day"] >= day
    other = {name: values.copy() for name, values in columns.items()}
    for name in names:
        if name == "sky":
            other[name][after] = random.choice(np.array(["snow", "rain"], object), after.sum())
        else:
            values = random.normal(1000, 500, after.sum())
            other[name][after] = np.where(np.isnan(columns[name][after]), np.nan, values)
    return other


def assert_same_before(made, other, day, steps):
    """All that was forecast before a day is the same, to the last bit.

    Args:
        steps: of each forecast, that are compared.
    """
    early = made.table.times[made.origins] <= day
    assert 0 < early.sum() < len(early) or early.all()
    np.testing.assert_array_equal(made.origins, other.origins)
    pairs = [(made.forecasts.point, other.forecasts.point), (made.scale, other.scale)]
    for level in made.forecasts.lower:
        pairs.append((made.forecasts.lower[level], other.forecasts.lower[level]))
        pairs.append((made.forecasts.upper[level], other.forecasts.upper[level]))
    pairs += [(values, other.baselines[name]) for name, values in made.baselines.items()]
    for before, after in pairs:
        np.testing.assert_array_equal(before[early], after[early])


GRU = {"model": "gru", "units": 4}  # it looks at known columns of the future, too


@pytest.fixture(scope="module", params=[{"missing": "forward"}, {"missing": "seasonal"} | GRU])
def tried(request):
    """A backtest, and what it was made with."""
    forecaster = quick(horizon=HORIZON, lookback=8, **ROLES, **request.param)
    made = forecaster.backtest(shops(), origins=1000)
    assert made.table.times[made.origins].min() == days(ROWS)[FIRST]
    return forecaster, made


@given(st.integers(0, 22), st.integers(0, 99))
@settings(max_examples=10, deadline=None)
def test_what_comes_later_changes_no_earlier_forecast(tried, place, seed):
    forecaster, made = tried
    day = days(ROWS)[FIRST + place]
    other = changed_after(shops(), day, ["y", "visitors", "sky"], seed)
    table = Table.read(other, made.table.roles)
    again = backtest(table, options_of(forecaster), HORIZON, 0.25, 1000, made.learned)
    assert_same_before(made, again, day, HORIZON)


def test_nor_does_it_change_what_a_model_of_the_first_part_learns(tried):
    forecaster, made = tried
    day = days(ROWS)[FIRST]
    other = changed_after(shops(), day, ["y", "visitors", "sky"])
    assert_same_before(made, forecaster.backtest(other, origins=1000), day, HORIZON)


def test_known_columns_are_looked_at_as_far_as_is_forecast_and_no_further(tried):
    forecaster, made = tried
    day = days(ROWS)[100]
    again = forecaster.backtest(changed_after(shops(), day, ["price"]), origins=1000)
    assert_same_before(made, again, day - HORIZON, HORIZON)
    if forecaster.model == "gru":
        last = made.table.times[made.origins] == day - HORIZON + 1
        assert last.any()
        assert (made.forecasts.point[last] != again.forecasts.point[last]).all(axis=(1, 2)).any()


def test_rows_that_have_not_come_change_no_forecast_before_them():
    table = {"day": days(ROWS), "y": wave(ROWS), "price": wave(ROWS, seed=5)}
    asked = quick(horizon=HORIZON, lookback=8, known="price", target="y")
    shorter = {name: values[:110].copy() for name, values in table.items()}
    longer = {name: values[:120].copy() for name, values in table.items()}
    shorter["y"][107:], longer["y"][107:] = np.nan, np.nan
    one, other = asked.fit(shorter).forecast(), asked.fit(longer).forecast()
    assert one["day"].tolist() == days(ROWS)[107:110].tolist()
    for name in one:
        np.testing.assert_array_equal(one[name], other[name])


def test_a_series_that_was_not_met_is_scaled_by_what_came_before_the_first_origin():
    known = {"day": days(ROWS), "y": wave(ROWS), "shop": np.full(ROWS, "old", object)}
    forecaster = quick(horizon=HORIZON, lookback=8, target="y", by="shop").fit(known)
    new = known | {"y": 100 * wave(ROWS, seed=9), "shop": np.full(ROWS, "new", object)}
    day = days(ROWS)[100]
    made = forecaster.backtest(new, refit=False, origins=1000)
    again = forecaster.backtest(changed_after(new, day, ["y"]), refit=False, origins=1000)
    assert_same_before(made, again, day, HORIZON)


# What is learnt of a table before any network ----------------------------------------------------


@given(st.integers(20, ROWS - 1), st.sampled_from([*WAYS, "skip"]), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
@pytest.mark.filterwarnings("ignore:fill")
def test_scales_categories_and_filled_values_are_those_of_earlier_rows(row, way, seed):
    columns, day = shops(), days(ROWS)[row]
    other = changed_after(columns, day, ["y", "price", "visitors", "sky"], seed)
    first, second = Table.read(columns, ROLES), Table.read(other, ROLES)
    until = np.array([int((first.times[first.rows(k)] < day).sum()) for k in range(3)])
    one, two = (Preparation(way, 7).fit(t, until) for t in (first, second))
    assert (one.numbers, one.categories) == (two.numbers, two.categories)
    assert list(one.centre) == list(two.centre)
    for name in one.centre:
        np.testing.assert_array_equal(one.centre[name], two.centre[name])
        np.testing.assert_array_equal(one.scale[name], two.scale[name])
    before = first.times < day
    made, again = one.arrays(first)[0], two.arrays(second)[0]
    for name in ("past", "known", "targets", "codes"):
        np.testing.assert_array_equal(getattr(made, name)[before], getattr(again, name)[before])
    nature = [choices.keeps_level(t, a, until, 7) for t, a in ((first, made), (second, again))]
    assert nature[0] == nature[1]


# Noise -------------------------------------------------------------------------------------------


def noise(rows, series, seed):
    """Values that nothing tells, with columns that do not either."""
    random = np.random.default_rng(seed)
    count = rows * series
    return {
        "day": np.tile(days(rows), series),
        "shop": np.repeat(np.arange(series), rows),
        "y": random.normal(0, 1, count),
        "price": random.normal(0, 1, count),
        "visitors": random.normal(0, 1, count),
    }


@pytest.mark.parametrize(("chosen", "seed"), [({}, 0), ({}, 1), (GRU, 2)])
def test_noise_is_not_forecast_better_than_its_mean(chosen, seed):
    forecaster = quick(
        epochs=5, horizon=2, lookback=6, time="day", by="shop", target="y", known="price",
        past="visitors", **chosen,
    )  # fmt: skip
    made = forecaster.backtest(noise(300, 4, seed), test=0.5, origins=10_000)
    assert len(made.origins) == 4 * 149
    # The mean of y is 0. A forecast f without knowledge of y has E (y - f)^2 - y^2 = E f^2 >= 0.
    gain = made.actual**2 - (made.actual - made.forecasts.point) ** 2
    gains = gain.mean(axis=(1, 2))
    assert gains.mean() < 3 * gains.std() / np.sqrt(len(gains) / 2)  # windows of 2 rows overlap
    assert gains.mean() > -0.2  # and what is forecast is not wild
