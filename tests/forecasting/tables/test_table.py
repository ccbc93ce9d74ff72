"""Table: series in order and on a grid, beside plain pandas."""

import copy
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recurra.forecasting.tables.roles import Roles
from recurra.forecasting.tables.table import Table

DAYS = pd.date_range("2024-01-30", periods=4, freq="D")
CLEAN = pd.DataFrame({"date": DAYS, "y": [1.0, 2.0, 3.0, 4.0]})


def numbers(text):
    """`1 2 . 4` as numbers, a dot being NaN."""
    return np.array([np.nan if v == "." else float(v) for v in text.split()])


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
    assert table.source_rows.tolist() == [0, 1, 2, 3]
    assert table.notes == []
    ahead = table.give_back({"date": table.step.after(table.times[-1], 2), "y": np.ones(2)})
    assert type(ahead) is type(frame)
    wanted = make(pd.DataFrame({"date": DAYS[-2:] + 2 * DAYS.freq, "y": 1.0}))
    assert ahead.equals(wanted)


def test_a_lazy_frame_a_series_and_a_dict():
    wanted = [1, 2, 3, 4]
    assert Table.read(pl.from_pandas(CLEAN).lazy(), {}).columns["y"].tolist() == wanted
    assert Table.read(CLEAN["y"], {}).columns["y"].tolist() == wanted
    assert Table.read(pl.Series([1, 2, 3, 4]), {}).columns["y"].tolist() == wanted
    table = Table.read({"y": wanted, "date": DAYS.to_numpy()}, {})
    given_back = table.give_back({"date": table.times[:1], "forecast": [0.5]})
    assert type(given_back) is dict
    assert given_back["date"].dtype == DAYS.to_numpy().dtype
    assert given_back["forecast"].tolist() == [0.5]


def test_columns_of_an_array_are_called_by_number():
    table = Table.read(np.arange(6.0).reshape(3, 2), {})
    assert table.times.tolist() == [0, 1, 2]
    assert {n: v.tolist() for n, v in table.columns.items()} == {"x0": [0, 2, 4], "x1": [1, 3, 5]}
    assert table.notes == [
        "No column holds times: the rows are taken to stand in order of time, in equal steps.",
        "`x0` and `x1` are taken as the targets.",
    ]


@st.composite
def panels(draw):
    """A table of a few series in order, of which some rows inside may be missing."""
    freq = draw(st.sampled_from(["D", "h", "MS", "ME", "W", "B", "15min"]))
    parts = []
    for name in draw(st.lists(st.integers(0, 9), min_size=1, max_size=4, unique=True)):
        start = draw(st.integers(0, 5))
        length = draw(st.integers(12, 25))  # B is told from D by two weekends
        times = pd.date_range("2023-10-02", periods=40, freq=freq)[start : start + length]
        kept = draw(st.lists(st.booleans(), min_size=length, max_size=length))
        kept[0] = kept[-1] = True
        kept = np.array(kept) | (np.arange(length) % 3 < 2)  # two in a row now and then
        parts.append(pd.DataFrame({"t": times[kept], "id": f"s{name}"}))
    frame = pd.concat(parts, ignore_index=True)
    frame["y"] = np.arange(1.0, len(frame) + 1)
    frame.loc[draw(st.integers(0, len(frame) - 1)), "y"] = np.nan if len(frame) > 1 else 1
    frame["c"] = [draw(st.sampled_from(["u", "v", None])) for _ in range(len(frame))]
    return freq, frame


ROLES = {"time": "t", "by": "id", "target": "y", "past": "c"}


@settings(deadline=None)
@given(panels())
def test_series_are_those_of_pandas_as_freq(panel):
    freq, frame = panel
    table = Table.read(frame, ROLES)
    parts = {name: part.set_index("t").asfreq(freq) for name, part in frame.groupby("id")}
    assert table.ids == list(parts)
    for k, part in enumerate(parts.values()):
        assert (table.times[table.rows(k)] == part.index.to_numpy()).all()
        np.testing.assert_array_equal(table.columns["y"][table.rows(k)], part["y"])
        wanted = [None if pd.isna(v) else v for v in part["c"]]
        assert table.columns["c"][table.rows(k)].tolist() == wanted
    rows = table.source_rows
    assert (frame["t"].to_numpy()[rows[rows >= 0]] == table.times[rows >= 0]).all()
    assert sorted(rows[rows >= 0]) == list(range(len(frame)))


