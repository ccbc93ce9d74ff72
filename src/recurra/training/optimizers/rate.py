"""The learning rate: a number in a variable, a schedule or a function."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from recurra.engine.errors import ArgumentError
from recurra.engine.notes import noting
from recurra.engine.variable import Variable
from recurra.training.optimizers import schedules

_RATES = "a number of at least 0, a schedule or a function is needed"


def as_rate(value: Any) -> Any:
    """A float, a schedule or a function, from what a user gives as a learning rate."""
    if isinstance(value, dict):
        return schedules.deserialize(value)
    if callable(value) and not isinstance(value, type):
        return value
    try:
        if isinstance(value, (str, bool)) or not (rate := float(value)) >= 0:
            raise ArgumentError(_RATES)
    except TypeError:
        raise ArgumentError(_RATES) from None
    return rate


class HasRate:
    """What `Optimizer` knows about its learning rate.

    A number lives in a variable, so that setting another one changes no compiled step.
    """

    name: str
    decay: float | None
    _rate: Any
    _iterations: Variable

    @property
    def learning_rate(self) -> Any:
        """The rate: the `Variable` that holds it, or a schedule's value at the current step."""
        if isinstance(self._rate, schedules.LearningRateSchedule):
            with noting(lambda: f"in the schedule {type(self._rate).__name__}"):
                return self._rate(self._iterations.value)
        if isinstance(self._rate, Variable):
            return self._rate
        with noting(lambda: f"in the function for the learning rate of {type(self).__name__}"):
            return self._rate()

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        try:
            rate = as_rate(value)
        except ArgumentError as error:
            problem = f"{type(self).__name__}: learning_rate={value!r}: {error.problem}."
            raise ArgumentError(problem) from None
        if isinstance(self._rate, Variable) and not callable(rate):
            self._rate.assign(rate)
        else:
            self._hold_rate(rate)

    @property
    def lr(self) -> Any:
        """Keras 1's name of `learning_rate`."""
        return self.learning_rate

    @lr.setter
    def lr(self, value: Any) -> None:
        self.learning_rate = value

    def _hold_rate(self, rate: Any) -> None:
        self._rate = rate if callable(rate) else new_variable(self.name, "learning_rate", rate)

    def _rate_of_step(self) -> Any:
        """The rate that this step uses, as a float32 scalar."""
        rate = self.learning_rate
        rate = jnp.asarray(rate.value if isinstance(rate, Variable) else rate).astype(jnp.float32)
        if self.decay:
            rate = rate / (1.0 + self.decay * self._iterations.value.astype(jnp.float32))
        return rate

    def _rate_config(self) -> Any:
        """The rate as plain data: a number, or a schedule's configuration."""
        if not isinstance(self._rate, Variable):
            return schedules.serialize(self._rate)
        rate = float(self._rate)
        if not self.decay:
            return rate
        return schedules.serialize(schedules.InverseTimeDecay(rate, 1, self.decay))


def new_variable(owner: str, name: str, value: Any) -> Variable:
    """A variable of an optimizer; numbers of Python become float32."""
    value = np.float32(value) if isinstance(value, float) else value
    variable = Variable(value, dtype=value.dtype, trainable=False, name=name)
    variable.path = f"{owner}/{name}"
    return variable
