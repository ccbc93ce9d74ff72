"""One way to apply a function to arrays, variables and symbolic tensors alike."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from recurra.engine.suggestions import attribute_or_suggestion
from recurra.engine.tracebacks import public
from recurra.engine.tree import any_leaf, map_leaves


class Tensorlike:
    """Base of `Variable` and `SymbolicTensor`: Python's operators, through `apply`."""

    shape: tuple[int | None, ...]

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @public
    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """`array * variable` as an operator of ours; other functions of NumPy on the values."""
        if method == "__call__" and ufunc in _UFUNCS and not kwargs:
            return apply(_UFUNCS[ufunc], *inputs)
        values = [np.asarray(x) if isinstance(x, Tensorlike) else x for x in inputs]
        return getattr(ufunc, method)(*values, **kwargs)

    def __getitem__(self, key: Any) -> Any:
        return apply(operator.getitem, self, key)

    def __iter__(self) -> Iterator[Any]:
        return (self[k] for k in range(len(self)))

    def __hash__(self) -> int:
        return id(self)

    def __len__(self) -> int:
        size = self.shape[0] if self.shape else None
        if size is None:
            raise TypeError(f"the length of {self!r} is not known")
        return size


#: Not within the class, where a checker of types would take every name for known.
Tensorlike.__getattr__ = attribute_or_suggestion  # type: ignore[attr-defined]


def _binary(name: str, function: Callable[..., Any]) -> None:
    def forward(self: Any, other: Any) -> Any:
        return apply(function, self, other)

    def backward(self: Any, other: Any) -> Any:
        return apply(function, other, self)

    setattr(Tensorlike, f"__{name}__", forward)
    setattr(Tensorlike, f"__r{name}__", backward)


#: The operator that stands behind a function of NumPy: NumPy's `array * x` calls `np.multiply`.
_UFUNCS: dict[Any, Callable[..., Any]] = {
    np.add: operator.add,
    np.subtract: operator.sub,
    np.multiply: operator.mul,
    np.divide: operator.truediv,
    np.floor_divide: operator.floordiv,
    np.remainder: operator.mod,
    np.power: operator.pow,
    np.matmul: operator.matmul,
    np.bitwise_and: operator.__and__,
    np.bitwise_or: operator.__or__,
    np.bitwise_xor: operator.__xor__,
    np.less: operator.lt,
    np.less_equal: operator.le,
    np.greater: operator.gt,
    np.greater_equal: operator.ge,
    np.equal: operator.eq,
    np.not_equal: operator.ne,
}

for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"):
    _binary(_name, getattr(operator, _name))
for _name in ("and", "or", "xor"):
    _binary(_name, getattr(operator, f"__{_name}__"))
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    _function = getattr(operator, _name)
    setattr(Tensorlike, f"__{_name}__", lambda self, other, f=_function: apply(f, self, other))
for _name, _function in {
    "neg": operator.neg,
    "abs": operator.abs,
    "invert": operator.invert,
}.items():
    setattr(Tensorlike, f"__{_name}__", lambda self, f=_function: apply(f, self))


def apply(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """`function(*args, **kwargs)` where variables stand for their values.

    With a symbolic tensor among the arguments the call is recorded in the graph instead, and what
    comes back is symbolic.
    """
    from recurra.engine.symbolic import SymbolicTensor, record
    from recurra.engine.variable import Variable

    def value(leaf: Any) -> Any:
        return leaf.value if isinstance(leaf, Variable) else leaf

    if any_leaf(lambda leaf: isinstance(leaf, SymbolicTensor), (args, kwargs)):
        return record(function, args, kwargs)
    args, kwargs = map_leaves(value, (args, kwargs))
    return function(*args, **kwargs)
