"""`recurra classify`: labels of those that have none."""

import csv
import os
from pathlib import Path

import numpy as np

from tests.commands.tables import write


def sequences(path, known=26, of=30):
    """Slow and fast waves, one after the other."""
    rows = []
    for k in range(of):
        label = ("slow", "fast")[k % 2] if k < known else ""
        rows += [(f"m{k:02d}", t, round(np.sin((1 + k % 2) * t / 3), 4), label) for t in range(20)]
    return write(path, ("id", "t", "x", "label"), rows)


WORDS = ("--by", "id", "--time", "t", "--target", "label")


def test_labels(recurra):
    sequences(Path("t.csv"))
    code, out, err = recurra("classify", "t.csv", *WORDS, "--out", "labels.csv")
    assert code == 0 and err == (
        "Reading t.csv ...\nChecking the sequences and learning ...\nWriting ...\n"
    )
    with open("labels.csv", newline="") as file:
        found = list(csv.DictReader(file))
    assert [(r["id"], r["prediction"]) for r in found] == [
        ("m26", "slow"), ("m27", "fast"), ("m28", "slow"), ("m29", "fast"),
    ]  # fmt: skip
    assert all(0.5 < float(r["probability"]) <= 1 for r in found)
    lines = out.splitlines()
    assert lines[0].startswith("100.0% of the labels of ")
    assert lines[2:4] == ["What was found and done:", "  The sequences consist of `x`."]
    assert lines[-1] == "Written: labels.csv"


def test_groups_are_held_out_together(recurra):
    """26 labelled sequences of 13 machines, 13 slow and 13 fast ones: a fifth of them is 3."""
    sequences(Path("t.csv"))
    lines = Path("t.csv").read_text().splitlines()
    machine = [int(line[1:3]) // 2 for line in lines[1:]]
    made = [f"{lines[0]},machine", *(f"{line},{k}" for line, k in zip(lines[1:], machine))]
    Path("t.csv").write_text("\n".join(made) + "\n")
    code, out, _ = recurra("classify", "t.csv", *WORDS, "--group", "machine")
    assert code == 0
    assert "  Sequences of one of the 13 groups of `machine` are held out together.\n" in out
    code, _, err = recurra("classify", "t.csv", *WORDS, "--group", "maschine")
    assert code == 2
    assert err.splitlines()[2:] == [
        "recurra classify: --group maschine: there is no such column. Did you mean 'machine'?",
        "  came:     columns id, t, x, label, machine",
    ]


def test_a_text_among_numbers_is_told_with_its_line(recurra):
    sequences(Path("t.csv"))
    lines = Path("t.csv").read_text().splitlines()
    lines[8] = "m00,7,oops,slow"
    Path("t.csv").write_text("\n".join(lines) + "\n")
    code, _, err = recurra("classify", "t.csv", *WORDS)
    assert code == 2
    assert err.splitlines()[2:] == [
        "recurra classify: `x` is a value column and has to be numbers; line 9 is 'oops'.",
        "  fix:      leave the values that are no numbers empty, so that they are missing",
    ]


def test_mistakes(recurra):
    sequences(Path("t.csv"), known=30)
    code, out, err = recurra("classify", "t.csv", *WORDS, "--out", "labels.csv")
    assert (code, out) == (2, "") and os.listdir() == ["t.csv"]
    assert err.splitlines()[2:] == [
        "recurra classify: each of the 30 sequences has a label in `label`, so that there is "
        "nothing to find.",
        "  fix:      leave `label` empty in the rows of the sequences to be classified",
    ]
    code, _, err = recurra("classify", "t.csv", "--by", "id", "--target", "lable")
    assert code == 2
    assert err.splitlines()[2:] == [
        "recurra classify: --target lable: there is no such column. Did you mean 'label'?",
        "  came:     columns id, t, x, label",
    ]
