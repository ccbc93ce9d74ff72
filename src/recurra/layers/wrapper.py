"""Wrapper: a layer around another one."""

from __future__ import annotations

from typing import Any

from recurra.engine.arguments import Check, arg, declared
from recurra.engine.layer import Layer
from recurra.layers.registry import LAYERS


@declared
class Wrapper(Layer):
    """A layer around another one; subclasses say what they do with it.

    Args:
        layer: the layer inside.

    Source: Keras's Wrapper.
    """

    layer: Any = arg(
        convert=lambda v: LAYERS.deserialize(v) if isinstance(v, dict) else v,
        check=Check("a layer such as Dense(1)", lambda v: isinstance(v, Layer)),
        serialize=LAYERS.serialize,
    )

    @property
    def per_sample(self) -> bool:  # type: ignore[override]
        """As the layer inside."""
        return self.layer.per_sample

    def build(self, input_shape: Any = None) -> None:
        """Build the layer inside."""
        if not self.layer.built:
            self.layer.build(input_shape)
