"""Lambda: any function as a layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from recurra.engine.arguments import Check, arg, declared
from recurra.engine.calls import spec_of
from recurra.engine.errors import ArgumentError
from recurra.engine.layer import Layer
from recurra.engine.registry import registered
from recurra.layers.registry import LAYERS

FUNCTION = Check("a function of an array, such as lambda x: x * 2,", callable)


@declared
class Lambda(Layer):
    """Applies a function. A function with weights is a `Layer` of its own.

    A function is not part of a saved model: who loads it passes the function again, by its name
    or, for a lambda, by the name of the layer, as `custom_objects={"name": function}`.

    Args:
        function: of the inputs; it may also take `mask` and `training`.
        output_shape: is not needed; the shape is found by itself.
        mask: the mask of the output, or a function of inputs and mask that makes it.
        arguments: further keywords for the function.

    Shapes: any to what the function makes of it. Source: Keras's Lambda.

    Example:
        >>> Lambda(lambda x: 2 * x)([[1.0, 2.0]]).tolist()
        [[2.0, 4.0]]
    """

    function: Callable[..., Any] = arg(check=FUNCTION, serialize=LAYERS.serialize)
    _given_shape: Any = arg(default=None, alias="output_shape", config=False)
    mask: Any = arg(default=None, serialize=lambda m: LAYERS.serialize(m) if callable(m) else m)
    arguments: Any = arg(default=None, convert=lambda a: dict(a or {}))

    @property
    def supports_masking(self) -> bool:  # type: ignore[override]
        """Whether it has a mask to give."""
        return self.mask is not None

    def call(self, inputs: Any, mask: Any = None, training: bool = False) -> Any:
        """Apply the function.

        Args:
            inputs: an array, or what structure the function takes.
            mask: handed to the function if it takes one.
            training: likewise.

        Returns:
            What the function returns.
        """
        takes = spec_of(self.function).takes
        further = {"mask": mask, "training": training}
        kwargs = {k: v for k, v in further.items() if takes(k)}
        return self.function(inputs, **(kwargs | self.arguments))

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """The declared mask, or none."""
        return self.mask(inputs, previous_mask) if callable(self.mask) else self.mask

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Lambda:
        """Make it from a configuration, its functions taken from `custom_objects`."""
        config = dict(config)
        for key in ("function", "mask"):
            if isinstance(config.get(key), dict):
                config[key] = _function(config[key], config.get("name"))
        config.pop("output_shape", None)
        return cls(**config)


def _function(config: dict[str, Any], layer: str | None) -> Callable[..., Any]:
    """The function that a configuration names; never one that it brings along as bytecode."""
    anonymous = "__lambda__" in str(config.get("class_name")) or config.get("config") == "<lambda>"
    if not anonymous:
        return LAYERS.deserialize(config)
    found = registered().get(str(layer))
    if found is None:
        raise ArgumentError(
            f"Lambda {layer!r}: its function is an unnamed lambda, and code in a file is not run.",
            fixes=[f"custom_objects={{{layer!r}: lambda x: ...}}: give the function again"],
        )
    return found