@settings(deadline=None)
@given(panels(), st.randoms(use_true_random=False))
def test_shuffled_rows_give_the_same_table(panel, random):
    _, frame = panel
    order = list(range(len(frame)))
    random.shuffle(order)
    table = Table.read(frame, ROLES)
    again = Table.read(frame.iloc[order], ROLES)
    assert again.ids == table.ids
    assert again.step == table.step
    for name in ("times", "offsets", "future_rows"):
        np.testing.assert_array_equal(getattr(again, name), getattr(table, name))
    for name, values in table.columns.items():
        np.testing.assert_array_equal(again.columns[name], values)
    told = "The rows were not in order of time; they are sorted."
    positions = pd.Series(order).groupby(frame["id"].to_numpy()[order])
    assert (told in again.notes) == (not positions.is_monotonic_increasing.all())


def test_holes_are_rows_of_nan_and_told():
    frame = pd.DataFrame({"date": pd.date_range("2024-01-01", periods=9).delete([3, 4, 7]), "y": 1})
    table = Table.read(frame.assign(y=range(6)), {"time": "date", "target": "y"})
    np.testing.assert_array_equal(table.columns["y"], numbers("0 1 2 . . 3 4 . 5"))
    assert table.source_rows.tolist() == [0, 1, 2, -1, -1, 3, 4, -1, 5]
    assert table.notes == ["3 rows were put in where times were missing, the first at 2024-01-04."]


@pytest.mark.parametrize(
    ("ids", "ordered"),
    [
        (["b", "a"], ["a", "b"]),
        ([10, 9], [9, 10]),
        ([1.5, -1.0], [-1.0, 1.5]),
        ([("x", 2), ("x", 1)], [("x", 1), ("x", 2)]),
        ([pd.Timestamp("2024-01-02"), pd.Timestamp("2024-01-01")],
         [np.datetime64("2024-01-01"), np.datetime64("2024-01-02")]),
        (["b", 3], [3, "b"]),
        ([frozenset("b"), frozenset("a")], [frozenset("a"), frozenset("b")]),
    ],
)  # fmt: skip
def test_ids_of_any_type(ids, ordered):
    frame = pd.concat([CLEAN.assign(y=float(k)) for k in range(2)], ignore_index=True)
    frame["id"] = pd.Series([i for i in ids for _ in range(4)])
    table = Table.read(frame, {"by": "id", "target": "y", "time": "date"})
    assert table.ids == ordered
    assert table.columns["y"].tolist() == [1] * 4 + [0] * 4
    column = np.empty(2, object)
    column[:] = table.ids
    back = table.give_back({"id": column, "forecast": [0.0, 1.0]})
    assert back["id"].dtype == frame["id"].dtype
    assert set(back["id"]) == set(ids)


def test_ids_keep_their_type_in_polars():
    frame = pl.from_pandas(pd.concat([CLEAN, CLEAN])).with_columns(
        pl.Series("id", [7] * 4 + [3] * 4, pl.UInt8),
        pl.Series("shop", ["b"] * 4 + ["a"] * 4, pl.Categorical),
    )
    for name, ids in (("id", [3, 7]), ("shop", ["a", "b"])):
        table = Table.read(frame, {"by": name, "target": "y"})
        assert table.ids == ids
        assert table.give_back({name: np.array(ids, object)})[name].dtype == frame[name].dtype


def test_nullable_columns_and_those_of_arrow():
    frame = pd.DataFrame({"t": DAYS, "y": [1, None, 3, 4], "w": [True, None, False, True]})
    for backend in ("numpy_nullable", "pyarrow"):
        typed = frame.convert_dtypes(dtype_backend=backend)
        table = Table.read(typed, {"target": "y", "past": "w", "time": "t"})
        np.testing.assert_array_equal(table.columns["y"], numbers("1 . 3 4"))
        np.testing.assert_array_equal(table.columns["w"], numbers("1 . 0 1"))
        assert table.give_back({"t": table.times})["t"].dtype == typed["t"].dtype


