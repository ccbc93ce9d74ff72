"""From a long table to the labels of the sequences that have none."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

import recurra as rc
from recurra.forecasting.sequences.classifying import classify
from recurra.forecasting.tables.common_grid import common_grid


def waves(sequences=24, unknown=4, steps=(2, 5), seed=0):
    """Sines of 4 or 9 cycles, sampled every 2 ms or every 5, and whether they are fast."""
    random = np.random.default_rng(seed)
    parts = []
    for k in range(sequences):
        t = np.arange(0, 400, steps[k % len(steps)])
        fast = k // 2 % 2
        x = np.sin(2 * np.pi * (4, 9)[fast] * t / 400 + random.uniform(0, 6))
        label = ("no", "yes")[fast] if k < sequences - unknown else None
        parts.append({"id": f"s{k:02}", "t": t, "x": x, "label": label})
    frames = [pd.DataFrame(part).astype({"label": object}) for part in parts]
    return pd.concat(frames, ignore_index=True)


ROLES = {"by": "id", "time": "t", "target": "label"}


def refused(table, **given):
    with pytest.raises(rc.RecurraError) as caught:
        classify(table, **(ROLES | given))
    return str(caught.value)


# What is found -----------------------------------------------------------------------------------


def test_sequences_sampled_every_2_ms_or_every_5():
    """Question 4: yes or no, from samples taken sometimes at 2 ms and sometimes at 5 ms."""
    table = waves(80, unknown=20)
    found = classify(table, **ROLES)
    assert found.table["id"].tolist() == [f"s{k}" for k in range(60, 80)]
    assert found.table["prediction"].tolist() == ["no", "no", "yes", "yes"] * 5
    assert list(found.table.columns) == ["id", "prediction", "probability"]
    assert found.table["probability"].between(0.5, 1).all()
    assert found.notes == [
        "The sequences consist of `x`.",
        "40 sequences go on in steps of 2, 40 in steps of 5: all are resampled in steps of 5.",
        found.classifier.comparison_,
    ]


def test_sequences_of_one_group_are_held_out_together():
    """Of 20 labelled sequences of 10 persons, 5 of each label, one of each is held out: 4."""
    table = waves(steps=(5,))
    table["person"] = "p" + (table["id"].str[1:].astype(int) // 2).astype(str)
    found = classify(table, **ROLES, group="person", epochs=1)
    assert found.notes[:2] == [
        "The sequences consist of `x`.",
        "Sequences of one of the 10 groups of `person` are held out together.",
    ]
    assert " of 4 samples held out " in found.notes[-1]
    table.loc[table["id"] == "s03", "person"] = None
    assert refused(table, group="person") == (
        "classify: id='s03' has a label and no group.\n"
        "  expected: one group in `person` for each sequence with a label"
    )
    table.loc[[0, 1], "person"] = ["a", "b"]
    assert refused(table, group="person").startswith("classify: id='s00' has two groups: row 0")


def test_the_order_of_rows_changes_nothing():
    table = waves()
    shuffled = table.sample(frac=1, random_state=0)
    plain, other = (classify(t, **ROLES, epochs=2).table for t in (table, shuffled))
    pd.testing.assert_frame_equal(plain, other)


@pytest.mark.parametrize("kind", [pl.DataFrame, dict, lambda t: pl.DataFrame(t).to_arrow()])
def test_the_kind_of_table_that_came_comes_back(kind):
    table = waves()
    columns = {name: table[name].to_numpy() for name in table}
    found = classify(kind(columns), **ROLES, epochs=1).table
    assert type(found) is type(kind(columns))
    names = found.column_names if hasattr(found, "column_names") else list(found)
    if isinstance(found, pl.DataFrame):
        names = found.columns
    assert names == ["id", "prediction", "probability"]
    assert list(np.asarray(found["id"])) == ["s20", "s21", "s22", "s23"]


def test_labels_and_ids_that_are_numbers():
    table = waves()
    table["id"] = table["id"].str[1:].astype(int)
    table["label"] = table["label"].map({"no": 0, "yes": 1}).astype(float)
    found = classify(table, **ROLES, epochs=1).table
    assert found["id"].tolist() == [20, 21, 22, 23]
    assert found["prediction"].dtype.kind == "i"


def test_labels_that_are_true_or_false():
    table = waves()
    columns = table.to_dict("list")
    columns["label"] = [None if v is None else v == "yes" for v in columns["label"]]
    found = classify(pl.DataFrame(columns), **ROLES, epochs=1).table
    assert found["prediction"].dtype == pl.Boolean


def test_a_label_may_stand_in_one_row_alone():
    table = waves()
    first = table["t"] == 0
    table.loc[~first, "label"] = None
    found = classify(table, **ROLES, epochs=1)
    assert found.table["id"].tolist() == ["s20", "s21", "s22", "s23"]


def test_without_times_rows_stand_in_order():
    table = waves(steps=(5,)).drop(columns="t").sort_values("id", kind="stable")
    interleaved = table.assign(n=table.groupby("id").cumcount()).sort_values(["n", "id"])
    one = classify(table, **ROLES | {"time": None}, epochs=1).table
    two = classify(interleaved.drop(columns="n"), **ROLES | {"time": None}, epochs=1).table
    pd.testing.assert_frame_equal(one, two)


def test_missing_values_lie_on_straight_lines():
    table = waves(steps=(5,))
    table["x"] = table["t"].astype(float)
    whole = classify(table, **ROLES, epochs=1)
    table.loc[[0, 3, 4], "x"] = np.nan  # the first value is the next one: 5 in place of 0
    found = classify(table, **ROLES, epochs=1)
    assert found.notes[1] == "3 missing values were filled in, on straight lines."
    assert len(whole.notes) == 2


def test_columns_that_are_not_used_are_named():
    table = waves(steps=(5,)).assign(color="red", y=1.0)
    assert classify(table, **ROLES, epochs=1).notes[:2] == [
        "The sequences consist of `x`, `y`.",
        "Not used, since they are no numbers: `color`.",
    ]
    assert len(classify(table, **ROLES, epochs=1, values=["x"]).notes) == 1


def test_one_step_for_all_leaves_values_alone():
    times = [np.array([0.0, 0.1, 0.2]), np.array([5.0, 5.1])]
    values = [np.arange(3.0)[:, None], np.arange(2.0)[:, None]]
    made, told = common_grid(times, values)
    assert told == []
    assert all(a is b for a, b in zip(made, values))


def test_a_hole_is_resampled():
    times, values = [np.array([0, 1, 2, 4, 5])], [np.array([[0.0], [1.0], [2.0], [4.0], [5.0]])]
    made, told = common_grid(times, values)
    np.testing.assert_allclose(made[0][:, 0], [0, 1, 2, 3, 4, 5])
    assert told == ["1 sequence goes on in steps of 1: all are resampled in steps of 1."]


# What is refused ---------------------------------------------------------------------------------


def test_two_labels_of_one_sequence():
    table = waves()
    table.loc[3, "label"] = "yes"
    assert refused(table) == (
        "classify: id='s00' has two labels: row 0 says 'no', row 3 says 'yes'.\n"
        "  expected: one label in `label` for each sequence, or none"
    )


def test_nothing_to_find_and_nothing_to_learn_from():
    assert refused(waves(unknown=0)) == (
        "classify: each of the 24 sequences has a label in `label`, so that there is nothing to "
        "find.\n"
        "  fix:      leave `label` empty in the rows of the sequences to be classified"
    )
    assert refused(waves(unknown=24)) == (
        "classify: none of the 24 sequences has a label in `label`, so that there is nothing to "
        "learn from."
    )


def test_two_rows_of_one_time():
    table = waves()
    table.loc[4, "t"] = table.loc[9, "t"]
    assert refused(table) == (
        "classify: rows 4 and 9 are one time, 18 in `t`, of one sequence, 's00'.\n"
        "  expected: one row for each time of a sequence"
    )


def test_columns_that_are_not_there_or_twice():
    assert refused(waves(), target="lable") == (
        "classify: target='lable': there is no such column. Did you mean 'label'?\n"
        "  came:     columns id, t, x, label"
    )
    assert refused(waves(), values=["t"]) == (
        "classify: the column 't' is named twice: as time and as values.\n"
        "  expected: one role for a column"
    )


def test_no_numbers():
    assert refused(waves().drop(columns="x")) == (
        "classify: no column of numbers is left that the sequences could consist of.\n"
        "  came:     columns id, t, label"
    )


def test_a_value_that_is_infinite_and_a_sequence_without_values():
    table = waves()
    table.loc[5, "x"] = np.inf
    assert refused(table) == "classify: row 5 of `x` is infinite."
    table.loc[table["id"] == "s01", "x"] = np.nan
    table.loc[5, "x"] = 0.0
    assert refused(table) == (
        "classify: the sequence 's01' has no value at all in `x`.\n"
        "  fix:      leave out that sequence, or the column 'x'"
    )


def test_text_in_the_only_column_of_numbers():
    table = waves().astype({"x": object})
    table.loc[[7, 9], "x"] = ["oops", "n.a."]
    assert refused(table) == (
        "classify: `x` is a value column and has to be numbers; row 7 is 'oops' (2 rows are no "
        "numbers).\n"
        "  fix:      df['x'] = pd.to_numeric(df['x'], errors='coerce')  # 'oops' becomes missing"
    )


def test_text_in_one_of_the_columns_of_numbers():
    """`z` is 0.5 in most rows, which is text in that table; `note` is text throughout."""
    table = waves(steps=(5,))
    table["z"], table["note"] = "0.5", "fine"
    table.loc[7, "z"] = "oops"
    assert classify(table, **ROLES, epochs=1).notes[:3] == [
        "The sequences consist of `x`.",
        "Not used: `z`, which is no column of numbers as row 7 is 'oops'.",
        "Not used, since they are no numbers: `note`.",
    ]


def test_text_among_the_values():
    table = waves().astype({"x": object})
    table.loc[7, "x"] = "n/a"
    assert refused(table, values=["x"]) == (
        "classify: `x` is a value column and has to be numbers; row 7 is 'n/a'.\n"
        "  fix:      df['x'] = pd.to_numeric(df['x'], errors='coerce')  # 'n/a' becomes missing"
    )
