"""`recurra forecast`, from a file to files."""

import csv
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from recurra.forecasting.forecaster import Forecaster
from recurra.forecasting.keeping import load_forecaster
from recurra.forecasting.tables.files import read_table
from tests.commands.tables import days, stores, write

COLUMNS = ("--time", "date", "--target", "sales", "--by", "store", "--known", "price")
PROGRAM = str(Path(sys.executable).parent / "recurra")


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def done(tmp_path_factory, soon):
    """One run with all files, and the same forecast made in Python."""
    from contextlib import redirect_stderr, redirect_stdout
    from io import StringIO

    from recurra.cli import main

    folder = tmp_path_factory.mktemp("done")
    table = stores(folder / "stores.csv")
    files = [folder / name for name in ("out.csv", "report.html", "model")]
    words = ["--levels", "50,90", "--lookback", "4", "--seed", "3"]
    for option, path in zip(("--out", "--report", "--save"), files):
        words += [option, str(path)]
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(["forecast", str(table), *COLUMNS, *words])
    forecaster = Forecaster(
        horizon=3, lookback=4, levels=(0.5, 0.9), random_state=3,
        time="date", target="sales", by="store", known="price",
    )  # fmt: skip
    forecaster.fit(read_table(table))
    return {
        "code": code,
        "out": out.getvalue(),
        "err": err.getvalue(),
        "folder": folder,
        "forecaster": forecaster,
        "table": table,
    }


def test_files_appear_and_nothing_else(done):
    assert done["code"] == 0
    names = ["model", "out.csv", "report.html", "stores.csv"]
    assert sorted(os.listdir(done["folder"])) == names


def test_the_forecast_is_that_of_a_forecaster(done):
    made = done["forecaster"].forecast().to_dict(as_series=False)
    found = rows(done["folder"] / "out.csv")
    names = ["date", "store", "forecast", "lower_50", "upper_50", "lower_90", "upper_90"]
    assert list(found[0]) == names and len(found) == 6
    assert [r["store"] for r in found] == ["<b>North</b>"] * 3 + ["South & Co"] * 3
    assert [r["date"] for r in found] == 2 * days(3, "2024-03-31")
    for name in names[2:]:
        assert [float(r[name]) for r in found] == pytest.approx(made[name], rel=1e-9)


def test_what_is_printed(done):
    lines = done["out"].splitlines()
    assert lines[0] == done["forecaster"].backtest().verdict
    assert lines[2] == "What was found and done:"
    assert "  The last 3 rows have no target: the future of each series." in lines
    assert lines[lines.index("The forecast:") + 1].split() == [
        "date", "store", "forecast", "lower_50", "upper_50", "lower_90", "upper_90",
    ]  # fmt: skip
    folder = done["folder"]
    written = ", ".join(str(folder / n) for n in ("out.csv", "report.html", "model"))
    assert lines[-1] == f"Written: {written}"
    assert done["err"] == (
        f"Reading {done['table']} ...\nLearning from the whole history ...\nForecasting ...\n"
        "Trying it out: learning again, from the first part alone ...\nWriting ...\n"
    )


def test_the_report_is_of_the_same_run(done):
    text = (done["folder"] / "report.html").read_text(encoding="utf-8")
    assert done["out"].splitlines()[0] in text
    assert "<b>North" not in text and "&lt;b&gt;North&lt;/b&gt;" in text


def test_a_saved_model_forecasts_again(done, recurra):
    code, out, _ = recurra(
        "forecast", done["table"], "--model", done["folder"] / "model", "--out", "again.csv"
    )
    assert code == 0
    assert out.splitlines()[0] == (
        "The forecast was not tried out on the past: the table has too few rows that the saved "
        "model did not learn from."
    )
    again, before = rows("again.csv"), rows(done["folder"] / "out.csv")
    for a, b in zip(again, before, strict=True):
        assert (a["date"], a["store"]) == (b["date"], b["store"])
        for name in ("forecast", "lower_50", "upper_90"):
            assert float(a[name]) == pytest.approx(float(b[name]), rel=1e-5)


