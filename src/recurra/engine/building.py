"""A layer's `build`: run once, with paths for its variables, and taken back where it fails."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from recurra.engine import rule
from recurra.engine.calls import on_failure
from recurra.engine.errors import StateError
from recurra.engine.names import name_scope
from recurra.engine.shapes import Shape
from recurra.engine.tracebacks import shorten


def once(build: Callable[..., None]) -> Callable[..., None]:
    """Wrap a `build`: variables get paths, the layer is built afterwards, sizes are fixed."""

    @functools.wraps(build)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> None:
        if self._building:
            build(self, *args, **kwargs)
            return
        if self.built and self._own_weights:
            raise StateError(f"{self.label} is built already, and `build` makes its weights once.")
        before = {**vars(self), "_own_weights": list(self._own_weights)}
        self._building = True
        try:
            # what `build` makes is real also while a step or a shape is being traced
            with name_scope(self), jax.ensure_compile_time_eval():
                build(self, *args, **kwargs)
        except BaseException as error:
            _unbuild(self, before, dict(vars(self)))
            shorten(error)
            raise
        finally:
            self._building = False
        self.built = True
        after = dict(vars(self))
        on_failure(lambda: _unbuild(self, before, after))
        shape: Any = args[0] if args else next(iter(kwargs.values()), None)
        if self.shape_rule and self._own_weights and is_shape(shape):
            _fix_sizes(self, Shape(shape))

    return wrapped


def _unbuild(layer: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Take back the attributes that a `build` has set; they were `before` and `after` it."""
    for key, value in after.items():
        if key not in before:
            layer.__dict__.pop(key, None)
        elif before[key] is not value:
            layer.__dict__[key] = before[key]
    layer.built = False
    layer._sizes.clear()


def _fix_sizes(layer: Any, shape: Shape) -> None:
    """From here on the axis `features` has the size that the weights were made for."""
    expected = rule.parse(str(layer.shape_rule)).expected(0, layer, {})
    for axis, have in expected.paired(shape):
        if axis.name == "features" and isinstance(have.size, int):
            layer._sizes["features"] = have.size


def is_shape(value: Any) -> bool:
    """Whether a value is one shape: a tuple or list of sizes."""
    return isinstance(value, (tuple, list)) and all(
        s is None or isinstance(s, (int, np.integer)) for s in value
    )
