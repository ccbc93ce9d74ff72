"""Tables that cannot be series: what is said, with row and column, and code that mends it."""

import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recurra
from recurra.engine.errors import ArgumentError, DataError, RecurraError
from recurra.forecasting.tables.roles import Roles
from recurra.forecasting.tables.table import Table
from recurra.forecasting.tables.twice import TwiceError
from tests.engine.said import fixes, problem

DAYS = pd.date_range("2024-01-01", periods=12, freq="D")
BASE = pd.DataFrame({"date": DAYS, "y": np.arange(12.0)})
TWO = pd.concat([BASE.assign(shop=s) for s in "ab"], ignore_index=True)
GIVEN = {"time": "date", "target": "y"}
SHOPS = {**GIVEN, "by": "shop"}


def mended(frame, roles, wanted, number=0, kinds=("pandas", "polars")):
    """Assert what is said to a pandas and a polars frame, and that the fix mends both."""
    for kind in kinds:
        df = frame if kind == "pandas" else pl.from_pandas(frame)
        with pytest.raises(DataError) as caught:
            Table.read(df, roles)
        assert caught.value.problem == wanted
        names = {
            "df": df.copy() if kind == "pandas" else df,
            "pd": pd,
            "pl": pl,
            "np": np,
            "recurra": recurra,
        }
        exec(caught.value.fixes[number], names)
        yield Table.read(names["df"], roles)


def changed(column, row, value, frame=BASE):
    frame = frame.copy()
    if isinstance(value, str):
        frame[column] = frame[column].astype(str)
    frame.loc[row, column] = value
    return frame


def test_two_rows_of_one_time():
    frame = pd.concat([BASE, BASE.iloc[[3]].assign(y=4.0)], ignore_index=True)
    wanted = "Forecaster: rows 3 and 12 have the same time, 2024-01-04."
    for table in mended(frame, GIVEN, wanted):
        assert table.columns["y"].tolist() == [0, 1, 2, 3.5, *range(4, 12)]


def test_rows_of_two_series_that_are_not_named():
    with pytest.raises(DataError) as caught:
        Table.read(TWO, GIVEN)
    assert caught.value.problem == (
        "Forecaster: rows 0 and 12 have the same time, 2024-01-01. 12 rows repeat a time."
    )
    assert caught.value.expected == "one row for each time of a series"
    assert caught.value.fixes[0] == "by='shop'"
    assert Table.read(TWO, SHOPS).ids == ["a", "b"]


def test_two_rows_of_one_time_in_one_of_two_series():
    frame = pd.concat([TWO, TWO.iloc[[15, 15]]], ignore_index=True)
    assert problem(TwiceError, Table.read, frame, SHOPS) == (
        "Forecaster: rows 15 and 24 of series 'b' have the same time, 2024-01-04. "
        "2 rows repeat a time."
    )


def test_an_hour_that_clocks_show_twice():
    hours = pd.date_range("2024-10-26 22:00", periods=12, freq="h", tz="Europe/Berlin")
    frame = BASE.assign(date=hours.tz_localize(None))
    wanted = "Forecaster: rows 4 and 5 have the same time, 2024-10-27 02:00."
    (table,) = mended(frame, GIVEN, wanted, kinds=["pandas"])
    assert (table.times == hours.tz_convert(None).to_numpy()).all()


