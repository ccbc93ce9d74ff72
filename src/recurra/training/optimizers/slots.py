"""The state of an update rule as variables, named and ordered as Keras stores them.

A rule's state is a tree of arrays, one for each variable of the model or one for all. Each array
lives in a `Variable` of its own, found by its place in the tree, so that a step in which some
variables have no gradient uses the slots of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import jax
import numpy as np
from jax.tree_util import DictKey, GetAttrKey, SequenceKey, keystr, tree_flatten_with_path

from recurra.engine.errors import StateError
from recurra.engine.variable import Variable

if TYPE_CHECKING:
    from optax import GradientTransformation

Slots = dict[tuple[str, Variable | None], Variable]

#: What Optax calls the slots that Keras knows by another name.
KERAS_NAMES = {
    "trace": "momentum",
    "nu": "velocity",
    "mu": "average_gradient",
    "sum_of_squares": "accumulator",
}


def _place(path: tuple, variables: Sequence[Variable]) -> tuple[str, Variable | None]:
    """Where in the state an array stands, and the variable it belongs to (None: to all)."""
    *rest, last = path
    if isinstance(last, SequenceKey) and rest:
        return keystr(tuple(rest)), variables[last.idx]
    return keystr(path), None


def _name(path: tuple) -> str:
    """What Keras calls the slot."""
    names = [k.name if isinstance(k, GetAttrKey) else k.key for k in path if _is_name(k)]
    return KERAS_NAMES.get(names[-1], names[-1]) if names else "slot"


def _is_name(key: Any) -> bool:
    return isinstance(key, (GetAttrKey, DictKey))


def make(
    init: Callable[[list[Any]], Any],
    variables: Sequence[Variable],
    order: Sequence[Sequence[str]],
    add: Callable[[str, Variable | None, np.ndarray], Variable],
) -> Slots:
    """The variables that hold a rule's state, in Keras's order.

    Args:
        init: starts a rule's state for values of the variables: every element of a slot alike,
            whatever the values are.
        variables: those of the model.
        order: groups of slot names; those of one group alternate from variable to variable.
        add: `add(slot name, variable of the model, first value) -> Variable`.
    """
    # One small program, without what only a step needs, such as Adam's correction. Scalars stand
    # in for the variables. Compiled by itself it gives numbers even where a step is being traced.
    scalars = [np.zeros((), v.dtype) for v in variables]
    start = jax.jit(init).lower(scalars).compile()(scalars)
    number = {v: i for i, v in enumerate(variables)}

    def rank(entry: tuple) -> tuple:
        name, (_, variable), _ = entry
        for i, group in enumerate(order):
            if name in group:
                return i, number.get(variable, -1), list(group).index(name)
        return len(order), 0, 0

    found = [(_name(p), _place(p, variables), x) for p, x in tree_flatten_with_path(start)[0]]
    slots: Slots = {}
    for name, place, value in sorted(found, key=rank):
        shape = place[1].shape if place[1] is not None else np.shape(value)
        value = np.full(shape, value, value.dtype)
        slots[place] = add(name, place[1], value)
    return slots


def of_rule(
    slots: Slots, rule: GradientTransformation, variables: Sequence[Variable], who: str
) -> tuple[list[Variable], Any]:
    """The slots that a rule needs for some of the variables, and the structure of its state.

    Args:
        slots: what `make` made.
        rule: as it is now.
        variables: those that are updated.
        who: the optimizer's class, for the message.
    """
    like = [jax.ShapeDtypeStruct(v.shape, v.dtype) for v in variables]
    found, structure = tree_flatten_with_path(jax.eval_shape(rule.init, like))
    for path, _ in found:
        if _place(path, variables) not in slots:
            raise StateError(
                f"{who} was built without {_name(path)!r}, which its arguments need now: "
                f"give them to a new {who}(...) and compile with it."
            )
    return [slots[_place(path, variables)] for path, _ in found], structure
