"""A step as a pure function: while it is traced, a scope stands in for the variables' values.

Outside any scope a `Variable` is an array that can be assigned. Inside one, reads come from the
scope and assignments stay in it, so that `jax.jit`, `jax.grad` and `jax.eval_shape` see a function
of values to values and nothing leaks out of the trace.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from recurra.engine.tree import leaves, map_leaves, pack_like

if TYPE_CHECKING:
    from recurra.engine.variable import Variable


class _Local(threading.local):
    def __init__(self) -> None:
        self.scope: Scope | None = None


_local = _Local()


def current() -> Scope | None:
    """The innermost scope, or None outside any trace."""
    return _local.scope


class Scope:
    """Values that stand in for variables while a step is traced.

    Args:
        values: variables and the (traced) values they have here.
        key: the step's random key. None takes the enclosing scope's, or a fresh one.

    Attributes:
        assigned: variables that were assigned here.
        outside: variables whose own value was read, since no scope stands in for them.
        losses: what `Layer.add_loss` and regularisers of activity have added.
    """

    def __init__(self, values: dict[Variable, Any] | None = None, key: Any = None) -> None:
        self.values: dict[Variable, Any] = dict(values or {})
        self.assigned: dict[Variable, None] = {}
        self.outside: dict[Variable, None] = {}
        self.losses: list[Any] = []
        self.parent: Scope | None = None
        self._key, self._draws = key, itertools.count(1)

    def __enter__(self) -> Scope:
        self.parent = _local.scope
        if self.parent is not None and self._key is None:
            self._key, self._draws = self.parent._key, self.parent._draws
        _local.scope = self
        return self

    def __exit__(self, *exc: object) -> None:
        _local.scope = self.parent

    def read(self, variable: Variable) -> Any:
        """The value of a variable here: this scope's, an enclosing one's or its own."""
        scope = self
        while variable not in scope.values:
            if scope.parent is None:
                scope.outside[variable] = None
                return variable._value
            scope = scope.parent
        return scope.values[variable]

    def assign(self, variable: Variable, value: Any) -> None:
        """Give a variable another value within this scope."""
        self.values[variable] = value
        self.assigned[variable] = None

    def draw(self) -> tuple[Any, int]:
        """The step's key and a number that no other draw of this step has had.

        The number is counted while tracing: code that is traced once and run many times, such as
        the body of a scan, draws the same values each time.
        """
        return self._key, next(self._draws)


def pure(
    function: Callable[..., Any], variables: Sequence[Variable]
) -> Callable[..., tuple[Any, list[Any], list[Any]]]:
    """Turn code that reads and assigns `variables` into a function of their values.

    Args:
        function: any code over layers and variables.
        variables: those whose values are handed in.

    Returns:
        `run(values, *args, key=None) -> (result, values after, losses added)`.
    """

    def run(values: Sequence[Any], *args: Any, key: Any = None) -> tuple[Any, list, list]:
        with Scope(dict(zip(variables, values, strict=True)), key) as scope:
            result = function(*args)
        return result, [scope.values[v] for v in variables], scope.losses

    return run


def value_and_gradients(
    function: Callable[[], tuple[Any, Any]], variables: Sequence[Variable]
) -> tuple[Any, Any, list[Any]]:
    """Differentiate code that uses `variables` by their values.

    Args:
        function: returns `(loss, auxiliary)`; whatever it assigns is assigned afterwards.
        variables: what to differentiate by.

    Returns:
        `(loss, auxiliary, gradients)`, a gradient for each variable, shaped as the variable.
    """
    import jax

    assigned: list[Variable] = []
    structure: list[Any] = []

    def of_values(values: list[Any]) -> tuple[Any, tuple[Any, list[Any]]]:
        with Scope(dict(zip(variables, values, strict=True))) as scope:
            loss, auxiliary = function()
        assigned[:] = scope.assigned
        structure[:] = [map_leaves(lambda _: None, auxiliary)]
        return loss, (list(leaves(auxiliary)), [scope.values[v] for v in assigned])

    values = [v.value for v in variables]
    (loss, (flat, new)), gradients = jax.value_and_grad(of_values, has_aux=True)(values)
    for variable, value in zip(assigned, new, strict=True):
        variable.assign(value)
    return loss, pack_like(structure[0], flat), gradients
