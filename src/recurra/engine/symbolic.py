"""Symbolic tensors and the graph that calls on them record.

The shape of any call's result is found by running it abstractly (`jax.eval_shape`) with unknown
sizes kept as symbols, so nothing is computed or compiled and no layer has to state it.
"""

from __future__ import annotations

import itertools
import re
import reprlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any, NoReturn

import jax
import numpy as np

from recurra.engine import rule
from recurra.engine.apply import Tensorlike, apply
from recurra.engine.errors import ArgumentError, RecurraError
from recurra.engine.masks import get_mask, set_mask
from recurra.engine.names import unique_name
from recurra.engine.operators import kind_of
from recurra.engine.scope import Scope
from recurra.engine.shapes import Shape, Size, symbols
from recurra.engine.tracebacks import public
from recurra.engine.tree import any_leaf, leaves, map_leaves

_counter = itertools.count()

#: Sizes that stand in for unknown ones where code needs numbers.
_PRIMES = (83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167, 173)


class _Local(threading.local):
    def __init__(self) -> None:
        self.stand_ins: frozenset[int] = frozenset()


_local = _Local()


@contextmanager
def standing_in(sizes: Sequence[int]) -> Iterator[None]:
    """Within the block these sizes mean that the size is not known."""
    before = _local.stand_ins
    _local.stand_ins = before | frozenset(sizes)
    try:
        yield
    finally:
        _local.stand_ins = before


def known_size(size: Any) -> int | None:
    """A whole number, or None for a symbol and for a number that stands in for one."""
    is_known = isinstance(size, (int, np.integer)) and size not in _local.stand_ins
    return int(size) if is_known else None


class SymbolicTensor(Tensorlike):
    """A tensor without values: what `Input` gives and what layers return when called on it.

    Args:
        shape: its axes; sizes are whole numbers, symbols or None.
        dtype: of the values.
        name: for messages and `repr`.

    Attributes:
        node: the call that made it, None for an input.
        mask_sizes: the sizes of the mask that travels with it, or None.
    """

    def __init__(
        self,
        shape: Shape | Sequence[int | None],
        dtype: str = "float32",
        name: str | None = None,
        mask_sizes: tuple[Size, ...] | None = None,
    ) -> None:
        named = shape if isinstance(shape, Shape) else Shape(shape)
        self.axes = Shape(symbols([a.size for a in named], named.names), named.names)
        self.dtype = dtype
        self.name = name or f"tensor_{next(_counter)}"
        self.mask_sizes = mask_sizes
        self.node: Node | None = None

    @property
    def shape(self) -> tuple[int | None, ...]:  # type: ignore[override]
        """The sizes of its axes, None where unknown."""
        return self.axes.sizes

    def abstract(self, sizes: Callable[[Size], Any]) -> jax.ShapeDtypeStruct:
        """What stands for it in an abstract evaluation."""
        return jax.ShapeDtypeStruct(tuple(sizes(a.size) for a in self.axes), self.dtype)  # type: ignore[arg-type]

    @public
    def __array__(self, *args: Any, **kwargs: Any) -> np.ndarray:
        self._refuse("NumPy")

    @public
    def __jax_array__(self) -> Any:
        self._refuse("jax.numpy")

    def _refuse(self, user: str) -> NoReturn:
        raise ArgumentError(
            f"{self!r} has no values yet, so {user} cannot use it. "
            "Use the function of the same name in recurra.ops, or write a Layer."
        )

    @public
    def __bool__(self) -> bool:
        raise ArgumentError(
            f"{self!r} has no values yet, so it cannot decide an `if`.",
            fixes=["recurra.ops.where(condition, a, b)  # a where it holds, b elsewhere"],
        )

    @public
    def __iter__(self) -> Any:
        raise ArgumentError(f"{self!r} cannot be walked over; take parts by index, x[:, 0].")

    def __repr__(self) -> str:
        return f"<SymbolicTensor {self.name} {self.axes}, {self.dtype}>"


class Node:
    """One recorded call: who was called with what, and what came out."""

    def __init__(self, operation: Any, args: tuple, kwargs: dict[str, Any], outputs: Any) -> None:
        self.operation, self.args, self.kwargs, self.outputs = operation, args, kwargs, outputs
        for output in leaves(outputs):
            if isinstance(output, SymbolicTensor):
                output.node = self

    @property
    def inputs(self) -> list[SymbolicTensor]:
        """The symbolic tensors among the arguments."""
        found = leaves((self.args, self.kwargs))
        return [x for x in found if isinstance(x, SymbolicTensor)]


