"""Targets in `forecast(future=...)` have not come yet, whatever stands there."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from recurra.forecasting.tables.continuing import emptied
from tests.forecasting.quick import days, quick, wave

N = 40


@pytest.mark.parametrize("kind", [dict, pd.DataFrame, pl.DataFrame, pa.table])
def test_a_table_that_was_held_out_with_its_targets_gives_what_its_times_alone_give(kind):
    """Who holds rows out and gives them back gets forecasts of their times, not of later ones."""
    columns = {"day": days(N + 3), "y": wave(N + 3)}
    history, later = ({n: v[rows] for n, v in columns.items()} for rows in (slice(N), slice(N, 99)))
    forecaster = quick(horizon=3, target="y").fit(kind(history))
    expected = forecaster.forecast()
    for future in (later, later | {"y": np.full(3, 1e6)}, {"day": later["day"]}):
        made = forecaster.forecast(future=kind(future))
        assert [str(t)[:10] for t in made["day"]] == ["2024-02-10", "2024-02-11", "2024-02-12"]
        for name in ("forecast", "lower_90", "upper_90"):
            np.testing.assert_array_equal(np.asarray(made[name]), np.asarray(expected[name]))


@pytest.mark.parametrize(
    "kind",
    [np.asarray, pl.Series, lambda y: pd.Series(y, days(N + 3)[-len(y) :], name="y")],
    ids=["numpy", "polars", "pandas"],
)
def test_one_column_is_a_table_as_well(kind):
    y = wave(N + 3)
    forecaster = quick(horizon=3).fit(kind(y)[:N])
    made = forecaster.forecast(future=kind(y)[N:])
    expected = forecaster.forecast()["forecast"]
    np.testing.assert_array_equal(np.asarray(made["forecast"]), np.asarray(expected))


def test_a_series_of_polars_is_continued():
    y = pl.Series("y", np.arange(N + 1))
    made = quick(horizon=2).fit(y[:N]).update(y[N:]).forecast()
    assert made["row"].to_list() == [N + 1, N + 2]


def test_only_what_is_asked_for_is_emptied():
    """Whole numbers of other columns stay whole numbers: they may be the ids of series."""
    table = {"shop": np.array([1, 2]), "y": np.array([3, 4])}
    assert emptied(table, ["z"]) is table
    for kind in (dict, pd.DataFrame, pl.DataFrame, pa.table):
        made = emptied(kind(table), ["y"])
        assert np.asarray(made["shop"]).dtype == "int64"
        assert np.isnan(np.asarray(made["y"], float)).all()
    both = np.stack([table["shop"], table["y"]], axis=1)
    np.testing.assert_array_equal(emptied(both, ["x1"]), [[1, np.nan], [2, np.nan]])
