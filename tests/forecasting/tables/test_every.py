"""Means of steps, beside a loop over the rows; nothing of a later step is in a row."""

import numpy as np
import polars as pl
import pytest

from recurra.data.steps import DAY, Step
from recurra.engine.errors import ArgumentError
from recurra.forecasting.tables.every import offered, rows_every, step_of
from tests.engine.said import problem


@pytest.mark.parametrize(
    "text, step",
    [
        ("15min", Step(15 * 60 * 10**9, "ns")),
        ("1h", Step(DAY // 24, "ns")),
        ("1.5H", Step(DAY // 16, "ns")),
        ("1D", Step(DAY, "ns")),
        ("2w", Step(14 * DAY, "ns")),
        ("500 ms", Step(500 * 10**6, "ns")),
        ("0.005", Step(0.005, "number")),
        ("4", Step(4, "number")),
    ],
)
def test_steps_as_they_are_typed(text, step):
    assert step_of(text) == step


@pytest.mark.parametrize("text", ["", "h", "0min", "-1h", "5 parsecs", "1month"])
def test_other_steps_are_refused(text):
    assert problem(ArgumentError, step_of, text) == (
        f"--every {text}: {text!r} is no step from one row to the next."
    )


def test_means_are_those_of_a_loop():
    rng = np.random.default_rng(0)
    times, values = np.sort(rng.integers(0, 400, 150)), rng.normal(size=150)
    ids = rng.integers(0, 2, 150)
    table = pl.DataFrame({"t": times, "k": ids, "y": values}).sample(150, shuffle=True, seed=1)
    made, roles = rows_every(table, Step(10, "number"), {"time": "t", "by": "k", "target": "y"})
    assert roles == {"time": "t", "by": "k", "target": ("y",)}
    found = {(k, t): y for t, k, y in made.select("t", "k", "y").iter_rows()}
    means = {}
    for k in (0, 1):
        for first in range(0, 400, 10):
            inside = (ids == k) & (times >= first) & (times < first + 10)
            if inside.any():
                means[k, first] = pytest.approx(values[inside].mean())
        means.pop(max(key for key in means if key[0] == k), None)  # where more was to come
        found = {key: y for key, y in found.items() if key in means or key[0] != k}
    assert found == means


def test_no_row_knows_of_a_later_step():
    table = pl.DataFrame({"t": np.arange(0, 100, 3), "y": np.arange(34.0)})
    step, roles = Step(10, "number"), {"time": "t", "target": "y"}
    before, _ = rows_every(table, step, roles)
    changed = table.with_columns(pl.when(pl.col("t") < 50).then("y").otherwise(1e9).alias("y"))
    after, _ = rows_every(changed, step, roles)
    assert before.filter(pl.col("t") < 50).equals(after.filter(pl.col("t") < 50))


def test_a_step_that_is_not_over_is_forecast_where_known_rows_follow():
    t = np.arange(0, 60, 2)
    y = np.where(t < 43, t.astype(float), np.nan)  # known up to 42, of 40 to 49
    table = pl.DataFrame({"t": t, "y": y, "p": t})
    roles = {"time": "t", "target": "y", "known": "p"}
    made, _ = rows_every(table, Step(10, "number"), roles)
    assert made["t"].to_list() == [0, 10, 20, 30, 40, 50]
    assert made["y"].to_list() == [4.0, 14.0, 24.0, 34.0, None, None]
    assert made["p"].to_list() == [4.0, 14.0, 24.0, 34.0, 44.0, 54.0]
    assert made.recurra_source.notes[-1] == "The last step was not over and is left out."


@pytest.mark.parametrize("dtype", [pl.Datetime("us"), pl.Datetime("us", "Europe/Berlin"), pl.Date])
def test_times_keep_their_type(dtype):
    days = np.arange("2024-01-01", "2024-01-15", dtype="M8[D]")
    times = pl.Series("t", days).cast(pl.Datetime("us"))
    if dtype == pl.Date:
        times = times.cast(pl.Date)
    elif dtype.time_zone:
        times = times.dt.replace_time_zone("UTC").dt.convert_time_zone(dtype.time_zone)
    made, _ = rows_every(pl.DataFrame({"t": times, "y": np.arange(14.0)}), step_of("1W"), {})
    assert made["t"].to_list() == times.gather([0, 7]).to_list()  # both are Mondays
    assert made["y"].to_list() == [3.0, 10.0]


@pytest.mark.parametrize(
    "times, step",
    [
        (np.datetime64("2024-01-01") + np.array([0, 7, 13, 24, 30]).astype("m8[m]"), "10min"),
        (np.datetime64("2024-01-01") + np.array([0, 1, 2, 2, 4]).astype("m8[D]"), "1D"),
        (np.array([0.0, 0.002, 0.007, 0.012]), "0.005"),
        (np.array([1, 1, 2]), None),
    ],
)
def test_the_step_that_is_offered(times, step):
    assert offered(times) == step


def test_a_step_of_another_kind():
    table = pl.DataFrame({"t": [1.0, 2.0], "y": [1.0, 2.0]})
    assert problem(ArgumentError, rows_every, table, step_of("1h"), {}) == (
        "--every takes a number: `t` holds numbers."
    )
