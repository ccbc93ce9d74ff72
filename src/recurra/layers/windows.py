"""What convolution and pooling have in common: a window that moves along the timesteps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp

from recurra.engine import sources
from recurra.engine.layer import Layer
from recurra.layers.checks import check_length


class OverTime(Layer):
    """A layer along the timesteps, which come before the features or, channels_first, after."""

    per_sample = True

    data_format: str

    #: The name of the output's features where they are other ones than the input's.
    makes: str | None = None

    @property
    def time_axis(self) -> int:
        """The axis of the timesteps in inputs and outputs."""
        return 2 if self.data_format == "channels_first" else 1

    @property
    def shape_rule(self) -> str:  # type: ignore[override]
        """Timesteps and features in the order of the data format."""
        after = self._in_order(self.makes) if self.makes else "same"
        return f"{self._in_order('features')} -> {after}"

    def _in_order(self, last: str) -> str:
        return f"batch {last} timesteps" if self.time_axis == 2 else f"batch timesteps {last}"

    def time_first(self, x: Any) -> Any:
        """Exchange timesteps and features if the data format is channels_first; also back."""
        return jnp.swapaxes(x, 1, 2) if self.time_axis == 2 else x


class Windowed(OverTime):
    """A layer that computes one output from each window of timesteps."""

    padding: str

    @property
    def span(self) -> int:
        """How many timesteps a window covers."""
        raise NotImplementedError  # pragma: no cover - every window has its size

    def too_short(self, steps: int, features: int | None) -> Sequence[str]:
        """What to type instead where there are fewer timesteps than a window covers."""
        raise NotImplementedError  # pragma: no cover

    def check_input(self, inputs: Any, argument: str = "inputs") -> None:
        """Refuse sequences into which not one window fits."""
        super().check_input(inputs, argument)
        if self.padding == "valid":
            steps, features = (inputs.shape[k] for k in (self.time_axis, 3 - self.time_axis))
            if isinstance(steps, int) and steps < self.span:
                is_data = len(sources.path_of(inputs)) < 2  # not what another layer has made
                known = features if is_data and isinstance(features, int) else None
                fixes = self.too_short(steps, known)
                does = f"covers {self.span} timesteps at once"
                check_length(self, inputs, argument, self.time_axis, self.span, does, fixes)
