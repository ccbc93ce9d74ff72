import numpy as np
import pytest

from recurra.engine.errors import ArgumentError, DataError
from recurra.utils import normalize, pad_sequences, to_categorical

RAGGED = [[1, 2], [3], [], [4, 5, 6]]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [[0, 1, 2], [0, 0, 3], [0, 0, 0], [4, 5, 6]]),
        ({"padding": "post"}, [[1, 2, 0], [3, 0, 0], [0, 0, 0], [4, 5, 6]]),
        ({"maxlen": 2}, [[1, 2], [0, 3], [0, 0], [5, 6]]),
        ({"maxlen": 2, "truncating": "post"}, [[1, 2], [0, 3], [0, 0], [4, 5]]),
        ({"maxlen": 4, "value": -1}, [[-1, -1, 1, 2], [-1, -1, -1, 3], [-1] * 4, [-1, 4, 5, 6]]),
    ],
)
def test_sequences_are_padded_and_cut(options, expected):
    padded = pad_sequences(RAGGED, **options)
    assert padded.dtype == "int32"
    np.testing.assert_array_equal(padded, expected)


def test_vectors_are_padded_by_whole_steps():
    padded = pad_sequences([np.ones((2, 3)), np.ones((1, 3))], dtype="float32")
    assert padded.shape == (2, 2, 3)
    np.testing.assert_array_equal(padded[1], [[0, 0, 0], [1, 1, 1]])


def test_words_are_padded_as_objects():
    padded = pad_sequences([["a"], ["b", "c"]], dtype=object, value="<pad>")
    assert padded.tolist() == [["<pad>", "a"], ["b", "c"]]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (
            ([[0.5, 1]],),
            "sequence 0 holds fractions, and dtype is int32, which would cut them off.",
        ),
        (
            ([[1, np.nan]],),
            "sequence 0 holds fractions, and dtype is int32, which would cut them off.",
        ),
        (([1, 2],), "number 0 of the sequences is 1, not a sequence."),
        (
            ([np.ones((2, 3)), np.ones((2, 4))],),
            "the samples of sequence 1 have shape (4,), and those of sequence 0 have (3,).",
        ),
    ],
)
def test_sequences_that_mean_nothing_are_refused(arguments, problem):
    with pytest.raises(DataError) as caught:
        pad_sequences(*arguments)
    assert caught.value.problem == f"pad_sequences: {problem}"


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"padding": "pst"}, "padding='pst': 'pre' or 'post' is needed. Did you mean 'post'?"),
        ({"truncating": "end"}, "truncating='end': 'pre' or 'post' is needed"),
        ({"maxlen": 0}, "maxlen=0: a whole number of at least 1."),
        ({"value": "x"}, "value='x' is text and dtype is int32."),
    ],
)
def test_options_that_do_not_exist_are_refused(options, problem):
    with pytest.raises(ArgumentError) as caught:
        pad_sequences(RAGGED, **options)
    assert caught.value.problem == f"pad_sequences: {problem}"


def test_a_generator_is_no_list_of_sequences():
    with pytest.raises(ArgumentError) as caught:
        pad_sequences(s for s in RAGGED)
    assert caught.value.problem == "pad_sequences: a list of sequences is needed, not generator."


@pytest.mark.parametrize("labels", [[0, 2, 1], [[0], [2], [1]], [0.0, 2.0, 1.0]])
def test_classes_become_rows(labels):
    rows = [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
    np.testing.assert_array_equal(to_categorical(labels), rows)


def test_more_classes_and_more_axes():
    assert to_categorical([[0, 1], [1, 1]], 4).shape == (2, 2, 4)
    assert to_categorical([], 3).shape == (0, 3)


@pytest.mark.parametrize(
    ("labels", "count", "problem"),
    [
        ([0, 3], 3, "3 is no class; with num_classes=3 they are 0 to 2."),
        ([0, -1], None, "-1 is no class; with num_classes=1 they are 0 to 0."),
        ([0.5], None, "class numbers are whole; these are fractions or NaN."),
        ([np.nan], None, "class numbers are whole; these are fractions or NaN."),
        (["cat"], None, "class numbers are needed, not values of <U3."),
    ],
)
def test_labels_that_are_no_classes_are_refused(labels, count, problem):
    with pytest.raises(DataError) as caught:
        to_categorical(labels, count)
    assert caught.value.problem == f"to_categorical: {problem}"


def test_vectors_get_length_one():
    # 3, 4 has length 5; a vector of zeros has no direction to keep
    np.testing.assert_allclose(normalize([[3.0, 4.0], [0.0, 0.0]]), [[0.6, 0.8], [0, 0]])
    np.testing.assert_allclose(normalize([[3.0], [4.0]], axis=0), [[0.6], [0.8]])
    np.testing.assert_allclose(normalize([[3.0, 1.0]], order=1), [[0.75, 0.25]])
