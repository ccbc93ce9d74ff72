"""Layers that make one of several inputs."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import jax.numpy as jnp
from jax import lax

from recurra.engine.arguments import BOOL, INTEGER, Check, arg, declared
from recurra.engine.config import epsilon
from recurra.engine.errors import ArgumentError
from recurra.engine.layer import Layer
from recurra.engine.tree import leaves
from recurra.layers.checks import refuse, shape_of
from recurra.layers.merging_fixes import merging_fixes


class Merge(Layer):
    """A layer of a list of inputs, of one shape or with size 1 where they differ."""

    shape_rule = "batch ..., batch ... -> same"
    supports_masking = True
    per_sample = True

    #: How many inputs it takes at least, and at most.
    takes: ClassVar[tuple[int, float]] = (1, float("inf"))

    def check_input(self, inputs: Any, argument: str = "inputs") -> None:
        """Refuse anything but a list of arrays whose shapes fit together."""
        count = len(inputs) if isinstance(inputs, (list, tuple)) else 0
        least, most = self.takes
        if not least <= count <= most:
            raise ArgumentError(
                f"{self.label} takes a list of {'' if least == most else 'at least '}{least} "
                f"input{'s' * (least > 1)}, and `{argument}` is {_say(inputs)}.",
                fixes=[f"{type(self).__name__}()([a, b])"],
            )
        super().check_input(inputs, argument)
        for k, x in enumerate(inputs[1:], 1):
            self.check_pair(inputs[0], x, f"{argument}[{k}]")

    def check_pair(self, first: Any, other: Any, argument: str) -> None:
        """Refuse two arrays that cannot be combined value by value."""
        rank = max(len(first.shape), len(other.shape))
        for axis, (a, b) in enumerate(zip(*(_of_rank(x.shape, rank) for x in (first, other)))):
            if _differ(a, b) and (axis == 0 or 1 not in (a, b)):
                self.refuse_pair(first, other, argument, axis)

    def refuse_pair(self, first: Any, other: Any, argument: str, what: str | int) -> None:
        """Raise the error that two shapes differ, in what is said or at an axis."""
        one, two = shape_of(first), shape_of(other)
        if isinstance(what, int):
            what = max(one, two, key=len)[what].name
        refuse(
            self,
            other,
            one,
            f"{self.label} cannot combine {one} and {two}: they differ in {what}.",
            list(merging_fixes(type(self).__name__, first, other, argument)),
            argument,
        )

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Combine inputs.

        Args:
            inputs: a list of arrays (batch, ...).
            mask: a list of masks (batch, timesteps) or None.

        Returns:
            (batch, ...).
        """
        rank = max(x.ndim for x in inputs)
        arrays = [self.cast(x).reshape(_of_rank(x.shape, rank)) for x in inputs]
        masks = mask if isinstance(mask, (list, tuple)) else [mask] * len(arrays)
        return self.merge(arrays, [_beside(m, x) for m, x in zip(masks, arrays)])

    def merge(self, inputs: list[Any], masks: list[Any]) -> Any:
        """Combine arrays of one rank, with masks of that rank or None."""
        raise NotImplementedError  # pragma: no cover - every subclass combines in its own way

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """Real where any input is, if all have a mask."""
        given = list(leaves(previous_mask))
        return None if any(m is None for m in given) else functools.reduce(jnp.logical_or, given)


def _say(inputs: Any) -> str:
    if isinstance(inputs, (list, tuple)):
        return f"a list of {len(inputs)}"
    return f"one array {shape_of(inputs)}" if hasattr(inputs, "shape") else repr(inputs)


def _differ(a: Any, b: Any) -> bool:
    """Whether two sizes are surely not the same."""
    return a is not None and b is not None and a != b


def _of_rank(shape: tuple, rank: int) -> tuple:
    """A shape with axes of size 1 put in behind the batch."""
    return (shape[0], *(1,) * (rank - len(shape)), *shape[1:])


def _beside(mask: Any, x: Any) -> Any:
    """A mask with axes of size 1 at its end, so that it broadcasts against an array."""
    return None if mask is None else mask.reshape(mask.shape + (1,) * (x.ndim - mask.ndim))


@declared
class Add(Merge):
    """The sum of the inputs.

    Shapes: a list of (batch, ...) to (batch, ...). Source: Keras's Add.

    Example:
        >>> import numpy as np
        >>> Add()([np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]])]).tolist()
        [[4.0, 6.0]]
    """

    def merge(self, inputs: list[Any], masks: list[Any]) -> Any:
        """The sum."""
        return functools.reduce(jnp.add, inputs)


