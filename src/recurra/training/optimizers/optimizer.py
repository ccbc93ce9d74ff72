"""The base of all optimizers: from gradients to new values of the variables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import jax.numpy as jnp
import numpy as np

from recurra.engine import names
from recurra.engine.arguments import (
    BOOL,
    COUNT,
    FRACTION,
    NOT_NEGATIVE,
    POSITIVE,
    TEXT,
    arg,
    config_of,
    declared,
    optional,
)
from recurra.engine.errors import ArgumentError, StateError
from recurra.engine.registry import Registry
from recurra.engine.scope import Scope, pure
from recurra.engine.variable import Variable
from recurra.kernels.update import Before, Native, reason, update
from recurra.training.optimizers import slots
from recurra.training.optimizers.gradients import clip_each, clip_together, clip_values, paired
from recurra.training.optimizers.rate import HasRate, as_rate, new_variable

if TYPE_CHECKING:
    from optax import GradientTransformation

registry = Registry("optimizer", "optimizers")


@declared
class Optimizer(HasRate):
    """Changes variables by their gradients.

    A subclass states `rule`. Everything around it is here: clipping, weight decay, averages of the
    weights, gradients collected over several steps, and the state, which lives in `Variable`s.

    Args:
        learning_rate: a number, a schedule, or a function that takes nothing.
        weight_decay: each step first multiplies the variables by `1 - learning_rate *
            weight_decay`.
        clipnorm: each gradient longer than this is shortened to it. 0 is none.
        clipvalue: elements of gradients are brought into `-clipvalue ... clipvalue`.
        global_clipnorm: all gradients are shortened by one factor where together they are longer.
        use_ema: whether to keep a moving average of the variables, which replaces them at the end
            of `fit`.
        ema_momentum: how much of the average stays at each step.
        ema_overwrite_frequency: replace the variables by their average every so many steps.
        loss_scale_factor: the loss was multiplied by this, so gradients are divided by it.
        gradient_accumulation_steps: update once in so many steps, by the mean gradient.
        name: first part of the paths of its variables.
        decay: Keras 1 and 2: the rate is `learning_rate / (1 + decay * step)`.

    Attributes:
        version: another number after each change that a compiled step would not see.

    Example:
        >>> from recurra.training.optimizers import rules
        >>> class Signs(Optimizer):
        ...     def rule(self, learning_rate):
        ...         return rules.per_array(lambda g: (-learning_rate * jnp.sign(g),))
        >>> weight = Variable([1.0, 2.0])
        >>> Signs(learning_rate=0.5).apply([jnp.array([3.0, -4.0])], [weight])
        >>> weight.numpy()
        array([0.5, 2.5], dtype=float32)
    """

    _rate: Any = arg(default=0.001, alias="learning_rate", convert=as_rate, old=("lr",))
    weight_decay: float | None = arg(default=None, kw_only=True, check=optional(NOT_NEGATIVE))
    clipnorm: float | None = arg(default=None, kw_only=True, check=optional(NOT_NEGATIVE))
    clipvalue: float | None = arg(default=None, kw_only=True, check=optional(NOT_NEGATIVE))
    global_clipnorm: float | None = arg(default=None, kw_only=True, check=optional(NOT_NEGATIVE))
    use_ema: bool = arg(default=False, kw_only=True, check=BOOL)
    ema_momentum: float = arg(default=0.99, kw_only=True, check=FRACTION)
    ema_overwrite_frequency: int | None = arg(default=None, kw_only=True, check=optional(COUNT))
    loss_scale_factor: float | None = arg(default=None, kw_only=True, check=optional(POSITIVE))
    gradient_accumulation_steps: int | None = arg(default=None, kw_only=True, check=optional(COUNT))
    name: str = arg(default=None, kw_only=True, check=optional(TEXT))
    decay: float | None = arg(
        default=None, kw_only=True, check=optional(NOT_NEGATIVE), config=False, hidden=True
    )

    #: Names of the slots as Keras orders them: those of one group alternate between variables.
    slot_order: ClassVar[tuple[tuple[str, ...], ...]] = ()
    version = 0

    def __post_init__(self) -> None:
        """Make the variables that are there from the start: the step's number and the rate."""
        self._check_together()
        self.name = self.name or names.unique_name(type(self).__name__)
        self.built = False
        self._iterations = new_variable(self.name, "iteration", np.int32(0))
        self._hold_rate(self._rate)
        self._trainable_variables: list[Variable] = []
        self._model_variables_moving_average: list[Variable] = []
        self._accumulated_gradients: list[Variable] = []
        self._slots: slots.Slots = {}
        self._undecayed: tuple[set[Variable], list[str]] = set(), []

    def _check_together(self) -> None:
        who = type(self).__name__
        clips = {k: getattr(self, k) for k in ("clipnorm", "clipvalue", "global_clipnorm")}
        given = [f"{k}={v}" for k, v in clips.items() if v is not None]
        if len(given) > 1:
            raise ArgumentError(
                f"{who}: {' and '.join(given)}: only one of {', '.join(clips)} can be given."
            )
        if self.decay and callable(self._rate):
            raise ArgumentError(
                f"{who}: decay={self.decay} lowers a fixed learning rate, and this one follows "
                f"{type(self._rate).__name__}: leave out `decay`."
            )

    def __setattr__(self, name: str, value: Any) -> None:
        if not isinstance(getattr(type(self), name, None), property):
            self.__dict__["version"] = self.version + 1
        object.__setattr__(self, name, value)

    # What a subclass states ----------------------------------------------------------------------

    def rule(self, learning_rate: Any) -> GradientTransformation:
        """The update rule: what is added to the variables, and the state it keeps.

        Args:
            learning_rate: of this step, a float32 scalar, traced where a step is traced.
        """
        raise NotImplementedError(f"{type(self).__name__} has to define rule(self, learning_rate).")

    def _factor(self, learning_rate: Any) -> Any:
        """What a native rule multiplies its updates with: the learning rate."""
        return learning_rate

    # The state -----------------------------------------------------------------------------------

    @property
    def variables(self) -> list[Variable]:
        """The state in Keras's order: steps, learning rate, averages, sums, the rule's slots."""
        rate = [self._rate] if isinstance(self._rate, Variable) else []
        return [
            self._iterations,
            *rate,
            *self._model_variables_moving_average,
            *self._accumulated_gradients,
            *self._slots.values(),
        ]

    @property
    def iterations(self) -> Any:
        """How many updates there have been."""
        if self.gradient_accumulation_steps:
            return self._iterations.value // self.gradient_accumulation_steps
        return self._iterations

    @property
    def step(self) -> Any:
        """The number of the update that is being made, from 1, as a float32 scalar."""
        count = self.iterations
        count = count.value if isinstance(count, Variable) else count
        return (count + 1).astype(jnp.float32)

    def _add(self, slot: str, of: Variable | None, value: Any) -> Variable:
        of_variable = "" if of is None else of.path.replace("/", "_") + "_"
        return new_variable(self.name, of_variable + slot, value)

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the state for the variables of a model, once."""
        if self.built:
            return
        known = list(variables)

        def zeros(slot: str) -> list[Variable]:
            return [self._add(slot, v, np.zeros(v.shape, v.dtype)) for v in known]

        if self.use_ema:
            self._model_variables_moving_average = zeros("average")
        if self.gradient_accumulation_steps:
            self._accumulated_gradients = zeros("gradient_accumulator")
        self._slots = slots.make(self._start, known, self.slot_order, self._add)
        self._trainable_variables = known
        self.built = True

    def _start(self, values: list[Any]) -> Any:
        """The state of the rule before the first step, apart from any step that is traced now."""
        with Scope({v: v._value for v in self.variables}):
            return self.rule(self._rate_of_step()).init(values)  # type: ignore[arg-type]

    # One update ----------------------------------------------------------------------------------

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Variable]]) -> Variable:
        """Update variables from pairs of a gradient and its variable.

        Returns:
            The variable that counts the steps.
        """
        pairs = list(grads_and_vars)
        self.apply([g for g, _ in pairs], [v for _, v in pairs])
        return self._iterations

    def apply(
        self, grads: Sequence[Any], trainable_variables: Sequence[Variable] | None = None
    ) -> None:
        """Update variables from their gradients.

        Args:
            grads: one for each variable, of its shape. Where one is None its variable stays.
            trainable_variables: what to update; None is all that the optimizer was built with.
        """
        if len(grads) == 0:
            return
        variables = self._known(trainable_variables, len(grads))
        gradients, variables = paired(grads, variables, type(self).__name__)
        if self.loss_scale_factor:
            gradients = [g / self.loss_scale_factor for g in gradients]
        if self.gradient_accumulation_steps:
            self._collect(gradients, variables)
        else:
            self._update(gradients, variables)
        if self.use_ema:
            self._average()
        for v in variables:
            if v.constraint is not None:
                v.assign(v.constraint(v.value))
        self._iterations.assign(self._iterations.value + 1)

    def stateless_apply(
        self, optimizer_variables: Sequence[Any], grads: Sequence[Any], trainable_variables: Any
    ) -> tuple[list[Any], list[Any]]:
        """`apply` as a function of values, for training loops written with JAX.

        Args:
            optimizer_variables: values in the order of `variables`.
            grads: one for each variable of the model.
            trainable_variables: values of the variables that the optimizer was built for.

        Returns:
            New values of the model's variables, and of the optimizer's.
        """
        variables = [*self._trainable_variables, *self.variables]
        step = pure(lambda: self.apply(grads), variables)
        _, values, _ = step([*trainable_variables, *optimizer_variables])
        count = len(self._trainable_variables)
        return values[:count], values[count:]

    def _update(self, gradients: list[Any], variables: list[Variable]) -> None:
        rate = self._rate_of_step()
        rule, decays = self.rule(rate), [self._decay_of(v) for v in variables]
        kept, structure = slots.of_rule(self._slots, rule, variables, type(self).__name__)

        def by_rule(rule: GradientTransformation, before: Before) -> tuple[list[Any], list[Any]]:
            values = [
                v - v * decay * before.learning_rate.astype(v.dtype) if decay else v
                for v, decay in zip(before.values, decays, strict=True)
            ]
            state = structure.unflatten(before.slots)
            updates, state = rule.update(before.gradients, state, values)  # type: ignore[arg-type]
            new = [v + u for v, u in zip(values, updates, strict=True)]  # type: ignore[arg-type]
            return new, structure.flatten_up_to(state)

        before = Before(
            count=self._iterations.value,
            learning_rate=rate,
            factor=self._factor(rate),
            gradients=self._clip_gradients(gradients),
            values=[v.value for v in variables],
            slots=[slot.value for slot in kept],
        )
        if (native := self._native(decays)) is None or reason(before):
            values, state = by_rule(rule, before)
        else:
            values, state = update(native, partial(self._apart, by_rule), before)
        for variable, value in zip((*variables, *kept), (*values, *state), strict=True):
            variable.assign(value)

    def _native(self, decays: list[float]) -> Native | None:
        """The rule as the kernel has it, if it does."""
        name, arguments = getattr(self.rule, "native", (None, ()))
        if name is None:
            return None
        return Native(name, tuple(float(getattr(self, a)) for a in arguments), tuple(decays))

    def _apart(self, by_rule: Callable[..., Any], before: Before) -> Any:
        """An update by the rule, from `before` alone: it may be traced after this step."""
        with Scope({self._iterations: before.count}):
            return by_rule(self.rule(before.learning_rate), before)

    def _clip_gradients(self, grads: list[Any]) -> list[Any]:
        if self.clipnorm:
            return clip_each(grads, self.clipnorm)
        if self.global_clipnorm:
            return clip_together(grads, self.global_clipnorm)
        return clip_values(grads, self.clipvalue) if self.clipvalue else grads

    def _decay_of(self, variable: Variable) -> float:
        chosen, patterns = self._undecayed
        spared = variable in chosen or any(re.search(p, variable.name) for p in patterns)
        return 0.0 if spared else self.weight_decay or 0.0

    def _collect(self, gradients: list[Any], variables: list[Variable]) -> None:
        """Add up gradients, and update by their mean where this step is the last of a round."""
        steps = self.gradient_accumulation_steps
        due = (self._iterations.value + 1) % steps == 0
        place = {v: i for i, v in enumerate(self._trainable_variables)}
        sums = [self._accumulated_gradients[place[v]] for v in variables]
        totals = [s.value + g for s, g in zip(sums, gradients, strict=True)]
        with Scope() as trial:
            self._update([t / steps for t in totals], variables)
        for v in trial.assigned:
            v.assign(jnp.where(due, trial.values[v], v.value))
        for s, total in zip(sums, totals, strict=True):
            s.assign(jnp.where(due, jnp.zeros_like(total), total))

    def _average(self) -> None:
        """Move the averages towards the variables, and the variables to them where asked."""
        count = self.iterations
        count = count.value if isinstance(count, Variable) else count
        momentum = jnp.where(count != 0, self.ema_momentum, 0.0)  # the first step sets them
        every = self.ema_overwrite_frequency
        for v, average in zip(
            self._trainable_variables, self._model_variables_moving_average, strict=True
        ):
            m = momentum.astype(v.dtype)
            new = m * average.value + (1.0 - m) * v.value
            average.assign(new)
            if every:
                v.assign(jnp.where((count + 1) % every == 0, new, v.value))

    def _known(self, variables: Sequence[Variable] | None, gradients: int) -> list[Variable]:
        """The variables to update, which the optimizer is built for."""
        who = type(self).__name__
        if variables is None and not self.built:
            raise StateError(f"{who} is not built: call build(variables), or give them to apply.")
        variables = list(self._trainable_variables if variables is None else variables)
        if gradients != len(variables):
            raise ArgumentError(f"{who}: {gradients} gradients for {len(variables)} variables.")
        self.build(variables)
        known = set(self._trainable_variables)
        for v in variables:
            if v not in known:
                raise StateError(
                    f"{who} was built for other variables than {v.path!r}: "
                    f"make a new {who}(...) for another model."
                )
        return variables

    def exclude_from_weight_decay(
        self, var_list: Iterable[Variable] | None = None, var_names: Iterable[str] | None = None
    ) -> None:
        """Name variables that weight decay leaves alone.

        Args:
            var_list: the variables themselves.
            var_names: patterns; a variable whose name holds one of them is left alone.
        """
        self._undecayed = set(var_list or ()), list(var_names or ())

    def finalize_variable_values(self, var_list: Iterable[Variable]) -> None:
        """At the end of training, replace variables by their averages where those are kept."""
        averages = dict(zip(self._trainable_variables, self._model_variables_moving_average))
        for v in var_list:
            if v in averages:
                v.assign(jnp.array(averages[v].value))  # a copy: compiled steps reuse buffers

    def scale_loss(self, loss: Any) -> Any:
        """The loss as it has to be differentiated: times `loss_scale_factor`."""
        return loss * self.loss_scale_factor if self.loss_scale_factor else loss

    # Plain data ----------------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments as plain data."""
        return {**config_of(self), "learning_rate": self._rate_config()}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Optimizer:
        """Make one from what `get_config` returned."""
        return cls(**config)

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Set all variables, in the order of `variables`."""
        who = type(self).__name__
        if not self.built:
            raise StateError(f"{who} is not built: call build(variables) before set_weights.")
        if len(weights) != len(self.variables):
            raise ArgumentError(
                f"{who}: {len(weights)} weights were given, it has {len(self.variables)}."
            )
        for variable, weight in zip(self.variables, weights, strict=True):
            variable.assign(np.array(weight))  # a copy: compiled steps reuse buffers
