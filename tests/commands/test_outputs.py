"""Files appear together or not at all."""

import os

import pytest

from recurra.commands.outputs import check_outputs, together
from recurra.engine.errors import ArgumentError, FileError


def test_all_files_appear(tmp_path):
    a, b = tmp_path / "a.csv", tmp_path / "b.html"
    a.write_text("old")
    with together([a, b]) as (first, second):
        assert first.suffix == ".csv" and second.suffix == ".html"
        first.write_text("new")
        second.write_text("page")
        assert a.read_text() == "old" and not b.exists()
    assert (a.read_text(), b.read_text()) == ("new", "page")
    assert sorted(os.listdir(tmp_path)) == ["a.csv", "b.html"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_none_appears_after_an_error(tmp_path, error):
    a, b = tmp_path / "a.csv", tmp_path / "b.html"
    a.write_text("old")
    with pytest.raises(error), together([a, b]) as (first, _):
        first.write_text("half")
        raise error
    assert os.listdir(tmp_path) == ["a.csv"] and a.read_text() == "old"


def test_a_link_keeps_pointing_at_its_file(tmp_path):
    link, file = tmp_path / "link.csv", tmp_path / "file.csv"
    file.touch()
    link.symlink_to(file)
    with together([link]) as (path,):
        path.write_text("new")
    assert link.is_symlink() and file.read_text() == "new"


def test_a_full_disk_is_told(tmp_path):
    with pytest.raises(FileError) as caught, together([tmp_path / "a.csv"]):
        raise OSError(28, "No space left on device")
    assert str(caught.value) == "Nothing was written: No space left on device."
    assert os.listdir(tmp_path) == []


def test_a_file_that_cannot_be_written_has_its_own_name(tmp_path):
    with pytest.raises(FileError) as caught, together([tmp_path / "a.csv"]) as (path,):
        raise FileError(f"{path} cannot be written: no space.")
    assert str(caught.value) == f"{tmp_path / 'a.csv'} cannot be written: no space."


def test_places_where_nothing_can_be_written(tmp_path):
    with pytest.raises(FileError) as caught:
        check_outputs({"--out": tmp_path}, {})
    assert str(caught.value) == (f"--out {tmp_path} is a directory; the name of a file is needed.")
    path = tmp_path / "none" / "a.csv"
    with pytest.raises(FileError) as caught:
        check_outputs({"--out": path}, {})
    assert str(caught.value) == (
        f"--out {path}: there is no directory {tmp_path / 'none'}.\n"
        f"  fix:      mkdir -p {tmp_path / 'none'}"
    )
    with pytest.raises(ArgumentError) as caught:
        check_outputs({"--out": tmp_path / "a", "--save": tmp_path / "." / "a"}, {})
    assert str(caught.value) == f"--out and --save name one file, {tmp_path / 'a'}."


def test_what_is_read_is_not_written_over(tmp_path):
    path = tmp_path / "a.csv"
    with pytest.raises(ArgumentError) as caught:
        check_outputs({"--out": path}, {"the table": str(path), "--future": None})
    assert str(caught.value) == f"the table and --out name one file, {path}."