@declared
class Subtract(Merge):
    """The first input minus the second.

    Shapes: two of (batch, ...) to (batch, ...). Source: Keras's Subtract.

    Example:
        >>> import numpy as np
        >>> Subtract()([np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]])]).tolist()
        [[-2.0, -2.0]]
    """

    takes = (2, 2)

    def merge(self, inputs: list[Any], masks: list[Any]) -> Any:
        """The difference."""
        return inputs[0] - inputs[1]


@declared
class Average(Merge):
    """The mean of the inputs.

    Shapes: a list of (batch, ...) to (batch, ...). Source: Keras's Average.

    Example:
        >>> import numpy as np
        >>> Average()([np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]])]).tolist()
        [[2.0, 3.0]]
    """

    def merge(self, inputs: list[Any], masks: list[Any]) -> Any:
        """The mean."""
        return functools.reduce(jnp.add, inputs) / len(inputs)


@declared
class Multiply(Merge):
    """The product of the inputs; a masked timestep counts as 1, or 0 if it is masked in all.

    Shapes: a list of (batch, ...) to (batch, ...). Source: Keras's Multiply.

    Example:
        >>> import numpy as np
        >>> Multiply()([np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]])]).tolist()
        [[3.0, 8.0]]
    """

    def merge(self, inputs: list[Any], masks: list[Any]) -> Any:
        """The product."""
        factors = [x if m is None else jnp.where(m, x, 1.0) for x, m in zip(inputs, masks)]
        product = functools.reduce(jnp.multiply, factors)
        if any(m is None for m in masks):
            return product
        return jnp.where(functools.reduce(jnp.logical_or, masks), product, 0.0)


def _of_real(function: Callable[[Any, Any], Any], inputs: list[Any], masks: list[Any]) -> Any:
    """Combine the inputs two by two; where one is masked, the other stands for both."""
    output, real = inputs[0], masks[0]
    for x, m in zip(inputs[1:], masks[1:]):
        x = x if m is None else jnp.where(m, x, output)
        output = output if real is None else jnp.where(real, output, x)
        real = None if real is None or m is None else real | m
        output = function(output, x)
    return output


@declared
class Maximum(Merge):
    """The larger value of the inputs, of those not masked.

    Shapes: a list of (batch, ...) to (batch, ...). Source: Keras's Maximum.

    Example:
        >>> import numpy as np
        >>> Maximum()([np.array([[1.0, 5.0]]), np.array([[3.0, 4.0]])]).tolist()
        [[3.0, 5.0]]
    """

    def merge(self, inputs: list[Any], masks: list[Any]) -> Any:
        """The maximum."""
        return _of_real(jnp.maximum, inputs, masks)


@declared
class Minimum(Merge):
    """The smaller value of the inputs, of those not masked.

    Shapes: a list of (batch, ...) to (batch, ...). Source: Keras's Minimum.

    Example:
        >>> import numpy as np
        >>> Minimum()([np.array([[1.0, 5.0]]), np.array([[3.0, 4.0]])]).tolist()
        [[1.0, 4.0]]
    """

    def merge(self, inputs: list[Any], masks: list[Any]) -> Any:
        """The minimum."""
        return _of_real(jnp.minimum, inputs, masks)


@declared
class Concatenate(Merge):
    """The inputs side by side.

    Args:
        axis: along which they are put; all other sizes have to agree.

    Shapes: a list of (batch, ..., features) to (batch, ..., sum of the features).
    Source: Keras's Concatenate.

    Example:
        >>> import numpy as np
        >>> Concatenate()([np.array([[1.0, 2.0]]), np.array([[3.0]])]).tolist()
        [[1.0, 2.0, 3.0]]
    """

    axis: int = arg(default=-1, check=INTEGER)

    @property
    def per_sample(self) -> bool:  # type: ignore[override]
        """Unless samples are put below samples."""
        return self.axis != 0

    def check_pair(self, first: Any, other: Any, argument: str) -> None:
        """Refuse arrays that differ in another axis than the one they are joined along."""
        rank = len(first.shape)
        if len(other.shape) != rank:
            self.refuse_pair(first, other, argument, "the number of axes")
        if not -rank <= self.axis < rank:
            raise ArgumentError(f"{self.label}: there is no axis={self.axis} in {rank} axes.")
        for axis, (a, b) in enumerate(zip(first.shape, other.shape)):
            if _differ(a, b) and axis != self.axis % rank:
                self.refuse_pair(first, other, argument, axis)

    def merge(self, inputs: list[Any], masks: list[Any]) -> Any:
        """Side by side."""
        return jnp.concatenate(inputs, axis=self.axis)

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """Real where any part is; an input without a mask is real everywhere."""
        given = list(leaves(previous_mask))
        rank = next((m.ndim for m in given if m is not None), None)
        if rank is None:
            return None
        parts = [
            jnp.ones(x.shape, bool) if m is None else jnp.broadcast_to(_beside(m, x), x.shape)
            for m, x in zip(given, inputs)
        ]
        joined = jnp.concatenate(parts, axis=self.axis)
        return joined.any(axis=tuple(range(rank, joined.ndim)))


