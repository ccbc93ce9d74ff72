import numpy as np
import pytest

from recurra.engine.arguments import (
    BOOL,
    COUNT,
    FRACTION,
    INTEGER,
    NOT_NEGATIVE,
    NUMBER,
    POSITIVE,
    TEXT,
    Check,
    arg,
    declared,
    did_you_mean,
    one_of,
    optional,
)
from recurra.engine.errors import ArgumentError
from tests.engine.said import problem


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (COUNT, [1, np.int64(3)], [0, -1, True, 1.0, "1", None]),
        (INTEGER, [0, -5, np.int8(2)], [False, 1.5, "1"]),
        (NUMBER, [0, 1.5, np.float32(2)], [True, "1", None, [1]]),
        (POSITIVE, [1, 0.1], [0, -1, "a", float("nan")]),
        (NOT_NEGATIVE, [0, 3.5], [-0.1, float("nan")]),
        (FRACTION, [0, 1, 0.5], [-0.1, 1.1, float("nan"), "0.5"]),
        (BOOL, [True, False, np.bool_(True)], [0, 1, None, "True"]),
        (TEXT, ["", "a"], [None, 1, b"a"]),
        (one_of("a", 2), ["a", 2], ["b", None, ["a"]]),
        (optional(COUNT), [None, 1], [0, "1"]),
    ],
)
def test_checks(check, good, bad):
    assert all(check.ok(v) for v in good)
    assert not any(check.ok(v) for v in bad)


def test_an_array_where_one_value_is_needed_is_refused_in_words():
    @declared
    class Ball:
        size: int = arg(check=COUNT)

    assert problem(ArgumentError, Ball, np.array([3, 4])) == (
        "Ball: size=array([3, 4]) (ndarray): a whole number of at least 1 is needed."
    )


def test_the_words_of_checks():
    assert one_of("same", "valid").expected == "one of 'same', 'valid'"
    assert optional(Check("a cell", callable)).expected == "a cell, or None,"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Relu", ". Did you mean 'relu'?"),
        ("tan", ". Did you mean 'tanh'?"),
        ("zzz", ""),
        (3, ""),
    ],
)
def test_did_you_mean(name, words):
    assert did_you_mean(name, ["relu", "tanh"]) == words
