"""Functions in a graph, `x * 2` or `ops.mean(x, axis=1)`, as plain data in Keras's format.

A configuration may name Python's operators and what stands in the table of `recurra.ops`, nothing
else. Keras keeps constants such as `axis` with the function and arrays with the call.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from recurra.engine.arguments import did_you_mean
from recurra.engine.errors import ArgumentError
from recurra.engine.operators import OPERATORS, camel_case
from recurra.engine.symbolic import Node, Operation, is_symbolic, record
from recurra.engine.tree import leaves

#: Keras's module of the functions of each of ours; others are in `numpy`.
MODULES = {"recurra.ops.nn": "nn", "recurra.ops.core": "core", "recurra.activations": "nn"}


def _table() -> dict[str, Callable[..., Any]]:
    """The functions of `recurra.ops` by the names of their classes in Keras: `ExpandDims`."""
    import recurra.ops  # noqa: F401 - fills the table
    from recurra.ops.making import OPS

    return {camel_case(name): function for name, function in OPS.items()}


def write(operation: Operation, node: Node) -> tuple[dict[str, Any], tuple, dict[str, Any]]:
    """A function as data, and the arguments that stay with its call.

    Raises:
        ArgumentError: for a function that has no public name.
    """
    args, kwargs, module, kind = node.args, node.kwargs, "", operation.kind
    constants: dict[str, Any] = {}
    if OPERATORS.get(kind) is operation.function:
        if kind.startswith("Logical") and next(leaves(node.outputs)).dtype != "bool":
            kind = kind.replace("Logical", "Bitwise")
    else:
        function = _table().get(kind)
        module = str(getattr(operation.function, "__module__", ""))
        if function is None or not module.startswith("recurra."):
            raise ArgumentError(
                f"the function {operation.name!r} in the graph has no name that a configuration "
                "can hold.",
                fixes=["do that step in the `call` of a Layer of your own"],
            )
        module = function.__module__
        args, kwargs, constants = _split(function, args, kwargs)
    data = {
        "module": f"keras.src.ops.{MODULES.get(module, 'numpy')}",
        "class_name": kind,
        "config": {"name": operation.name, **constants},
        "registered_name": kind,
    }
    return data, args, kwargs


def _split(
    function: Callable[..., Any], args: tuple, kwargs: dict[str, Any]
) -> tuple[tuple, dict[str, Any], dict[str, Any]]:
    """Arguments of the call and constants of the function."""
    from recurra.ops.making import ARRAYS

    parameters = inspect.signature(function).parameters
    if any(p.kind is p.VAR_POSITIONAL for p in parameters.values()):
        return args, kwargs, {}
    named = [*zip(parameters, args, strict=False), *kwargs.items()]
    constants = {k: v for k, v in named if k not in ARRAYS and not is_symbolic(v)}
    own = tuple(v for k, v in zip(parameters, args, strict=False) if k not in constants)
    return own, {k: v for k, v in kwargs.items() if k not in constants}, constants


class Function:
    """A function of a graph that is read: called like a layer.

    Args:
        data: what `write` or Keras wrote.

    Raises:
        ArgumentError: where there is no function of that name.
    """

    def __init__(self, data: dict[str, Any]) -> None:
        kind = str(data.get("class_name"))
        config = data.get("config") or {}
        self.name = str(config.get("name", data.get("name")))
        self.constants = {k: v for k, v in config.items() if k != "name"}
        # Python's & and | of booleans are logical functions, and those of whole numbers are not
        self.operator = None if kind.startswith("Logical") else OPERATORS.get(kind)
        self.function = self.operator or _table().get(kind)
        if self.function is None:
            known = [*OPERATORS, *_table()]
            raise ArgumentError(
                f"the configuration has an operation {kind!r}{did_you_mean(kind, known) or '.'}"
            )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Record the call in a graph, under the name that the configuration gives it."""
        if not is_symbolic((args, kwargs)):  # it would be computed here and now, however large
            raise ArgumentError(f"the operation {self.name!r} is called on no layer's output.")
        if self.operator is not None:
            if self.operator is OPERATORS["GetItem"] and isinstance(args[1], list):
                args = (args[0], tuple(args[1]))  # JSON knows no tuples
            results = record(self.operator, args, kwargs)
        else:
            results = self._apply(args, kwargs)
        for node in dict.fromkeys(x.node for x in leaves(results) if is_symbolic(x)):
            node.operation.name = self.name
        return results

    def _apply(self, args: tuple, kwargs: dict[str, Any]) -> Any:
        assert self.function is not None
        parameters = inspect.signature(self.function).parameters
        if any(p.kind is p.VAR_POSITIONAL for p in parameters.values()):
            return self.function(*self.constants.values(), *args, **kwargs)
        # Keras keeps some constants, off by default, that are not known here
        constants = {k: v for k, v in self.constants.items() if v is not None or k in parameters}
        places = [name for name in parameters if name not in constants]
        return self.function(**dict(zip(places, args, strict=False)), **constants, **kwargs)
