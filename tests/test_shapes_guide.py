"""docs/shapes.md: its code runs and prints what stands there; its table is that of the rules."""

import contextlib
import io
import re
import warnings
from pathlib import Path

import pytest

from recurra import Input
from recurra import layers as L
from recurra.engine.errors import RecurraError
from recurra.engine.rule import parse

GUIDE = Path(__file__).parents[1] / "docs" / "shapes.md"
BLOCK = re.compile(r"```python\n(.*?)```\n(?:```text\n(.*?)\n```)?", re.DOTALL)

#: The layers of the table, as they are written in it; a sequence goes in, or else a vector.
SEQUENCE, VECTOR = (20, 3), (8,)
ROWS = {
    "LSTM(32)": SEQUENCE,
    "LSTM(32, return_sequences=True)": SEQUENCE,
    "GRU(32)": SEQUENCE,
    "SimpleRNN(32)": SEQUENCE,
    "Bidirectional(LSTM(32))": SEQUENCE,
    "Dense(5)": SEQUENCE,
    "TimeDistributed(Dense(5))": SEQUENCE,
    "Dropout(0.2)": SEQUENCE,
    "LayerNormalization()": SEQUENCE,
    "Conv1D(16, 3)": SEQUENCE,
    "Conv1D(16, 3, padding='causal')": SEQUENCE,
    "MaxPooling1D(2)": SEQUENCE,
    "GlobalAveragePooling1D()": SEQUENCE,
    "Flatten()": SEQUENCE,
    "RepeatVector(10)": VECTOR,
    "Reshape((4, 2))": VECTOR,
    "Embedding(100, 16)": VECTOR,
}


def row(code):
    """The line of the table for a layer: what its rule takes, and what it gives."""
    layer, start = eval(code, vars(L)), Input(ROWS[code])
    gives = layer(start).axes
    takes = " ".join(parse(layer.shape_rule).inputs[0])
    before = dict(start.axes).get("timesteps")
    return f"| `{code}` | `{takes}` | `{gives}` | {_does(before, gives)} |"


def _does(before, gives):
    after = dict(gives).get("timesteps")
    if before is None or after is None:
        return "drops them" if after is None else "makes them"
    return "keeps them" if after == before else f"leaves {after} of {before}"


def table():
    """The whole table."""
    head = ["| layer | takes | gives | timesteps |", "|---|---|---|---|"]
    return "\n".join([*head, *map(row, ROWS)])


def run(code, names):
    """What a block prints, or the message of the error it ends with, but for its `set by` line."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(compile(code, "guide.py", "exec"), names)
        except RecurraError as error:
            said = re.sub(r"(?m)^  set by:.*\n?|, made in \S+|(?<=# )in \S+: ", "", str(error))
            return f"{type(error).__name__}: {said}".rstrip()
    return printed.getvalue().rstrip()


@pytest.mark.usefixtures("repeatable")
def test_every_block_does_what_stands_below_it():
    names = {}
    blocks = BLOCK.findall(GUIDE.read_text(encoding="utf-8"))
    assert len(blocks) > 15
    for code, below in blocks:
        assert run(code, names) == below, code


def test_the_table_is_that_of_the_rules():
    lines = GUIDE.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("|")] == table().splitlines()


def test_its_pictures_are_there():
    pictures = re.findall(r"\]\((pictures/.*?)\)", GUIDE.read_text(encoding="utf-8"))
    assert len(pictures) == 3 and all((GUIDE.parent / p).exists() for p in pictures)
