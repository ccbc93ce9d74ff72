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
