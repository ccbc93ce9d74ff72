"""SVG: well-formed, self-contained, and what is said is escaped."""

import re
import xml.etree.ElementTree as ET

import pytest

from recurra.explain.drawing.palette import DARK, LIGHT
from recurra.explain.drawing.parts import Rect
from recurra.explain.drawing.scene import Scene
from recurra.explain.drawing.svg import to_svg

NAMESPACE = "{http://www.w3.org/2000/svg}"


def scene():
    found = Scene('a <picture> & "more"')
    found.box(Rect(0, 0, 100, 50), ["<b> & \x00'"], "cell", dashed=True)
    found.arrow((0, 0), (0, 40))
    found.arrow((10, 0), (30, 40), curved=True)
    found.line((0, 0), (50, 0), (50, 10), role="state")
    found.text(10, 10, "words", anchor="end", bold=True)
    return found


def test_it_is_xml_with_the_words_that_were_given():
    root = ET.fromstring(to_svg(scene()))
    assert root.tag == f"{NAMESPACE}svg"
    assert root.find(f"{NAMESPACE}title").text == 'a <picture> & "more"'
    assert [t.text for t in root.iter(f"{NAMESPACE}text")] == ["<b> & ?'", "words"]


def test_the_view_box_holds_everything():
    root = ET.fromstring(to_svg(scene()))
    x, y, width, height = map(float, root.get("viewBox").split())
    assert (width, height) == (float(root.get("width")), float(root.get("height")))
    assert x < -20 and y < -20 and x + width > 120 and y + height > 70


def test_arrows_have_heads_and_curves_bend():
    root = ET.fromstring(to_svg(scene()))
    paths = [p.get("d") for p in root.iter(f"{NAMESPACE}path")]
    assert paths == ["M0 0 L0 40", "M10 0 C10 20 30 20 30 40", "M0 0 L50 0 L50 10"]
    heads = [p.get("points").split()[0] for p in root.iter(f"{NAMESPACE}polygon")]
    assert heads == ["0,40", "30,40"]


def test_nothing_is_fetched_or_run():
    text = to_svg(scene())
    assert not re.search(r"<script|href|url\(|@import|@font-face", text)
    assert text.count("http") == 1  # the name of the format


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_words_stand_out_from_what_is_behind_them(colours):
    """WCAG asks for a contrast of 4.5 for text."""
    behind = [c.fill for role, c in colours.items() if role not in ("ink", "muted")]
    for role in ("ink", "muted"):
        assert min(contrast(colours[role].stroke, fill) for fill in behind) >= 4.5
    for role in ("input", "state", "output", "target"):
        assert contrast(colours[role].stroke, colours["panel"].fill) >= 4.5


def contrast(one, two):
    low, high = sorted(map(luminance, (one, two)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour):
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear))


def test_dark_colours_are_there_for_every_role():
    assert LIGHT.keys() == DARK.keys()
    style = ET.fromstring(to_svg(scene())).find(f"{NAMESPACE}style").text
    assert all(f".rc-{role} {{ fill: {DARK[role].fill}" in style for role in DARK)
