"""Data that come to a model, against its Inputs and the layers right behind them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import permutations
from typing import Any

import numpy as np

from recurra.engine import sources
from recurra.engine.calls import within_call
from recurra.engine.errors import ArgumentError, RecurraError, ShapeError, StateError
from recurra.engine.kinds import check_kind, lengths_of, ragged, several_fixes
from recurra.engine.layer import Layer
from recurra.engine.origin import warn
from recurra.engine.rule import Expected
from recurra.engine.shapes import Axis, Shape
from recurra.engine.symbolic import SymbolicTensor, evaluate
from recurra.engine.tree import leaves
from recurra.models.graph import Graph

#: So many shapes of data are remembered as fitting, for models that see every length once.
MOST_SHAPES = 100
#: All orders of so many Inputs are tried.
MOST_ORDERED = 4


class TakesInputs(Layer):
    """What `Model` adds to `Layer`: the check of data at its boundary."""

    _graph: Graph | None

    #: Whether the Input was made for the first data, so that another length is no surprise.
    _shape_from_data = False
    #: Other numbers of timesteps that every layer was found to take.
    _accepted_lengths: set[tuple]
    #: Shapes of arrays that passed `check_input`.
    _fitting: set[tuple]

    def _needs_graph(self, what: str) -> Graph:
        if self._graph is None:
            raise StateError(
                f"{self.label} has no `{what}` yet: nothing says what goes into it.",
                fixes=["give it an Input((timesteps, features)), or call it on data first"],
            )
        return self._graph

    def check_input(self, inputs: Any, argument: str = "inputs") -> None:
        """Refuse data that the model's Inputs, or the layers right behind them, do not allow."""
        if not within_call():
            for x, name in zip(leaves(inputs), names_of(inputs, argument)):
                sources.given(x, name)
        if self._graph is None:
            return
        arrays = list(leaves(inputs))
        known = all(type(x) is np.ndarray for x in arrays)
        names = tuple(inputs) if isinstance(inputs, dict) else ()
        shapes = (names, *(x.shape for x in arrays)) if known else ()
        if shapes in self._fitting:
            return
        given = self.arrange(inputs, argument)
        called = self._names(argument)
        values = {id(t): (x, n) for t, x, n in zip(self._graph.flat_inputs, given, called)}
        for node in self._graph.nodes:
            first = id(node.args[0]) if node.args else None
            if first in values and isinstance(node.operation, Layer):
                node.operation.check_input(*values[first])
                # a check of its own may look at values, too
                known &= type(node.operation).check_input is Layer.check_input
        if known and len(self._fitting) < MOST_SHAPES:
            self._fitting.add(shapes)

    def _run(self, args: tuple, kwargs: dict[str, Any]) -> Any:
        known = self._graph is None and all(layer.built for layer in self._sublayers())
        try:
            return super()._run(args, kwargs)
        except ShapeError as error:
            data = bool(error.path) and error.path[0].layer is None
            if known and data and not within_call() and args and hasattr(args[0], "shape"):
                error.accepts = partial(self._runs_alone, str(args[0].dtype))
            raise

    def _runs_alone(self, dtype: str, sizes: tuple[int | None, ...]) -> bool:
        """Whether a model without Inputs, but with weights, would take an input of such sizes."""
        stateful = any(getattr(layer, "stateful", False) for layer in self._flatten_layers())
        batch = sizes[0] if stateful else None
        return _works(lambda: evaluate(self, (SymbolicTensor((batch, *sizes[1:]), dtype),), {}))

    def arrange(self, inputs: Any, argument: str = "inputs") -> list[Any]:
        """The data for each Input, in their order, checked against them.

        Raises:
            ShapeError: where data and Input differ in an axis that the layers depend on.
        """
        graph = self._needs_graph("input")
        given = self._match(inputs, argument)
        given = [_with_last_axis(x, want) for x, want in zip(given, graph.flat_inputs)]
        called, other = self._names(argument), None
        for x, want, name in zip(given, graph.flat_inputs, called, strict=True):
            if isinstance(x, np.ndarray):
                check_kind(x, self.label, name)
            try:
                longer = self._compare(x, want, name)
            except ShapeError as error:
                if not isinstance(inputs, dict):
                    error.fixes += _in_order(given, graph.flat_inputs, argument)
                raise
            if longer:
                other = other or (want, x, name)
        if other:
            self._try_other_length(given, *other)
        return given

    def _names(self, argument: str) -> list[str]:
        """What messages call the data for each Input."""
        return [self._argument(argument, x) for x in self._needs_graph("input").flat_inputs]

    def _argument(self, argument: str, want: SymbolicTensor) -> str:
        """`x`, or `x['left']` where there is more than one Input."""
        many = len(self._needs_graph("input").flat_inputs) > 1
        return f"{argument}[{want.name!r}]" if many else argument

    def _match(self, inputs: Any, argument: str) -> list[Any]:
        """Data for each Input from a single array, a list, or a dict by name."""
        graph = self._needs_graph("input")
        names = [x.name for x in graph.flat_inputs]
        if isinstance(inputs, dict):
            keys = list(graph.inputs) if isinstance(graph.inputs, dict) else names
            missing = [k for k in keys if k not in inputs]
            if missing:
                raise ArgumentError(
                    f"{self.label}: `{argument}` has no array for the input {missing[0]!r}; it has "
                    f"{', '.join(map(repr, inputs))}.",
                )
            return [inputs[k] for k in keys]
        self._check_count(inputs, argument, len(names))
        return list(leaves(inputs))

    def check_count(self, inputs: Any, argument: str = "inputs") -> None:
        """Refuse more or fewer arrays than the model has Inputs, where that is known."""
        if self._graph is not None and not isinstance(inputs, dict):
            self._check_count(inputs, argument, len(self._graph.flat_inputs))

    def _check_count(self, inputs: Any, argument: str, needed: int) -> None:
        count = len(list(leaves(inputs)))
        if count == needed:
            return
        if needed == 1 and lengths_of(inputs):
            raise ragged(lengths_of(inputs), argument, self.label)
        fixes, names = several_fixes(inputs, argument, needed == 1), ""
        if needed > 1:
            called = [x.name for x in self._needs_graph("input").flat_inputs]
            names = f" ({', '.join(called)})"
            each = ", ".join(f"{name!r}: ..." for name in called)
            fixes = [f"{argument} = {{{each}}}  # an array for each input"]
        raise ArgumentError(
            f"{self.label} has {needed} input{'s' * (needed > 1)}{names}, and `{argument}` holds "
            f"{count} array{'s' * (count > 1)}.",
            fixes=fixes,
        )

    def _compare(self, x: Any, want: SymbolicTensor, argument: str) -> bool:
        """Whether an array only differs from its Input in the number of timesteps."""
        came, expected, loose = Shape(_public(x.shape)), _expected(want), _any_length(want)
        if expected.fit(came):
            return False
        if loose.fit(came):
            return True
        raise ShapeError(
            self.label,
            argument,
            came,
            loose if self._shape_from_data else expected,
            origin=_origin(want),
            accepts=lambda sizes: self._runs_on(want, sizes),
        )

    def _runs_on(self, want: SymbolicTensor, sizes: tuple[int | None, ...]) -> bool:
        """Whether the layers would take an input of other sizes."""
        graph = self._needs_graph("input")
        if not _any_length(want).fit(Shape(sizes)):
            return False
        stateful = any(getattr(layer, "stateful", False) for layer in self._flatten_layers())
        if stateful and want.shape[0] and (sizes[0] or 0) % want.shape[0]:
            return False
        shapes = [(sizes if x is want else x.shape)[1:] for x in graph.flat_inputs]
        return _works(lambda: self._evaluate(shapes, "inputs"))

    def _evaluate(self, shapes: list[tuple], argument: str) -> None:
        """Run the layers abstractly on samples of these shapes."""
        graph = self._needs_graph("input")
        tensors = [
            SymbolicTensor((x.shape[0], *shape), x.dtype)
            for x, shape in zip(graph.flat_inputs, shapes, strict=True)
        ]

        def run(*flat: Any) -> Any:
            for x, name in zip(flat, self._names(argument)):
                sources.given(x, name)
            return graph.run(list(flat))

        evaluate(run, tuple(tensors), {})

    def _try_other_length(
        self, given: list[Any], want: SymbolicTensor, x: Any, argument: str
    ) -> None:
        """Accept another number of timesteps if every layer does, and say so once."""
        sizes = tuple(tuple(_public(g.shape)[1:]) for g in given)
        accepted = self._accepted_lengths
        if sizes in accepted:
            return
        try:
            self._evaluate(list(sizes), argument.partition("[")[0])
        except RecurraError as cause:
            raise ShapeError(
                self.label,
                argument,
                Shape(_public(x.shape)),
                _expected(want),
                origin=_origin(want),
                accepts=lambda sizes: self._runs_on(want, sizes),
                because=cause,
            ) from None
        if not accepted and not self._shape_from_data:
            warn(
                f"{self.label} was declared for {want.shape[1]} timesteps and is used with "
                f"{x.shape[1]}. Its layers take any number, so this works; write "
                f"Input({(None, *want.shape[2:])}) to say so. Each sequence starts from a zero "
                "state: nothing is remembered from training.",
            )
        accepted.add(sizes)