def test_a_saved_model_is_tried_out_on_what_came_since(done, recurra):
    later = stores(Path("later.csv"), rows=120)
    code, out, _ = recurra("forecast", later, "--model", done["folder"] / "model")
    assert code == 0
    saved = load_forecaster(done["folder"] / "model")
    tried = saved.backtest(read_table(later), test=0.25, refit=False)
    assert out.splitlines()[0] == tried.verdict
    first = tried.table.times[tried.origins].min()
    assert first > np.datetime64("2024-03-30")  # the last day that was learnt from


def test_a_saved_model_says_what_it_has_not_seen(done, recurra):
    text = done["table"].read_text(encoding="utf-8").replace("South & Co", "West")
    Path("west.csv").write_text(text, encoding="utf-8")
    code, out, err = recurra("forecast", "west.csv", "--model", done["folder"] / "model")
    assert code == 0
    assert "  Not learnt from, and scaled by their own history: West.\n" in out
    assert err == ("Reading west.csv ...\nForecasting ...\nTrying it out on what came since ...\n")


def test_a_saved_model_has_its_columns(done, recurra):
    model = done["folder"] / "model"
    code, out, err = recurra(
        "forecast", done["table"], "--model", model, "--target", "x", "--levels", 80
    )
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "recurra forecast: --target and --levels cannot be given with a saved model, which has "
        "its own."
    ]
    other = write(Path("other.csv"), ("date", "store", "y"), [("2024-01-01", "a", 1)])
    code, _, err = recurra("forecast", other, "--model", model)
    assert code == 2
    assert err.splitlines()[1:] == [
        "recurra forecast: other.csv has no column 'sales', 'price', which the saved model takes.",
        "  came:     columns date, store, y",
    ]


def test_a_future_in_a_file_of_its_own(done, recurra):
    whole = [line.split(",") for line in done["table"].read_text().splitlines()[1:]]
    names = ("date", "store", "price", "sales")
    write(Path("past.csv"), names, [r for r in whole if r[3]])
    write(Path("future.csv"), names[:3], [r[:3] for r in whole if not r[3]])
    code, _, _ = recurra(
        "forecast", "past.csv", *COLUMNS, "--future", "future.csv", "--out", "out.csv",
        "--lookback", 4, "--seed", 3, "--levels", "50,90",
    )  # fmt: skip
    assert code == 0
    for a, b in zip(rows("out.csv"), rows(done["folder"] / "out.csv"), strict=True):
        assert (a["date"], a["store"]) == (b["date"], b["store"])
        assert float(a["forecast"]) == pytest.approx(float(b["forecast"]), rel=1e-6)


def test_a_future_without_a_column(recurra):
    known, later = days(60), days(2, "2024-03-01")
    write(Path("t.csv"), ("day", "y", "price"), [(d, i % 7, i % 5) for i, d in enumerate(known)])
    write(Path("noprice.csv"), ("day", "cost"), [(d, 1) for d in later])
    write(Path("noday.csv"), ("date", "price"), [(d, 1) for d in later])
    words = ("--time", "day", "--target", "y", "--known", "price", "--future")
    for file, name, there in (("noprice", "price", "day, cost"), ("noday", "day", "date, price")):
        code, out, err = recurra("forecast", "t.csv", *words, f"{file}.csv")
        assert (code, out) == (2, "")
        assert err == (
            f"Reading t.csv ...\nReading {file}.csv ...\n"
            f"recurra forecast: {file}.csv has no column '{name}', which the rows to forecast "
            f"need.\n  came:     columns {there}\n"
        )


@pytest.mark.parametrize("named", [("--time", "day", "--target", "y"), ()])
def test_what_came_of_the_future_is_not_looked_at(recurra, named):
    """Held-out rows as --future: their targets are no history, which ends where t.csv does."""
    known, later = days(40), days(3, "2024-02-10")
    write(Path("t.csv"), ("day", "y"), [(d, (i * 7) % 11) for i, d in enumerate(known)])
    made = []
    for value in ("", 1000):
        write(Path("later.csv"), ("day", "y"), [(d, value) for d in later])
        code, _, _ = recurra("forecast", "t.csv", *named, "--horizon", 3, "--lookback", 4,
                             "--future", "later.csv", "--out", "out.csv")  # fmt: skip
        assert code == 0
        made.append(rows("out.csv"))
    assert [r["day"] for r in made[0]] == later
    assert made[0] == made[1]


