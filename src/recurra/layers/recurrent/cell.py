"""What the cells of SimpleRNN, LSTM and GRU have in common: arguments, weights and dropout."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import jax.numpy as jnp

from recurra import activations, random
from recurra.engine.arguments import BOOL, COUNT, FRACTION, INTEGER, arg, declared, optional
from recurra.engine.layer import Layer
from recurra.engine.seeds import step_key
from recurra.kernels import Form, Gated
from recurra.layers.arguments import activation, constraint, initializer, regularizer


@declared
class UnitsArguments:
    """How many units, and the activation of their output."""

    units: int = arg(
        check=COUNT,
        convert=lambda u: int(u) if hasattr(u, "__index__") else u,
        old=("output_dim",),
        doc="the size of the output and of each state.",
    )
    activation: Any = activation("tanh")


@declared
class GateArguments(UnitsArguments):
    """The same for cells with gates."""

    recurrent_activation: Any = activation("sigmoid", old=("inner_activation",), gates=True)


@declared
class CellArguments:
    """Weights and dropout of a cell, said once for the cell and the layer around it."""

    use_bias: bool = arg(default=True, check=BOOL, doc="whether the gates have a bias.")
    kernel_initializer: Any = initializer("glorot_uniform", old=("init",))
    recurrent_initializer: Any = initializer("orthogonal", old=("inner_init",))
    bias_initializer: Any = initializer("zeros")
    kernel_regularizer: Any = regularizer(old=("W_regularizer",))
    recurrent_regularizer: Any = regularizer(old=("U_regularizer",))
    bias_regularizer: Any = regularizer(old=("b_regularizer",))
    kernel_constraint: Any = constraint(old=("W_constraint",))
    recurrent_constraint: Any = constraint(old=("U_constraint",))
    bias_constraint: Any = constraint(old=("b_constraint",))
    dropout: float = arg(
        default=0.0,
        check=FRACTION,
        old=("dropout_W",),
        doc="the share of input features that training drops, the same at all timesteps.",
    )
    recurrent_dropout: float = arg(
        default=0.0,
        check=FRACTION,
        old=("dropout_U",),
        doc="the share of units that training drops from the output that goes into the next step.",
    )
    seed: int | None = arg(
        default=None,
        check=optional(INTEGER),
        doc="of what dropout drops; None is another each time.",
    )


#: What makes up a step; a subclass that changes one of these is no longer a native kernel's.
STEP = ("gates", "step", "form", "call", "dropped", "input_bias", "recurrent_bias")


class Cell(Layer):
    """One step of a recurrence; subclasses state their gates.

    Inputs are projected by `kernel` for all steps at once; the state is multiplied by
    `recurrent_kernel` in each step. Both have the gates side by side, (..., gates * units).
    """

    shape_rule = "batch features -> batch units"
    per_sample = True

    #: How many gates stand side by side in the kernels.
    gate_count = 1
    #: How many states there are, each (batch, units); the first is the output.
    state_count = 1
    #: Whether the gates only see the sum of input and state projections.
    additive = True
    #: The new states from the projections of input and output and the old states.
    gates: Callable[..., tuple]
    #: The native kernel that computes the same as `gates`.
    native: ClassVar[str | None] = None

    units: int
    use_bias: bool
    dropout: float
    recurrent_dropout: float
    seed: int | None

    @property
    def state_size(self) -> Any:
        """The sizes of the states: a number, or a list of them."""
        return self.units if self.state_count == 1 else [self.units] * self.state_count

    @property
    def output_size(self) -> int:
        """The size of the output."""
        return self.units

    def build(self, input_shape: Any) -> None:
        """Make kernel, recurrent kernel and bias."""
        columns = self.gate_count * self.units

        def weight(part: str, shape: tuple[int, ...], initializer: Any = None) -> Any:
            prefix = part.replace("_kernel", "")
            return self.add_weight(
                name=part,
                shape=shape,
                initializer=initializer or getattr(self, f"{prefix}_initializer"),
                regularizer=getattr(self, f"{prefix}_regularizer"),
                constraint=getattr(self, f"{prefix}_constraint"),
            )

        self.kernel = weight("kernel", (input_shape[-1], columns))
        self.recurrent_kernel = weight("recurrent_kernel", (self.units, columns))
        shape, init = self.bias_shape(), self.initial_bias
        self.bias = weight("bias", shape, init) if self.use_bias else None

    def bias_shape(self) -> tuple[int, ...]:
        """The shape of the bias."""
        return (self.gate_count * self.units,)

    def initial_bias(self, shape: Any, dtype: Any = None) -> Any:
        """The bias before training."""
        return self.bias_initializer(shape, dtype=dtype)  # type: ignore[attr-defined]

    def get_initial_state(self, batch_size: Any = None) -> list[Any]:
        """States of zeros, each (batch_size, units)."""
        zeros = jnp.zeros((batch_size, self.units), self.compute_dtype)
        return [zeros] * self.state_count

    def dropped(self, inputs: Any, training: bool) -> Any:
        """The inputs, in training with dropout: the same features at all timesteps."""
        if not (training and self.dropout):
            return inputs
        return inputs * self._keep(self.dropout, inputs.shape[-2:])

    def input_bias(self) -> Any:
        """The bias of the input projection, or None."""
        return None if self.bias is None else self.bias.value

    def recurrent_bias(self) -> Any:
        """The bias of the recurrent projection, or None."""
        return None

    def step(self, batch: Any, training: bool) -> Gated:
        """The step that `kernels.recurrence` runs."""
        drop = training and self.recurrent_dropout
        return Gated(
            self.gates,
            self.recurrent_kernel.value,
            self.recurrent_bias(),
            self.additive,
            self._keep(self.recurrent_dropout, (batch, self.units)) if drop else None,
            self.kernel.value,
            self.input_bias(),
            form=self.form(),
        )

    def form(self) -> Form | str:
        """Which native kernel computes the same, or why none does."""
        owner = next((c for c in type(self).__mro__ if "native" in vars(c)), Cell)
        changed = [m for m in STEP if getattr(type(self), m) is not getattr(owner, m)]
        if changed or self.native is None:
            return f"{type(self).__name__} has a {' and a '.join(changed) or 'step'} of its own"
        functions = self.activation, getattr(self, "recurrent_activation", self.activation)  # type: ignore[attr-defined]
        names = [activations.name_of(f) for f in functions]
        return Form(self.native, *names)

    def _keep(self, rate: float, shape: tuple) -> Any:
        """Ones divided by the share that is kept, zeros where values are dropped."""
        return random.dropout(jnp.ones(shape, self.compute_dtype), rate, seed=step_key(self.seed))

    def call(self, inputs: Any, states: Any, training: bool = False) -> tuple[Any, list[Any]]:
        """One step.

        Args:
            inputs: (batch, features).
            states: a list of states, each (batch, units).
            training: whether dropout applies.

        Returns:
            The output (batch, units) and the new states.
        """
        states = tuple(states) if isinstance(states, (list, tuple)) else (states,)
        step = self.step(inputs.shape[0], training)
        output, new = step(self.dropped(inputs, training), states)
        return output, list(new)
