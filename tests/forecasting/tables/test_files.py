"""Tables in files: how they are written is found, and what is wrong with them is said."""

import datetime as dt
import os

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from recurra.engine.errors import DataError, FileError, RecurraError
from recurra.forecasting.tables.continuing import joined
from recurra.forecasting.tables.files import output_path, read_table, write_table
from recurra.forecasting.tables.table import Table
from recurra.forecasting.tables.twice import TwiceError
from tests.engine.said import fixes, problem

ROWS = [("2024-01-01", 1.5, "a"), ("2024-01-02", 2.25, "b"), ("2024-01-03", -3.0, "a")]


def written(folder, text, name="t.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def lines(frame):
    (part,) = frame.recurra_source.parts
    assert part.word == "line"
    return part.numbers.tolist()


def lines_of(separator=",", mark="."):
    rows = [separator.join((d, str(v).replace(".", mark), s)) for d, v, s in ROWS]
    return "\n".join([separator.join(("date", "y", "s")), *rows]) + "\n"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("mark", [".", ","])
def test_separators_and_decimal_marks(tmp_path, separator, mark):
    if separator == mark:
        return
    frame = read_table(written(tmp_path, lines_of(separator, mark)))
    assert frame.rows() == ROWS
    assert isinstance(frame, pl.DataFrame)
    names = {";": "semicolons", "\t": "tabs", "|": "'|'", ",": "commas"}
    told = f"Fields are separated by {names[separator]}, numbers have decimal commas."
    assert frame.recurra_source.notes == ((told,) if mark == "," else ())
    assert lines(frame) == [2, 3, 4]


@pytest.mark.parametrize(
    ("encoding", "notes"),
    [
        ("utf-8", ()),
        ("utf-8-sig", ()),
        ("utf-16", ()),
        ("latin-1", ("t.csv is not UTF-8; it is read as Windows-1252.",)),
        ("cp1252", ("t.csv is not UTF-8; it is read as Windows-1252.",)),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_ends_of_lines(tmp_path, encoding, notes, end):
    text = end.join(["Größe,ort", "1.5,Köln", "2.5,Zürich", ""])
    frame = read_table(written(tmp_path, text, encoding=encoding))
    assert frame.to_dict(as_series=False) == {"Größe": [1.5, 2.5], "ort": ["Köln", "Zürich"]}
    assert frame.recurra_source.notes == notes
    assert lines(frame) == [2, 3]


def test_one_column_of_decimal_commas(tmp_path):
    assert read_table(written(tmp_path, "y\n1,5\n2,5\n"))["y"].to_list() == [1.5, 2.5]


def test_points_part_thousands_where_decimals_have_commas(tmp_path):
    frame = read_table(written(tmp_path, "a;b\n1,5;1.234\n2,5;12.000\n"))
    assert frame.rows() == [(1.5, 1234.0), (2.5, 12000.0)]
    assert frame.recurra_source.notes == (
        "Fields are separated by semicolons, numbers have decimal commas.",
        "`b` is written such that 1.234 means 1234.",
    )


def test_ids_that_begin_with_0_stay_text(tmp_path):
    frame = read_table(written(tmp_path, "plz,y\n01067,1\n80331,2\n"))
    assert frame["plz"].to_list() == ["01067", "80331"]


@pytest.mark.parametrize("late", ["1.5", "shut"])
def test_a_type_that_only_a_late_row_shows(tmp_path, late):
    path = written(tmp_path, "y,z\n" + "1,2\n" * 20_000 + f"{late},3\n")
    frame = read_table(path)
    assert len(frame) == 20_001
    if late == "shut":
        assert problem(DataError, Table.read, frame, {"target": "y"}) == (
            "Forecaster: `y` is the target and has to be numbers; line 20,002 is 'shut'."
        )
    else:
        assert frame["y"].to_list()[-2:] == [1, 1.5]


def test_only_the_columns_that_are_needed(tmp_path):
    path = written(tmp_path, lines_of())
    assert read_table(path, ["y", "date"]).columns == ["date", "y"]
    assert read_table(path, ["y", "dat"]).columns == ["date", "y", "s"]
    pl.DataFrame(ROWS, ["date", "y", "s"], orient="row").write_parquet(tmp_path / "t.parquet")
    assert read_table(tmp_path / "t.parquet", ["y"]).columns == ["y"]


def test_blank_lines_are_left_out_and_lines_keep_their_numbers(tmp_path):
    frame = read_table(written(tmp_path, "\ndate,y\n2024-01-01,1\n\n2024-01-02,x\n\n"))
    assert frame.rows() == [("2024-01-01", "1"), ("2024-01-02", "x")]
    assert lines(frame) == [3, 5]
    assert frame.recurra_source.notes == ("2 lines are blank.",)
    assert problem(DataError, Table.read, frame, {}) == (
        "Forecaster: `y` is the target and has to be numbers; line 5 is 'x'."
    )


def test_the_index_of_pandas_is_left_out(tmp_path):
    frame = pd.DataFrame(ROWS, columns=["date", "y", "s"])
    frame.to_csv(tmp_path / "t.csv")
    table = read_table(tmp_path / "t.csv")
    assert table.rows() == ROWS
    assert table.recurra_source.notes == (
        "The first column has no name and counts the rows; it is left out.",
    )
    frame.set_index("date").rename_axis(None).to_csv(tmp_path / "t.csv")
    assert read_table(tmp_path / "t.csv").rows() == ROWS
    assert read_table(tmp_path / "t.csv").columns == ["column_1", "y", "s"]


def test_rows_with_line_breaks_in_quotes_are_named_by_their_first_line(tmp_path):
    frame = read_table(written(tmp_path, 'y,s\n1,"a\nb"\n2,"c, ""d"""\n3,e\n'))
    assert frame.rows() == [(1, "a\nb"), (2, 'c, "d"'), (3, "e")]
    assert lines(frame) == [2, 4, 5]


def test_rows_of_two_files_are_named_by_both(tmp_path):
    first = read_table(written(tmp_path, "t,y,p\n1,5,1\n2,6,1\n", "a.csv"))
    future = read_table(written(tmp_path, "p,t\n1,3\n,4\n", "b.csv"))
    roles = {"time": "t", "target": "y", "known": "p"}
    whole = joined(first, future)
    assert problem(DataError, Table.read, whole, roles) == (
        "Forecaster: what has to be known of the future is missing: `p` at 4 (line 3 of b.csv)."
    )
    again = joined(first, read_table(written(tmp_path, "t,y,p\n2,6,1\n3,6,1\n", "b.csv")))
    assert problem(TwiceError, Table.read, again, roles) == (
        "Forecaster: line 3 of a.csv and line 2 of b.csv have the same time, 2."
    )


def test_what_to_do_about_a_file_is_no_code(tmp_path):
    frame = pl.DataFrame({"t": [1, 1, 2], "y": [1.0, 2, 3]})
    frame.write_parquet(tmp_path / "t.parquet")
    frame.write_csv(tmp_path / "t.csv")
    for path, place in (
        (tmp_path / "t.parquet", "rows 0 and 1"),
        (tmp_path / "t.csv", "lines 2 and 3"),
    ):
        table = read_table(path)
        assert problem(TwiceError, Table.read, table, {"time": "t"}) == (
            f"Forecaster: {place} have the same time, 1."
        )
        assert fixes(TwiceError, Table.read, table, {"time": "t"}) == (
            "leave one row for each time",
        )


WRONG = {
    "empty": (b"", "{} is empty."),
    "blank": (b"\n \n", "{} is blank."),
    "only a header": (b"date,y\n", "{} has a line of names and no rows."),
    "no header": (b"2024-01-01,3\n2024-01-02,4\n",
                  "{}: line 1 holds values, not the names of the columns."),
    "one name twice": (b"y,y\n1,2\n", "{}: 2 columns are called 'y'."),
    "more fields": (b"a,b\n1,2\n3,4,5\n", "{}: line 3 has 3 fields, and line 1 names 2 columns."),
    "fewer fields": (b"a,b\n1,2\n3\n", "{}: line 3 has 1 field, and line 1 names 2 columns."),
    "fewer in quotes": (b'a,b\n"1",2\n3\n', "{}: line 3 has 1 field, and line 1 names 2 columns."),
    "an open quotation mark": (
        b'a,b\n1,2\n"x,2\n3,4\n',
        "{} cannot be read as CSV: line 3 opens a quotation mark that no other closes."),
    "a title": (b"Sales of 2024\n\ndate,y\n2024-01-01,3\n",
                "{}: line 3 has 2 fields, and line 1 names 1 column."),
    "zeros": (b"a,b\n1,\0\n", "{} is no text: line 2 holds a byte 0."),
    "another encoding": (b"a,b\n1,\x81\xff\n",
                         "{} is neither UTF-8 nor Windows-1252: line 2 holds the byte 0x81."),
    "Excel": (b"PK\x03\x04 and so on",
              "{} is an Excel workbook or a zip archive, no CSV or Parquet file."),
    "damaged Parquet": (b"PAR1 and so on", "{} cannot be read: it is a damaged Parquet file."),
}  # fmt: skip


@pytest.mark.parametrize("content,said", WRONG.values(), ids=list(WRONG))
def test_what_is_wrong_with_a_file(tmp_path, content, said):
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    assert problem(FileError, read_table, path) == said.format(path)


def test_text_that_is_named_parquet(tmp_path):
    path = written(tmp_path, lines_of(), "t.parquet")
    assert problem(FileError, read_table, path) == (
        f"{path} is no Parquet file: it does not begin with PAR1."
    )


def test_what_makes_lines_even(tmp_path):
    assert fixes(FileError, read_table, written(tmp_path, "date,y\n2024-01-01,1,5\n")) == (
        "write numbers as 1.5, not 1,5, and text that has commas in quotation marks",
    )
    assert fixes(FileError, read_table, written(tmp_path, "Sales\ndate,y\n2024-01-01,5\n")) == (
        "delete the lines above the names of the columns",
    )
    assert fixes(FileError, read_table, written(tmp_path, "date;y\n2024-01-01;1;5\n")) == ()


def test_a_file_that_is_not_there(tmp_path):
    written(tmp_path, lines_of(), "table.csv")
    path = tmp_path / "tabel.csv"
    assert problem(FileError, read_table, path) == (
        f"There is no file {path}. Did you mean 'table.csv'?"
    )
    assert problem(FileError, read_table, tmp_path) == (
        f"{tmp_path} is a directory, not a file of a table."
    )


KINDS = [
    pl.DataFrame({"date": [dt.date(2024, 1, 1)], "forecast": [1.5]}),
    pd.DataFrame({"date": pd.to_datetime(["2024-01-01"]), "forecast": [1.5]}),
    {"date": np.array(["2024-01-01"], "M8[D]"), "forecast": np.array([1.5])},
]


@pytest.mark.parametrize("frame", KINDS, ids=["polars", "pandas", "dict"])
def test_writing(tmp_path, frame):
    write_table(tmp_path / "out.csv", frame)
    assert (tmp_path / "out.csv").read_text() == "date,forecast\n2024-01-01,1.5\n"
    write_table(tmp_path / "out.parquet", frame)
    assert read_table(tmp_path / "out.parquet")["forecast"].to_list() == [1.5]
    assert sorted(os.listdir(tmp_path)) == ["out.csv", "out.parquet"]


def test_an_index_of_times_is_written(tmp_path):
    days = pd.DatetimeIndex(["2024-01-01"], name="date")
    write_table(tmp_path / "out.csv", pd.DataFrame({"forecast": [1.5]}, days))
    assert (tmp_path / "out.csv").read_text() == "date,forecast\n2024-01-01,1.5\n"


def test_times_of_day_and_zones_are_written(tmp_path):
    times = pd.to_datetime([0, 250], unit="ms", origin="2024-07-01").tz_localize("UTC")
    frame = pd.DataFrame({"utc": times, "here": times.tz_convert("Europe/Berlin")})
    frame["plain"] = frame["here"].dt.tz_localize(None)
    write_table(tmp_path / "out.csv", frame)
    assert (tmp_path / "out.csv").read_text().splitlines()[1:] == [
        "2024-07-01T00:00:00+00:00,2024-07-01T02:00:00+02:00,2024-07-01T02:00:00",
        "2024-07-01T00:00:00.250+00:00,2024-07-01T02:00:00.250+02:00,2024-07-01T02:00:00.250",
    ]


def test_nothing_is_left_of_a_table_that_cannot_be_written(tmp_path):
    frame = pl.DataFrame({"a": [[1, 2]]})  # CSV has no lists
    with pytest.raises(pl.exceptions.ComputeError):
        write_table(tmp_path / "out.csv", frame)
    assert os.listdir(tmp_path) == []


def test_other_endings_are_refused(tmp_path):
    path = tmp_path / "out.xlsx"
    assert problem(FileError, output_path, path) == f"{path} does not end in .csv or .parquet."
    (tmp_path / "d.csv").mkdir()
    assert problem(FileError, output_path, tmp_path / "d.csv") == (
        f"{tmp_path / 'd.csv'} is a directory; the name of a file is needed."
    )


WHOLE = [
    b"date,y,s\n2024-01-01,1.5,a\n2024-01-02,2.5,b\n2024-01-03,3,a\n",
    "größe;y\n01.02.2024;1,5\n14.02.2024;3\n".encode(),
    b'a\tb\n1\t"x\ny"\n2\tz\n',
]
PIECES = [b"", b'"', b",", b"\n", b"\r", b"\0", b"\xff", b"\xe4", b"\n\n", b"  ", b"nan", b"0"]


@settings(deadline=None)
@example(whole=WHOLE[0], changes=[(17, 3, b'"')])
@given(
    whole=st.sampled_from(WHOLE),
    changes=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 3), st.sampled_from(PIECES))),
)
def test_files_of_any_bytes_are_read_or_refused(tmp_path_factory, whole, changes):
    content = bytearray(whole)
    for place, length, piece in changes:
        content[place : place + length] = piece
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    try:
        Table.read(read_table(path), {})
    except RecurraError as error:
        assert str(error)