class Operation:
    """A function in the graph, such as the `+` of two symbolic tensors."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.kind = kind_of(function)
        self.name = unique_name(self.kind)
        self._nodes: list[Node] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply the function."""
        return apply(self.function, *args, **kwargs)


def is_symbolic(tree: Any) -> bool:
    """Whether a symbolic tensor stands somewhere in the arguments."""
    return any_leaf(lambda leaf: isinstance(leaf, SymbolicTensor), tree)


def record(function: Callable[..., Any], args: tuple, kwargs: dict[str, Any]) -> Any:
    """Record the call of a plain function; returns its symbolic results."""
    operation = Operation(function)
    try:
        results = evaluate(operation, args, kwargs)
    except RecurraError:
        raise
    except Exception as error:
        values = (*args, *kwargs.values())
        given = " and ".join(map(_described, values))
        reason = str(error).partition("\n")[0]
        if "shape" in reason:
            reason = _mismatch(operation.kind, [_axes(x) for x in leaves(values)])
        raise ArgumentError(f"{operation.kind} cannot take {given}: {reason}") from error
    inputs = [x.axes for x in leaves((args, kwargs)) if isinstance(x, SymbolicTensor)]
    outputs = link(
        operation, args, kwargs, results, lambda sizes: [rule.follow(inputs, s) for s in sizes]
    )
    operation._nodes += dict.fromkeys(x.node for x in leaves(outputs) if hasattr(x, "node"))
    return outputs


def _described(x: Any) -> str:
    """An argument as a message shows it: tensors and arrays by their shape."""
    if isinstance(x, SymbolicTensor):
        return str(x.axes)
    if isinstance(x, (list, tuple)) and is_symbolic(x):
        return f"[{', '.join(map(_described, x))}]"
    axes = _axes(x)
    return reprlib.repr(x) if axes is None else f"an array {axes}"


def _axes(x: Any) -> Shape | None:
    """The axes of a tensor or an array; those of an array are only counted."""
    if not hasattr(x, "shape"):
        return None
    return getattr(x, "axes", None) or Shape(x.shape, [f"axis{k}" for k in range(len(x.shape))])


def _mismatch(kind: str, shapes: list[Shape | None]) -> str:
    """In what two shapes differ that an operation needs alike."""
    given = [s for s in shapes if s]
    if len(given) != 2:
        return "these shapes do not go together."
    one, other = given
    if kind == "Matmul":
        first, second = one[-1], other[-2 if len(other) > 1 else -1]
        pairs = [(first, second)]
    else:
        pairs = [p for p in zip(reversed(one), reversed(other)) if 1 not in (p[0].size, p[1].size)]
    for first, second in pairs:
        if first.size != second.size:
            return f"{first} of the first and {second} of the second have to be the same."
    return "these shapes do not go together."


def link(
    operation: Any,
    args: tuple,
    kwargs: dict[str, Any],
    results: Any,
    name_axes: Callable[[list[tuple[Size, ...]]], list[Shape]],
) -> Any:
    """Make symbolic outputs from evaluated results and tie them to their call."""
    flat = [r for r in leaves(results) if isinstance(r, Result)]
    shapes = iter(name_axes([r.sizes for r in flat]))

    def output(result: Any) -> Any:
        if not isinstance(result, Result):
            return result
        return SymbolicTensor(next(shapes), result.dtype, mask_sizes=result.mask)

    outputs = map_leaves(output, results)
    Node(operation, args, kwargs, outputs)
    return outputs


class Result:
    """Sizes and type of one evaluated output, and the sizes of its mask."""

    def __init__(self, sizes: tuple[Size, ...], dtype: str, mask: tuple[Size, ...] | None) -> None:
        self.sizes, self.dtype, self.mask = sizes, dtype, mask


