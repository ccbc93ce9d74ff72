from collections import OrderedDict, defaultdict, namedtuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recurra.engine.tree import any_leaf, leaves, map_leaves, pack_like

Pair = namedtuple("Pair", "first second")

TREES = st.recursive(
    st.one_of(st.integers(), st.none(), st.text(max_size=2)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text(max_size=2), inner, max_size=3),
        st.tuples(inner, inner).map(lambda both: Pair(*both)),
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("tree", "flat"),
    [
        (3, [3]),
        (None, [None]),
        ([], []),
        ({"b": 1, "a": [2, (3, None)]}, [1, 2, 3, None]),
        (OrderedDict(b=1, a=2), [1, 2]),
        (defaultdict(list, {"b": 1, "a": {}}), [1]),
        (Pair(1, [2]), [1, 2]),
        (slice(1, None, 2), [1, None, 2]),
    ],
)
def test_leaves_in_order(tree, flat):
    assert list(leaves(tree)) == flat
    same = map_leaves(lambda x: x, tree)
    assert same == tree and type(same) is type(tree)
    assert pack_like(tree, flat) == tree


def test_arrays_are_leaves():
    array = np.ones((2, 2))
    assert next(iter(leaves([array]))) is array


def test_several_trees_side_by_side():
    one, other = {"a": 1, "b": [2, 3]}, {"b": [20, 30], "a": 10}
    assert map_leaves(lambda x, y: x + y, one, other) == {"a": 11, "b": [22, 33]}
    assert map_leaves(lambda x, y: (x, y), Pair(1, 2), Pair(3, 4)) == Pair((1, 3), (2, 4))
    with pytest.raises(ValueError, match="shorter"):
        map_leaves(lambda x, y: x, [1, 2], [1])


def test_the_tree_that_was_given_stays_as_it_was():
    tree = {"a": [1]}
    map_leaves(str, tree)
    assert tree == {"a": [1]}


def test_whether_some_leaf_has_a_property():
    assert any_leaf(lambda x: x == 3, [1, {"a": (3,)}]) and not any_leaf(bool, [0, None, []])


@given(TREES)
def test_flattened_and_packed_again(tree):
    flat = list(leaves(tree))
    assert pack_like(tree, flat) == tree
    assert list(leaves(map_leaves(lambda x: (x,) and repr(x), tree))) == [repr(x) for x in flat]
