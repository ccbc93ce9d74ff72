"""Lists, tuples and dicts of things, walked without caring what the things are.

Unlike `jax.tree`, None is a leaf here, dicts keep their order and slices are looked into.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any


def map_leaves(function: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """The same structure with `function` applied to each leaf (and those of `others` beside it)."""
    if isinstance(tree, dict):
        same = copy.copy(tree)  # of the same kind, be it a defaultdict
        same.update((k, map_leaves(function, v, *(o[k] for o in others))) for k, v in tree.items())
        return same
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*map(lambda *leaf: map_leaves(function, *leaf), tree, *others))
    if isinstance(tree, (list, tuple)):
        return type(tree)(map_leaves(function, *item) for item in zip(tree, *others, strict=True))
    if isinstance(tree, slice):
        return slice(function(tree.start), function(tree.stop), function(tree.step))
    return function(tree, *others)


def leaves(tree: Any) -> Iterator[Any]:
    """Every leaf, in order."""
    if isinstance(tree, dict):
        for item in tree.values():
            yield from leaves(item)
    elif isinstance(tree, (list, tuple)):
        for item in tree:
            yield from leaves(item)
    elif isinstance(tree, slice):
        yield from (tree.start, tree.stop, tree.step)
    else:
        yield tree


def any_leaf(test: Callable[[Any], bool], tree: Any) -> bool:
    """Whether the test holds for some leaf."""
    return any(test(leaf) for leaf in leaves(tree))


def dicts_as(kind: type[dict], tree: Any) -> Any:
    """The same structure with dicts of that kind. JAX sorts a plain dict by its keys."""
    if isinstance(tree, dict):
        return kind((k, dicts_as(kind, v)) for k, v in tree.items())
    if isinstance(tree, (list, tuple)) and not hasattr(tree, "_fields"):
        return type(tree)(dicts_as(kind, v) for v in tree)
    return tree


def pack_like(structure: Any, flat: list[Any]) -> Any:
    """Put a flat list into the structure of another tree."""
    items = iter(flat)
    return map_leaves(lambda _: next(items), structure)
