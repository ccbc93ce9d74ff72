"""TimeDistributed: a layer applied to every timestep."""

from __future__ import annotations

from typing import Any

from recurra.engine.arguments import declared
from recurra.engine.calls import spec_of
from recurra.engine.errors import ShapeError
from recurra.engine.shapes import Shape
from recurra.engine.symbolic import SymbolicTensor
from recurra.engine.tree import map_leaves
from recurra.layers.checks import check_mask, shape_of
from recurra.layers.wrapper import Wrapper


@declared
class TimeDistributed(Wrapper):
    """Applies a layer to each timestep alike, with the same weights.

    The timesteps of all samples become one large batch for the layer inside, so a
    BatchNormalization there takes its statistics over samples and timesteps.

    Args:
        layer: the layer for one timestep.

    Shapes: (batch, timesteps, ...) to (batch, timesteps, what the layer makes of ...).
    Source: Keras's TimeDistributed.

    Example:
        >>> import numpy as np
        >>> from recurra.layers import Dense
        >>> TimeDistributed(Dense(3))(np.ones((2, 5, 4))).shape
        (2, 5, 3)
    """

    supports_masking = True

    @property
    def shape_rule(self) -> str:  # type: ignore[override]
        """The layer's rule with timesteps behind the batch."""
        made = (self.layer.shape_rule or "").partition("->")[2].partition(",")[0].split()
        named = [word.partition("?") for word in made]
        words = [w for w, _, flag in named if not flag or getattr(self.layer, flag)]
        after = "same" if words == ["same"] else " ".join(("batch timesteps", *words[1:]))
        return f"batch timesteps ... features -> {after}"

    def check_input(self, inputs: Any, argument: str = "inputs") -> None:
        """Refuse inputs whose timesteps, each by itself, the layer inside cannot take."""
        super().check_input(inputs, argument)
        inner = shape_of(inputs)
        inner = Shape((inner[0].size, *inner.sizes[2:]), (inner[0].name, *inner.names[2:]))
        try:
            self.layer.check_input(SymbolicTensor(inner), argument)
        except ShapeError as error:
            name = type(self.layer).__name__
            whole = len(inner) + 1 == len(str(self.layer.shape_rule or "").split("->")[0].split())
            self._refuse_shape(
                inputs,
                argument,
                shape_of(inputs),
                f"timesteps that {self.layer.label} takes, {error.expected}",
                problem=f"{self.label} gives {self.layer.label} each timestep by itself, {inner}, "
                f"and {self.layer.label} takes {error.expected}.",
                fixes=[f"{name}(...)  # without TimeDistributed: it takes the timesteps itself"]
                if whole
                else error.fixes,
            )

    def build(self, input_shape: Any = None) -> None:
        """Build the layer for one timestep."""
        inner = (None, *input_shape[2:])
        self.layer.check_input(SymbolicTensor(inner))
        super().build(inner)

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Apply the layer.

        Args:
            inputs: (batch, timesteps, ...).
            mask: (batch, timesteps) or, for a layer of sequences, (batch, timesteps, more).

        Returns:
            (batch, timesteps, ...).
        """
        inner = self._inner_mask(inputs, mask)
        takes = inner is not None and spec_of(type(self.layer).call).takes("mask")
        outputs = self.layer(_fold(inputs), **({"mask": inner} if takes else {}))
        return map_leaves(lambda y: y.reshape((*inputs.shape[:2], *y.shape[1:])), outputs)

    def _inner_mask(self, inputs: Any, mask: Any) -> Any:
        """The mask as the layer sees it, if it has all axes of the inputs but the last."""
        if mask is None:
            return None
        mask = check_mask(self, mask, inputs, max(2, mask.ndim))
        return _fold(mask) if mask.ndim == inputs.ndim - 1 else None

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """What the layer makes of it, or else: real where anything of a timestep is."""
        inner = self._inner_mask(inputs, previous_mask)
        made = self.layer.compute_mask(_fold(inputs), inner)
        if hasattr(made, "reshape"):
            return made.reshape((*inputs.shape[:2], *made.shape[1:]))
        mask = previous_mask
        return mask if mask is None else mask.any(axis=tuple(range(2, mask.ndim)))


def _fold(x: Any) -> Any:
    """(batch, timesteps, ...) as (batch * timesteps, ...)."""
    return x.reshape((x.shape[0] * x.shape[1], *x.shape[2:]))