def test_a_target_that_is_text():
    wanted = "Forecaster: `y` is the target and has to be numbers; row 7 is 'n/a'."
    for table in mended(changed("y", 7, "n/a"), GIVEN, wanted):
        assert np.isnan(table.columns["y"][7])
        assert table.notes == ["`y` is missing in one row, row 7."]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (["1,234", "12", "1,234,567.5"], [1234, 12, 1234567.5]),
        (["1 234", "12", "1 234 567.5"], [1234, 12, 1234567.5]),
        (["1'234", "12", "1'234.5"], [1234, 12, 1234.5]),
        (["1.234,5", "12,25", "7"], [1234.5, 12.25, 7]),
        (["0,5", "1,234", "-7"], [0.5, 1.234, -7]),
    ],
)
def test_text_with_marks_of_other_places(written, number):
    frame = pd.DataFrame({"date": DAYS[:3], "y": written})
    bad = [k for k, v in enumerate(written) if not v.lstrip("-").isdigit()]
    more = f" ({len(bad)} rows are no numbers)" if len(bad) > 1 else ""
    wanted = "Forecaster: `y` is the target and has to be numbers; "
    wanted += f"row {bad[0]} is {written[bad[0]]!r}{more}."
    for table in mended(frame, GIVEN, wanted):
        assert table.columns["y"].tolist() == number


def test_plain_numbers_that_are_text_are_read_and_told():
    table = Table.read(BASE.assign(y=["1e3", " 2.5", *map(str, range(9)), ""]), GIVEN)
    assert table.columns["y"][:3].tolist() == [1000, 2.5, 0]
    assert table.notes[0] == "`y` holds numbers that are written as text."
    assert table.future_rows.tolist() == [1]  # blank text is missing


def test_infinite_values():
    frame = changed("y", 4, np.inf)
    frame.loc[9, "y"] = -np.inf
    wanted = "Forecaster: row 4 of `y` is inf (2 rows are infinite)."
    for table in mended(frame, GIVEN, wanted):
        assert np.flatnonzero(np.isnan(table.columns["y"])).tolist() == [4, 9]


def test_values_that_are_too_large():
    frame = changed("y", 4, 1.7e308)  # the largest float, which some take for a missing value
    frame.loc[9, "y"] = -np.inf
    wanted = "Forecaster: row 4 of `y` is 1.7e+308 (2 rows are so large)."
    for table in mended(frame, GIVEN, wanted):
        assert np.flatnonzero(np.isnan(table.columns["y"])).tolist() == [4, 9]


def test_no_value_at_all():
    for empty in (np.nan, None):
        assert problem(DataError, Table.read, BASE.assign(y=empty), GIVEN) == (
            "Forecaster: `y` has no value in any row."
        )
        with pytest.raises(DataError) as caught:
            Table.read(BASE.assign(price=empty), GIVEN | {"known": "price"})
        assert str(caught.value) == (
            "Forecaster: `price` has no value in any row.\n  fix:      leave 'price' out of `known`"
        )


def test_a_series_without_a_target():
    frame = TWO.assign(y=[np.nan] * 12 + [1.0] * 12)
    wanted = "Forecaster: series 'a' has no value of `y`."
    for table in mended(frame, SHOPS, wanted):
        assert table.ids == ["b"]


def test_times_that_are_missing():
    frame = changed("date", 3, pd.NaT)
    wanted = "Forecaster: row 3 has no time: `date` is missing."
    for table in mended(frame, GIVEN, wanted):
        assert len(table) == 12  # the row of that day is put in
    frame.loc[5, "date"] = pd.NaT
    assert problem(DataError, Table.read, frame, GIVEN) == (
        "Forecaster: row 3 has no time: `date` is missing (2 rows lack it)."
    )


@pytest.mark.parametrize("none", [None, np.nan, ""])
def test_ids_that_are_missing(none):
    frame = changed("shop", 3, None, TWO).astype({"shop": object})
    frame.loc[3, "shop"] = none
    assert problem(DataError, Table.read, frame, SHOPS) == (
        "Forecaster: row 3 belongs to no series: `shop` is missing."
    )
    if none is None:
        wanted = "Forecaster: row 3 belongs to no series: `shop` is missing."
        for table in mended(frame, SHOPS, wanted):
            assert table.ids == ["a", "b"]


def test_ids_that_cannot_be_told_apart():
    assert problem(DataError, Table.read, BASE.assign(shop=[[1]] * 12), SHOPS) == (
        "Forecaster: `shop` holds values that cannot be ids of series: row 0 is [1]."
    )


