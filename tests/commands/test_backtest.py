"""`recurra backtest`: scores, and every value that was forecast."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from recurra.forecasting.forecaster import Forecaster
from recurra.forecasting.tables.files import read_table
from tests.commands.tables import days, stores, write


def test_scores_are_those_of_the_rows(recurra):
    stores(Path("stores.csv"))
    code, out, _ = recurra(
        "backtest", "stores.csv", "--target", "sales", "--by", "store", "--known", "price",
        "--lookback", 4, "--out", "rows.csv",
    )  # fmt: skip
    assert code == 0
    with open("rows.csv", encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    error = np.mean([abs(float(r["actual"]) - float(r["forecast"])) for r in found])
    inside = np.mean(
        [float(r["lower_90"]) <= float(r["actual"]) <= float(r["upper_90"]) for r in found]
    )
    lines = out.splitlines()
    own = next(line for line in lines if line.startswith("  forecast "))
    assert own.split()[1] == f"{error:.4g}"
    assert own.split()[-2:] == [f"{100 * inside:.1f}", "%"]
    tried = Forecaster(
        horizon=3, lookback=4, target="sales", by="store", known="price", random_state=0
    ).backtest(read_table("stores.csv"))
    assert lines[0] == tried.verdict
    assert {r["store"] for r in found} == {"<b>North</b>", "South & Co"}
    assert all(r["known_until"] < r["time"] for r in found)


def test_too_short(recurra):
    write(Path("t.csv"), ("day", "y"), [(d, i % 4) for i, d in enumerate(days(6))])
    code, out, err = recurra("backtest", "t.csv", "--horizon", 4, "--out", "rows.csv")
    assert (code, out) == (2, "")
    assert err.splitlines()[1] == (
        "recurra backtest: before 2024-01-04, where the part to test on begins, there are 0 "
        "windows to learn from and 0 to hold out, and 3 of each are needed. A window takes 2 rows "
        "to look at and 4 to forecast, and the history has 3."
    )
    assert os.listdir() == ["t.csv"]


@pytest.mark.parametrize("command", ["forecast", "backtest", "classify"])
def test_help_names_what_can_be_typed(recurra, command):
    code, out, _ = recurra(command, "--help")
    assert code == 0 and f"usage: recurra {command}" in out and "--target" in out
