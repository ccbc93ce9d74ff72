"""SimpleRNN: the recurrence without gates."""

from __future__ import annotations

from typing import Any

from recurra.engine.arguments import declared
from recurra.layers.recurrent.cell import Cell, CellArguments, UnitsArguments
from recurra.layers.recurrent.layer import RecurrentLayer


@declared
class SimpleRNNArguments(CellArguments, UnitsArguments):
    """The arguments of `SimpleRNNCell` and `SimpleRNN`."""


@declared
class SimpleRNNCell(Cell, SimpleRNNArguments):
    r"""One step of a SimpleRNN: \(h_t = \phi(x_t W + h_{t-1} U + b)\).

    Source: J. Elman, Finding structure in time, 1990.

    Example:
        >>> import numpy as np
        >>> cell = SimpleRNNCell(3)
        >>> output, [h] = cell(np.ones((2, 4)), [np.zeros((2, 3))])
        >>> output.shape
        (2, 3)
    """

    native = "simple_rnn"

    def gates(self, z: Any, states: tuple) -> tuple:
        """The new output from the projections of input and last output, added up."""
        return (self.activation(z),)


@declared
class SimpleRNN(RecurrentLayer, SimpleRNNArguments):
    r"""A recurrent layer without gates: \(h_t = \phi(x_t W + h_{t-1} U + b)\).

    W is `kernel` (features, units), U is `recurrent_kernel` (units, units), b is `bias` (units,),
    so it has units * (features + units + 1) parameters.

    Shapes: (batch, timesteps, features) to (batch, units), or to (batch, timesteps, units) with
    `return_sequences=True`. Source: Keras's SimpleRNN.

    Example:
        >>> import numpy as np
        >>> SimpleRNN(3)(np.ones((2, 5, 4))).shape
        (2, 3)
    """

    cell_class = SimpleRNNCell
