"""Steps of time axes, beside pandas's date ranges."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recurra as rc
from recurra.data.rates import find_step
from recurra.data.steps import Step, duration

SECOND, HOUR, DAY = 10**9, 3600 * 10**9, 86400 * 10**9
#: pandas's name, ours, in words, season lengths
KINDS = [
    ("D", Step(DAY, "ns"), "daily", (7, 365)),
    ("2D", Step(2 * DAY, "ns"), "every 2 days", ()),
    ("W-WED", Step(7 * DAY, "ns"), "weekly", (52,)),
    ("h", Step(HOUR, "ns"), "hourly", (24, 168)),
    ("6h", Step(6 * HOUR, "ns"), "every 6 hours", (4, 28)),
    ("15min", Step(15 * 60 * SECOND, "ns"), "every 15 minutes", (96, 672)),
    ("90min", Step(90 * 60 * SECOND, "ns"), "every 1.5 hours", (16, 112)),
    ("7min", Step(7 * 60 * SECOND, "ns"), "every 7 minutes", ()),
    ("min", Step(60 * SECOND, "ns"), "every minute", (1440, 10080)),
    ("s", Step(SECOND, "ns"), "every second", ()),
    ("5ms", Step(5 * 10**6, "ns"), "every 5 ms", ()),
    ("MS", Step(1, "month", 1), "monthly", (12,)),
    ("ME", Step(1, "month", 31), "monthly", (12,)),
    ("2MS", Step(2, "month", 1), "every 2 months", (6,)),
    ("5MS", Step(5, "month", 1), "every 5 months", ()),
    ("QS", Step(3, "month", 1), "quarterly", (4,)),
    ("QE", Step(3, "month", 31), "quarterly", (4,)),
    ("YS", Step(12, "month", 1), "yearly", ()),
    ("YE", Step(12, "month", 31), "yearly", ()),
    ("2YS", Step(24, "month", 1), "every 2 years", ()),
    ("B", Step(1, "weekday"), "every weekday", (5, 261)),
]


def times_of(kind, rows=60, start="2019-11-06 16:30"):
    return pd.date_range(start, periods=rows, freq=kind).to_numpy().astype("M8[ns]")


@pytest.mark.parametrize(("kind", "step", "words", "seasons"), KINDS, ids=lambda k: str(k))
def test_steps_are_found_and_go_on_as_pandas_does(kind, step, words, seasons):
    times = times_of(kind)
    found = find_step(times[:40])
    assert (found, found.words, found.seasons) == (step, words, seasons)
    assert (found.after(times[39], 20) == times[40:]).all()
    assert found.between(times[0], times[-1]) == 59
    assert found.between(times[5], times).tolist() == list(range(-5, 55))
    assert found.on_grid(times[0], times).all()


@given(kind=st.sampled_from(KINDS), holes=st.sets(st.integers(1, 58), max_size=20))
def test_rows_that_lack_change_nothing(kind, holes):
    """Of 60 rows up to 20 are taken out; at least 19 neighbours of 40 stay side by side."""
    times = np.delete(times_of(kind[0]), sorted(holes))
    step = find_step(times)
    assert step == kind[1]
    missing = np.setdiff1d(np.arange(60), step.between(times[0], times))
    assert missing.tolist() == sorted(holes)


def test_a_day_in_the_month_is_kept_through_short_months():
    """The 30th: the 29th in the February of a leap year, not a month end."""
    times = np.array(["2023-12-30", "2024-01-30", "2024-02-29"], "M8[ns]")
    step = find_step(times)
    assert step == Step(1, "month", 30)
    assert step.after(times[-1], 2).astype("M8[D]").astype(str).tolist() == [
        *("2024-03-30", "2024-04-30"),
    ]
    assert find_step(np.array(["2024-01-28", "2024-02-28"], "M8[ns]")).day == 28


def test_without_a_day_the_time_tells_it():
    step = Step(1, "month")
    assert str(step.after(np.datetime64("2023-02-28"), 1)[0])[:10] == "2023-03-31"  # a month end
    assert str(step.after(np.datetime64("2024-02-28"), 1)[0])[:10] == "2024-03-28"  # none


def test_a_weekday_after_a_weekend():
    step = Step(1, "weekday")
    assert str(step.after(np.datetime64("2024-03-02"), 1)[0])[:10] == "2024-03-04"


def test_one_weekend_alone_does_not_make_weekdays():
    times = np.array(["2024-02-29", "2024-03-01", "2024-03-04", "2024-03-05"], "M8[ns]")
    assert find_step(times) == Step(DAY, "ns")


def test_times_off_the_grid_are_told():
    times = np.array(["2024-01-01", "2024-01-02", "2024-01-03 01:00", "2024-01-04"], "M8[ns]")
    step = Step(DAY, "ns")
    assert step.on_grid(times[0], times).tolist() == [True, True, False, True]
    assert step.between(times[0], times).tolist() == [0, 1, 2, 3]
    monthly = Step(1, "month", 1)
    assert monthly.on_grid(np.datetime64("2024-01-01"), times).tolist() == [True, *[False] * 3]


def test_numbers():
    assert find_step(np.array([1700, 1701, 1703, 1704])) == Step(1, "number")
    assert find_step(np.array([0, 2, 4, 6])).words == "in steps of 2"
    assert Step(1, "number").after(1709, 2).tolist() == [1710, 1711]
    assert Step(1, "number").after(1709, 2).dtype.kind == "i"
    assert Step(1, "number").seasons == ()


@given(
    size=st.sampled_from([0.1, 0.005, 1 / 3, 2.5, 1e-3]),
    start=st.floats(-100, 100),
    holes=st.sets(st.integers(1, 58), max_size=20),
)
def test_floats_lie_on_a_grid_in_spite_of_rounding(size, start, holes):
    times = np.delete(start + size * np.arange(60), sorted(holes))
    step = find_step(times)
    assert step.size == pytest.approx(size, rel=1e-9)
    assert step.on_grid(times[0], times).all()
    assert step.between(times[0], times[-1]) == 59
    assert not step.on_grid(times[0], times + 0.1 * size).any()


def test_seconds_since_1970_have_a_step_though_each_is_rounded():
    times = 1.7e9 + 0.005 * np.arange(200_000)
    step = find_step(times)
    assert step.size == pytest.approx(0.005, rel=1e-9)
    assert step.on_grid(times[0], times).all()
    assert step.between(times[0], times[-1]) == 199_999


@pytest.mark.parametrize("size", [0.1, 0.005, 0.25])
def test_floats_have_a_step_without_noise(size):
    assert find_step(np.arange(50) * size).size == size


def test_durations():
    assert [duration(n) for n in (1, 1500, 10**6, SECOND, 2 * SECOND, DAY)] == [
        *("1 ns", "1.5 µs", "1 ms", "1 second", "2 seconds", "1 day"),
    ]


@pytest.mark.parametrize(
    ("times", "fix"),
    [
        (np.array(["2024-01-01", "2024-01-02"]), "np.array(times, 'datetime64[ns]')"),
        (np.arange(3).astype("m8[s]"), "times / np.timedelta64(1, 's')"),
        (
            pd.date_range("2024-01-01", periods=3, tz="Europe/Berlin").astype(object).to_numpy(),
            "pd.to_datetime(times, utc=True).tz_localize(None)",
        ),
    ],
)
def test_times_of_another_type_become_such_by_the_fix(times, fix):
    with pytest.raises(rc.DataError) as error:
        find_step(times)
    assert str(error.value) == (
        f"times of type {times.dtype} are neither datetimes nor numbers.\n  fix:      {fix}"
    )
    assert find_step(eval(fix, {"np": np, "pd": pd, "times": times})).size > 0


def test_errors():
    with pytest.raises(rc.DataError) as error:
        find_step(np.array([1.0]))
    assert str(error.value) == "one time alone does not tell how far it is to the next."
    with pytest.raises(rc.DataError) as error:
        find_step(np.array([1, 3, 2]))
    assert str(error.value) == (
        "the times do not rise: row 2, 2, is not after the one before.\n"
        "  fix:      times, rows = np.unique(times, return_index=True); values = values[rows]"
    )
    with pytest.raises(rc.DataError) as error:
        find_step(np.array(["2024-01-01", "NaT", "2024-01-03"], "M8[ns]"))
    assert str(error.value) == "the time of row 1 is missing."
    with pytest.raises(rc.ArgumentError) as error:
        Step(1, "week")
    assert str(error.value) == ("Step: unit='week' has to be 'ns', 'month', 'weekday' or 'number'.")
    with pytest.raises(rc.ArgumentError) as error:
        Step(0, "ns")
    assert str(error.value) == "Step: size=0 ns is no step forward."
