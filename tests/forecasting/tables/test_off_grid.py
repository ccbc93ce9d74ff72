"""Times that lie on no grid: what is said, and that the code that is offered mends it."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

import recurra
from recurra.data.steps import DAY, Step
from recurra.forecasting.tables.off_grid import IrregularError
from recurra.forecasting.tables.table import Table
from tests.engine.said import fixes, problem

DAYS = pd.date_range("2024-01-01", periods=12)
GIVEN = {"time": "date", "target": "y"}
SHOPS = {**GIVEN, "by": "shop"}
BASE = pd.DataFrame({"date": DAYS, "y": np.arange(12.0)})
#: Three rows an hour, some minutes late.
LATE = np.datetime64("2024-01-01", "ns") + np.cumsum(
    np.random.default_rng(0).integers(17, 24, 60)
).astype("m8[m]")


def mended(df, roles):
    """The table that the first fix makes."""
    with pytest.raises(IrregularError) as caught:
        Table.read(df, roles)
    names = {"df": df, "pd": pd, "pl": pl, "np": np, "recurra": recurra}
    exec(caught.value.fixes[0], names)
    return caught.value.fixes[0], Table.read(names["df"], roles)


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame])
def test_the_code_knows_nothing_of_later_rows(kind):
    """A row is the mean of the 30 minutes that end with it."""
    y, a = np.random.default_rng(1).normal(size=(2, 60))
    roles = {"time": "date", "target": "y", "past": "a"}
    code, table = mended(kind({"date": LATE, "y": y, "a": a}), roles)
    assert code.startswith(
        "made = recurra.data.trailing_means(df['date'].to_numpy(), df[['y', 'a']].to_numpy(), "
        "np.timedelta64(30, 'm')); df = p"
    )
    assert (table.step.words, table.roles.past) == ("every 30 minutes", ("a",))
    for name, values in (("y", y), ("a", a)):
        end = np.searchsorted(table.times, LATE)
        wanted = [values[end == k].mean() for k in range(len(table))]
        np.testing.assert_allclose(table.columns[name], wanted, rtol=1e-12)


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame])
def test_the_code_for_rows_in_any_order(kind):
    y = np.arange(60.0)
    _, table = mended(kind({"date": LATE[::-1], "y": y[::-1]}), GIVEN)
    _, sorted_table = mended(kind({"date": LATE, "y": y}), GIVEN)
    assert table.columns["y"].tolist() == sorted_table.columns["y"].tolist()


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame])
def test_the_code_for_times_that_are_numbers(kind):
    times = np.cumsum(np.random.default_rng(0).uniform(0.8, 1.3, 50))
    code, table = mended(kind({"date": times, "y": times}), GIVEN)
    step = float(f"{np.median(np.diff(times)):.6g}")
    assert f".to_numpy(), {step:.6g}); " in code
    assert table.step == Step(step, "number")


def test_words_where_code_would_be_long():
    """Targets of the future, which is known, would repeat the last one."""
    frame = pd.DataFrame({"date": LATE, "y": np.arange(60.0), "price": 1.0})
    words = (
        "recurra.data.trailing_means(times, values, np.timedelta64(30, 'm'))  # puts them on a grid"
    )
    assert fixes(IrregularError, Table.read, frame, {**GIVEN, "known": "price"}) == (words,)
    texts = frame.assign(date=frame["date"].astype(str))
    assert fixes(IrregularError, Table.read, texts, GIVEN) == (words,)
    zoned = frame.assign(date=frame["date"].dt.tz_localize("Europe/Berlin"))
    assert fixes(IrregularError, Table.read, zoned, GIVEN) == (words,)
    exec(words, {"recurra": recurra, "np": np, "times": LATE, "values": np.arange(60.0)})


def test_times_at_random():
    frame = {"date": [0, 17, 60, 101, 190], "y": np.arange(5)}
    assert problem(IrregularError, Table.read, frame, GIVEN) == (
        "Forecaster: the times in `date` have no common step: row 2 comes 43 after row 1."
    )


def test_distances_that_rounding_makes_different_count_as_one():
    """0.005 k is no multiple of a float, so its distances differ in the 16th digit."""
    times = 0.005 * np.arange(400)
    times[200:] += 0.002
    assert len(np.unique(np.diff(times))) > 10
    with pytest.raises(IrregularError) as caught:
        Table.read({"date": times, "y": times}, GIVEN)
    assert caught.value.problem == (
        "Forecaster: the times in `date` have no common step: row 200 comes 0.007 after row 199, "
        "where most rows go on in steps of 0.005."
    )
    assert caught.value.came == "distances 0.005 (398 times), 0.007 (1 time)"


def test_series_of_different_steps():
    slow = BASE.assign(shop="b", date=pd.date_range("2024-01-07", periods=12, freq="W"))
    frame = pd.concat([BASE.assign(shop="a"), slow])
    assert problem(IrregularError, Table.read, frame, SHOPS) == (
        "Forecaster: series 'a' goes on daily and series 'b' weekly; series of one table need one "
        "step."
    )
    assert fixes(IrregularError, Table.read, frame, SHOPS) == (
        "forecast them apart, or bring them to one step with "
        "recurra.data.trailing_means(times, values, np.timedelta64(7, 'D'))",
    )
    monthly = BASE.assign(shop="b", date=pd.date_range("2024-01-01", periods=12, freq="MS"))
    frame = pd.concat([BASE.assign(shop="a"), monthly])
    assert fixes(IrregularError, Table.read, frame, SHOPS) == ("forecast them apart",)


def test_finer_rows_than_were_learnt():
    hours = np.datetime64("2024-01-01T00", "h") + np.arange(72)
    frame = {"date": hours, "y": np.arange(72.0)}
    assert fixes(IrregularError, Table.read, frame, GIVEN, step=Step(DAY, "ns")) == (
        "learn anew from this table, to forecast what goes on hourly",
        "recurra.data.trailing_means(times, values, np.timedelta64(1, 'D'))  # makes rows daily",
    )


@pytest.mark.parametrize(
    "minutes, told",
    [
        (
            np.cumsum(np.random.default_rng(0).integers(1, 50, 40)),
            "2 of 40 rows go on every minute, and on a grid of it 901 of 941 rows would be empty.",
        ),
        (
            np.arange(60) ** 2,
            "one row goes on every minute, and on a grid of it 3,422 of 3,482 rows would be empty.",
        ),
    ],
    ids=["random", "squares"],
)
def test_times_that_lie_on_a_grid_by_chance(minutes, told):
    """Whole minutes are multiples of a minute, which does not make a minute their step."""
    times = np.datetime64("2024-01-01", "ns") + minutes.astype("m8[m]")
    frame = pd.DataFrame({"time": times, "y": np.arange(float(len(times)))})
    assert problem(IrregularError, Table.read, frame, {}) == (
        f"Forecaster: the times in `time` have no common step: {told}"
    )
