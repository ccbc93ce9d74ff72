import numpy as np
import pytest

from recurra.engine.errors import ArgumentError
from recurra.engine.shapes import Shape, as_shape, symbols, usual_names
from tests.engine.said import problem


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ((), "()"),
        ((3,), "(batch=3,)"),
        ((None, 5), "(batch=None, features=5)"),
        ((None, "5*t", 3), "(batch=None, timesteps=None, features=3)"),
        ((1, 2, 3, 4), "(batch=1, axis1=2, axis2=3, features=4)"),
        ((1, 2, 3, 4, 5), "(batch=1, axis1=2, axis2=3, axis3=4, features=5)"),
    ],
)
def test_shapes_are_printed_with_names(sizes, words):
    assert str(Shape(sizes)) == repr(Shape(sizes)) == words


def test_sizes_and_names():
    shape = Shape((None, "2*t", np.int64(3)), ("a", "b", "c"))
    assert shape.sizes == (None, None, 3)
    assert shape.names == ("a", "b", "c")
    assert [a.size for a in shape] == [None, "2*t", 3]
    with pytest.raises(ValueError):
        Shape((1, 2), ("a",))


@pytest.mark.parametrize("rank", range(8))
def test_every_rank_has_names_that_differ(rank):
    names = usual_names(rank)
    assert len(names) == rank == len(set(names))
    assert names[:1] == ("batch",)[:rank]


def test_unknown_sizes_are_the_same_for_the_same_axis_of_all_inputs():
    assert symbols((None, None, None, 4), usual_names(4)) == ("batch", "timesteps", "axis2", 4)
    assert symbols((3, "5*t"), ("x", "y")) == (3, "5*t")


@pytest.mark.parametrize(
    "given", [(3, 4), [3, 4], np.array([3, 4]), (np.int32(3), np.int64(4)), iter([3, 4])]
)
def test_tuples_of_sizes_in_any_form(given):
    shape = as_shape(given)
    assert shape == (3, 4) and all(type(s) is int for s in shape)


def test_unknown_and_empty_axes():
    assert as_shape((None, 0)) == (None, 0) and as_shape(()) == ()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((2.0, 3), "`shape`=(2.0, 3): each size has to be a whole number or None, not 2.0."),
        ((True,), "`shape`=(True,): each size has to be a whole number or None, not True."),
        (((2, 3),), "`shape`=((2, 3),): each size has to be a whole number or None, not (2, 3)."),
        ("ab", "`shape`=('a', 'b'): each size has to be a whole number or None, not 'a'."),
        ((-1, 3), "`shape`=(-1, 3): a size cannot be negative."),
    ],
)
def test_sizes_that_are_none(given, words):
    assert problem(ArgumentError, as_shape, given) == words
