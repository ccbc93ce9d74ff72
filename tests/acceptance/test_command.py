"""The command end to end in this process; a saved model and an error in one of their own."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from recurra.cli import main

DAYS = 60


def in_a_process(folder, *arguments):
    command = [sys.executable, "-c", "import sys, recurra.cli; sys.exit(recurra.cli.main())"]
    return subprocess.run([*command, *arguments], cwd=folder, capture_output=True, text=True)


@pytest.fixture
def recurra(capsys, monkeypatch):
    """The command in this process: `returncode`, `stdout` and `stderr` as of another."""

    def run(folder, *arguments):
        monkeypatch.chdir(folder)
        code = main(arguments)
        shown = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, code, shown.out, shown.err)

    return run


def write(path, lines, encoding="utf-8"):
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    rng = np.random.default_rng(0)
    parts = []
    for store in ("north", "south"):
        price = rng.choice([1.0, 2.0, 3.0], DAYS + 3)
        sales = (20 - 3 * price + 0.2 * rng.normal(size=DAYS + 3)).round(3)
        days = pd.date_range("2024-01-01", periods=DAYS + 3).strftime("%Y-%m-%d")
        columns = {"date": days, "store": store, "price": price, "sales": sales}
        parts.append(pd.DataFrame(columns))
    table = pd.concat(parts, ignore_index=True)
    ahead = table.groupby("store").cumcount() >= DAYS
    table[~ahead].to_csv(folder / "history.csv", index=False)
    table[ahead].drop(columns="sales").to_csv(folder / "future.csv", index=False)
    table.assign(sales=table["sales"].where(~ahead)).to_csv(folder / "both.csv", index=False)
    good = [f"{day},{y}" for day, y in zip(days, sales)][:40]
    write(folder / "good.csv", ["day,y", *good])
    write(folder / "twice.csv", ["day,y", *good[:7], *good[6:]])
    write(folder / "text.csv", ["day,y", *good[:5], good[5].split(",")[0] + ",n.b.", *good[6:]])
    write(folder / "nothing.csv", ["day,y", *(line.split(",")[0] + "," for line in good)])
    write(folder / "ragged.csv", ["day,y", *good[:9], good[9] + ",7", *good[10:]])
    (folder / "empty.csv").write_bytes(b"")
    (folder / "bytes.csv").write_bytes(bytes(range(256)) * 10)
    return folder


ROLES = ["--time", "date", "--target", "sales", "--by", "store", "--known", "price"]
SIZES = ["--lookback", "7", "--horizon", "3"]


def test_from_a_table_to_a_forecast_and_a_saved_model(recurra, folder):
    made = recurra(
        folder, "forecast", "history.csv", *ROLES, *SIZES, "--future", "future.csv",
        "--out", "out.csv", "--report", "report.html", "--save", "kept", "--levels", "80,90",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    first = made.stdout.splitlines()[0]
    assert first.startswith("The forecast is ") and "better than the best baseline" in first
    assert "Traceback" not in made.stderr
    out = pd.read_csv(folder / "out.csv")
    bounds = ["lower_80", "upper_80", "lower_90", "upper_90"]
    assert out.columns.tolist() == ["date", "store", "forecast", *bounds]
    future = pd.read_csv(folder / "future.csv")
    pd.testing.assert_frame_equal(out[["date", "store"]], future[["date", "store"]])
    # Sales are 20 - 3 x price with noise of 0.2.
    assert (out["forecast"] - (20 - 3 * future["price"])).abs().max() < 1
    assert (out["lower_90"] <= out["lower_80"]).all() and (out["upper_80"] <= out["upper_90"]).all()
    page = (folder / "report.html").read_text()
    assert page.lstrip().lower().startswith("<!doctype html") and "best baseline" in page

    again = in_a_process(
        folder, "forecast", "history.csv", "--model", "kept", "--future", "future.csv",
        "--out", "again.csv",
    )  # fmt: skip
    assert again.returncode == 0, again.stderr
    pd.testing.assert_frame_equal(pd.read_csv(folder / "again.csv"), out, rtol=1e-6)


def test_rows_without_a_target_are_the_future(recurra, folder):
    made = recurra(folder, "forecast", "both.csv", *ROLES, "--lookback", "7", "--out", "3.parquet")
    assert made.returncode == 0, made.stderr
    out = pd.read_parquet(folder / "3.parquet")
    assert out.columns.tolist() == ["date", "store", "forecast", "lower_90", "upper_90"]
    future = pd.read_csv(folder / "future.csv")
    assert out["date"].astype(str).tolist() == future["date"].tolist()
    assert out["store"].tolist() == future["store"].tolist()


BAD = {
    "no file": ("nofile.csv", [], ["no file nofile.csv"]),
    "empty": ("empty.csv", [], ["empty.csv is empty"]),
    "bytes": ("bytes.csv", [], ["bytes.csv", "line "]),
    "two rows": ("twice.csv", [], ["lines 8 and 9", "2024-01-07"]),
    "text": ("text.csv", ["--target", "y"], ["`y`", "line 7", "'n.b.'"]),
    "all missing": ("nothing.csv", ["--target", "y"], ["`y` has no value"]),
    "too many fields": ("ragged.csv", [], ["ragged.csv: line 11 has 3 fields"]),
    "no column": ("good.csv", ["--target", "sales"], ["--target sales", "day, y"]),
    "long horizon": ("good.csv", ["--horizon", "100"], ["100 to forecast", "--horizon"]),
    "no known": (
        "history.csv",
        [*ROLES, "--lookback", "7"],
        ["`price`", "2024-03-01 to 2024-03-02", "--future FILE"],
    ),
    "no folder": ("good.csv", ["--report", "nowhere/r.html"], ["there is no directory"]),
}


@pytest.mark.parametrize("name", BAD)
def test_an_error_leaves_no_output(name, recurra, folder):
    table, arguments, parts = BAD[name]
    made = recurra(folder, "forecast", table, "--horizon", "2", *arguments, "--out", "bad.csv")
    assert made.returncode == 2
    assert made.stdout == ""
    for part in parts:
        assert part in made.stderr, made.stderr
    assert not list(folder.glob("*bad.csv*"))


def test_what_stood_in_the_output_is_kept(folder):
    (folder / "old.csv").write_text("old\n")
    made = in_a_process(folder, "forecast", "text.csv", "--horizon", "2", "--out", "old.csv")
    assert made.returncode == 2
    assert made.stdout == "" and "Traceback" not in made.stderr
    assert (folder / "old.csv").read_text() == "old\n"


def test_backtest_writes_every_value(recurra, folder):
    made = recurra(
        folder, "backtest", "good.csv", "--horizon", "2", "--lookback", "5", "--out", "tried.csv"
    )
    assert made.returncode == 0, made.stderr
    assert "best baseline" in made.stdout.splitlines()[0]
    rows = pd.read_csv(folder / "tried.csv", parse_dates=["known_until", "time"])
    assert (rows["time"] - rows["known_until"] == pd.to_timedelta(rows["step"], unit="D")).all()
    truth = pd.read_csv(folder / "good.csv", parse_dates=["day"]).set_index("day")["y"]
    np.testing.assert_allclose(rows["actual"], truth[rows["time"]])


def test_classify_finds_the_labels_that_lack(recurra, folder):
    rng = np.random.default_rng(0)
    lines = ["id,t,x,label"]
    for k in range(40):
        step, fast = (2 if k % 4 < 2 else 5), k % 2
        label = ("yes" if fast else "no") if k < 36 else ""
        for t in np.arange(30) * step:
            x = np.sin(t * (0.3 if fast else 0.06)) + 0.05 * rng.normal()
            lines.append(f"s{k},{t},{x:.4f},{label}")
    write(folder / "sequences.csv", lines)
    made = recurra(
        folder, "classify", "sequences.csv", "--by", "id", "--time", "t", "--target", "label",
        "--out", "labels.csv",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    found = pd.read_csv(folder / "labels.csv")
    assert found.columns.tolist() == ["id", "prediction", "probability"]
    assert dict(zip(found["id"], found["prediction"])) == {
        "s36": "no", "s37": "yes", "s38": "no", "s39": "yes",
    }  # fmt: skip
    assert "20 sequences go on in steps of 2, 20 in steps of 5" in made.stdout
