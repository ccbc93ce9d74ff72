"""Scenes: places, words that fit, headings and captions."""

import string

import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from recurra.explain.drawing.parts import Rect, Text, subscript, text_width, wrapped
from recurra.explain.drawing.scene import Scene


def test_rectangles_that_share_an_edge_do_not_overlap():
    one = Rect(0, 0, 10, 10)
    assert not one.overlaps(Rect(10, 0, 5, 5))
    assert one.overlaps(Rect(9, 9, 5, 5))
    assert one.holds(Rect(2, 2, 8, 8)) and not one.holds(Rect(2, 2, 8, 9))


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "batch timesteps=20 features=1",
        "LSTM(64) · 4,352 parameters",
        "bidirectional_12",
        "MMMMWWWW",
        "x₁₂₃ … → y₆₄",
        string.ascii_letters,
        string.digits + "()[]=,.:_",
    ],
)
def test_no_text_is_wider_than_its_estimate(text, bold):
    # DejaVu Sans is the font of PNG files and wider than what browsers use.
    font = FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal", size=100)
    real = TextPath((0, 0), text, prop=font).get_extents().width
    estimate = text_width(text, 100, bold)
    assert real <= estimate <= 1.5 * real


def test_where_a_text_is_follows_from_its_anchor():
    width = text_width("abc", 10)
    starts = {a: Text(100, 0, "abc", size=10, anchor=a).rect.x for a in ("start", "middle", "end")}
    assert starts == {"start": 100, "middle": 100 - width / 2, "end": 100 - width}


def test_a_box_has_its_words_in_the_middle_the_first_one_bold():
    scene = Scene("a box")
    scene.box(Rect(0, 0, 100, 60), ["name", "kind"])
    _, name, kind = scene.parts
    assert (name.text, name.bold, kind.text, kind.bold) == ("name", True, "kind", False)
    assert (name.y + kind.y) / 2 == pytest.approx(30) and name.x == kind.x == 50


def test_title_and_caption_are_outside_of_what_was_there():
    scene = Scene("a box")
    box = Rect(0, 0, 100, 60)
    scene.box(box)
    scene.title("Heading", "smaller " * 30)
    scene.caption("said below " * 30)
    words = [p for p in scene.parts if isinstance(p, Text)]
    assert len(words) > 5 and not any(w.rect.overlaps(box) for w in words)
    assert min(words, key=lambda w: w.y).text == "Heading"
    assert scene.bounds.width < 800  # long sentences are broken


def test_parts_of_another_scene_are_moved():
    inner, outer = Scene("inner"), Scene("outer")
    inner.box(Rect(0, 0, 10, 10), ["a"])
    inner.arrow((0, 0), (5, 5))
    outer.put(inner.parts, 100, 200)
    box, text, line = outer.parts
    assert box.rect == Rect(100, 200, 10, 10)
    assert (text.x, text.y) == (105, 205)
    assert line.points == ((100, 200), (105, 205))


def test_words_are_wrapped_and_numbers_lowered():
    assert wrapped("one two", 1000) == ["one two"]
    assert wrapped("", 1000) == [""]
    assert len(wrapped("word " * 100, 300)) > 5
    assert subscript(1203) == "₁₂₀₃"
