"""Layers that only rearrange the values of each sample."""

from __future__ import annotations

import math
from typing import Any

import jax.numpy as jnp

from recurra.engine.arguments import COUNT, Check, arg, declared, is_count
from recurra.engine.layer import Layer
from recurra.engine.shapes import usual_names
from recurra.layers.arguments import data_format
from recurra.layers.checks import refuse, sizes_of


@declared
class Flatten(Layer):
    """Puts all values of a sample in one row.

    Shapes: (batch, timesteps, features) to (batch, timesteps * features). Source: Keras's Flatten.

    Example:
        >>> import numpy as np
        >>> Flatten()(np.ones((2, 3, 4))).shape
        (2, 12)
    """

    data_format: str = data_format()

    shape_rule = "batch ... -> batch features"
    per_sample = True

    def call(self, inputs: Any) -> Any:
        """Flatten (batch, ...) to (batch, features)."""
        if self.data_format == "channels_first" and inputs.ndim > 2:
            inputs = jnp.moveaxis(inputs, 1, -1)
        return inputs.reshape((inputs.shape[0], math.prod(inputs.shape[1:])))


@declared
class Reshape(Layer):
    """Gives each sample another shape of as many values, read row by row.

    Args:
        target_shape: the new shape of a sample; one size may be -1 and follows from the others.

    Shapes: (batch, ...) to (batch, *target_shape). Source: Keras's Reshape.

    Example:
        >>> import numpy as np
        >>> Reshape((-1, 4))(np.ones((2, 12))).shape
        (2, 3, 4)
    """

    target_shape: tuple[int, ...] = arg(
        convert=lambda v: tuple(v) if hasattr(v, "__iter__") else v,
        check=Check(
            "a tuple of sizes such as (20, 1), at most one of them -1,",
            lambda v: (
                isinstance(v, tuple) and all(n == -1 or is_count(n) for n in v) and v.count(-1) < 2
            ),
        ),
    )

    per_sample = True

    @property
    def shape_rule(self) -> str:  # type: ignore[override]
        """The new axes under the names that axes of their number usually have."""
        return f"batch ... -> {' '.join(usual_names(len(self.target_shape) + 1))}"

    def check_input(self, inputs: Any, argument: str = "inputs") -> None:
        """Refuse samples whose number of values does not fit."""
        super().check_input(inputs, argument)
        sizes = sizes_of(inputs)[1:]
        fixed = math.prod(n for n in self.target_shape if n != -1)
        if None in sizes:
            return
        have = math.prod(s for s in sizes if s is not None)
        if have % fixed == 0 if -1 in self.target_shape else have == fixed:
            return
        words = f"a multiple of {fixed}" if -1 in self.target_shape else str(fixed)
        refuse(
            self,
            inputs,
            f"{words} values a sample",
            f"{self.label} makes samples of {words} values, {self.target_shape}, of "
            f"samples of {' x '.join(map(str, sizes)) or 1} = {have} values.",
            self._other_targets(have, sizes),
            argument,
        )

    def _other_targets(self, have: int, sizes: tuple) -> list[str]:
        """Shapes of as many values: the same last axes, with the first one as long as is needed."""
        rest = math.prod(n for n in self.target_shape[1:] if n != -1)
        if len(self.target_shape) > 1 and -1 not in self.target_shape[1:] and have % rest == 0:
            target = (have // rest, *self.target_shape[1:])
            return [f"Reshape({target})  # {' x '.join(map(str, target))} = {have}"]
        return []

    def call(self, inputs: Any) -> Any:
        """Reshape (batch, ...) to (batch, *target_shape)."""
        target = self.target_shape
        if -1 in target:
            # not reshape's own -1: the batch may be unknown too
            missing = math.prod(inputs.shape[1:]) // math.prod(n for n in target if n != -1)
            target = tuple(missing if n == -1 else n for n in target)
        return inputs.reshape((inputs.shape[0], *target))


@declared
class Permute(Layer):
    """Exchanges axes of each sample.

    Args:
        dims: the input's axis at each place of the output, counted from 1: (2, 1) exchanges
            timesteps and features.

    Shapes: (batch, timesteps, features) to (batch, features, timesteps) for (2, 1).
    Source: Keras's Permute.

    Example:
        >>> import numpy as np
        >>> Permute((2, 1))(np.ones((2, 3, 4))).shape
        (2, 4, 3)
    """

    dims: tuple[int, ...] = arg(
        convert=lambda v: tuple(v) if hasattr(v, "__iter__") else (v,),
        check=Check(
            "each of the axes 1, 2, ... once, such as (2, 1),",
            lambda v: all(is_count(n) for n in v) and sorted(v) == list(range(1, len(v) + 1)),
        ),
    )

    per_sample = True

    @property
    def shape_rule(self) -> str:  # type: ignore[override]
        """The usual names before, and in their new order after."""
        names = usual_names(len(self.dims) + 1)
        return f"{' '.join(names)} -> {' '.join(names[n] for n in (0, *self.dims))}"

    def call(self, inputs: Any) -> Any:
        """Exchange axes of (batch, ...)."""
        return jnp.transpose(inputs, (0, *self.dims))


@declared
class RepeatVector(Layer):
    """Repeats a vector as timesteps: what stands between an encoder and a decoder.

    Args:
        n: the number of timesteps.

    Shapes: (batch, features) to (batch, n, features). Source: Keras's RepeatVector.

    Example:
        >>> RepeatVector(2)([[1.0, 2.0]]).tolist()
        [[[1.0, 2.0], [1.0, 2.0]]]
    """

    n: int = arg(check=COUNT)

    shape_rule = "batch features -> batch timesteps features"
    per_sample = True

    def call(self, inputs: Any) -> Any:
        """Repeat (batch, features) to (batch, n, features)."""
        return jnp.repeat(inputs[:, None, :], self.n, axis=1)
