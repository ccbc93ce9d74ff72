"""The functions that a graph may hold besides layers, by the names that Keras gives them."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

#: Python's operators on symbolic tensors.
OPERATORS: dict[str, Callable[..., Any]] = {
    "Add": operator.add,
    "Subtract": operator.sub,
    "Multiply": operator.mul,
    "TrueDivide": operator.truediv,
    "FloorDivide": operator.floordiv,
    "Mod": operator.mod,
    "Power": operator.pow,
    "Matmul": operator.matmul,
    "LogicalAnd": operator.__and__,
    "LogicalOr": operator.__or__,
    "LogicalXor": operator.__xor__,
    "Less": operator.lt,
    "LessEqual": operator.le,
    "Greater": operator.gt,
    "GreaterEqual": operator.ge,
    "Equal": operator.eq,
    "NotEqual": operator.ne,
    "Negative": operator.neg,
    "Absolute": operator.abs,
    "LogicalNot": operator.invert,
    "GetItem": operator.getitem,
}
_kinds = {function: kind for kind, function in OPERATORS.items()}


def camel_case(name: str) -> str:
    """`expand_dims` -> `ExpandDims`."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def kind_of(function: Callable[..., Any]) -> str:
    """What a function is called in a graph: `*` is `Multiply`, `expand_dims` is `ExpandDims`."""
    return _kinds.get(function) or camel_case(getattr(function, "__name__", "operation"))
