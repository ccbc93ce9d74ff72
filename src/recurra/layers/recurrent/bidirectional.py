"""Bidirectional: a recurrence forwards and one backwards."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from recurra.engine.arguments import Check, arg, declared, one_of, optional
from recurra.engine.errors import ArgumentError
from recurra.engine.layer import Layer
from recurra.engine.tree import leaves
from recurra.kernels import both
from recurra.layers.recurrent.layer import RecurrentLayer, time_mask
from recurra.layers.registry import LAYERS

MERGES = {
    "concat": lambda y, r: jnp.concatenate([y, r], axis=-1),
    "sum": lambda y, r: y + r,
    "ave": lambda y, r: (y + r) / 2,
    "mul": lambda y, r: y * r,
    None: lambda y, r: (y, r),
}
IS_RECURRENT = Check("a recurrent layer such as LSTM(32)", lambda v: hasattr(v, "go_backwards"))


def _layer(value: Any) -> Any:
    return LAYERS.deserialize(value) if isinstance(value, dict) else value


def _is_plain(layer: Any, dtype: str) -> bool:
    """Whether a call of the layer on numbers of this type is its recurrence and nothing else."""
    return (
        isinstance(layer, RecurrentLayer)
        and type(layer).call is RecurrentLayer.call
        and layer.compute_dtype == dtype
        and layer.activity_regularizer is None
    )


def _drops(layer: Any) -> bool:
    """Whether it draws what to drop, each layer for itself."""
    return bool(getattr(layer.cell, "dropout", 0) or getattr(layer.cell, "recurrent_dropout", 0))


@declared
class Bidirectional(Layer):
    """Runs a recurrent layer from first to last step and a copy of it from last to first.

    Args:
        layer: the recurrent layer.
        merge_mode: how the two outputs become one: "concat", "sum", "ave", "mul", or None for both.
        backward_layer: another layer for the way back, with `go_backwards=True`.

    Shapes: as `layer`, with 2 * units for "concat". Source: Keras's Bidirectional.

    Example:
        >>> import numpy as np
        >>> from recurra.layers import LSTM
        >>> Bidirectional(LSTM(3, return_sequences=True))(np.ones((2, 5, 4))).shape
        (2, 5, 6)
    """

    layer: Any = arg(convert=_layer, check=IS_RECURRENT, serialize=LAYERS.serialize)
    merge_mode: str | None = arg(default="concat", check=one_of(*MERGES))
    _weights: Any = arg(
        default=None,
        alias="weights",
        config=False,
        doc="arrays to begin with: the forward layer's, then the backward layer's.",
    )
    backward_layer: Any = arg(
        default=None, convert=_layer, check=optional(IS_RECURRENT), serialize=LAYERS.serialize
    )

    supports_masking = True
    _untracked = frozenset(("layer",))

    def __post_init__(self) -> None:
        super().__post_init__()
        config = LAYERS.serialize(self.layer)
        name = str(self.layer.name)
        self._given_backward = self.backward_layer is not None
        back = self.backward_layer
        del self.backward_layer  # the forward layer comes first among the sublayers
        self.forward_layer = self._twin(config, name=f"forward_{name.removeprefix('forward_')}")
        self.backward_layer = back or self._twin(
            config, name=f"backward_{name.removeprefix('backward_')}", go_backwards=True
        )
        self._agree()
        for each in (self.forward_layer, self.backward_layer):
            if isinstance(each, RecurrentLayer):
                each.zero_output_for_mask = each.return_sequences

    def _twin(self, config: dict[str, Any], **changes: Any) -> Any:
        own = config["config"] | changes
        return LAYERS.deserialize(
            config | {"config": own}, {type(self.layer).__name__: type(self.layer)}
        )

    def _agree(self) -> None:
        """Refuse two layers that cannot be merged."""
        forward, back = self.forward_layer, self.backward_layer
        if forward.go_backwards == back.go_backwards:
            raise ArgumentError(
                f"{self.label}: the forward layer has go_backwards={forward.go_backwards} and so "
                "has the backward layer; one of them has to go the other way."
            )
        for name in ("stateful", "return_sequences", "return_state"):
            one, other = getattr(forward, name), getattr(back, name)
            if one != other:
                raise ArgumentError(
                    f"{self.label}: the forward layer has {name}={one} and the backward layer has "
                    f"{name}={other}; both need the same."
                )

    @property
    def shape_rule(self) -> str | None:  # type: ignore[override]
        """That of the layer; the sizes of the merge come from evaluation."""
        return getattr(self.layer, "shape_rule", None)

    @property
    def return_sequences(self) -> bool:
        """Whether every step's output is given."""
        return self.layer.return_sequences

    @property
    def return_state(self) -> bool:
        """Whether the last states are given too."""
        return self.layer.return_state

    @property
    def stateful(self) -> bool:
        """Whether states are carried from batch to batch."""
        return self.layer.stateful

    @property
    def per_sample(self) -> bool:  # type: ignore[override]
        """Whether it holds for both directions."""
        return self.forward_layer.per_sample and self.backward_layer.per_sample

    def build(self, sequences_shape: Any, initial_state_shape: Any = None) -> None:
        """Build both directions."""
        for each in (self.forward_layer, self.backward_layer):
            if not each.built:
                each.build(sequences_shape)
        self._sizes["features"] = sequences_shape[-1]
        if self._weights is not None:
            self.set_weights(self._weights)

    def reset_states(self) -> None:
        """Forget the carried states of both directions."""
        self.forward_layer.reset_states()
        self.backward_layer.reset_states()

    reset_state = reset_states

    def call(
        self, sequences: Any, initial_state: Any = None, mask: Any = None, training: bool = False
    ) -> Any:
        """Run both directions and merge them.

        Args:
            sequences: (batch, timesteps, features).
            initial_state: the forward layer's states, then the backward layer's.
            mask: (batch, timesteps), True where a step is real.
            training: whether dropout applies.

        Returns:
            The merged output; with `return_state` a tuple of it and all states.
        """
        mask = time_mask(self, mask, next(leaves(sequences)))  # said by the layer the user made
        half = None if initial_state is None else len(initial_state) // 2
        starts = (None, None) if half is None else (initial_state[:half], initial_state[half:])
        y, back = self._run_both(sequences, starts, mask, training)
        states: tuple = ()
        if self.return_state:
            states, y, back = (*y[1:], *back[1:]), y[0], back[0]
        if self.return_sequences:
            back = jnp.flip(back, axis=1)
        merged = MERGES[self.merge_mode](y, back)
        if not self.return_state:
            return merged
        return (merged if isinstance(merged, tuple) else (merged,)) + states

    def _run_both(self, sequences: Any, starts: tuple, mask: Any, training: bool) -> list[Any]:
        """The results of both directions, in one call of a kernel where nothing else is done."""
        layers = self.forward_layer, self.backward_layer
        plain = all(_is_plain(each, self.compute_dtype) for each in layers)
        if not plain or (training and any(map(_drops, layers))):
            return [
                each(sequences, initial_state=start, mask=mask, training=training)
                for each, start in zip(layers, starts)
            ]
        found = both(
            *(each.prepare(sequences, start, mask, training) for each, start in zip(layers, starts))
        )
        return [each.finish(*results) for each, results in zip(layers, found)]

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """As the layer's; the merged output has the mask of the sequence."""
        mask = previous_mask[0] if isinstance(previous_mask, (list, tuple)) else previous_mask
        mask = mask if self.return_sequences else None
        many = [mask] if self.merge_mode else [mask, mask]
        return many if self.return_state or not self.merge_mode else mask

    def get_config(self) -> dict[str, Any]:
        """Without the backward layer where it is only the mirror of the forward one."""
        config = super().get_config()
        if not self._given_backward:
            config["backward_layer"] = None
        return config
