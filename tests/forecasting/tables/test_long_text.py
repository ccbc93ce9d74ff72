"""Text of so many rows that it is read in blocks: as short text is, in little memory."""

import tracemalloc

import numpy as np
import pandas as pd
import polars as pl
import pytest

from recurra.engine.errors import DataError
from recurra.forecasting.tables import date_texts
from recurra.forecasting.tables.frames import Frame
from recurra.forecasting.tables.table import Table
from recurra.forecasting.tables.times import read_times
from recurra.forecasting.tables.values import BLOCK, of_array
from tests.engine.said import problem

ROWS = BLOCK + 100
TIMES = np.datetime64("2020-01-01T00:00:00") + 5 * np.arange(ROWS)
TEXTS = np.datetime_as_string(TIMES).astype(object)
KINDS = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "dict": dict,
    "objects": lambda t: pd.DataFrame({"t": t["t"].astype(object), "y": t["y"]}, dtype=object),
}


def table(texts, kind="polars"):
    return KINDS[kind]({"t": texts, "y": np.arange(len(texts)) % 7.0})


def said(texts, kind="polars"):
    return problem(DataError, Table.read, table(texts, kind), {"time": "t", "target": "y"})


@pytest.mark.parametrize("kind", KINDS)
def test_long_text_is_read(kind):
    read = Table.read(table(TEXTS, kind), {})
    assert (read.times == TIMES).all()
    assert read.notes == ["`t` is taken as the time.", "`y` is taken as the target."]


@pytest.mark.parametrize("kind", KINDS)
def test_rows_behind_the_first_block_are_named(kind):
    texts = TEXTS.copy()
    texts[BLOCK + 7] = "soon"
    assert said(texts, kind) == (
        "Forecaster: row 65,543 of `t`: 'soon' is no date that can be read, unlike "
        "'2020-01-01T00:00:00'."
    )
    texts[BLOCK + 7] = "  "
    assert said(texts, kind) == "Forecaster: row 65,543 has no time: `t` is missing."


@pytest.mark.parametrize(
    "text, why",
    [
        ("2020-02-30T00:00:00", "'2020-02-30T00:00:00' is no day or time that there is"),
        ("2020-01-01T25:00:00", "'2020-01-01T25:00:00' is no day or time that there is"),
        (
            "1020-01-01T00:00:00",
            "'1020-01-01T00:00:00' is no date that can be read, unlike '2020-01-01T00:00:00'",
        ),
        (
            "२०२०-01-01T00:00:00",
            "'२०२०-01-01T00:00:00' is no date that can be read, unlike '2020-01-01T00:00:00'",
        ),
    ],
)
def test_what_is_wrong_behind_the_first_block(text, why):
    texts = TEXTS.copy()
    texts[BLOCK + 7] = text
    assert said(texts) == f"Forecaster: row 65,543 of `t`: {why}."


def test_an_offset_that_lacks_behind_the_first_block():
    texts = TEXTS + "Z"
    texts[BLOCK + 7] = TEXTS[0]
    assert said(texts) == (
        "Forecaster: row 65,543 of `t`: this time has no offset from UTC, and others have one."
    )


def test_a_row_behind_the_first_block_tells_what_is_the_day():
    texts = np.full(ROWS, "01/02/2024", object)
    texts[-1] = "01/13/2024"
    times, style, told = date_texts.read(of_array(texts))
    assert (times[0], times[-1]) == (np.datetime64("2024-01-02"), np.datetime64("2024-01-13"))
    assert (style.order, told) == ("mdy", ["`01/02/2024` is read month first."])
    texts[BLOCK] = "13/01/2024"
    assert said(texts) == (
        "Forecaster: row 65,635 of `t`: '01/13/2024' has day and month the other way round than "
        "'13/01/2024'."
    )


def test_digits_of_seconds_behind_the_first_block():
    texts = TEXTS.copy()
    texts[-1] = TEXTS[-1] + ".125"
    times, style, _ = date_texts.read(of_array(texts))
    assert (times[:-1] == TIMES[:-1]).all()
    assert times[-1] == TIMES[-1] + np.timedelta64(125, "ms")
    assert style.digits == 3


def test_text_takes_little_memory():
    """A time takes 8 bytes and its parts 13; a block of text as objects is there but once."""
    column = pl.Series(np.tile(TEXTS, 2))
    frame = pl.DataFrame({"t": column, "y": np.arange(len(column))})

    read_times(Frame(frame[:9], "test"), "t")  # what is imported does not count
    tracemalloc.start()
    read_times(Frame(frame, "test"), "t")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    block = 200 * BLOCK  # Python's text of 19 characters takes 68, its parts the rest
    assert peak < 24 * len(column) + block
