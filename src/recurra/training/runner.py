"""Runs a step on the device: compiled once, with the variables' values kept there in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.extend.core import jaxpr_as_fun, subjaxprs

from recurra.engine.errors import StateError
from recurra.engine.lazy import gathered
from recurra.engine.scope import Scope
from recurra.engine.variable import Variable
from recurra.training.interrupt import uninterrupted
from recurra.training.pace import Pace

#: A program whose variables hold no more values than this spends its time on starting operations.
TINY = 20_000
#: How often a step may turn out to use further variables, since it made them when it first ran.
MOST_RETRACES = 4
#: Runs the many small operations of such a program one after the other, without handing them to
#: other threads: 0.31 -> 0.17 ms for a step of two scanned LSTMs with 5 and 4 units. Native
#: recurrences leave so few operations that it makes no difference to them.
ON_TINY = {"xla_cpu_scheduler_type": "CPU_SCHEDULER_TYPE_MEMORY_OPTIMIZED"}


#: On an error of the device itself; where a step cannot even be traced, the weights stay.
_LOST = (
    "The step failed while it ran, when it had taken over the memory of the weights: they are lost."
    "\n  fix:      make the model again, or load its weights"
    "\n  fix:      model.compile(..., run_eagerly=True)  # finds the cause and keeps the weights"
)


class _Retrace(Exception):
    """A step used variables that were not known, or assigned what was taken for constant."""


class Runner:
    """A step over variables as compiled programs.

    Args:
        step: `step(batch, rows) -> results`, code over layers and variables. `rows` tells which
            rows of the batch are data; None if all are.
        variables: all that the step reads.
        changing: those that it may assign.
        eager: run it without compiling, for debugging.
        reuse: whether the memory of changing values is reused for the new ones. A step is then not
            interrupted, since in between the variables have no values.

    Attributes:
        version: of the optimizer whose rule the step holds; another one needs another runner.
        loops: whether a call can take several steps; known once the first one was taken.
    """

    version: int | None = None

    def __init__(
        self,
        step: Callable[[Any, Any], Any],
        variables: Sequence[Variable],
        changing: Sequence[Variable],
        eager: bool = False,
        reuse: bool = True,
    ) -> None:
        self.step, self.eager, self.reuse = step, eager, reuse and not eager
        self.loops = not eager
        known = set(changing)
        self.changing = list(dict.fromkeys(changing))
        self.constant = [v for v in dict.fromkeys(variables) if v not in known]
        self._learned = 0
        self._paces: dict[Any, Pace] = {}
        self._compile()

    def _compile(self) -> None:
        cpu = jax.default_backend() == "cpu"
        donated = (0,) if self.reuse else ()
        options: dict[str, Any] = {"donate_argnums": donated, "compiler_options": None}
        if cpu and self.tiny:
            options["compiler_options"] = ON_TINY
        one, many = self._one_step, self._many_steps
        self._one: Callable[..., Any] = one if self.eager else jax.jit(one, **options)
        self._many: Callable[..., Any] = jax.jit(many, static_argnums=(5, 6), **options)

    @property
    def tiny(self) -> bool:
        """Whether starting operations costs more than the arithmetic."""
        return not self.eager and sum(v.size for v in (*self.changing, *self.constant)) <= TINY

    def pace(self, data: Any, size: int) -> Pace:
        """How many steps a call of `on_arrays` takes, which depends on what a step works on."""
        leaves, structure = jax.tree.flatten(data)
        return self._paces.setdefault((size, structure, *(a.shape for a in leaves)), Pace())

    def wait(self) -> None:
        """Return when all steps that were started are done."""
        jax.block_until_ready([v._value for v in self.changing[:1]])

    def on_batch(self, batch: Any, number: int | None = None, rows: Any = None) -> Any:
        """Take a step on one batch.

        Args:
            batch: lists of arrays.
            number: of the step; random draws follow from it. None draws the same in each call.
            rows: which rows are data, (batch,) booleans.
        """
        at = None if number is None else np.uint32(number)
        return self._call("_one", at, batch, rows)

    def on_arrays(
        self, data: Any, order: Any, first: int, count: int, number: int, size: int, samples: int
    ) -> Any:
        """Take steps on batches gathered from arrays on the device.

        Args:
            data: lists of arrays and windows, all samples.
            order: sample numbers in the order of the epoch, padded to whole batches.
            first: the first batch to take.
            count: how many batches; one where `loops` is false.
            number: of the first step; random draws follow from it.
            size: samples a batch.
            samples: how many of `order` are data, the others pad the last batch.

        Returns:
            The results of the last of these steps.
        """
        if self.eager:
            index = np.asarray(order)[first * size : (first + 1) * size]
            batch = gathered(data, jnp.asarray(index))
            return self.on_batch(batch, number, self._rows(first, size, samples, len(order)))
        at = np.array([first, count, number], np.int32)
        return self._call("_many", at, data, order, size, samples)

    def _call(self, program: str, *arguments: Any) -> Any:
        if not self.reuse:
            return self._run(program, *arguments)
        with uninterrupted():
            return self._run(program, *arguments)

    def _run(self, program: str, *arguments: Any) -> Any:
        try:
            values, results = getattr(self, program)(
                [v._value for v in self.changing], [v._value for v in self.constant], *arguments
            )
        except _Retrace:  # by now the program is another one
            return self._run(program, *arguments)
        except Exception as error:
            if any(getattr(v._value, "is_deleted", bool)() for v in self.changing):
                error.add_note(_LOST)
            raise
        for variable, value in zip(self.changing, values, strict=True):
            variable._value = value
        return results

    # What is compiled ----------------------------------------------------------------------------

    def _one_step(
        self, values: list[Any], constants: list[Any], number: Any, batch: Any, rows: Any
    ) -> tuple[list[Any], Any]:
        bound = dict(zip((*self.changing, *self.constant), (*values, *constants), strict=True))
        key = jax.random.fold_in(jax.random.key(0), 0 if number is None else number)
        with Scope(bound, key) as scope:
            results = self.step(batch, rows)
        changing = dict.fromkeys((*self.changing, *scope.assigned))
        if scope.outside or len(changing) > len(self.changing):
            self._learn(list(changing), [*self.constant, *scope.outside])
        return [scope.values[v] for v in self.changing], results

    def _learn(self, changing: list[Variable], read: list[Variable]) -> None:
        """Begin anew with the variables that the step turned out to use."""
        self._learned += 1
        if self._learned > MOST_RETRACES:
            raise StateError(
                f"The step makes new variables each time it runs, such as {read[-1].path!r}.",
                fixes=["make variables, metrics and layers in `__init__` or `build`"],
            )
        known = set(changing)
        self.changing = changing
        self.constant = [v for v in dict.fromkeys(read) if v not in known]
        self._compile()
        raise _Retrace

    @staticmethod
    def _rows(batch: Any, size: int, samples: int, padded: int) -> Any:
        """Which rows of a batch are data; None where no batch is padded."""
        if padded == samples:
            return None
        return batch * size + jnp.arange(size) < samples

    def _many_steps(
        self,
        values: list[Any],
        constants: list[Any],
        at: Any,
        data: Any,
        order: Any,
        size: int,
        samples: int,
    ) -> tuple[list[Any], Any]:
        first, count, number = at[0], at[1], at[2].astype("uint32")

        def step(k: Any, values: list[Any]) -> tuple[list[Any], Any]:
            batch = first + k
            index = lax.dynamic_slice_in_dim(order, batch * size, size)
            arrays = gathered(data, index)
            rows = self._rows(batch, size, samples, order.shape[0])
            return self._one_step(values, constants, number + k.astype("uint32"), arrays, rows)

        traced, (_, results) = jax.make_jaxpr(step, return_shape=True)(np.int32(0), values)
        one = jaxpr_as_fun(traced)
        self.loops = not (jax.default_backend() == "cpu" and _convolves(traced.jaxpr))
        nothing = jax.tree.map(lambda r: jnp.zeros(r.shape, r.dtype), results)
        flat, structure = jax.tree.flatten((values, nothing))
        if self.loops:
            flat = lax.fori_loop(0, count, lambda k, now: one(k, *now[: len(values)]), flat)
        else:
            flat = one(np.int32(0), *values)
        return jax.tree.unflatten(structure, flat)


def _convolves(jaxpr: Any) -> bool:
    """Whether a program has a convolution.

    XLA rewrites convolutions for its fast routines on a CPU outside of loops only: within one, a
    gradient by a kernel took 25 times as long.
    """
    return any(eqn.primitive is lax.conv_general_dilated_p for eqn in jaxpr.eqns) or any(
        map(_convolves, subjaxprs(jaxpr))
    )
