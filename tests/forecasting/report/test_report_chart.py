"""Charts: what is drawn where, and what the axes say."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recurra.forecasting.report import ticks
from recurra.forecasting.report.chart import POINTS, Chart


def drawn(html, look):
    """The paths of one look."""
    return re.findall(rf'<path class="{look}" d="([^"]*)"/>', html)


def test_points_lie_where_their_numbers_say():
    chart = Chart("a line")
    chart.line([0, 5, 10], [0, 10, 20], "actual", "y")
    html = chart.html()
    assert drawn(html, "actual") == ["M0 100L50 50L100 0"]
    assert '<span class="y" style="top:50%">10</span>' in html
    assert '<span class="x" style="left:50%">5</span>' in html
    assert '<figcaption><span><i class="actual"></i>y</span></figcaption>' in html


def test_a_line_ends_where_nothing_is_known():
    chart = Chart("holes")
    chart.line(range(6), [0, 20, np.nan, 20, np.inf, 10], "actual")
    assert drawn(chart.html(), "actual") == ["M0 100L20 0M60 0L60 0M100 50L100 50"]


def test_a_band_goes_there_and_back():
    chart = Chart("a band")
    chart.band([0, 1], [0, 0], [10, 20], "band")
    assert drawn(chart.html(), "band") == ["M0 100L100 100L100 0L0 50Z"]


def test_bars_stand_on_zero():
    chart = Chart("bars")
    chart.bars([0, 1, 2], [20, 10], "bar")
    assert drawn(chart.html(), "bar") == ["M0 100V0H50V100ZM50 100V50H100V100Z"]


def test_marks_across():
    chart = Chart("marks", zero=True)
    chart.dots([0, 4], [10, 20], "dot")
    chart.level(10, "level")
    chart.upright(1, "upright")
    html = chart.html()
    assert drawn(html, "dot dots") == ["M0 50h0M100 0h0"]
    assert drawn(html, "level") == ["M0 50H100"] and drawn(html, "upright") == ["M25 0V100"]


def test_words_below_the_axis_are_not_cut_off_at_its_end():
    days = np.array(["2020-01-05", "2020-01-19"], "M8[ns]").astype(np.int64).astype(float)
    chart = Chart("days", dated=True)
    chart.line(days, [0, 1], "actual")
    words = re.findall(r'class="x" style="left:[\d.]+%">([^<]*)', chart.html())
    assert words == ["2020-01-07", "2020-01-11", "2020-01-15"]  # 2020-01-19 is the end


@pytest.mark.parametrize("values", [[], [np.nan], [np.nan, np.inf]])
def test_nothing_to_show_is_no_chart(values):
    chart = Chart("nothing")
    chart.line(range(len(values)), values, "actual")
    assert chart.html() == ""


def test_one_point_and_one_value():
    chart = Chart("a point")
    chart.line([3], [7], "actual")
    assert drawn(chart.html(), "actual")[0].startswith("M50 ")


def test_long_lines_keep_their_extremes():
    y = np.sin(np.arange(50_000) / 7)
    y[31_234], y[777] = 40, -40
    chart = Chart("long")
    chart.line(np.arange(50_000), y, "actual")
    (path,) = drawn(chart.html(), "actual")
    heights = [float(h) for h in re.findall(r" ([\d.]+)", path)]
    assert len(heights) <= POINTS + 2 and min(heights) == 0 and max(heights) == 100


def test_words_are_escaped():
    chart = Chart('"<b>', x_name="<b>")
    chart.line([0, 1], [0, 1], "actual", "<b>&")
    html = chart.html()
    assert "<b>" not in html and 'aria-label="&quot;&lt;b&gt;"' in html


# Axes ---------------------------------------------------------------------------------------------


def nanoseconds(text):
    return float(np.datetime64(text, "ns").astype(np.int64))


@pytest.mark.parametrize(
    "first, last, said",
    [
        ("1958-03", "2002-01", ["1960", "1970", "1980", "1990", "2000"]),
        ("1700", "2200", ["1700", "1800", "1900", "2000", "2100", "2200"]),
        ("2023-02", "2024-01-05", ["2023-04", "2023-07", "2023-10", "2024-01"]),
        ("2024-02-27", "2024-03-02", [f"2024-02-{d}" for d in (27, 28, 29)]
         + ["2024-03-01", "2024-03-02"]),
        ("2024-01-05T10", "2024-01-05T23", [f"01-05 {h}h" for h in (12, 15, 18, 21)]),
        ("2024-01-05T10:00", "2024-01-05T10:40", ["10:00", "10:10", "10:20", "10:30", "10:40"]),
        ("2024-01-05T10:00:00", "2024-01-05T10:00:01",
         ["10:00:00.000", "10:00:00.500", "10:00:01.000"]),
        ("2024-01-05", "2024-01-05", ["2024-01-05"]),
    ],
)  # fmt: skip
def test_marks_of_times_are_round(first, last, said):
    found = ticks.of_times(nanoseconds(first), nanoseconds(last))
    assert [words for _, words in found] == said


@given(st.integers(-(9 * 10**18), 9 * 10**18), st.integers(1, 10**19))
def test_marks_of_times_lie_within(first, length):
    last = min(first + length, 9 * 10**18)
    found = ticks.of_times(first, last)
    places = [place for place, _ in found]
    assert places == sorted(places) and len(found) <= 6
    assert all(first - 2048 <= p <= last + 2048 for p in places)  # as floats of 53 bits
    assert found or last - first < 3  # some mark, but for a stretch of next to nothing


def test_whole_numbers_have_whole_marks():
    assert [w for _, w in ticks.of_numbers(0.5, 12.5, whole=True)] == ["1", "5", "10"]
    assert [w for _, w in ticks.of_numbers(1, 2, whole=True)] == ["1", "2"]
    assert [w for _, w in ticks.of_numbers(0.5, 1.5, whole=True)] == ["1"]


@pytest.mark.parametrize(
    "value, words",
    [
        (0, "0"), (372.04, "372"), (0.12345, "0.1235"), (-1234.56, "-1,234.6"), (1500, "1,500"),
        (123456.7, "123,457"), (2e12, "2.000e+12"), (1e-5, "1.000e-05"), (np.nan, "-"),
    ],
)  # fmt: skip
def test_numbers(value, words):
    assert ticks.number(value) == words


@pytest.mark.parametrize(
    "value, words", [(99_999, "99,999"), (250_000, "250k"), (-2e6, "-2M"), (1.5e9, "1.5B")]
)
def test_numbers_of_axes_are_short(value, words):
    assert ticks.short(value).replace(".0", "") == words


def test_digits_that_tell_values_apart():
    assert ticks.decimals(np.array([371.96, 373.06])) == 2  # 1.1 apart: 371.96 and 373.06
    assert ticks.decimals(np.array([0.0, 0.02])) == 4
    assert ticks.decimals(np.array([0.0, 4000.0])) == 0
    assert ticks.decimals(np.array([5.0, np.nan])) is None
    assert ticks.number(372.0, 2) == "372.00"