def test_rows_of_the_table_give_way_to_those_of_the_future(recurra):
    """As in Python: whoever repeats the times to forecast in --future means those."""
    day = [*days(40), *days(3, "2024-02-10")]
    table = [(d, (i * 7) % 11 if i < 40 else "", i % 3) for i, d in enumerate(day)]
    write(Path("t.csv"), ("day", "y", "price"), table)
    write(Path("f.csv"), ("day", "price"), [(d, 2) for d in day[40:]])
    words = ("forecast", "t.csv", "--horizon", 3, "--lookback", 4, "--known", "price")
    code, _, _ = recurra(*words, "--future", "f.csv", "--out", "out.csv")
    assert code == 0
    assert [r["day"] for r in rows("out.csv")] == day[40:]
    write(Path("t.csv"), ("day", "y", "price"), table[:40])
    assert recurra(*words, "--future", "f.csv", "--out", "alone.csv")[0] == 0
    assert rows("alone.csv") == rows("out.csv")


def test_columns_are_guessed_and_said(recurra):
    write(Path("t.csv"), ("day", "y"), [(d, (i * 7) % 11) for i, d in enumerate(days(60))])
    code, out, _ = recurra("forecast", "t.csv", "--horizon", 1, "--lookback", 3)
    assert code == 0
    assert "  `day` is taken as the time.\n  `y` is taken as the target.\n" in out
    assert os.listdir() == ["t.csv"]


def test_parquet(recurra):
    import polars as pl

    frame = pl.DataFrame({"day": days(60), "y": [float((i * 7) % 11) for i in range(60)]})
    frame.with_columns(pl.col("day").str.to_date()).write_parquet("t.parquet")
    code, _, _ = recurra("forecast", "t.parquet", "--horizon", 2, "--lookback", 3,
                         "--out", "out.parquet")  # fmt: skip
    assert code == 0
    made = pl.read_parquet("out.parquet")
    assert made.columns == ["day", "forecast", "lower_90", "upper_90"]
    assert made["day"].cast(pl.String).to_list() == days(2, "2024-03-01")


def test_a_history_too_short_for_a_backtest_is_still_forecast(recurra, monkeypatch):
    from recurra.engine.errors import DataError

    def refuse(self, *args, **kwargs):
        raise DataError("backtest: there is too little of it.")

    monkeypatch.setattr(Forecaster, "backtest", refuse)
    write(Path("t.csv"), ("day", "y"), [(d, (i * 7) % 11) for i, d in enumerate(days(60))])
    code, out, _ = recurra(
        "forecast", "t.csv", "--horizon", 1, "--lookback", 3, "--report", "r.html"
    )
    assert code == 0
    verdict = "The forecast was not tried out on the past: there is too little of it."
    assert out.splitlines()[0] == verdict
    assert verdict in Path("r.html").read_text()


# Mistakes -----------------------------------------------------------------------------------------

FILES = ("--out", "out.csv", "--report", "r.html", "--save", "m")


def table(**changes):
    names = ["date", "y", "price"]
    made = [[d, (i * 7) % 11, i % 3] for i, d in enumerate(days(60))]
    for row, column in changes.get("cells", {}):
        made[row][column] = changes["cells"][row, column]
    return write(Path("t.csv"), changes.get("names", names), made)


