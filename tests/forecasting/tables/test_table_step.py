"""A table is read in the step of the table that was learnt from."""

import numpy as np
import polars as pl
import pytest

from recurra.data import Step
from recurra.engine.errors import DataError
from recurra.forecasting.tables.table import Table

DAY = Step(24 * 3600 * 10**9, "ns")


def hours(count, first="2024-01-01"):
    return np.datetime64(first, "ns") + np.arange(count) * np.timedelta64(1, "h")


@pytest.mark.parametrize(
    ("when", "learnt", "words"),
    [
        # Monday to Friday, which alone would be days
        (np.arange("2024-01-01", "2024-01-06", dtype="M8[D]"), Step(1, "weekday"), "every weekday"),
        # one row, of which nothing tells the step
        (np.array(["2024-01-01"], "M8[D]"), Step(1, "month", 1), "monthly"),
        (np.array([7]), Step(1, "number"), "in steps of 1"),
        # two rows with a week between them are days with a hole
        (np.array(["2024-01-01", "2024-01-08"], "M8[D]"), DAY, "daily"),
        # months on another day of the month
        (np.array(["2024-01-15", "2024-02-15"], "M8[D]"), Step(1, "month", 1), "monthly"),
    ],
)
def test_a_table_goes_on_in_the_step_that_was_learnt(when, learnt, words):
    read = Table.read({"t": when, "y": np.ones(len(when))}, {"time": "t"}, step=learnt)
    assert read.step.words == words


def test_one_row_of_a_day_with_a_zone():
    when = pl.Series("t", ["2024-03-30T23:00"]).str.to_datetime(time_zone="UTC")
    frame = pl.DataFrame({"t": when.dt.convert_time_zone("Europe/Berlin"), "y": [1.0]})
    read = Table.read(frame, {"time": "t"}, step=DAY)
    after = read.give_back({"t": read.step.after(read.times[-1], 1)})  # clocks are put forward
    assert str(after["t"][0]) == "2024-04-01 00:00:00+02:00"


def test_another_step_than_the_one_that_was_learnt():
    with pytest.raises(DataError) as error:
        Table.read({"t": hours(8), "y": np.ones(8)}, {}, step=Step(1, "month"))
    assert str(error.value) == (
        "Forecaster: the times in `t` go on hourly, and those that were learnt from monthly.\n"
        "  fix:      learn anew from this table, to forecast what goes on hourly"
    )


def test_a_coarser_step_than_the_one_that_was_learnt():
    weeks = np.arange("2024-01-01", "2024-03-01", 7, dtype="M8[D]")
    with pytest.raises(DataError) as error:
        Table.read({"t": weeks, "y": weeks.astype(float)}, {}, step=DAY)
    assert error.value.problem == (
        "Forecaster: the times in `t` go on weekly, and those that were learnt from daily."
    )


def test_numbers_where_dates_were_learnt():
    with pytest.raises(DataError) as error:
        Table.read({"t": np.arange(5), "y": np.ones(5)}, {"time": "t"}, step=Step(1, "month"))
    assert str(error.value) == (
        "Forecaster: the times in `t` are numbers, and those that were learnt from are dates."
    )
