"""Rows at any times, several of one time, and what is said about them."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from tests.commands.tables import days, stores, write

BEGIN = np.datetime64("2024-01-01T00:00", "s")


def irregular(path, count=300):
    """About three rows an hour at odd minutes, the last one 37 minutes into an hour."""
    minutes = [20 * k + (7 * k) % 11 for k in range(count)] + [20 * count - 20 + 37]
    rows = [(str(BEGIN + np.timedelta64(m, "m")), (k * 7) % 13) for k, m in enumerate(minutes)]
    return write(path, ("time", "y"), rows)


def test_an_hour_is_the_mean_of_what_came_in_it(recurra):
    irregular(Path("t.csv"))
    code, out, _ = recurra("forecast", "t.csv", "--every", "1h", "--horizon", 2, "--lookback", 3,
                           "--out", "out.csv")  # fmt: skip
    assert code == 0
    lines = out.splitlines()
    assert (
        "  301 rows became 100 rows, hourly: the mean of what came from each `time` until the next."
    ) in lines
    assert "  The last step was not over and is left out." in lines
    with open("out.csv", newline="") as file:
        made = list(csv.DictReader(file))
    assert [r["time"] for r in made] == ["2024-01-05T04:00:00", "2024-01-05T05:00:00"]


def test_times_without_a_step(recurra):
    irregular(Path("t.csv"))
    for command in ("forecast", "backtest"):
        code, out, err = recurra(command, "t.csv", "--horizon", 2)
        assert (code, out, os.listdir()) == (2, "", ["t.csv"])
        assert err.splitlines()[1].startswith(
            f"recurra {command}: the times in `time` have no common step: "
        )
        assert err.splitlines()[-1] == (
            "  fix:      --every 30min  # makes one row of all in each step, their mean"
        )


def test_rows_in_another_step_than_a_saved_model_has(recurra):
    write(Path("t.csv"), ("day", "y"), [(d, (k * 7) % 11) for k, d in enumerate(days(60))])
    code, _, _ = recurra("forecast", "t.csv", "--horizon", 1, "--lookback", 3, "--save", "model")
    assert code == 0
    for step, words, more in (
        (
            "h",
            "hourly",
            ["  fix:      --every 1D  # makes one row of all in each step, their mean"],
        ),
        ("W", "weekly", []),
    ):
        times = (BEGIN + np.arange(96).astype(f"m8[{step}]")).tolist()
        write(Path("other.csv"), ("day", "y"), [(t, (k * 7) % 11) for k, t in enumerate(times)])
        code, out, err = recurra("forecast", "other.csv", "--model", "model")
        assert (code, out) == (2, "")
        assert err.splitlines()[1:] == [
            f"recurra forecast: the times in `day` go on {words}, and those that were learnt from "
            "daily.",
            f"  fix:      learn anew from this table, to forecast what goes on {words}",
            *more,
        ]
    times = (BEGIN + np.arange(96).astype("m8[h]")).tolist()
    write(Path("other.csv"), ("day", "y"), [(t, (k * 7) % 11) for k, t in enumerate(times)])
    assert recurra("forecast", "other.csv", "--model", "model", "--every", "1D")[0] == 0


def test_two_rows_of_one_day(recurra):
    rows = [(d, k % 5) for k, d in enumerate(days(40))]
    write(Path("t.csv"), ("day", "y"), [*rows, rows[3]])
    code, _, err = recurra("forecast", "t.csv", "--horizon", 2)
    assert code == 2
    assert err.splitlines()[1:] == [
        "recurra forecast: lines 5 and 42 have the same time, 2024-01-04.",
        "  expected: one row for each time of a series",
        "  fix:      leave one row for each time",
        "  fix:      --every 1D  # makes one row of all in each step, their mean",
    ]
    code, out, _ = recurra("forecast", "t.csv", "--horizon", 2, "--lookback", 3, "--every", "1D")
    assert code == 0
    assert "  41 rows became 40 rows, daily: the mean of what" in out


def test_series_that_were_not_named(recurra):
    stores(Path("t.csv"), future=0)
    code, _, err = recurra("forecast", "t.csv", "--time", "date", "--target", "sales",
                           "--horizon", 2)  # fmt: skip
    assert code == 2
    assert err.splitlines()[1:] == [
        "recurra forecast: lines 2 and 92 have the same time, 2024-01-01. 90 rows repeat a time.",
        "  expected: one row for each time of a series",
        "  fix:      --by store",
        "  fix:      leave one row for each time",
    ]


def test_a_column_of_numbers_and_words(recurra):
    rows = [(d, "ok", "shut" if k == 7 else k % 5) for k, d in enumerate(days(40))]
    write(Path("t.csv"), ("day", "note", "sales"), rows)
    code, _, err = recurra("forecast", "t.csv", "--horizon", 2)
    assert code == 2
    assert err.splitlines()[1:] == [
        "recurra forecast: no column of numbers is left to be forecast.",
        "  came:     columns day, note, sales",
        "  fix:      --target sales",
    ]


@pytest.mark.parametrize(
    "words, told",
    [
        (("--horizn", 2), "there is no option --horizn. Did you mean '--horizon'?"),
        (
            ("u.csv",),
            "the word 'u.csv' is one too many; names with spaces stand in quotation marks.",
        ),
    ],
)
def test_words_that_mean_nothing(recurra, words, told):
    code, out, err = recurra("forecast", "t.csv", *words)
    assert (code, out) == (2, "")
    assert err == f"recurra forecast: {told}\n  fix:      recurra forecast --help\n"


def test_columns_that_are_not_read_are_named(recurra):
    rows = [(d, (k * 7) % 11, k % 3) for k, d in enumerate(days(60))]
    write(Path("t.csv"), ("day", "y", "price"), rows)
    code, out, _ = recurra("forecast", "t.csv", "--time", "day", "--target", "y",
                           "--horizon", 1, "--lookback", 3)  # fmt: skip
    assert code == 0 and "  Not used: `price`.\n" in out


def test_a_table_of_the_future_that_repeats_the_past(recurra):
    rows = [(d, (k * 7) % 11) for k, d in enumerate(days(60))]
    path = write(Path("t.csv"), ("day", "y"), rows)
    code, out, err = recurra("forecast", path, "--horizon", 1, "--future", path)
    assert (code, out) == (2, "") and "Traceback" not in err