def evaluate(function: Callable[..., Any], args: tuple, kwargs: dict[str, Any]) -> Any:
    """Run a call abstractly; returns its outputs with a `Result` for each array.

    Code that cannot work with symbols (`if timesteps > 3`, `range(timesteps)`) is run with two
    sets of concrete sizes instead, and sizes are known by how they follow the inputs'.
    """
    tensors = [x for x in leaves((args, kwargs)) if isinstance(x, SymbolicTensor)]
    names = sorted({s for x in tensors for s in _symbols_of(x)})
    try:
        return _run(function, args, kwargs, tensors, _symbol)
    except RecurraError:
        raise
    except Exception as error:
        free = [p for p in _PRIMES if all(a.size != p for x in tensors for a in x.axes)]
        here, there = free[: len(names)], free[len(names) : 2 * len(names)]
        if not names or len(there) < len(names):
            raise
        with_symbols = error
    try:
        with standing_in(here):
            first = _run(function, args, kwargs, tensors, _sizes_at(dict(zip(names, here))))
        with standing_in(there):
            second = _run(function, args, kwargs, tensors, _sizes_at(dict(zip(names, there))))
    except RecurraError:
        raise
    except Exception as error:
        # The same mistake is told with names of sizes, not with numbers that nobody wrote.
        if type(error) is not type(with_symbols) or "_DimExpr" in str(with_symbols):
            raise
        again: Exception | None = with_symbols
    else:
        again = None
    if again is not None:  # out here, where the error keeps what it came from
        raise again
    known: dict[tuple[Size, Size], str] = dict(zip(zip(here, there), names))

    def size(a: Size, b: Size) -> Size:
        return a if a == b else known.setdefault((a, b), f"unknown{next(_counter)}")

    def merge(a: Any, b: Any) -> Any:
        if not isinstance(a, Result):
            return a
        mask = tuple(map(size, a.mask, b.mask)) if a.mask else None
        return Result(tuple(map(size, a.sizes, b.sizes)), a.dtype, mask)

    return map_leaves(merge, first, second)


def _run(
    function: Callable[..., Any],
    args: tuple,
    kwargs: dict[str, Any],
    tensors: list[SymbolicTensor],
    size: Callable[[Size], Any],
) -> Any:
    """One abstract evaluation, with `size` giving what stands for each axis."""
    structs = [x.abstract(size) for x in tensors]
    mask_structs = [
        None
        if x.mask_sizes is None
        else jax.ShapeDtypeStruct(tuple(map(size, x.mask_sizes)), "bool")
        for x in tensors
    ]
    others: list[Any] = []

    def abstractly(values: list[Any], masks: list[Any]) -> tuple[list[Any], list[Any]]:
        for value, mask in zip(values, masks, strict=True):
            set_mask(value, mask)
        stand_in = iter(values)
        call_args, call_kwargs = map_leaves(
            lambda x: next(stand_in) if isinstance(x, SymbolicTensor) else x, (args, kwargs)
        )
        with Scope():
            outputs = function(*call_args, **call_kwargs)
        others[:] = [map_leaves(lambda x: None if _is_array(x) else x, outputs)]
        flat = [x for x in leaves(outputs) if _is_array(x)]
        others.append([_is_array(x) for x in leaves(outputs)])
        return flat, [get_mask(x) for x in flat]

    flat, masks = jax.eval_shape(abstractly, structs, mask_structs)
    structure, which = others
    results = iter(zip(flat, masks, strict=True))
    arrays = iter(which)

    def result(other: Any) -> Any:
        if not next(arrays):
            return other
        struct, mask = next(results)
        mask_sizes = None if mask is None else _plain(mask.shape)
        return Result(_plain(struct.shape), str(struct.dtype), mask_sizes)

    return map_leaves(result, structure)


def _is_array(x: Any) -> bool:
    return isinstance(x, (jax.Array, np.ndarray))


def _plain(shape: Sequence[Any]) -> tuple[Size, ...]:
    return tuple(int(s) if isinstance(s, (int, np.integer)) else str(s) for s in shape)


@cache
def _scope() -> Any:
    from jax import export

    return export.SymbolicScope()


@lru_cache(maxsize=4096)
def _symbol(size: Size) -> Any:
    """The symbolic dimension of a size; all in one scope, so that equal symbols are equal."""
    if isinstance(size, int):
        return size
    from jax import export

    return export.symbolic_shape(size, scope=_scope())[0]


def _symbols_of(tensor: SymbolicTensor) -> set[str]:
    """The symbols in a tensor's sizes; those of `5*timesteps` are `{"timesteps"}`."""
    text = " ".join(a.size for a in tensor.axes if isinstance(a.size, str))
    return set(re.findall(r"[A-Za-z_]\w*", text)) - {"floordiv", "mod", "max", "min"}


def _sizes_at(values: dict[str, int]) -> Callable[[Size], int]:
    """Sizes with numbers put in for the symbols."""
    # JAX has no public way to evaluate a symbolic dimension, so this one private method is used.
    return lambda s: s if isinstance(s, int) else int(_symbol(s)._evaluate(values))


def _refuse(tensor: SymbolicTensor) -> Any:
    return tensor.__jax_array__()


# A function of jax.numpy looks into its arguments as trees: there it meets our words.
jax.tree_util.register_pytree_node(SymbolicTensor, _refuse, lambda _, values: values)
