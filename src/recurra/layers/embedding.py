"""Embedding: a learned vector for each whole number."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from recurra.engine.arguments import BOOL, COUNT, arg, declared, optional
from recurra.engine.errors import DataError
from recurra.engine.layer import Layer
from recurra.engine.lazy import Windows, pieces
from recurra.layers.arguments import constraint, initializer, regularizer


@declared
class Embedding(Layer):
    r"""Looks up a vector for each id: \(y = E_{id}\).

    Args:
        input_dim: the number of ids, which are 0 to input_dim - 1.
        output_dim: the size of a vector.
        mask_zero: whether id 0 is padding, which layers behind skip.
        weights: the vectors to start from, (input_dim, output_dim).
        input_length: the number of timesteps, if it is the first layer of a `Sequential`.

    Shapes: (batch, timesteps) to (batch, timesteps, output_dim); `embeddings` is
    (input_dim, output_dim). Source: Keras's Embedding.

    Example:
        >>> Embedding(10, 4)([[1, 2, 3]]).shape
        (1, 3, 4)
    """

    input_dim: int = arg(check=COUNT)
    output_dim: int = arg(check=COUNT)
    embeddings_initializer: Any = initializer("uniform", old=("init",))
    embeddings_regularizer: Any = regularizer(old=("W_regularizer",))
    embeddings_constraint: Any = constraint(old=("W_constraint",))
    mask_zero: bool = arg(default=False, check=BOOL)
    _vectors: Any = arg(default=None, alias="weights", config=False)
    input_length: int | None = arg(
        default=None, check=optional(COUNT), kw_only=True, config=False, hidden=True
    )

    shape_rule = "batch ... -> batch timesteps output_dim"
    per_sample = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.input_length and self.declared_input_shape is None:
            self._input_shape = (self.input_length,)
        if self._vectors is not None:
            self.build()
            several = isinstance(self._vectors, (list, tuple)) and len(self._vectors) == 1
            self.set_weights(self._vectors if several else [self._vectors])
            self._vectors = None

    @property
    def supports_masking(self) -> bool:  # type: ignore[override]
        """Whether it makes a mask."""
        return self.mask_zero

    def build(self, input_shape: Any = None) -> None:
        """Make the vectors."""
        if self.built:
            return
        self.embeddings = self.add_weight(
            name="embeddings",
            shape=(self.input_dim, self.output_dim),
            initializer=self.embeddings_initializer,
            regularizer=self.embeddings_regularizer,
            constraint=self.embeddings_constraint,
        )

    def check_input(self, inputs: Any, argument: str = "inputs") -> None:
        """Refuse ids that have no vector; they can be seen in data, not while a step is traced."""
        super().check_input(inputs, argument)
        if isinstance(inputs, jax.core.Tracer):
            return
        if isinstance(inputs, (np.ndarray, jax.Array, Windows)):
            for ids in pieces(inputs):
                self._check_ids(ids, argument)

    def _check_ids(self, ids: np.ndarray, argument: str) -> None:
        inside = (ids >= 0) & (ids < self.input_dim) & (ids == np.trunc(ids))
        if inside.all():
            return
        where = tuple(map(int, np.unravel_index(np.argmin(inside), ids.shape)))
        if ids.max() >= self.input_dim and ids.min() >= 0:
            fixes = [
                f"Embedding({int(ids.max()) + 1}, {self.output_dim})  # one more than the largest"
            ]
        else:
            fixes = [
                "number what is looked up from 0 on; measurements go to Dense or LSTM directly"
            ]
        raise DataError(
            f"{self.label}: `{argument}` holds the id {_short(ids[where])} at {where}; ids are "
            f"whole numbers from 0 to {self.input_dim - 1} (input_dim - 1).",
            came=f"{argument} with ids from {_short(ids.min())} to {_short(ids.max())}",
            expected=f"whole numbers from 0 to {self.input_dim - 1}",
            set_by=str(self.origin) if self.origin else None,
            fixes=fixes,
        )

    def call(self, inputs: Any) -> Any:
        """Look up (batch, timesteps) ids.

        Args:
            inputs: ids, of any shape.

        Returns:
            The same shape with an axis of output_dim at its end; NaN for an id without a vector.
        """
        whole = jnp.issubdtype(inputs.dtype, jnp.integer)
        return jnp.take(self.embeddings.value, inputs if whole else inputs.astype("int32"), axis=0)

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """False where an id is 0, if `mask_zero`."""
        return inputs != 0 if self.mask_zero else None


def _short(value: Any) -> str:
    return f"{value:g}" if np.asarray(value).dtype.kind == "f" else str(value)
