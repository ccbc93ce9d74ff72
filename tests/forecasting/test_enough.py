"""Series that are shorter than what a forecast looks at."""

import warnings

import numpy as np
import pytest

from recurra.engine.errors import DataError
from recurra.forecasting import Table
from recurra.forecasting.enough import long_enough
from tests.forecasting.quick import days, quick, wave

ROLES = {"time": "day", "target": "y", "by": "shop"}


def shops(**lengths):
    """Waves of seven days that begin together, one a shop."""
    parts = {
        "day": [days(n) for n in lengths.values()],
        "shop": [np.full(n, name, object) for name, n in lengths.items()],
        "y": [wave(n, seed=k) * (k + 1) for k, n in enumerate(lengths.values())],
    }
    return {name: np.concatenate(values) for name, values in parts.items()}


def warned(ask):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        made = ask()
    return made, [str(w.message) for w in caught]


def of(made, shop, name="forecast"):
    return made[name][made["shop"] == shop]


@pytest.fixture(scope="module")
def forecaster():
    return quick(horizon=3, lookback=15, season=7, by="shop").fit(shops(a=90, b=60, c=9, d=2))


def test_series_too_short_for_a_window_are_forecast_and_said(forecaster):
    made, said = warned(forecaster.forecast)
    assert said == [
        "Forecaster: series 'c' has 9 rows of history, and a forecast looks at the last 15: its "
        "first season is taken for what was before.",
        "Forecaster: series 'd' has 2 rows of history, and a forecast looks at the last 15: its "
        "first value is taken for what was before, and no interval is given.",
    ]
    assert made["shop"].tolist() == [*"aaa", *"bbb", *"ccc", *"ddd"]
    assert np.isfinite(made["forecast"]).all()
    for bound in ("lower_90", "upper_90"):
        assert np.isnan(made[bound]).tolist() == 9 * [False] + 3 * [True]
    assert of(made, "d", "day").tolist() == days(3, "2024-01-03").tolist()
    forecast = of(made, "c")
    true = 30 + 3 * np.sin(2 * np.pi * np.arange(9, 12) / 7)  # its height is found, and its season
    assert np.abs(forecast - true).max() < 1.5
    assert (of(made, "c", "lower_90") < forecast).all()


def test_nothing_is_learnt_from_them_which_is_said(forecaster):
    assert (
        "Nothing is learnt from series 'c', 'd', which are shorter than the 18 rows of a window "
        "(15 to look at, 3 to forecast)."
    ) in forecaster.notes_
    assert list(forecaster.learned_.preparation.scale) == ["a", "b"]


def test_the_long_ones_are_forecast_as_without_them(forecaster):
    alone = quick(horizon=3, lookback=15, season=7, by="shop").fit(shops(a=90, b=60))
    made, _ = warned(forecaster.forecast)
    for name in ("forecast", "lower_90", "upper_90"):
        np.testing.assert_allclose(made[name][:6], alone.forecast()[name], rtol=1e-5)


def test_several_are_told_together(forecaster):
    new = shops(a=30, k=8, l=7, m=9, n=3, o=4)
    _, said = warned(lambda: forecaster.predict(new))
    assert said == [
        "Forecaster: series 'k', 'l', 'm' have 7 to 9 rows of history, and a forecast looks at the "
        "last 15: their first seasons are taken for what was before.",
        "Forecaster: series 'n', 'o' have 3 to 4 rows of history, and a forecast looks at the last "
        "15: their first values are taken for what was before, and no interval is given.",
    ]


def test_a_series_that_grows_long_enough_has_its_interval(forecaster):
    rows = {"day": days(20, "2024-01-03"), "shop": np.full(20, "d", object), "y": wave(20) * 4}
    grown = quick(horizon=3, lookback=15, season=7, by="shop").fit(shops(a=90, b=60, d=2))
    made, said = warned(lambda: grown.update(rows).forecast())
    assert said == []
    assert np.isfinite(of(made, "d", "lower_90")).all()


def test_a_table_of_short_series_alone_is_refused(forecaster):
    for table, said in (
        (shops(a=14), "series 'a' has 14 rows"),
        (shops(a=3, b=5), "no series of the table has more than 5 rows"),
    ):
        with pytest.raises(DataError) as error:
            forecaster.predict(table)
        assert str(error.value).splitlines()[0] == (
            f"Forecaster: {said} of history, and a forecast looks at the last 15."
        )


def test_rows_in_front_repeat_the_first_season():
    table = Table.read(
        {
            "day": np.r_[days(6), days(4, "2024-03-01")],
            "shop": [*"aaaaaa", *"bbbb"],
            "y": [0.0, 1, 2, 3, 4, 5, 7, 8, 9, 10],
            "price": [1.0, 1, 1, 1, 1, 1, 4, 5, 6, 7],
        },
        ROLES | {"past": "price"},
    )
    longer, unknown = warned(lambda: long_enough(table, 6, 3))[0]
    assert unknown.tolist() == [False, False]
    assert longer.offsets.tolist() == [0, 6, 12]
    assert longer.columns["y"][6:].tolist() == [8, 9, 7, 8, 9, 10]
    assert longer.columns["price"][6:].tolist() == [5, 6, 4, 5, 6, 7]
    assert longer.source_rows.tolist() == [0, 1, 2, 3, 4, 5, -1, -1, 6, 7, 8, 9]
    np.testing.assert_array_equal(longer.times[6:], days(6, "2024-02-28"))
    assert table.offsets.tolist() == [0, 6, 10]  # the table itself stays as it was


def test_rows_in_front_repeat_the_first_known_value():
    table = Table.read(
        {
            "day": np.r_[days(5), days(3)],
            "shop": [*"aaaaa", *"bbb"],
            "y": [0.0, 1, 2, 3, 4, np.nan, 8, 9],
            "kind": [*"uuuuu", None, None, "v"],
        },
        ROLES | {"past": "kind"},
    )
    longer, unknown = warned(lambda: long_enough(table, 5, 1))[0]
    assert unknown.tolist() == [False, True]
    np.testing.assert_array_equal(longer.columns["y"][5:], [8, np.nan, np.nan, 8, 9])
    assert longer.columns["kind"][5:].tolist() == ["v", None, None, None, "v"]


def test_a_score_of_rows_that_make_a_short_series_long():
    forecaster = quick(horizon=2, lookback=5, by="shop").fit(shops(a=60, b=1))
    rows = shops(a=64, b=60)
    since = rows["day"] >= np.where(rows["shop"] == "a", days(60)[-1] + 1, days(2)[1])
    assert np.isfinite(forecaster.score({n: v[since] for n, v in rows.items()}))


def test_intervals_of_short_series_with_a_season_hold_what_they_say():
    long = dict.fromkeys("abcdefgh", 90)
    forecaster = quick(horizon=3, lookback=22, season=7, by="shop").fit(shops(**long))
    short = shops(a=30, **{f"n{k:02}": 13 for k in range(80)})
    known = np.concatenate([np.arange(30), *[30 + 13 * k + np.arange(10) for k in range(80)]])
    made, _ = warned(lambda: forecaster.predict({n: v[known] for n, v in short.items()}))
    came = np.array([short["y"][30 + 13 * k + np.arange(10, 13)] for k in range(80)]).ravel()
    low, high = made["lower_90"][3:], made["upper_90"][3:]
    assert 0.8 < ((low <= came) & (came <= high)).mean() <= 1