@declared
class Dot(Merge):
    r"""The sum of products along one axis of each of two inputs, sample by sample.

    Args:
        axes: the axis of both inputs, or a pair of axes.
        normalize: whether the vectors along the axes get length 1 first: the cosine.

    Shapes: (batch, a, n) and (batch, b, n) to (batch, a, b) for axes=2; two of (batch, n) to
    (batch, 1). Source: Keras's Dot.

    Example:
        >>> import numpy as np
        >>> Dot(axes=1)([np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]])]).tolist()
        [[11.0]]
    """

    axes: Any = arg(
        convert=lambda v: tuple(v) if isinstance(v, (list, tuple)) else v,
        check=Check(
            "an axis from 1 on, or two of them,",
            lambda v: (
                all(
                    hasattr(a, "__index__") and a != 0
                    for a in (v if isinstance(v, tuple) else (v,))
                )
                and (not isinstance(v, tuple) or len(v) == 2)
            ),
        ),
    )
    normalize: bool = arg(default=False, check=BOOL)

    takes = (2, 2)
    shape_rule = "batch ..., batch ... -> batch features"

    def _axes(self, inputs: Sequence[Any]) -> tuple[int, int]:
        pair = self.axes if isinstance(self.axes, tuple) else (self.axes, self.axes)
        ranks = [len(x.shape) for x in inputs]
        for axis, rank in zip(pair, ranks):
            if not -rank < axis < rank:
                raise ArgumentError(f"{self.label}: there is no axis {axis} in {rank} axes.")
        return pair[0] % ranks[0], pair[1] % ranks[1]

    def check_pair(self, first: Any, other: Any, argument: str) -> None:
        """Refuse arrays of different batches, or of different sizes along the axes."""
        a, b = self._axes([first, other])
        if _differ(first.shape[0], other.shape[0]):
            self.refuse_pair(first, other, argument, 0)
        if _differ(first.shape[a], other.shape[b]):
            self.refuse_pair(first, other, argument, f"the axes {a} and {b}, which are multiplied")

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Multiply and sum.

        Args:
            inputs: two arrays (batch, ...).
            mask: is not used.

        Returns:
            (batch, the first's other axes, the second's other axes).
        """
        x, y = (self.cast(each) for each in inputs)
        a, b = self._axes([x, y])
        if self.normalize:
            x, y = _unit(x, a), _unit(y, b)
        output = lax.dot_general(x, y, (((a,), (b,)), ((0,), (0,))))
        return output[:, None] if output.ndim == 1 else output

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """None: the timesteps of the two are mixed."""
        return None


def _unit(x: Any, axis: int) -> Any:
    """Vectors along an axis divided by their length, if that is not nearly 0."""
    squares = jnp.square(x).sum(axis, keepdims=True)
    return x * jnp.minimum(lax.rsqrt(squares), 1.0 / epsilon())


def _function(kind: Callable[..., Layer], name: str) -> Callable[..., Any]:
    def combine(inputs: Any, *args: Any, **kwargs: Any) -> Any:
        return kind(*args, **kwargs)(inputs)

    combine.__name__ = combine.__qualname__ = name
    combine.__doc__ = f"`{kind.__name__}` of a list of inputs; further arguments are the layer's."  # type: ignore[attr-defined]
    return combine


add = _function(Add, "add")
subtract = _function(Subtract, "subtract")
multiply = _function(Multiply, "multiply")
average = _function(Average, "average")
maximum = _function(Maximum, "maximum")
minimum = _function(Minimum, "minimum")
concatenate = _function(Concatenate, "concatenate")
dot = _function(Dot, "dot")
