"""Pictures: shown by a notebook, saved whole or not at all."""

import io
import os
import sys

import numpy as np
import pytest
from matplotlib.image import imread

from recurra import ArgumentError, FileError
from recurra.explain.drawing import picture
from recurra.explain.drawing.parts import Rect
from recurra.explain.drawing.picture import Picture, finish
from recurra.explain.drawing.scene import Scene


@pytest.fixture
def drawn():
    scene = Scene("a box")
    scene.box(Rect(0, 0, 100, 60), ["name"], "cell")
    scene.arrow((50, 60), (80, 120), curved=True)
    scene.line((50, 60), (50, 120))
    return Picture(scene)


def test_a_notebook_shows_it_and_a_terminal_says_what_to_do(drawn):
    assert drawn._repr_svg_() == drawn.svg and drawn.svg.startswith("<svg")
    assert repr(drawn) == "<Picture: a box; .save('picture.svg') writes it to a file>"


def test_an_svg_file_is_the_text(drawn, tmp_path):
    drawn.save(tmp_path / "new" / "box.SVG")
    assert (tmp_path / "new" / "box.SVG").read_text(encoding="utf-8") == drawn.svg
    assert os.listdir(tmp_path / "new") == ["box.SVG"]


def test_a_png_file_has_the_size_and_the_colours(drawn, tmp_path):
    drawn.save(str(tmp_path / "box.png"))
    pixels = imread(tmp_path / "box.png")
    # 2 pixels for each of 100 + 2 * 24 across and 120 + 2 * 24 down
    assert pixels.shape[:2] == (336, 296)
    assert len(np.unique(pixels.reshape(-1, pixels.shape[2]), axis=0)) > 20
    inside = pixels[2 * (24 + 10), 2 * (24 + 50), :3]
    assert np.allclose(inside, np.array([0xDD, 0xEE, 0xFF]) / 255, atol=0.01)


def test_without_a_path_nothing_is_written(drawn, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert isinstance(finish(drawn.scene, None), Picture)
    assert os.listdir(tmp_path) == []
    finish(drawn.scene, "box.svg")
    assert os.listdir(tmp_path) == ["box.svg"]


def refused(drawn, path, kind=FileError):
    with pytest.raises(kind) as caught:
        drawn.save(path)
    return str(caught.value)


def test_other_endings_and_values_are_refused(drawn):
    assert refused(drawn, "model.pdf") == (
        "model.pdf cannot be written: pictures are .svg or .png files.\n"
        "  fix:      'model.svg'\n"
        "  fix:      'model.png'"
    )
    assert refused(drawn, 3, ArgumentError) == (
        '`path` has to be a string or a path, not 3 (int).\n  fix:      "picture.svg"'
    )


def test_a_directory_is_refused(drawn, tmp_path):
    folder = tmp_path / "folder.svg"
    folder.mkdir()
    assert refused(drawn, folder) == (
        f"{folder} is a directory; the name of a file is needed.\n"
        f"  fix:      {str(folder / 'picture.svg')!r}"
    )


def test_a_file_in_the_way_of_the_directory_is_an_error_of_ours(drawn, tmp_path):
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "box.svg"
    assert refused(drawn, path) == (
        f"box.svg cannot be written in {tmp_path / 'file'}: File exists."
    )


def test_a_failed_write_leaves_the_old_file_and_nothing_else(drawn, tmp_path, monkeypatch):
    path = tmp_path / "box.svg"
    path.write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(picture.os, "replace", full)
    assert refused(drawn, path) == (
        f"box.svg cannot be written in {tmp_path}: No space left on device."
    )
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["box.svg"]


def test_a_link_keeps_pointing_at_the_file(drawn, tmp_path):
    (tmp_path / "real.svg").write_text("old")
    (tmp_path / "link.svg").symlink_to("real.svg")
    drawn.save(tmp_path / "link.svg")
    assert (tmp_path / "link.svg").is_symlink()
    assert (tmp_path / "real.svg").read_text(encoding="utf-8") == drawn.svg


def test_a_png_without_matplotlib_says_what_to_install(drawn, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert refused(drawn, tmp_path / "box.png") == (
        "A PNG is drawn by matplotlib, which is not installed.\n"
        "  fix:      pip install recurra[demo]\n"
        '  fix:      a path that ends in ".svg" needs nothing else'
    )
    drawn.save(tmp_path / "box.svg")
    assert os.listdir(tmp_path) == ["box.svg"]


def test_a_png_leaves_the_program_its_own_matplotlib(drawn, tmp_path):
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    drawn.save(tmp_path / "box.png")
    assert plt.get_fignums() == before
    assert io.BytesIO((tmp_path / "box.png").read_bytes()).read(4) == b"\x89PNG"