def test_times_without_a_common_step():
    minutes = pd.to_timedelta([0, 0, 0, 37, 0, 0, 0, 0, 5, 0, 0, 0], unit="min")
    with pytest.raises(DataError) as caught:
        Table.read(BASE.assign(date=DAYS + minutes), GIVEN)
    assert caught.value.problem == (
        "Forecaster: the times in `date` have no common step: row 3 comes 1 day 37 minutes after "
        "row 2, where most rows go on daily."
    )
    assert caught.value.came == (
        "distances 1 day (7 times), 23 hours 23 minutes (1 time), 23 hours 55 minutes (1 time) and "
        "2 others"
    )
    wanted = caught.value.problem
    for table in mended(BASE.assign(date=DAYS + minutes), GIVEN, wanted):
        assert table.step.words == "daily"
        assert len(table) == 12
    texts = BASE.assign(date=(DAYS + minutes).strftime("%Y-%m-%d %H:%M"))
    assert fixes(DataError, Table.read, texts, GIVEN) == (
        "recurra.data.trailing_means(times, values, np.timedelta64(1, 'D'))  # puts them on a grid",
    )


def test_a_year_that_is_mistyped():
    frame = changed("date", 11, pd.Timestamp("2124-01-12"))
    assert problem(DataError, Table.read, frame, GIVEN) == (
        "Forecaster: the times in `date` go on daily, and between row 10 (2024-01-11) and row 11 "
        "(2124-01-12) 36,524 rows are missing."
    )


def test_too_few_rows():
    assert problem(DataError, Table.read, BASE[:1], GIVEN) == (
        "Forecaster: the table has one row (row 0): nothing tells how far it is to the next."
    )
    assert problem(DataError, Table.read, TWO.iloc[[0, 12]], SHOPS) == (
        "Forecaster: each of the 2 series has one row: nothing tells how far it is to the next."
    )
    assert problem(DataError, Table.read, BASE[:0], GIVEN) == (
        "Forecaster: the table has no rows, only columns: date, y."
    )
    assert problem(DataError, Table.read, pd.DataFrame(), {}) == (
        "Forecaster: the table has no columns."
    )


def test_rows_of_working_hours_alone_lie_on_a_grid_of_hours():
    hours = np.array([24 * day + hour for day in range(9) for hour in range(9, 15)])
    times = np.datetime64("2024-01-01", "ns") + hours.astype("m8[h]")
    table = Table.read(pd.DataFrame({"time": times, "y": np.arange(54.0)}), {})
    assert (table.step.words, len(table)) == ("hourly", 8 * 24 + 6)


FUTURE = BASE.assign(y=[*range(9), None, None, None], price=range(12)).astype({"price": float})


def test_known_columns_that_are_missing_in_the_future():
    roles = {**GIVEN, "known": "price"}
    assert problem(DataError, Table.read, changed("price", 10, np.nan, FUTURE), roles) == (
        "Forecaster: what has to be known of the future is missing: `price` at 2024-01-11 (row 10)."
    )
    assert problem(DataError, Table.read, FUTURE.drop(10), roles) == (
        "Forecaster: what has to be known of the future is missing: `price` at 2024-01-11 (no row)."
    )
    history = changed("price", 3, np.nan, FUTURE)  # which is no mistake
    assert Table.read(history, roles).future_rows.tolist() == [3]


def test_a_static_column_that_changes():
    frame = changed("region", 11, "south", TWO.assign(region="north"))
    assert problem(DataError, Table.read, frame, {**SHOPS, "static": "region"}) == (
        "Forecaster: `region` is static and changes within series 'a': row 0 is 'north' and row 11 "
        "is 'south'."
    )


def test_text_where_roles_say_number():
    roles = Roles("date", ("y",), known=("shop",))
    with pytest.raises(DataError) as caught:
        Table.read(TWO[:12], roles)
    assert caught.value.problem == (
        "Forecaster: `shop` is a known column and has to be numbers; row 0 is 'a' "
        "(12 rows are no numbers)."
    )
    assert caught.value.fixes[-1] == "categorical=['shop']  # if it is a category"


