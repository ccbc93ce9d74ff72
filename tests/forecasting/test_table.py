"""Table: series in order and on a grid, beside plain pandas."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from recurra.forecasting.table import Table

DAYS = pd.date_range("2024-01-30", periods=4, freq="D")
CLEAN = pd.DataFrame({"date": DAYS, "y": [1.0, 2.0, 3.0, 4.0]})


@pytest.mark.parametrize("make", [lambda f: f, pl.from_pandas, pa.Table.from_pandas])
def test_a_clean_table_of_any_kind(make):
    frame = make(CLEAN)
    table = Table.read(frame, {"time": "date", "target": "y"})
    assert (table.times == DAYS.to_numpy()).all()
    assert table.times.dtype == "M8[ns]"
    assert table.columns["y"].tolist() == [1, 2, 3, 4]
    assert table.step.words == "daily"
    assert table.ids == [None]
    assert table.offsets.tolist() == [0, 4]
    assert table.future_rows.tolist() == [0]
    assert table.notes == []
    ahead = table.give_back({"date": table.step.after(table.times[-1], 2), "y": np.ones(2)})
    assert type(ahead) is type(frame)
    wanted = make(pd.DataFrame({"date": DAYS[-2:] + 2 * DAYS.freq, "y": 1.0}))
    assert ahead.equals(wanted)


def test_columns_of_an_array_are_called_by_number():
    table = Table.read(np.arange(6.0).reshape(3, 2), {})
    assert table.times.tolist() == [0, 1, 2]
    assert {n: v.tolist() for n, v in table.columns.items()} == {"x0": [0, 2, 4], "x1": [1, 3, 5]}
    assert table.notes == [
        "No column holds times: the rows are taken to stand in order of time, in equal steps.",
        "`x0` and `x1` are taken as the targets.",
    ]
