"""What functions between the layers of a graph compute, as code."""

from __future__ import annotations

from typing import Any

import numpy as np

from recurra.engine.symbolic import SymbolicTensor

#: Python's operators, by the names of functions in a graph.
WRITTEN = {
    "Add": "{} + {}",
    "Subtract": "{} - {}",
    "Multiply": "{} * {}",
    "TrueDivide": "{} / {}",
    "FloorDivide": "{} // {}",
    "Mod": "{} % {}",
    "Power": "{} ** {}",
    "Matmul": "{} @ {}",
    "LogicalAnd": "{} & {}",
    "LogicalOr": "{} | {}",
    "LogicalXor": "{} ^ {}",
    "Less": "{} < {}",
    "LessEqual": "{} <= {}",
    "Greater": "{} > {}",
    "GreaterEqual": "{} >= {}",
    "Equal": "{} == {}",
    "NotEqual": "{} != {}",
    "Negative": "-{}",
    "LogicalNot": "~{}",
}


def code(operation: Any) -> str:
    """A function's call: `past[:, -1:]`, `lstm + dense`, `concatenate([a, b], axis=-1)`.

    Args:
        operation: a function of a graph; what it is called with goes by the names of what made it.
    """
    node = operation._nodes[0]
    args = [_written(a) for a in node.args]
    if operation.kind == "GetItem":
        index = node.args[1]
        places = index if isinstance(index, tuple) else (index,)
        return f"{args[0]}[{', '.join(map(_place, places))}]"
    if operation.kind in WRITTEN and len(args) == WRITTEN[operation.kind].count("{}"):
        return WRITTEN[operation.kind].format(*args)
    named = [f"{name}={_written(value)}" for name, value in node.kwargs.items()]
    name = getattr(operation.function, "__name__", operation.kind)
    return f"{name}({', '.join([*args, *named])})"


def _written(value: Any) -> str:
    """An argument: a tensor by its maker's name, a number or an array in short."""
    if isinstance(value, SymbolicTensor):
        return str(value.name if value.node is None else value.node.operation.name)
    if isinstance(value, (list, tuple)):
        inner = ", ".join(map(_written, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    if isinstance(value, (bool, int, str)) or value is None:
        return repr(value)
    if np.ndim(value) == 0 and isinstance(value, (float, np.number)):
        return f"{value:.4g}"
    shape = getattr(value, "shape", None)
    return type(value).__name__ if shape is None else f"an array of shape {tuple(shape)}"


def _place(place: Any) -> str:
    if isinstance(place, slice):
        bounds = [("" if p is None else _written(p)) for p in (place.start, place.stop)]
        return ":".join([*bounds, *([] if place.step is None else [_written(place.step)])])
    return "..." if place is Ellipsis else _written(place)
