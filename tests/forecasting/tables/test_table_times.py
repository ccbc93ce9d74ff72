"""Times of all kinds: read as they are meant, and given back as they came."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recurra.engine.errors import DataError
from recurra.forecasting.tables import date_texts
from recurra.forecasting.tables.table import Table
from recurra.forecasting.tables.values import of_array
from tests.engine.said import fixes, problem

KINDS = {"pandas": lambda f: f, "polars": pl.from_pandas, "pyarrow": pa.Table.from_pandas}


def read(times, **roles):
    values = np.arange(len(times), dtype=float)
    return Table.read(pd.DataFrame({"t": times, "y": values}), {"time": "t", "target": "y"} | roles)


def ahead(table, count=2):
    """The next times, in a table such as came."""
    return table.give_back({"t": table.step.after(table.times[-1], count)})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Berlin", "America/New_York"])
@pytest.mark.parametrize("freq", ["h", "D", "MS", "ME", "QS", "B"])
def test_times_of_any_kind_go_on_as_pandas_goes_on(kind, unit, zone, freq):
    """Days and longer steps keep the time of day of their zone through summer time."""
    every = pd.date_range("2024-02-01", periods=62, freq=freq, tz=zone, unit=unit)
    frame = KINDS[kind](pd.DataFrame({"t": every[:60], "y": np.arange(60.0)}))
    table = Table.read(frame, {"time": "t", "target": "y"})
    wanted = KINDS[kind](pd.DataFrame({"t": every[60:]}))
    given = ahead(table)
    assert type(given) is type(frame)
    if kind == "pyarrow":
        assert given.schema.field("t").type == frame.schema.field("t").type
        assert given.to_pydict() == wanted.to_pydict()
    else:
        assert given["t"].dtype == frame["t"].dtype
        assert given.equals(wanted)
    local = every[:60].tz_localize(None)
    assert (table.local_times == local.to_numpy()).all()
    again = table.give_back({"t": table.times})
    wanted = KINDS[kind](pd.DataFrame({"t": every[:60]}))
    assert again.equals(wanted) or again.to_pydict() == wanted.to_pydict()


def test_summer_time_makes_no_holes_in_days_nor_in_hours():
    days = pd.date_range("2024-03-29", periods=5, tz="Europe/Berlin")  # 31 March has 23 hours
    table = read(days)
    assert table.step.words == "daily"
    assert table.notes == []
    hours = pd.date_range("2024-03-31", periods=23, freq="h", tz="Europe/Berlin")
    table = read(hours)
    assert table.step.words == "hourly"
    assert len(table) == 23
    holes = read(hours.delete(1))
    assert holes.notes == [
        "1 row was put in where a time was missing, the first at 2024-03-31 01:00."
    ]


def test_days_whose_midnight_is_left_out_or_comes_twice():
    days = pd.date_range("2024-09-01", periods=12)
    days = days.tz_localize("America/Santiago", nonexistent="shift_forward")
    assert days[7].hour == 1  # clocks were put forward at midnight of 8 September
    table = read(days[:10])
    assert table.step.words == "daily"
    assert table.times[7] == np.datetime64("2024-09-08")
    assert ahead(table)["t"].tolist() == days[10:].tolist()
    assert table.give_back({"t": table.times})["t"].tolist() == days[:10].tolist()
    days = pd.date_range("2024-10-30", periods=12)  # clocks go back on 3 November
    days = days.tz_localize("America/Havana", ambiguous=np.ones(12, bool))
    table = read(days[:10])
    assert table.step.words == "daily"
    assert table.give_back({"t": table.times})["t"].tolist() == days[:10].tolist()


def test_days_of_utc_that_are_given_in_a_zone():
    days = pd.date_range("2024-03-29", periods=5, tz="UTC").tz_convert("Europe/Berlin")
    table = read(days)
    assert table.notes == []
    assert ahead(table)["t"].tolist() == [d + pd.Timedelta(5, "D") for d in days[:2]]


FORMATS = {
    "%Y-%m-%d": "D",
    "%Y/%m/%d": "D",
    "%Y.%m.%d": "D",
    "%d.%m.%Y": "D",
    "%Y-%m": "MS",
    "%Y": "YS",
    "%Y-%m-%d %H:%M": "h",
    "%Y-%m-%dT%H:%M:%S": "min",
    "%d.%m.%Y %H:%M": "h",
    "%m/%d/%Y %H:%M:%S": "12h",
    "%Y-%m-%d %H:%M:%S.%f": "250ms",
    "%Y-%m-%dT%H:%M:%SZ": "h",
    "%Y-%m-%dT%H:%M:%S+01:00": "h",
    "%Y-%m-%d %H:%M-0530": "D",
}


@pytest.mark.parametrize("form", FORMATS)
def test_dates_as_text_go_on_in_their_form(form):
    every = pd.date_range("2024-01-01", periods=42, freq=FORMATS[form]).strftime(form)
    table = read(every[:40].to_numpy(object))
    assert ahead(table)["t"].tolist() == every[40:].tolist()
    naive = pd.to_datetime(every[:40], format=form).tz_localize(None)
    assert (table.local_times == naive.to_numpy()).all()


@st.composite
def written_times(draw):
    """Datetimes as text, each with as many digits as it needs or more."""
    first = draw(
        st.sampled_from(
            [
                "{t.year}-{t.month:02}-{t.day:02}",
                "{t.year}/{t.month}/{t.day}",
                "{t.day}.{t.month}.{t.year}",
                "{t.day:02}.{t.month:02}.{t.year}",
            ]
        )
    )
    gap = draw(st.sampled_from(["T", " ", "  "]))
    clock = draw(
        st.sampled_from(
            [
                "{t.hour}:{t.minute:02}:{t.second:02}",
                "{t.hour:02}:{t.minute:02}:{t.second:02}.{t.microsecond:06}",
            ]
        )
    )
    offset = draw(st.sampled_from(["", "Z", "+01:00", " -0330"]))
    span = st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2250, 1, 1))
    times = draw(st.lists(span, min_size=1, max_size=6))
    if "microsecond" not in clock:
        times = [t.replace(microsecond=0) for t in times]
    texts = []
    for t in times:
        midnight = not (t.hour or t.minute or t.second or t.microsecond)
        texts.append(first.format(t=t) + ("" if midnight else gap + clock.format(t=t)) + offset)
    hours = {"": 0, "Z": 0, "+01:00": 1, " -0330": -3.5}[offset]
    return texts, [t - dt.timedelta(hours=hours) for t in times]


@given(written_times())
def test_text_is_read_as_it_was_written(written):
    texts, times = written
    found, style, _ = date_texts.read(of_array(np.array(texts, object)))
    assert found.astype("M8[us]").tolist() == times
    again = date_texts.read(of_array(np.array(style.write(found))))[0]
    np.testing.assert_array_equal(again, found)


def test_quarters_as_text():
    table = read(["2023-Q3", "2023-Q4", "2024-Q1"])
    assert table.step.words == "quarterly"
    assert table.times[0] == np.datetime64("2023-07-01")
    assert ahead(table)["t"].tolist() == ["2024-Q2", "2024-Q3"]


def test_nanoseconds_in_text_are_kept():
    table = read([f"2024-01-01T00:00:00.{k:09}" for k in (0, 5, 10)])
    assert ahead(table, 1)["t"].tolist() == ["2024-01-01T00:00:00.000000015"]


@pytest.mark.parametrize(
    ("dates", "first", "told"),
    [
        (["12/01/2024", "13/01/2024"], "2024-01-12", "`12/01/2024` is read day first."),
        (["01/12/2024", "01/13/2024"], "2024-01-12", "`01/12/2024` is read month first."),
        (["01.02.2024", "02.02.2024"], "2024-02-01", "`01.02.2024` is read day first."),
    ],
)
def test_day_or_month_first_where_it_can_be_told(dates, first, told):
    table = read(dates)
    assert table.times[0] == np.datetime64(first)
    assert table.notes == [told]


def test_day_or_month_first_where_it_cannot_be_told():
    dates = ["01/02/2024", "02/02/2024", "03/02/2024"]
    assert problem(DataError, read, dates) == (
        "Forecaster: row 0 of `t`: '01/02/2024' may begin with the day or with the month, and no "
        "other row tells."
    )
    assert fixes(DataError, read, dates) == (
        "df['t'] = pd.to_datetime(df['t'], format='%d/%m/%Y')",
        "df['t'] = pd.to_datetime(df['t'], format='%m/%d/%Y')",
    )
    frame = pl.DataFrame({"t": dates, "y": [1.0, 2, 3]})
    for fix, wanted in zip(fixes(DataError, Table.read, frame, {}), ("daily", "monthly")):
        names = {"df": frame, "pl": pl}
        exec(fix, names)
        assert Table.read(names["df"], {}).step.words == wanted
    assert problem(DataError, read, ["13/01/2024", "01/14/2024"]) == (
        "Forecaster: row 1 of `t`: '01/14/2024' has day and month the other way round than "
        "'13/01/2024'."
    )


UNREADABLE = {
    "01 Jan 2024": "%d %b %Y",
    "1-Jan-2024": "%d-%b-%Y",
    "Jan 2024": "%b %Y",
    "Jan-2024": "%b-%Y",
    "1/31/24": "%m/%d/%y",
    "31.1.24": "%d.%m.%y",
}


@pytest.mark.parametrize("text", UNREADABLE)
def test_dates_that_pandas_reads(text):
    frame = pd.DataFrame({"t": [text], "y": [1.0]})
    assert problem(DataError, Table.read, frame, {"time": "t"}) == (
        f"Forecaster: row 0 of `t`: {text!r} is no date that can be read."
    )
    (fix,) = fixes(DataError, Table.read, frame, {"time": "t"})
    exec(fix, {"df": frame, "pd": pd})
    assert frame["t"][0] in (pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-31"))


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (["2024-01-01", "soon"], "'soon' is no date that can be read, unlike '2024-01-01'"),
        (["2024-02-29", "2024-02-30"], "'2024-02-30' is no day or time that there is"),
        (["2024-01-01", "2024-01-02T25:00"], "'2024-01-02T25:00' is no day or time that there is"),
        (["2024-01-01Z", "2024-01-02"], "this time has no offset from UTC, and others have one"),
        (["2024-01-01", "3024-01-02"],
         "'3024-01-02' is no date that can be read, unlike '2024-01-01'"),
    ],
)  # fmt: skip
def test_dates_that_are_none(dates, said):
    assert problem(DataError, read, dates) == f"Forecaster: row 1 of `t`: {said}."


def test_offsets_that_change_are_taken_to_utc():
    dates = ["2024-10-27T02:00+02:00", "2024-10-27T02:00+01:00", "2024-10-27T03:00+01:00"]
    table = read(dates)
    assert table.step.words == "hourly"
    assert table.notes == ["The times have 2 different offsets from UTC; they are taken to UTC."]
    assert ahead(table, 1)["t"].tolist() == ["2024-10-27T03:00+00:00"]


@pytest.mark.parametrize(
    ("numbers", "step", "first", "following", "told"),
    [
        ([1990, 1991, 1992], "in steps of 1", 1990, 1993, []),
        ([0, 5, 10], "in steps of 5", 0, 15, []),
        ([0.0, 0.25, 0.5], "in steps of 0.25", 0, 0.75, []),
        ([20240229, 20240301, 20240302], "daily", "2024-02-29", 20240303,
         ["`t` is taken as days: 20240229 is 2024-02-29."]),
        ([202311, 202312, 202401], "monthly", "2023-11-01", 202402,
         ["`t` is taken as months: 202311 is 2023-11-01."]),
        ([1704067200, 1704070800, 1704074400], "hourly", "2024-01-01", 1704078000,
         ["`t` is taken as Unix timestamps in seconds, from 2024-01-01 on."]),
        ([1704067200000, 1704067200005, 1704067200010], "every 5 ms", "2024-01-01", 1704067200015,
         ["`t` is taken as Unix timestamps in milliseconds, from 2024-01-01 on."]),
        ([1704067200.0, 1704067200.5, 1704067201.0], "every 500 ms", "2024-01-01", 1704067201.5,
         ["`t` is taken as Unix timestamps in seconds, from 2024-01-01 on."]),
    ],
)  # fmt: skip
def test_numbers_as_times(numbers, step, first, following, told):
    table = read(numbers)
    assert table.step.words == step
    assert table.times[0] == (np.datetime64(first) if isinstance(first, str) else first)
    assert table.notes == told
    assert ahead(table, 1)["t"].tolist() == [following]
    assert ahead(table, 1)["t"].dtype == np.asarray(numbers).dtype


def test_numbers_that_only_look_like_days():
    assert read([20240229, 20240230, 20240231]).times.dtype == np.int64


def test_periods_and_an_index_come_back():
    months = pd.period_range("2024-01", periods=5, freq="M", name="month")
    table = Table.read(pd.Series(np.arange(5.0), months, name="y"), {})
    assert table.notes == ["`month` is taken as the time.", "`y` is taken as the target."]
    given = table.give_back({"month": table.step.after(table.times[-1], 2), "forecast": [1.0, 2]})
    wanted = pd.DataFrame({"forecast": [1.0, 2]}, months[-2:] + 2)
    pd.testing.assert_frame_equal(given, wanted)


def test_an_index_of_ids_and_times_comes_back():
    days = pd.date_range("2024-01-01", periods=3)
    index = pd.MultiIndex.from_product([["b", "a"], days], names=["shop", None])
    table = Table.read(pd.DataFrame({"y": np.arange(6.0)}, index), {"by": "shop"})
    assert table.roles.time == "index"
    assert table.columns["y"].tolist() == [3, 4, 5, 0, 1, 2]
    given = table.give_back({"shop": np.repeat(table.ids, 3), "index": table.times, "f": range(6)})
    assert given.index.equals(index.sortlevel(0)[0])
    assert given.index.names == ["shop", None]


def test_an_index_beside_a_column_of_its_name():
    days = pd.date_range("2024-01-01", periods=3)
    frame = pd.DataFrame({"index": [5, 6, 7], "y": [1.0, 2, 3]}, days)
    assert Table.read(frame, {"target": "y"}).roles.time == "index1"
    frame = pd.DataFrame({"day": days, "y": [1.0, 2, 3]}).set_index("day", drop=False)
    assert Table.read(frame, {}).roles.time == "day"


def test_an_index_of_row_numbers_is_no_column():
    frame = pd.DataFrame({"y": [1.0, 2, 3]}, index=[5, 7, 9])
    table = Table.read(frame, {})
    assert table.times.tolist() == [0, 1, 2]
    assert table.give_back({"y": [1.0]}).index.tolist() == [0]


def test_python_dates_and_datetimes_come_back():
    days = [dt.date(2024, 1, 31), dt.date(2024, 2, 29), dt.date(2024, 3, 31)]
    table = Table.read({"t": days, "y": [1, 2, 3]}, {"time": "t"})
    assert ahead(table, 1)["t"].tolist() == [dt.date(2024, 4, 30)]
    zone = ZoneInfo("Europe/Berlin")
    times = [dt.datetime(2024, 3, day, 12, tzinfo=zone) for day in (29, 30, 31)]
    table = Table.read({"t": times, "y": [1, 2, 3]}, {"time": "t"})
    assert ahead(table, 1)["t"].tolist() == [dt.datetime(2024, 4, 1, 12, tzinfo=zone)]
    assert ahead(table, 1)["t"][0].tzinfo == zone


def test_numpy_times_keep_their_unit():
    table = Table.read({"t": np.arange("2024-01", "2024-04", dtype="M8[M]"), "y": [1, 2, 3]}, {})
    assert ahead(table, 1)["t"].tolist() == [dt.date(2024, 4, 1)]
    assert ahead(table, 1)["t"].dtype == "M8[M]"


def test_times_that_nanoseconds_cannot_count():
    frame = {"t": np.array(["2024-01-01", "1500-01-01"], "M8[D]"), "y": [1, 2]}
    assert problem(DataError, Table.read, frame, {}) == (
        "Forecaster: row 1 of `t` is outside of the years 1678 to 2261, the times that nanoseconds "
        "can count."
    )


def test_durations_are_no_times():
    frame = pd.DataFrame({"t": pd.to_timedelta([0, 2, 4], unit="ms"), "y": [1.0, 2, 3]})
    for df in (frame, pl.from_pandas(frame)):
        (fix,) = fixes(DataError, Table.read, df, {"time": "t"})
        names = {"df": df, "pl": pl}
        exec(fix, names)
        assert Table.read(names["df"], {"time": "t"}).step.size == 0.002
