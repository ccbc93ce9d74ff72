"""LSTM: a cell that learns what to keep, what to add and what to show."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from recurra.engine.arguments import BOOL, arg, declared
from recurra.layers.recurrent.cell import Cell, CellArguments, GateArguments
from recurra.layers.recurrent.layer import RecurrentLayer


@declared
class LSTMArguments(CellArguments, GateArguments):
    """The arguments of `LSTMCell` and `LSTM`."""

    unit_forget_bias: bool = arg(
        default=True, check=BOOL, doc="whether the forget gate begins with a bias of 1, open."
    )


@declared
class LSTMCell(Cell, LSTMArguments):
    r"""One step of an LSTM.

    \[ [i, f, g, o] = x_t W + h_{t-1} U + b, \qquad
       c_t = \sigma(f) c_{t-1} + \sigma(i) \phi(g), \qquad h_t = \sigma(o) \phi(c_t) \]

    \(\sigma\) is `recurrent_activation`, \(\phi\) is `activation`. The states are h and c.
    Source: S. Hochreiter and J. Schmidhuber, Long short-term memory, 1997; gates as in Keras.

    Example:
        >>> import numpy as np
        >>> cell = LSTMCell(3)
        >>> output, [h, c] = cell(np.ones((2, 4)), cell.get_initial_state(2))
        >>> output.shape, c.shape
        ((2, 3), (2, 3))
    """

    gate_count, state_count, native = 4, 2, "lstm"

    def gates(self, z: Any, states: tuple) -> tuple:
        """The new h and c from the projections of input and last output, added up."""
        _, c = states
        i, f, g, o = jnp.split(z, 4, axis=-1)
        sigma, phi = self.recurrent_activation, self.activation
        c = sigma(f) * c + sigma(i) * phi(g)
        return sigma(o) * phi(c), c

    def initial_bias(self, shape: Any, dtype: Any = None) -> Any:
        """Ones for the forget gate if `unit_forget_bias`, so that it keeps the state at first."""
        if not self.unit_forget_bias:
            return super().initial_bias(shape, dtype)
        part = (self.units,)
        bias = self.bias_initializer  # type: ignore[attr-defined]
        rest = bias((2 * self.units,), dtype=dtype)
        return np.concatenate([bias(part, dtype=dtype), np.ones(part, rest.dtype), rest])


@declared
class LSTM(RecurrentLayer, LSTMArguments):
    r"""A long short-term memory layer; `LSTMCell` states its step.

    `kernel` is (features, 4 * units), `recurrent_kernel` (units, 4 * units) and `bias`
    (4 * units,), so it has 4 * units * (features + units + 1) parameters.

    Shapes: (batch, timesteps, features) to (batch, units), or to (batch, timesteps, units) with
    `return_sequences=True`. The states are h and c, each (batch, units). Source: Keras's LSTM.

    Example:
        >>> import numpy as np
        >>> LSTM(3, return_sequences=True)(np.ones((2, 5, 4))).shape
        (2, 5, 3)
    """

    cell_class = LSTMCell