def _in_order(given: list[Any], wanted: list[SymbolicTensor], argument: str) -> tuple[str, ...]:
    """What to type where the arrays came in another order than the Inputs; () where they do not."""
    shapes = [Shape(_public(x.shape)) for x in given]
    for order in permutations(range(len(given))) if 1 < len(given) <= MOST_ORDERED else ():
        if all(_expected(want).fit(shapes[k]) for k, want in zip(order, wanted)):
            arrays = ", ".join(f"{argument}[{k}]" for k in order)
            return (f"{argument} = [{arrays}]  # in the order {', '.join(x.name for x in wanted)}",)
    return ()


def _works(call: Callable[[], Any]) -> bool:
    try:
        call()
    except RecurraError:
        return False
    return True


def names_of(inputs: Any, argument: str) -> list[str]:
    """What code calls each array: `x`, `x[0]` or `x['left']`."""
    if isinstance(inputs, dict):
        return [f"{argument}[{k!r}]" for k in inputs]
    count = len(list(leaves(inputs))) if isinstance(inputs, (list, tuple)) else 1
    return [argument] if count == 1 else [f"{argument}[{k}]" for k in range(count)]


def _expected(want: SymbolicTensor) -> Expected:
    """The axes that an Input states, for any number of samples."""
    axes = enumerate(want.axes)
    return Expected(
        Axis(a.name, a.size if isinstance(a.size, int) and k else None) for k, a in axes
    )


def _any_length(want: SymbolicTensor) -> Expected:
    """The same for any number of timesteps."""
    return Expected(Axis(n, None if n == "timesteps" else s) for n, s in _expected(want))


def _origin(want: SymbolicTensor) -> Any:
    return getattr(want.node and want.node.operation, "origin", None)


def _public(shape: Any) -> tuple[int | None, ...]:
    return tuple(int(s) if isinstance(s, (int, np.integer)) else None for s in shape)


def _with_last_axis(x: Any, want: SymbolicTensor) -> Any:
    """Add the last axis where one of size 1 was declared and left out in the data."""
    if not hasattr(x, "shape"):
        x = np.asarray(x)
    if want.shape and want.shape[-1] == 1 and len(x.shape) == len(want.shape) - 1:
        rest = zip(x.shape[1:], want.shape[1:-1])
        # (20, 1) for (batch, 20, 1) lacks its first axis, not its last one.
        if all(w in (None, s) or not isinstance(s, int) for s, w in rest):
            return x[..., None]
    return x
