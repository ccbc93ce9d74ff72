"""How many parameters a layer has, as arithmetic. One line for each kind that has a formula.

A layer without a line is told by the shapes of its weights, and so is one whose formula does not
give `count_params()`, as may happen with a subclass of the user's.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from operator import add
from typing import Any

from recurra.engine.layer import Layer
from recurra.explain.story.kinds import find
from recurra.explain.story.terms import ATOM, PRODUCT, Term

NO_PARAMETERS = Term("no parameters", 0, "no parameters")


def count_of(layer: Any, features: int | None = None) -> Term | None:
    """The parameters of a layer.

    Args:
        layer: any layer, built or not.
        features: the size of its input's last axis, where that is known and it is not built.

    Returns:
        The arithmetic, with names for what is not known yet; None where nothing can be said yet.
    """
    formula = find(FORMULAS, layer)
    if layer.built and layer.count_params() == 0:
        return NO_PARAMETERS
    if formula is not None:
        count = formula(layer, _features(layer, features))
        if count is not None and (not layer.built or count.value == layer.count_params()):
            return count
    return _by_weights(layer)


def _features(layer: Any, given: int | None) -> int | None:
    kernel = vars(layer).get("kernel")
    return given if kernel is None else kernel.shape[-2]


# Formulas -----------------------------------------------------------------------------------------


def _cell(cell: Any, features: int | None) -> Term:
    units, biases = Term("units", cell.units), Term("biases", cell.units)
    count = units * (Term("features", features) + units)
    if cell.use_bias:  # a GRU that resets after the product has one for the state, too
        count = count + (2 * biases if getattr(cell, "reset_after", False) else biases)
    return count if cell.gate_count == 1 else Term("gates", cell.gate_count) * count


def _dense(layer: Any, features: int | None) -> Term:
    count = Term("features", features) * Term("units", layer.units)
    return count + Term("biases", layer.units) if layer.use_bias else count


def _conv(layer: Any, features: int | None) -> Term:
    each = "features of a group" if layer.groups > 1 else "features"
    if features is not None and not layer.built:
        features //= layer.groups
    filters = layer.filters
    count = Term("kernel size", layer.kernel_size[0]) * Term(each, features)
    count = count * Term("filters", filters)
    return count + Term("biases", filters) if layer.use_bias else count


def _both_ways(layer: Any, features: int | None) -> Term | None:
    forward, back = (count_of(x, features) for x in (layer.forward_layer, layer.backward_layer))
    if forward is None or back is None:
        return None
    same = forward.numbers == back.numbers
    return Term("directions", 2) * forward if same else forward + back


FORMULAS: dict[str, Callable[[Any, int | None], Term | None]] = {
    "Dense": _dense,
    "Conv1D": _conv,
    "Cell": _cell,
    "RecurrentLayer": lambda layer, features: count_of(layer.cell, features),
    "Bidirectional": _both_ways,
    "Wrapper": lambda layer, features: count_of(layer.layer, features),
    "Embedding": lambda layer, _: Term("ids", layer.input_dim) * Term("numbers", layer.output_dim),
}


# By the weights -----------------------------------------------------------------------------------


def _by_weights(layer: Any) -> Term | None:
    """Its own weights and the layers inside, each by its name."""
    inside = [x for x in layer._sublayers() if not x.built or x.count_params()]
    if not layer.built and (type(layer).build is not Layer.build or inside):
        return None
    own = [_weight(w.name, w.shape) for w in layer._own_variables()]
    terms = own + [Term(x.name, x.count_params()) for x in inside if x.built]
    if sum(t.value or 0 for t in terms) != sum(w.size for w in layer.weights):  # some are shared
        terms = [_weight(w.path, w.shape) for w in layer.weights]
    return reduce(add, terms) if terms else NO_PARAMETERS


def _weight(name: str, shape: tuple[int, ...]) -> Term:
    sizes = " x ".join(map(str, shape)) or "1"
    words = name.replace("_", " ")
    return Term(words, math.prod(shape), sizes, PRODUCT if len(shape) > 1 else ATOM)
