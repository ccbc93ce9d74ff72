"""CSV files that are longer than a block are read as if they were not."""

import polars as pl
import pytest

from recurra.engine.errors import FileError
from recurra.forecasting.tables import blocks
from recurra.forecasting.tables.blocks import undefined
from recurra.forecasting.tables.files import read_table
from tests.engine.said import problem


@pytest.fixture(params=[1, 7, 16])
def small(request, monkeypatch):
    """Blocks of a few bytes: some hold no whole record."""
    monkeypatch.setattr(blocks, "SIZE", request.param)


def read(folder, text, encoding="utf-8"):
    path = folder / "t.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return read_table(path)


def lines(frame):
    return frame.recurra_source.parts[0].numbers.tolist()


def test_records_and_lines(tmp_path, small):
    frame = read(tmp_path, '\ny,s\n1,"a\n\n,b"\n22,c\n\n3,"d ""e"""')
    assert frame.rows() == [(1, "a\n\n,b"), (22, "c"), (3, 'd "e"')]
    assert lines(frame) == [3, 6, 8]
    assert frame.recurra_source.notes == ("1 line is blank.",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path, small, encoding):
    frame = read(tmp_path, "Größe;ort\n1,5;Köln\n2,5;Zürich\n", encoding)
    assert frame.to_dict(as_series=False) == {"Größe": [1.5, 2.5], "ort": ["Köln", "Zürich"]}
    assert lines(frame) == [2, 3]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (["1", "2", "3"], [1, 2, 3]),
        (["", "", "1.5"], [None, None, 1.5]),
        (["1", "2.5", "3"], [1.0, 2.5, 3.0]),
        (["1.50", "2", "x"], ["1.50", "2", "x"]),
        (["", "x", ""], [None, "x", None]),
    ],
)
def test_types_are_those_that_all_blocks_can_have(tmp_path, small, values, found):
    rows = "".join(f"{value},{k}\n" for k, value in enumerate(values))
    frame = read(tmp_path, "y,k\n" + rows)
    assert frame["y"].to_list() == found
    assert frame["k"].dtype == pl.Int64


def test_an_uneven_line(tmp_path, small):
    said = f"{tmp_path / 't.csv'}: line 4 has 1 field, and line 1 names 2 columns."
    assert problem(FileError, read, tmp_path, 'a,b\n1,"x\ny"\n3\n4,5\n') == said


def test_a_byte_that_is_no_text_far_behind(tmp_path):
    rows = b"1,2\n" * 30_000  # longer than the first look
    said = f"{tmp_path / 't.csv'} is no text: line 30002 holds a byte 0."
    assert problem(FileError, read, tmp_path, b"a,b\n" + rows + b"1,\0\n") == said
    said = (
        f"{tmp_path / 't.csv'} is neither UTF-8 nor Windows-1252: line 30002 holds the byte 0x81."
    )
    assert problem(FileError, read, tmp_path, b"a,b\n" + rows + b"\xe4,\x81\n") == said


def test_a_record_without_an_end(tmp_path, small, monkeypatch):
    monkeypatch.setattr(blocks, "LONGEST", 30)
    assert problem(FileError, read, tmp_path, 'a,b\n1,2\n"' + "x\n" * 30) == (
        f"{tmp_path / 't.csv'} cannot be read as CSV: line 3 opens a quotation mark that no other "
        "closes."
    )


def test_utf_16_that_breaks_off(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes("a,b\n1,2\n".encode("utf-16")[:-1])
    assert problem(FileError, read_table, path) == (
        f"{path} begins as UTF-16 and goes on otherwise: truncated data."
    )
    error = UnicodeDecodeError("utf-16", b"", 0, 1, "truncated data")
    assert str(undefined(path, "utf-16", error)).startswith(f"{path} begins as UTF-16")


def test_progress(tmp_path, small):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n3,4\n")
    told = []
    read_table(tmp_path / "t.csv", progress=told.append)
    assert told == sorted(told) and told[-1] == 1.0
