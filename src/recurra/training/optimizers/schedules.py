"""Learning rates that change from step to step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp

from recurra.engine.arguments import (
    BOOL,
    FRACTION,
    NOT_NEGATIVE,
    NUMBER,
    POSITIVE,
    TEXT,
    arg,
    config_of,
    declared,
    optional,
)
from recurra.engine.errors import ArgumentError
from recurra.engine.registry import Registry
from recurra.engine.variable import Variable

registry = Registry("schedule", "optimizers.schedules")


def _plain(value: Any) -> Any:
    """A number of Python from an array or a variable that holds one."""
    return float(value) if isinstance(value, Variable) or hasattr(value, "dtype") else value


def _number(step: Any) -> Any:
    """The step as a float32 array."""
    return jnp.asarray(step.value if isinstance(step, Variable) else step).astype(jnp.float32)


class LearningRateSchedule:
    """A learning rate as a function of the step.

    Subclasses define `__call__(step)` with functions of `jax.numpy`, and `get_config`.

    Example:
        >>> class Halving(LearningRateSchedule):
        ...     def __call__(self, step):
        ...         return 0.1 * 0.5**step
        >>> Halving()(3)
        0.0125
    """

    def __call__(self, step: Any) -> Any:
        """The learning rate of a step, counted from 0."""
        raise NotImplementedError(f"{type(self).__name__} has to define __call__(self, step).")

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments as plain data."""
        return config_of(self) if hasattr(self, "_arguments") else {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> LearningRateSchedule:
        """Make one from what `get_config` returned."""
        return cls(**config)


@registry.add
@declared
class ExponentialDecay(LearningRateSchedule):
    r"""\(\eta_0 \cdot r^{t/d}\): falls by the same factor in every stretch of `decay_steps`.

    Args:
        initial_learning_rate: \(\eta_0\).
        decay_steps: \(d\), the steps after which the rate has been multiplied by `decay_rate`.
        decay_rate: \(r\).
        staircase: whether it falls at once at the end of each stretch.
        name: kept for configurations.

    Example:
        >>> float(ExponentialDecay(0.5, decay_steps=10, decay_rate=0.5)(20))
        0.125
    """

    initial_learning_rate: float = arg(check=NOT_NEGATIVE, convert=_plain)
    decay_steps: float = arg(check=POSITIVE)
    decay_rate: float = arg(check=NUMBER)
    staircase: bool = arg(default=False, check=BOOL)
    name: str = arg(default="ExponentialDecay", check=TEXT)

    def __call__(self, step: Any) -> Any:
        """The learning rate of a step, counted from 0."""
        passed = _number(step) / self.decay_steps
        return self.initial_learning_rate * self.decay_rate ** _stairs(passed, self.staircase)


@registry.add
@declared
class InverseTimeDecay(LearningRateSchedule):
    r"""\(\eta_0 / (1 + r t/d)\).

    Args:
        initial_learning_rate: \(\eta_0\).
        decay_steps: \(d\).
        decay_rate: \(r\).
        staircase: whether it falls only every `decay_steps`.
        name: kept for configurations.

    Example:
        >>> float(InverseTimeDecay(0.5, decay_steps=1, decay_rate=0.5)(2))
        0.25
    """

    initial_learning_rate: float = arg(check=NOT_NEGATIVE, convert=_plain)
    decay_steps: float = arg(check=POSITIVE)
    decay_rate: float = arg(check=NUMBER)
    staircase: bool = arg(default=False, check=BOOL)
    name: str = arg(default="InverseTimeDecay", check=TEXT)

    def __call__(self, step: Any) -> Any:
        """The learning rate of a step, counted from 0."""
        passed = _stairs(_number(step) / self.decay_steps, self.staircase)
        return self.initial_learning_rate / (1.0 + self.decay_rate * passed)


def _stairs(passed: Any, staircase: bool) -> Any:
    return jnp.floor(passed) if staircase else passed


@registry.add
@declared
class PiecewiseConstantDecay(LearningRateSchedule):
    """One rate up to and including each boundary, another after the last.

    Args:
        boundaries: rising steps.
        values: the rates, one more than boundaries.
        name: kept for configurations.

    Example:
        >>> rate = PiecewiseConstantDecay([10], [0.5, 0.25])
        >>> float(rate(10)), float(rate(11))
        (0.5, 0.25)
    """

    boundaries: Sequence[float] = arg(convert=list)
    values: Sequence[float] = arg(convert=list)
    name: str = arg(default="PiecewiseConstant", check=TEXT)

    def __post_init__(self) -> None:
        """Check the two lists against each other."""
        if len(self.values) != len(self.boundaries) + 1:
            raise ArgumentError(
                f"PiecewiseConstantDecay: {len(self.boundaries)} boundaries need "
                f"{len(self.boundaries) + 1} values, {len(self.values)} were given."
            )

    def __call__(self, step: Any) -> Any:
        """The learning rate of a step, counted from 0."""
        step = jnp.asarray(step.value if isinstance(step, Variable) else step)
        boundaries = jnp.asarray(self.boundaries).astype(step.dtype)
        return jnp.asarray(self.values, jnp.float32)[jnp.sum(step > boundaries)]


@registry.add
@declared
class PolynomialDecay(LearningRateSchedule):
    r"""\((\eta_0 - \eta_1)(1 - t/d)^p + \eta_1\), and \(\eta_1\) from step \(d\) on.

    Args:
        initial_learning_rate: \(\eta_0\).
        decay_steps: \(d\).
        end_learning_rate: \(\eta_1\).
        power: \(p\).
        cycle: whether to rise again after \(d\) steps and fall to the end of the next multiple.
        name: kept for configurations.

    Example:
        >>> float(PolynomialDecay(0.5, 10, end_learning_rate=0.25)(5))
        0.375
    """

    initial_learning_rate: float = arg(check=NOT_NEGATIVE, convert=_plain)
    decay_steps: float = arg(check=POSITIVE)
    end_learning_rate: float = arg(default=0.0001, check=NOT_NEGATIVE)
    power: float = arg(default=1.0, check=NUMBER)
    cycle: bool = arg(default=False, check=BOOL)
    name: str = arg(default="PolynomialDecay", check=TEXT)

    def __call__(self, step: Any) -> Any:
        """The learning rate of a step, counted from 0."""
        step = _number(step)
        if self.cycle:
            steps = self.decay_steps * jnp.maximum(1.0, jnp.ceil(step / self.decay_steps))
        else:
            steps = jnp.asarray(self.decay_steps, jnp.float32)
            step = jnp.minimum(step, steps)
        height = self.initial_learning_rate - self.end_learning_rate
        return height * (1.0 - step / steps) ** self.power + self.end_learning_rate


def _half_cosine(fraction: Any) -> Any:
    """Falls from 1 to 0 while the fraction rises from 0 to 1."""
    return 0.5 * (1.0 + jnp.cos(math.pi * fraction))


@registry.add
@declared
class CosineDecay(LearningRateSchedule):
    r"""\(\eta_0 ((1-\alpha)\tfrac{1}{2}(1+\cos(\pi t/d)) + \alpha)\), after a warm-up if asked.

    Args:
        initial_learning_rate: the rate at step 0.
        decay_steps: \(d\), counted from the end of the warm-up.
        alpha: the last rate as a fraction of the one it falls from.
        name: kept for configurations.
        warmup_target: the rate at the end of a linear warm-up, from which it then falls.
        warmup_steps: the length of the warm-up.

    Example:
        >>> round(float(CosineDecay(0.5, 10)(5)), 4)
        0.25

    Source: Loshchilov and Hutter, SGDR (2017), https://arxiv.org/abs/1608.03983
    """

    initial_learning_rate: float = arg(check=NOT_NEGATIVE, convert=_plain)
    decay_steps: float = arg(check=POSITIVE)
    alpha: float = arg(default=0.0, check=FRACTION)
    name: str = arg(default="CosineDecay", check=TEXT)
    warmup_target: float | None = arg(default=None, check=optional(NOT_NEGATIVE))
    warmup_steps: float = arg(default=0, check=NOT_NEGATIVE)

    def __call__(self, step: Any) -> Any:
        """The learning rate of a step, counted from 0."""
        step = _number(step)
        if self.warmup_target is None:
            return self._falling(self.initial_learning_rate, step)
        start, top = self.initial_learning_rate, self.warmup_target
        rising = start + (top - start) * step / max(self.warmup_steps, 1)
        falling = self._falling(top, step - self.warmup_steps)
        return jnp.where(step < self.warmup_steps, rising, falling)

    def _falling(self, top: float, step: Any) -> Any:
        fraction = jnp.minimum(step, self.decay_steps) / self.decay_steps
        return top * ((1.0 - self.alpha) * _half_cosine(fraction) + self.alpha)


@registry.add
@declared
class CosineDecayRestarts(LearningRateSchedule):
    r"""Cosine decay that starts anew, each period `t_mul` times as long as the one before.

    Period \(i\) begins at \(d (1 - m^i)/(1 - m)\) steps, where \(m\) is `t_mul`, and has \(d m^i\).

    Args:
        initial_learning_rate: the rate at step 0.
        first_decay_steps: \(d\), the length of the first period.
        t_mul: each period's length, as a multiple of the one before.
        m_mul: each period's first rate, as a multiple of the one before.
        alpha: the last rate of the first period as a fraction of its first.
        name: kept for configurations.

    Example:
        >>> rate = CosineDecayRestarts(0.5, 10)
        >>> [round(float(rate(step)), 4) for step in (0, 5, 20)]
        [0.5, 0.25, 0.25]

    Source: Loshchilov and Hutter, SGDR (2017), https://arxiv.org/abs/1608.03983
    """

    initial_learning_rate: float = arg(check=NOT_NEGATIVE, convert=_plain)
    first_decay_steps: float = arg(check=POSITIVE)
    t_mul: float = arg(default=2.0, check=POSITIVE)
    m_mul: float = arg(default=1.0, check=POSITIVE)
    alpha: float = arg(default=0.0, check=FRACTION)
    name: str = arg(default="SGDRDecay", check=TEXT)

    def __call__(self, step: Any) -> Any:
        """The learning rate of a step, counted from 0."""
        passed = _number(step) / self.first_decay_steps
        m = float(self.t_mul)
        if m == 1.0:
            period = jnp.floor(passed)
            fraction = passed - period
        else:
            period = jnp.floor(jnp.log(1.0 - passed * (1.0 - m)) / math.log(m))
            begin = (1.0 - m**period) / (1.0 - m)
            fraction = (passed - begin) / m**period
        falling = self.m_mul**period * _half_cosine(fraction)
        return self.initial_learning_rate * ((1.0 - self.alpha) * falling + self.alpha)


serialize = registry.serialize
deserialize = registry.deserialize