def test_booleans_are_numbers_and_categories_are_objects():
    frame = CLEAN.assign(
        open=[True, False, True, True],
        code=[3, 1, 2, 3],
        place=pd.Categorical(["x", None, "y", "x"]),
    )
    roles = {"target": "y", "past": ["open", "code", "place"], "categorical": ["code"]}
    table = Table.read(frame, roles)
    assert table.columns["open"].tolist() == [1, 0, 1, 1]
    assert table.columns["code"].tolist() == [3, 1, 2, 3]
    assert table.columns["code"].dtype == object
    assert table.columns["place"].tolist() == ["x", None, "y", "x"]
    assert table.roles.categorical == ("code", "place")
    assert table.notes == [
        "`date` is taken as the time.",
        "`place` is missing in one row, row 1.",
    ]


def test_static_columns_have_one_value_a_series():
    frame = pd.concat([CLEAN.assign(id="b"), CLEAN.assign(id="a")], ignore_index=True)
    frame["size"] = [2.0, np.nan, 2.0, 2.0, *[3.0] * 4]
    frame["region"] = ["n", "n", None, "n", *[None] * 4]
    table = Table.read(frame, {"by": "id", "target": "y", "static": ["size", "region"]})
    assert table.static["size"].tolist() == [3, 2]
    assert table.static["region"].tolist() == [None, "n"]


def test_rows_without_targets_at_the_end_are_the_future():
    one = pd.DataFrame({"t": range(6), "y": numbers("1 2 . 4 . ."), "p": range(6)})
    two = pd.DataFrame({"t": range(5), "y": numbers("1 2 . . ."), "p": range(5)})
    frame = pd.concat([one.assign(id=1), two.assign(id=2)], ignore_index=True)
    table = Table.read(frame, {"time": "t", "by": "id", "target": "y", "known": "p"})
    assert table.future_rows.tolist() == [2, 3]
    assert table.notes == [
        "`y` is missing in one row, row 2.",
        "The last 2 to 3 rows have no target: the future of each series.",
    ]


def test_the_future_begins_behind_the_last_target_whatever_past_columns_hold():
    frame = {"y": numbers("1 2 . . ."), "q": numbers("5 6 7 . .")}
    table = Table.read(frame, {"target": "y", "past": "q"})
    assert table.future_rows.tolist() == [3]


def test_a_table_without_targets_is_all_future():
    frame = {"t": [5, 6, 7], "p": [1.0, 2.0, 3.0]}
    table = Table.read(frame, Roles("t", known=("p",)))
    assert table.future_rows.tolist() == [3]
    assert table.columns["p"].tolist() == [1, 2, 3]


def test_constant_series_are_told():
    table = Table.read({"y": [2.5, np.nan, 2.5]}, {"time": None})
    assert table.notes[1] == "`y` is constant: always 2.5."
    frame = pd.concat([CLEAN.assign(id=k, y=np.arange(4) * k) for k in range(3)])
    table = Table.read(frame, {"time": "date", "by": "id", "target": "y"})
    assert table.notes == ["`y` is constant in series 0."]


def test_forecasts_of_whole_numbers_are_not_rounded():
    table = Table.read(CLEAN.astype({"y": int}), {"time": "date", "target": "y"})
    assert table.give_back({"y": [0.5]})["y"].tolist() == [0.5]


def test_tables_can_be_copied_and_pickled():
    for frame in (CLEAN, pl.from_pandas(CLEAN), CLEAN.assign(date=DAYS.strftime("%d.%m.%Y"))):
        table = Table.read(frame, {"time": "date", "target": "y"})
        for again in (copy.deepcopy(table), pickle.loads(pickle.dumps(table))):
            given_back = again.give_back({"date": again.times})["date"]
            assert given_back.to_list() == frame["date"].to_list()


def test_the_users_table_is_left_as_it_is():
    frame = CLEAN.sample(frac=1, random_state=3)
    before = frame.copy(deep=True)
    table = Table.read(frame, {})
    table.columns["y"][:] = 0
    pd.testing.assert_frame_equal(frame, before)


def test_a_table_shows_what_it_holds():
    one = Table.read(CLEAN, {})
    assert repr(one) == "Table(4 rows of one series, daily, 2024-01-30 to 2024-02-02, target y)"
    two = pd.concat([CLEAN.assign(shop="a"), CLEAN.assign(shop="b", date=DAYS - DAYS.freq)])
    assert repr(Table.read(two, {"by": "shop"})) == (
        "Table(8 rows of 2 series, daily, 2024-01-29 to 2024-02-02, target y)"
    )
