"""GRU: a cell with an update and a reset gate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jax.numpy as jnp

from recurra.engine.arguments import BOOL, arg, declared
from recurra.kernels import Form, Gated
from recurra.layers.recurrent.cell import Cell, CellArguments, GateArguments
from recurra.layers.recurrent.layer import RecurrentLayer


@declared
class GRUArguments(CellArguments, GateArguments):
    """The arguments of `GRUCell` and `GRU`."""

    reset_after: bool = arg(
        default=True,
        check=BOOL,
        kw_only=True,
        doc="whether the reset gate acts after the product with the state.",
    )


@declared
class GRUCell(Cell, GRUArguments):
    r"""One step of a GRU.

    \[ z = \sigma(x W_z + h U_z + b_z), \quad r = \sigma(x W_r + h U_r + b_r), \quad
       h_t = z h_{t-1} + (1 - z) \tilde h \]

    with \(\tilde h = \phi(x W_h + b_h + r (h U_h + b'_h))\) where `reset_after`, and
    \(\tilde h = \phi(x W_h + (r h) U_h + b_h)\) otherwise. \(\sigma\) is `recurrent_activation`,
    \(\phi\) is `activation`. With `reset_after` the bias is (2, 3 * units): of input and state.
    Source: K. Cho et al., Learning phrase representations using RNN encoder-decoder, 2014.

    Example:
        >>> import numpy as np
        >>> cell = GRUCell(3)
        >>> output, [h] = cell(np.ones((2, 4)), cell.get_initial_state(2))
        >>> output.shape
        (2, 3)
    """

    gate_count, additive, native = 3, False, "gru"

    def gates(self, x: Any, a: Any, states: tuple) -> tuple:
        """The new output where the reset gate acts after the product."""
        (h,) = states
        x_z, x_r, x_h = jnp.split(x, 3, axis=-1)
        a_z, a_r, a_h = jnp.split(a, 3, axis=-1)
        z, r = self.recurrent_activation(x_z + a_z), self.recurrent_activation(x_r + a_r)
        return (z * h + (1 - z) * self.activation(x_h + r * a_h),)

    def step(self, batch: Any, training: bool) -> Gated:
        """As `gates`; where the reset gate acts before the product, a step with two products."""
        step = super().step(batch, training)
        return step if self.reset_after else replace(step, whole=self._reset_before)

    def _reset_before(self, step: Gated, x: Any, states: tuple) -> tuple:
        (h,) = states
        x_z, x_r, x_h = jnp.split(x, 3, axis=-1)
        u_zr, u_h = jnp.split(step.recurrent_kernel, [2 * self.units], axis=-1)
        keep = 1 if step.dropout is None else step.dropout
        a_z, a_r = jnp.split((h * keep) @ u_zr, 2, axis=-1)
        z, r = self.recurrent_activation(x_z + a_z), self.recurrent_activation(x_r + a_r)
        return (z * h + (1 - z) * self.activation(x_h + (r * h * keep) @ u_h),)

    def form(self) -> Form | str:
        """As for every cell; the two kinds of reset gate are two kernels."""
        form = super().form()
        if isinstance(form, Form) and not self.reset_after:
            form = form._replace(cell="gru_reset_before")
        return form

    def bias_shape(self) -> tuple[int, ...]:
        """Two rows where input and state have a bias each."""
        return (2, 3 * self.units) if self.reset_after else (3 * self.units,)

    def input_bias(self) -> Any:
        """The first row of the bias."""
        bias = super().input_bias()
        return bias[0] if bias is not None and self.reset_after else bias

    def recurrent_bias(self) -> Any:
        """The second row of the bias."""
        return self.bias.value[1] if self.bias is not None and self.reset_after else None


@declared
class GRU(RecurrentLayer, GRUArguments):
    r"""A gated recurrent unit layer; `GRUCell` states its step.

    `kernel` is (features, 3 * units), `recurrent_kernel` (units, 3 * units) and `bias`
    (2, 3 * units), or (3 * units,) with `reset_after=False`.

    Shapes: (batch, timesteps, features) to (batch, units), or to (batch, timesteps, units) with
    `return_sequences=True`. Source: Keras's GRU.

    Example:
        >>> import numpy as np
        >>> GRU(3)(np.ones((2, 5, 4))).shape
        (2, 3)
    """

    cell_class = GRUCell
