"""The one wrapper around every cell: masks, states, direction, and what to return."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from recurra.engine import allowance
from recurra.engine.arguments import BOOL, arg, arguments_of, declared
from recurra.engine.errors import ArgumentError, ShapeError
from recurra.engine.layer import Layer
from recurra.engine.registry import snake_case
from recurra.engine.rule import Expected
from recurra.engine.shapes import Axis, Shape
from recurra.engine.tree import leaves, map_leaves, pack_like
from recurra.engine.variable import Variable
from recurra.kernels import Recurrence, recurrence
from recurra.layers.checks import check_mask, known_size, refuse, shape_of, sizes_of
from recurra.layers.recurrent.any_cell import build_for, initial_states, step_of
from recurra.layers.recurrent.cell import Cell
from recurra.layers.recurrent.state_fixes import count_fixes, size_fixes


@declared
class RecurrentLayer(Layer):
    """Runs a cell over the timesteps of sequences."""

    return_sequences: bool = arg(
        default=False,
        check=BOOL,
        doc="give the output of every step instead of the last one.",
    )
    return_state: bool = arg(
        default=False,
        check=BOOL,
        doc="also give the states after the last step.",
    )
    go_backwards: bool = arg(
        default=False,
        check=BOOL,
        doc="go from the last step to the first; outputs are in that order.",
    )
    stateful: bool = arg(
        default=False,
        check=BOOL,
        doc="sample i of a batch goes on from the state in which sample i of the batch before "
        "ended, in fit, evaluate and predict, until `reset_states`.",
    )
    unroll: bool = arg(
        default=False,
        check=BOOL,
        doc="write the loop out in the compiled program (short sequences only).",
    )
    zero_output_for_mask: bool = arg(
        default=False,
        check=BOOL,
        kw_only=True,
        doc="give zeros at masked steps, not the last real output.",
    )

    shape_rule = "batch timesteps features -> batch timesteps?return_sequences units, batch units"
    supports_masking = True
    _untracked = frozenset(("_states",))

    cell_class: ClassVar[type[Cell] | None] = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self._states: list[Any] | None = None
        if self.cell_class is not None:
            declared_there = arguments_of(self.cell_class)
            shared = [a for a in declared_there if a.attribute in vars(self)]
            values: dict[str, Any] = {a.name: getattr(self, a.attribute) for a in shared}
            values["name"] = snake_case(self.cell_class.__name__)
            self.cell = self.cell_class(**values)

    @property
    def per_sample(self) -> bool:  # type: ignore[override]
        """Each sample has its own state; where that is carried on, rows cannot be padded."""
        return not self.stateful and getattr(self.cell, "per_sample", False)

    # Building and states -------------------------------------------------------------------------

    def build(self, sequences_shape: Any, initial_state_shape: Any = None) -> None:
        """Build the cell for one step; make the carried states if `stateful`."""
        if isinstance(self.cell, Cell):
            known_size(self, sequences_shape, -1, "kernel")
        build_for(self.cell, (sequences_shape[0], *sequences_shape[2:]))
        if isinstance(sequences_shape[-1], int):
            self._sizes["features"] = sequences_shape[-1]
        if self.stateful and self._states is None:
            if sequences_shape[0] is None:
                raise ShapeError(
                    self.label,
                    "sequences",
                    Shape(sequences_shape),
                    "(batch=..., timesteps, features)",
                    origin=self.origin,
                    problem=f"{self.label} is stateful, so it has to know the batch size: sample i "
                    "of each batch goes on from where sample i of the batch before ended.",
                    fixes=[
                        f"Input(batch_shape=(1, {sequences_shape[1]}, {sequences_shape[2]}))  "
                        "# here for batches of 1 sample",
                        "leave out stateful=True if samples do not continue each other",
                    ],
                )
            for size in leaves(getattr(self.cell, "state_size", ())):
                allowance.take((sequences_shape[0], size))
            with jax.ensure_compile_time_eval():  # real arrays, though only shapes are evaluated
                zeros = self.get_initial_state(sequences_shape[0])
            self._states = map_leaves(
                lambda s: Variable(s, trainable=False, name="rnn_state"), zeros
            )

    def get_initial_state(self, batch_size: Any) -> list[Any]:
        """The states that sequences start from, a list of arrays (batch_size, units)."""
        return initial_states(self.cell, batch_size, self.compute_dtype)

    @property
    def states(self) -> list[Any] | None:
        """The states carried from batch to batch, as variables; None unless stateful and built."""
        return self._states

    @states.setter
    def states(self, values: Any) -> None:
        self.reset_states(values)

    def state_variables(self) -> list[Variable]:
        """The carried states, which a step reads and assigns; they are no weights."""
        return list(leaves(self._states or []))

    def reset_states(self, states: Any = None) -> None:
        """Forget the carried states, or set them.

        Args:
            states: one array (batch, units) for each state; zeros by default.
        """
        own = self.state_variables()
        if states is None:
            values = [jnp.zeros(v.shape, v.dtype) for v in own]
        else:
            values = list(leaves(states))
        if len(values) != len(own):
            raise ArgumentError(
                f"{self.label} carries {len(own)} state{'s' * (len(own) != 1)}, and {len(values)} "
                "were given"
                + ("." if own else "; it has none before it is built with stateful=True.")
            )
        for k, (variable, value) in enumerate(zip(own, values)):
            if jnp.shape(value) != variable.shape:
                raise ArgumentError(
                    f"{self.label}: state {k} is {_state_shape(variable)}, and an array "
                    f"{_state_shape(value)} was given for it."
                )
        for variable, value in zip(own, values, strict=True):
            variable.assign(value)

    reset_state = reset_states

    # Calling -------------------------------------------------------------------------------------

    def call(
        self, sequences: Any, initial_state: Any = None, mask: Any = None, training: bool = False
    ) -> Any:
        """Run the recurrence.

        Args:
            sequences: (batch, timesteps, features).
            initial_state: one array (batch, units) for each state.
            mask: (batch, timesteps), True where a step is real.
            training: whether dropout applies.

        Returns:
            (batch, units), or (batch, timesteps, units) with `return_sequences`; with
            `return_state` a tuple of that and the states.
        """
        return self.finish(*recurrence(*self.prepare(sequences, initial_state, mask, training)))

    def prepare(
        self, sequences: Any, initial_state: Any, mask: Any, training: bool
    ) -> tuple[Any, Any, Any, Any, Recurrence]:
        """The arguments of `kernels.recurrence` for a call."""
        if isinstance(sequences, (list, tuple)):  # Keras 2: layer([x, h, c])
            sequences, *initial_state = sequences
            mask = mask[0] if isinstance(mask, (list, tuple)) else mask
        states: Any = self._start(sequences, initial_state)
        mask = time_mask(self, mask, sequences)
        how = Recurrence(
            self.go_backwards, self.unroll, self.return_sequences, self.zero_output_for_mask
        )
        inputs = jnp.swapaxes(sequences, 0, 1)  # (timesteps, batch, features)
        mask = None if mask is None else mask.T
        if isinstance(self.cell, Cell):
            inputs, states = self.cell.dropped(inputs, training), tuple(states)
            step: Any = self.cell.step(sequences.shape[0], training)
        else:
            step = step_of(self.cell, training)
        return step, inputs, states, mask, how

    def finish(self, outputs: Any, after: Any) -> Any:
        """What a call returns of the results of `kernels.recurrence`; carries states on."""
        outputs = jnp.swapaxes(outputs, 0, 1) if self.return_sequences else outputs
        if self._states is not None:
            map_leaves(lambda variable, value: variable.assign(value), self._states, list(after))
        return (outputs, *after) if self.return_state else outputs

    def _start(self, sequences: Any, given: Any) -> list[Any]:
        """The states to start from: the given ones, the carried ones or zeros."""
        batch = sequences.shape[0]
        if self._states is not None and batch != self.state_variables()[0].shape[0]:
            self._refuse_batch(sequences)
        if given is None and self._states is not None:
            return map_leaves(lambda variable: variable.value, self._states)
        zeros = self.get_initial_state(batch)
        if given is None:
            return zeros
        flat, wanted = list(leaves(given)), list(leaves(zeros))
        if len(flat) != len(wanted):
            raise ArgumentError(
                f"{self.label} has {len(wanted)} state{'s' * (len(wanted) != 1)}, and "
                f"`initial_state` holds {len(flat)} array{'s' * (len(flat) != 1)}.",
                fixes=count_fixes(self, len(flat), len(wanted)),
            )
        for k, (have, want) in enumerate(zip(flat, wanted, strict=True)):
            self._check_state(have, want, f"initial_state[{k}]")
        return pack_like(zeros, [jnp.asarray(s, self.compute_dtype) for s in flat])

    def _check_state(self, have: Any, want: Any, argument: str) -> None:
        """Refuse a state of another shape; a batch that is not known yet fits any."""
        names = ("batch", "units", *(f"axis{k}" for k in range(2, want.ndim)))
        expected = Expected(Axis(n, size) for n, size in zip(names, sizes_of(want)))
        if expected.fit(shape_of(have)):
            return
        same_rank = len(have.shape) == len(names)
        fixes = size_fixes(self, have.shape[1], want.shape[1]) if same_rank else []
        came = Shape(sizes_of(have), names if same_rank else None)
        refuse(self, came, expected, fixes=fixes, argument=argument)

    def _refuse_batch(self, sequences: Any) -> None:
        states = self.state_variables()
        raise ShapeError(
            self.label,
            "sequences",
            Shape(sequences.shape),
            f"(batch={states[0].shape[0]}, timesteps, features)",
            origin=self.origin,
            problem=f"{self.label} is stateful for batches of {states[0].shape[0]}, and a batch of "
            f"{sequences.shape[0]} came: sample i of a batch continues sample i of the last one.",
            fixes=[
                f"give a number of samples that batch_size={states[0].shape[0]} divides",
                "twin.set_weights(model.get_weights())  # a twin: build the model with "
                f"batch_shape=({sequences.shape[0]}, ...)",
                "leave out stateful=True if samples do not continue each other",
            ],
        )

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """The mask goes on with whole sequences and ends where only the last output is given."""
        mask = next(iter(leaves(previous_mask)))
        mask = mask if self.return_sequences else None
        return [mask] if self.return_state else mask


def time_mask(layer: Any, mask: Any, sequences: Any) -> Any:
    """A layer's mask as booleans (batch, timesteps), checked against the data."""
    mask = mask[0] if isinstance(mask, (list, tuple)) else mask
    if mask is None:
        return None
    mask = jnp.asarray(mask)
    return check_mask(layer, mask[..., 0] if mask.ndim == 3 else mask, sequences)


def _state_shape(state: Any) -> Shape:
    sizes = jnp.shape(state)
    names = ("batch", "units", *(f"axis{k}" for k in range(2, len(sizes))))
    return Shape(sizes, names[: len(sizes)])
