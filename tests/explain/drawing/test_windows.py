"""`drawing.windows`: how windows are cut, and which values are targets."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recurra import ArgumentError, drawing
from recurra.explain.drawing.parts import Box
from tests.explain.drawing.readable import boxes, faults, texts


def test_windows_of_a_short_series():
    scene = drawing.windows(8, lookback=4, horizon=2, stride=2).scene
    assert boxes(scene, "plain") == [[str(k)] for k in range(8)]
    assert boxes(scene, "input") == [["X[0]"], ["X[1]"]]
    assert boxes(scene, "target") == [["y[0]"], ["y[1]"]]
    assert [t for t in texts(scene) if "series[" in t] == [
        "X[0] = series[0:4]",
        "y[0] = series[4:6]",
        "X[1] = series[2:6]",
        "y[1] = series[6:8]",
    ]
    assert "(8 - 4 - 2) // 2 + 1 = 2 windows." in texts(scene)
    assert "X (windows=2, timesteps=4, features), y (windows=2, horizon=2)." in texts(scene)
    assert faults(scene) == []


def test_values_that_are_in_no_window_are_counted():
    assert any(
        "The last 1 value is in no window." in t for t in texts(drawing.windows(9, 4, 2, 2).scene)
    )
    assert not any("in no window" in t for t in texts(drawing.windows(8, 4, 2, 2).scene))


def test_the_middle_of_a_long_series_is_left_out():
    scene = drawing.windows(100_000, 64).scene
    assert boxes(scene, "plain") == [["series[0:69]"], ["series[99934:100000]"]]
    assert "y[99935] = series[99999:100000]" in texts(scene)
    assert scene.bounds.width < 1500 and faults(scene) == []


def test_few_windows_far_apart_are_drawn_with_all_that_lies_between():
    """From 0, 13, 26, 39, 52 and 65: six are all shown, so no part of the series is left out."""
    scene = drawing.windows(67, lookback=1, horizon=1, stride=13).scene
    assert boxes(scene, "plain") == [["series[0:67]"]]
    assert faults(scene) == []


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_boxes_are_where_their_values_are(data):
    size = st.integers(1, 40)
    lookback, horizon, stride = data.draw(size), data.draw(size), data.draw(size)
    steps = lookback + horizon + data.draw(st.integers(0, 500))
    scene = drawing.windows(steps, lookback, horizon, stride).scene
    assert faults(scene) == []
    # the boxes of a window touch, are as long as they say, and the windows are those NumPy cuts
    starts = list(range(0, steps - lookback - horizon + 1, stride))
    said = [re.match(r"X\[(\d+)\] = series\[(\d+):(\d+)\]", t) for t in texts(scene)]
    cut = [tuple(map(int, m.groups())) for m in said if m]
    assert cut and all((starts[k], starts[k] + lookback) == (a, b) for k, a, b in cut)
    assert cut[-1][0] == len(starts) - 1
    parts = {
        r: [p.rect for p in scene.parts if isinstance(p, Box) and p.role == r]
        for r in ("input", "target")
    }
    for x, y in zip(parts["input"], parts["target"], strict=True):
        assert x.right == pytest.approx(y.x)
        assert x.width / lookback == pytest.approx(y.width / horizon)


def test_a_series_that_is_too_short_is_refused():
    with pytest.raises(ArgumentError) as caught:
        drawing.windows(10, 8, 3)
    assert str(caught.value) == (
        "windows: 8 values that go in and 3 to forecast are 11, and the series has 10.\n"
        "  fix:      lookback=7  # at most"
    )


def test_other_numbers_are_refused(tmp_path):
    with pytest.raises(ArgumentError) as caught:
        drawing.windows(10, 2.5)
    assert str(caught.value) == "windows: `lookback`=2.5 has to be a whole number of at least 1."
    drawing.windows(10, 2, path=tmp_path / "w.svg")
    assert (tmp_path / "w.svg").exists()
