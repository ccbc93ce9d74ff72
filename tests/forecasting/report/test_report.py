"""The report: one file that holds all it shows, whole and escaped."""

from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from recurra.engine.errors import FileError
from recurra.forecasting.forecaster import Forecaster
from recurra.forecasting.report import Subject, page, write_report

HOSTILE = "<script>alert('x')</script>\"&\x1b\u202e`<i>`"
EMPTY = {"meta", "path", "link", "img", "br"}


class Page(HTMLParser):
    """What a browser would see: every element closed, the text of each section."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.first, self.sections = [], [], None, {}
        self.section = None
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "section":
            self.section = dict(attributes)["id"]
            self.sections[self.section] = ""
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        self.section = None if tag == "section" else self.section

    def handle_data(self, data):
        if "body" in self.open and data.strip() and self.first is None:
            self.first = data
        if self.section is not None:
            self.sections[self.section] += data + "\n"


def table(rows=60, names=("North", "South")):
    """Two series with a price; the sales of both follow it."""
    t = np.arange(rows)
    made = {"day": [], "store": [], "price": [], "sales": []}
    for k, name in enumerate(names):
        price = 1.0 + (t * (3 + k)) % 5
        made["day"] += [np.datetime64("2024-01-01") + t]
        made["store"] += [name] * rows
        made["price"] += [price]
        made["sales"] += [50 + 10 * k - 4 * price + (t * 7) % 3]
    made = {n: np.concatenate(v) if n != "store" else np.array(v) for n, v in made.items()}
    return made


def subject_of(frame, tried=True, **arguments):
    """A subject that is learnt in no time."""
    forecaster = Forecaster(random_state=0, epochs=2, lookback=4, **arguments).fit(frame)
    found = forecaster.backtest() if tried else None
    return Subject(
        forecaster.learned_,
        forecaster.table_,
        forecaster.learned_.behind(forecaster.table_, forecaster.horizon),
        found,
        "" if tried else "backtest: it is short.",
        forecaster.notes_,
    )


@pytest.fixture(scope="module")
def several():
    return subject_of(
        table(), horizon=3, by="store", past="price", target="sales", levels=(0.5, 0.9)
    )


@pytest.fixture(scope="module")
def hostile():
    """Every name is code."""
    frame = {f"{k}{HOSTILE}": v for k, v in table(names=(HOSTILE, HOSTILE + "2")).items()}
    names = {k: f"{k}{HOSTILE}" for k in ("day", "store", "price", "sales")}
    return subject_of(
        frame,
        time=names["day"],
        by=names["store"],
        past=names["price"],
        target=[names["sales"]],
    )


def test_every_section_is_there_and_the_verdict_is_first(several):
    found = Page(page(several))
    assert found.first == several.tried.verdict
    assert list(found.sections) == [
        "forecast",
        "advice",
        "backtest",
        "residuals",
        "learning",
        "data",
        "model",
    ]
    assert ("h3", {"id": "baselines"}) in found.tags
    for heading in ("North", "South"):
        assert heading in found.sections["forecast"] and heading in found.sections["backtest"]
    for note in several.notes:
        assert note.replace("`", "\n").split("\n")[-1] in found.sections["data"]
    assert "LSTM 'lstm'" in found.sections["model"]
    assert "the epoch that is kept" in found.sections["learning"]


def test_every_score_stands_in_the_table(several):
    told = Page(page(several)).sections["backtest"]
    for row in several.tried.scores.values():
        for measure, value in row.items():
            shown = f"{100 * value:.1f} %" if measure.startswith("coverage") else f"{value:.4g}"
            assert shown in told.split("\n")


def test_the_file_needs_nothing_else(several):
    text = page(several)
    outside = {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    found = Page(text)
    assert outside.isdisjoint({tag for tag, _ in found.tags})
    for _, attributes in found.tags:
        assert {"src", "href", "srcset", "action"}.isdisjoint(attributes)
        assert not any(name.startswith("on") for name in attributes)
    assert "url(" not in text and "@import" not in text and "http" not in text
    assert ("meta", {"charset": "utf-8"}) in found.tags
    viewport = {"name": "viewport", "content": "width=device-width, initial-scale=1"}
    assert ("meta", viewport) in found.tags


def test_names_of_strangers_are_text(hostile):
    text = page(hostile)
    found = Page(text)
    assert {"script", "i"}.isdisjoint({tag for tag, attributes in found.tags if not attributes})
    assert "script" not in {tag for tag, _ in found.tags}
    assert "\x1b" not in text and "\u202e" not in text
    assert "<script>alert('x')</script>\"&??`<i>`" in found.sections["forecast"]


def test_two_reports_of_one_subject_are_the_same(several):
    assert page(several) == page(several)


def test_without_a_backtest(several):
    found = Page(page(replace(several, tried=None, why="backtest: it is short.")))
    assert found.first == "The forecast was not tried out on the past: backtest: it is short."
    assert "residuals" not in found.sections
    assert found.sections["backtest"].strip().endswith("Backtest: it is short.")


def test_one_series_of_numbers_one_row_ahead():
    y = np.sin(np.arange(60.0)) + np.arange(60) % 2
    found = Page(page(subject_of({"y": y})))
    assert "row\n" in found.sections["forecast"] and "\n60\n" in found.sections["forecast"]
    assert "1 row ahead were forecast" in found.sections["backtest"]


def test_many_series_and_targets_are_drawn_in_part():
    frame = table(rows=40, names=[f"s{k:02d}" for k in range(14)])
    frame["more"] = frame["sales"] * 2
    found = Page(page(subject_of(frame, by="store", target=["sales", "more"], horizon=2)))
    told = found.sections["forecast"]
    assert "Drawn are the first 3 of 14 series." in told
    assert "The first 12 of 14 series." in told
    assert "s02, more" in told and "s03, more" not in told


def test_what_the_model_does_in_words(several):
    told = Page(page(several)).sections["model"].replace("\n", "")
    assert "It looks at the last 4 rows of a series (sales, price" in told
    assert "plus a linear map of the window" in told
    y = np.sin(np.arange(60.0)) + np.arange(60) % 2
    found = subject_of({"t": np.arange(60), "y": y}, time="t", season=1, strategy="recursive")
    told = Page(page(found)).sections["model"].replace("\n", "")
    assert "It reads the whole history of a series row after row (y), forecasts the next" in told
    assert "linear map" not in told


def test_a_constant_and_a_series_with_holes():
    constant = Page(page(subject_of({"y": np.full(60, 5.0)})))
    assert constant.first == (  # no change from one row to the next, which MASE divides by
        "The best baseline, the last value (MAE 0), was never wrong over 15 forecasts; the "
        "forecast has 0."
    )
    assert "`y` is constant" not in constant.sections["data"]  # it is code there
    assert "is constant: always 5." in constant.sections["data"]
    y = np.sin(np.arange(80.0))
    y[20:24] = np.nan
    found = Page(page(subject_of({"y": y})))
    assert "missing values of what is forecast\n4\n" in found.sections["data"]


def test_files(several, tmp_path):
    write_report(tmp_path / "r.html", several)
    assert (tmp_path / "r.html").read_text(encoding="utf-8") == page(several)
    with pytest.raises(FileError) as caught:
        write_report(tmp_path / "r.pdf", several)
    assert str(caught.value) == (
        f"{tmp_path / 'r.pdf'} does not end in .html.\n  fix:      {tmp_path / 'r.html'}"
    )
    assert [p.name for p in tmp_path.iterdir()] == ["r.html"]


def test_a_forecaster_writes_its_own(tmp_path):
    frame = table(names=("North",))
    forecaster = Forecaster(
        random_state=0, epochs=2, lookback=4, horizon=2, target="sales", known="price"
    ).fit(frame | {})
    days = np.datetime64("2024-03-01") + np.arange(2)
    future = {"day": days, "price": np.array([1.0, 2.0])}
    forecaster.report(tmp_path / "r.html", future=future)
    found = Page((tmp_path / "r.html").read_text(encoding="utf-8"))
    assert found.first == forecaster.backtest().verdict
    assert "2024-03-01\n" in found.sections["forecast"]
    assert "2024-03-02\n" in found.sections["forecast"]