def test_times_as_a_target():
    assert problem(DataError, Table.read, BASE.assign(z=DAYS), {"time": "date", "target": "z"}) == (
        "Forecaster: `z` holds times, and the target has to be numbers."
    )


def test_what_is_no_table():
    assert problem(ArgumentError, Table.read, ["1", "2"], {}) == "Forecaster: a list is no table."
    assert problem(ArgumentError, Table.read, np.ones((2, 3, 4)), {}) == (
        "Forecaster: an array of 3 axes is no table."
    )
    assert problem(DataError, Table.read, {"a": [1, 2], "b": [1]}, {}) == (
        "Forecaster: the columns have different lengths: a 2, b 1."
    )
    assert problem(DataError, Table.read, {"a": 1}, {}) == (
        "Forecaster: `a` is no column: its shape is ()."
    )


def test_columns_of_one_name():
    frame = BASE.assign(z=1.0).set_axis(["date", "y", "y"], axis=1)
    assert problem(DataError, Table.read, frame, GIVEN) == ("Forecaster: 2 columns are called 'y'.")


def test_rows_of_many_are_told_as_numbers_with_commas():
    frame = {"y": np.where(np.arange(20_000) == 12_345, np.inf, 1.0)}
    assert problem(DataError, Table.read, frame, {}) == "Forecaster: row 12,345 of `y` is inf."


def test_who_asks_is_named():
    assert problem(DataError, Table.read, BASE[:0], GIVEN, who="recurra forecast") == (
        "recurra forecast: the table has no rows, only columns: date, y."
    )


def test_values_that_cannot_be_categories():
    frame = {"y": [1.0, 2.0], "c": ["a", [1]]}
    assert problem(DataError, Table.read, frame, {"target": "y", "known": "c"}) == (
        "Forecaster: `c` holds values that cannot be categories: row 1 is [1]."
    )


ANYTHING = [
    None, np.nan, 0, 2.5, np.inf, True, "a", "", "1,5", "2024-01-01", "01/02/2024", "2024Q3",
    (1, 2), [1], b"x", 1j, 10**20, dt.date(2024, 1, 1), dt.datetime(2024, 1, 1, 3), dt.timedelta(1),
    dt.datetime(2024, 1, 1, tzinfo=dt.UTC), pd.NaT, pd.NA, pd.Timestamp("2024-01-05"), 20240101,
    pd.Timestamp("2024-01-05", tz="Europe/Berlin"), 1704067200, np.array([1, 2]), frozenset({1}),
]  # fmt: skip


@st.composite
def columns_of_anything(draw):
    rows = draw(st.integers(0, 6))
    some = st.lists(st.sampled_from(ANYTHING), min_size=1, max_size=3)
    regular = st.sampled_from([list(DAYS[:rows]), list(range(rows)), ["a"] * rows])
    made = {}
    for name in draw(st.lists(st.sampled_from("tybkps"), min_size=1, unique=True)):
        pool = draw(some)
        mixed = [pool[draw(st.integers(0, len(pool) - 1))] for _ in range(rows)]
        made[name] = mixed if draw(st.booleans()) else draw(regular)
    return made


@given(columns_of_anything(), st.sets(st.sampled_from("tybkps")), st.booleans())
def test_tables_of_anything_are_read_or_refused(columns, named, as_pandas):
    frame = pd.DataFrame({n: pd.Series(v) for n, v in columns.items()}) if as_pandas else columns
    by_letter = {
        "t": "time", "y": "target", "b": "by", "k": "known", "p": "past", "s": "static"
    }  # fmt: skip
    try:
        table = Table.read(frame, {by_letter[n]: n for n in named if n in columns})
    except RecurraError as error:
        assert str(error)
    else:
        assert len(table) >= len(next(iter(columns.values())))