@pytest.mark.parametrize(
    "words, told",
    [
        ((), "how many rows are to be forecast? The table has no rows without a target at its "
             "end.\n  fix:      --horizon 10"),
        (("--horizon", "0"), "--horizon 0: a whole number from 1 on is needed."),
        (("--horizon", "2", "--time", "day"), "--time day: there is no such column.\n"
                                              "  came:     columns date, y, price"),
        (("--horizon", "2", "--known", "price"),
         "`price` has to be known for the 2 rows to forecast, and no rows are there for 2024-03-01 "
         "to 2024-03-02.\n"
         "  fix:      --future FILE  # with date, price\n"
         "  fix:      leave the column out of --known; --past takes columns known up to now only"),
        (("--horizon", "2", "--categorical", "price"),
         "--categorical price is in none of known, past and static.\n"
         "  fix:      --known price  # or --past, --static"),
        (("--horizon", "2", "--missing", "fordward"),
         "--missing fordward is none of 'forward', 'mean', 'seasonal', 'zero', 'skip'. Did you "
         "mean 'forward'?"),
        (("--horizon", "2", "--model", "t.csv", ), None),
    ],
)  # fmt: skip
def test_mistakes_in_words(recurra, words, told):
    table()
    named = () if told is None else ("--target", "y")
    code, out, err = recurra("forecast", "t.csv", *named, *words, *FILES)
    assert (code, out) == (2, "")
    said = "\n".join(line for line in err.splitlines() if not line.endswith(" ..."))
    assert said == f"recurra forecast: {told or 't.csv is no file of a forecaster.'}"
    assert os.listdir() == ["t.csv"]


def test_which_column(recurra):
    table()
    code, _, err = recurra("forecast", "t.csv", "--horizon", 2, *FILES)
    assert code == 2 and os.listdir() == ["t.csv"]
    assert err.splitlines()[1:] == [
        "recurra forecast: which column is to be forecast? 2 columns hold numbers.",
        "  came:     columns date, y, price",
        "  fix:      --target y",
        "  fix:      --target price",
    ]


def test_mistakes_in_a_table_are_told_with_the_line(recurra):
    table(cells={(7, 1): "many"})
    code, out, err = recurra("forecast", "t.csv", "--target", "y", "--horizon", 2, *FILES)
    assert (code, out, os.listdir()) == (2, "", ["t.csv"])
    assert err.splitlines()[1] == (
        "recurra forecast: `y` is the target and has to be numbers; line 9 is 'many'."
    )


@pytest.mark.parametrize(
    "option, path, told",
    [
        ("--out", "out.xls", "out.xls does not end in .csv or .parquet.\n  fix:      out.csv"),
        ("--report", "r.pdf", "r.pdf does not end in .html.\n  fix:      --report r.html"),
        ("--save", ".", "--save . is a directory; the name of a file is needed."),
    ],
)
def test_files_are_checked_before_the_work(recurra, option, path, told):
    code, out, err = recurra("forecast", "nothing.csv", "--horizon", 2, option, path)
    assert (code, out, err) == (2, "", f"recurra forecast: {told}\n")


def test_a_file_that_is_not_there(recurra):
    table()
    code, out, err = recurra("forecast", "tt.csv", "--horizon", 2)
    assert (code, out) == (2, "")
    assert err.splitlines()[1] == (
        "recurra forecast: There is no file tt.csv. Did you mean 't.csv'?"
    )


def test_nothing_half_written_where_writing_fails(recurra, monkeypatch):
    from recurra.forecasting import report

    table()
    Path("out.csv").write_text("old")

    def fails(path, subject):
        path.write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(report, "write_report", fails)
    code, out, err = recurra("forecast", "t.csv", "--target", "y", "--horizon", 1,
                             "--lookback", 3, *FILES)  # fmt: skip
    assert (code, out) == (2, "")
    assert err.splitlines()[-1] == (
        "recurra forecast: Nothing was written: No space left on device."
    )
    assert sorted(os.listdir()) == ["out.csv", "t.csv"]
    assert Path("out.csv").read_text() == "old"


def test_control_c_in_a_process_of_its_own(tmp_path):
    path = stores(tmp_path / "stores.csv", rows=3000, future=3)
    command = [PROGRAM, "forecast", path, *COLUMNS, "--out", tmp_path / "out.csv"]
    process = subprocess.Popen(
        list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while process.stderr.readline() != "Learning from the whole history ...\n":
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert (process.returncode, out) == (130, "")
    assert err == "recurra forecast: stopped; nothing was written.\n"
    assert os.listdir(tmp_path) == ["stores.csv"]
