"""RNN over any cell, and cells stacked into one."""

from __future__ import annotations

from typing import Any

from recurra.engine.arguments import Check, arg, declared
from recurra.engine.layer import Layer
from recurra.layers.recurrent.any_cell import build_for, initial_states, output_size, step_of
from recurra.layers.recurrent.layer import RecurrentLayer
from recurra.layers.registry import LAYERS


def _cell(value: Any) -> Any:
    if isinstance(value, dict):
        return LAYERS.deserialize(value)
    return StackedRNNCells(value) if isinstance(value, (list, tuple)) else value


IS_CELL = Check(
    "a cell, an object with `state_size` and `call(inputs, states)`,",
    lambda v: hasattr(v, "state_size") and hasattr(v, "call"),
)


@declared
class StackedRNNCells(Layer):
    """Several cells that act as one: each step goes through all of them in order.

    Args:
        cells: the cells; each one's output is the next one's input.

    Example:
        >>> import numpy as np
        >>> from recurra.layers import LSTMCell, GRUCell
        >>> RNN(StackedRNNCells([LSTMCell(3), GRUCell(2)]))(np.ones((2, 5, 4))).shape
        (2, 2)
    """

    cells: Any = arg(
        convert=lambda cells: [_cell(c) for c in cells],
        check=Check("a list of cells", lambda cs: cs and all(IS_CELL.ok(c) for c in cs)),
        serialize=lambda cells: [LAYERS.serialize(c) for c in cells],
    )

    shape_rule = "batch features ... -> batch units ..."

    @property
    def per_sample(self) -> bool:  # type: ignore[override]
        """Whether it holds for every cell."""
        return all(getattr(c, "per_sample", False) for c in self.cells)

    @property
    def state_size(self) -> list[Any]:
        """The state sizes of each cell."""
        return [c.state_size for c in self.cells]

    @property
    def output_size(self) -> Any:
        """The output size of the last cell."""
        return output_size(self.cells[-1])

    def get_initial_state(self, batch_size: Any = None) -> list[Any]:
        """The initial states of each cell."""
        return [initial_states(c, batch_size, self.compute_dtype) for c in self.cells]

    def build(self, input_shape: Any) -> None:
        """Build each cell for the output of the one before."""
        for cell in self.cells:
            build_for(cell, input_shape)
            input_shape = (input_shape[0], output_size(cell))

    def call(self, inputs: Any, states: Any, training: bool = False) -> tuple[Any, list[Any]]:
        """One step through all cells; `states` holds the states of each."""
        after = []
        for cell, own in zip(self.cells, states, strict=True):
            inputs, new = step_of(cell, training)(inputs, own)
            after.append(new)
        return inputs, after


@declared
class _CellArgument:
    cell: Any = arg(convert=_cell, check=IS_CELL, serialize=LAYERS.serialize)


@declared
class RNN(RecurrentLayer, _CellArgument):
    """A recurrent layer over a cell of your own (or a list of cells).

    A cell is a `Layer` with `state_size` and `call(inputs, states) -> (output, new states)`, where
    inputs are (batch, features) and states a list of arrays (batch, size).

    Args:
        cell: the cell.

    Example:
        >>> import numpy as np
        >>> from recurra.layers import LSTMCell
        >>> RNN(LSTMCell(3))(np.ones((2, 5, 4))).shape
        (2, 3)
    """

    # A cell of one's own may take and give more axes than one.
    shape_rule = (
        "batch timesteps features ... "
        "-> batch timesteps?return_sequences units ..., batch units ..."
    )
