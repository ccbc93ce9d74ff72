"""Initializers: functions `(shape, dtype) -> array` that give a weight its first values.

Random ones draw with NumPy from recurra's one generator (`recurra.utils.set_random_seed`), or from
their own `seed`, in which case every call gives the same values. Nothing is compiled.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from recurra.engine import seeds
from recurra.engine.arguments import (
    INTEGER,
    NOT_NEGATIVE,
    NUMBER,
    POSITIVE,
    arg,
    config_of,
    declared,
    one_of,
    optional,
)
from recurra.engine.config import floatx
from recurra.engine.errors import ShapeError
from recurra.engine.registries import INITIALIZERS as registry
from recurra.engine.suggestions import names_of as _names_of


class Initializer:
    """What gives a weight its first values. Write your own by overriding `__call__`.

    A plain function `(shape, dtype=None) -> array` does as well; a class can also be saved.
    """

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """The first values: an array of that shape; `dtype` None is the default float type."""
        raise NotImplementedError(f"{type(self).__name__} has no __call__")

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments as plain data."""
        return config_of(self) if hasattr(self, "_arguments") else {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Initializer:
        """Make one from what `get_config` returned."""
        return cls(**config)

    def clone(self) -> Initializer:
        """Another one with the same arguments."""
        return type(self).from_config(self.get_config())


# Given values -----------------------------------------------------------------------------------


@registry.named("zero")
@declared
class Zeros(Initializer):
    """All zeros."""

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """Zeros of that shape."""
        return np.zeros(shape, dtype or floatx())


@registry.named("one")
@declared
class Ones(Initializer):
    """All ones."""

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """Ones of that shape."""
        return np.ones(shape, dtype or floatx())


@registry.add
@declared
class Constant(Initializer):
    """One number everywhere, or given values.

    Args:
        value: a number, or an array that can be broadcast to the weight's shape.

    Example:
        >>> Constant(3)((2,)).tolist()
        [3.0, 3.0]
    """

    value: Any = arg(default=0.0, serialize=lambda v: np.asarray(v).tolist())

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """The value, broadcast to that shape."""
        value = np.asarray(self.value, dtype or floatx())
        try:
            return np.broadcast_to(value, shape).copy()
        except ValueError:
            raise ShapeError("Constant", "value", value.shape, tuple(shape)) from None


def _wrong_shape(who: str, shape: Sequence[int], expected: str) -> ShapeError:
    problem = f"{who} makes weights of {expected}, not of shape {tuple(shape)}."
    return ShapeError(who, "shape", tuple(shape), expected, problem=problem)


@registry.named("IdentityInitializer")
@declared
class Identity(Initializer):
    """The identity matrix, times a number.

    Args:
        gain: the number on the diagonal.

    Raises:
        ShapeError: where the weight is no matrix.
    """

    gain: float = arg(default=1.0, check=NUMBER)

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """The identity of shape (rows, columns)."""
        if len(shape) != 2:
            raise _wrong_shape("Identity", shape, "two axes, (rows, columns)")
        return (self.gain * np.eye(shape[0], shape[1])).astype(dtype or floatx())


# Random values ----------------------------------------------------------------------------------


def _seed() -> Any:
    return arg(default=None, check=optional(INTEGER))


def _generator(seed: int | None) -> np.random.Generator:
    return seeds.generator() if seed is None else np.random.default_rng(seed)


def _normal(rng: np.random.Generator, shape: Sequence[int], bound: float = np.inf) -> np.ndarray:
    """Standard normal numbers, those beyond the bound drawn again."""
    values = rng.standard_normal(shape, dtype=np.float32)
    beyond = np.abs(values) > bound
    while count := np.count_nonzero(beyond):
        values[beyond] = rng.standard_normal(count, dtype=np.float32)
        beyond = np.abs(values) > bound
    return values


@registry.named("normal")
@declared
class RandomNormal(Initializer):
    """Normal numbers.

    Args:
        mean: their mean.
        stddev: their standard deviation.
        seed: makes every call give the same values.

    Example:
        >>> RandomNormal(seed=1)((2, 3)).shape
        (2, 3)
    """

    mean: float = arg(default=0.0, check=NUMBER)
    stddev: float = arg(default=0.05, check=NOT_NEGATIVE)
    seed: int | None = _seed()

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """Numbers of that shape."""
        values = _normal(_generator(self.seed), shape)
        return (self.mean + self.stddev * values).astype(dtype or floatx())


@registry.add
@declared
class TruncatedNormal(Initializer):
    """Normal numbers, those further than two `stddev` from the mean drawn again.

    Args:
        mean: their mean.
        stddev: their standard deviation before truncation; 0.88 of it remains.
        seed: makes every call give the same values.
    """

    mean: float = arg(default=0.0, check=NUMBER)
    stddev: float = arg(default=0.05, check=NOT_NEGATIVE)
    seed: int | None = _seed()

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """Numbers of that shape."""
        values = _normal(_generator(self.seed), shape, bound=2.0)
        return (self.mean + self.stddev * values).astype(dtype or floatx())


@registry.named("uniform")
@declared
class RandomUniform(Initializer):
    """Numbers spread evenly over an interval.

    Args:
        minval: its lower end.
        maxval: its upper end.
        seed: makes every call give the same values.
    """

    minval: float = arg(default=-0.05, check=NUMBER)
    maxval: float = arg(default=0.05, check=NUMBER)
    seed: int | None = _seed()

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """Numbers of that shape."""
        values = _generator(self.seed).random(shape, dtype=np.float32)
        return (self.minval + (self.maxval - self.minval) * values).astype(dtype or floatx())


@registry.named("OrthogonalInitializer")
@declared
class Orthogonal(Initializer):
    """A random matrix with orthonormal rows or columns, whichever are fewer, times a number.

    A weight with more axes is such a matrix of shape (all axes but the last, last axis).

    Args:
        gain: the number.
        seed: makes every call give the same values.

    Raises:
        ShapeError: where the weight has fewer than two axes.

    Source: Saxe et al., https://arxiv.org/abs/1312.6120
    """

    gain: float = arg(default=1.0, check=NUMBER)
    seed: int | None = _seed()

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """The matrix, in that shape."""
        if len(shape) < 2:
            raise _wrong_shape("Orthogonal", shape, "at least two axes")
        rows, columns = math.prod(shape[:-1]), shape[-1]
        tall = (max(rows, columns), min(rows, columns))
        q, r = np.linalg.qr(_normal(_generator(self.seed), tall))
        q = q * np.sign(np.diag(r))  # makes every orthogonal matrix equally likely
        q = q if rows >= columns else q.T
        return (self.gain * q.reshape(shape)).astype(dtype or floatx())


# Random values scaled by the weight's shape -----------------------------------------------------

#: The standard deviation of a standard normal number that is cut off at -2 and 2.
TRUNCATED_STDDEV = 0.87962566103423978


def compute_fans(
    shape: Sequence[int],
    input_axes: Sequence[int] | None = None,
    output_axes: Sequence[int] | None = None,
) -> tuple[int, int]:
    """How many inputs feed one output of a weight, and how many outputs one input feeds.

    Args:
        shape: of the weight. The last two axes are inputs and outputs, those before them the
            window of a convolution.
        input_axes: the axes of the inputs, where they are others.
        output_axes: the axes of the outputs, where they are others.
    """
    if input_axes is not None and output_axes is not None:
        return math.prod(shape[a] for a in input_axes), math.prod(shape[a] for a in output_axes)
    if len(shape) < 2:
        return (shape[0], shape[0]) if shape else (1, 1)
    window = math.prod(shape[:-2])
    return shape[-2] * window, shape[-1] * window


class _Scaled(Initializer):
    """Random values whose variance is `scale` over the number of inputs or outputs."""

    scale: float
    mode: str
    distribution: str
    seed: int | None
    input_axes: Sequence[int] | None
    output_axes: Sequence[int] | None

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """Numbers of that shape."""
        fan_in, fan_out = compute_fans(shape, self.input_axes, self.output_axes)
        fans = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}
        stddev = math.sqrt(self.scale / max(1.0, fans[self.mode]))
        if self.distribution == "uniform":
            limit = math.sqrt(3.0) * stddev
            return RandomUniform(-limit, limit, self.seed)(shape, dtype)
        if self.distribution == "untruncated_normal":
            return RandomNormal(0.0, stddev, self.seed)(shape, dtype)
        return TruncatedNormal(0.0, stddev / TRUNCATED_STDDEV, self.seed)(shape, dtype)


def _axes() -> Any:
    return arg(default=None)


def _distribution(name: str) -> str:
    name = str(name).lower()
    return "truncated_normal" if name == "normal" else name


@registry.add
@declared
class VarianceScaling(_Scaled):
    r"""Random values of variance \(scale / n\), n counted from the weight's shape.

    Args:
        scale: the variance times n.
        mode: n is the number of inputs (`"fan_in"`), of outputs (`"fan_out"`) or their mean
            (`"fan_avg"`).
        distribution: `"truncated_normal"` (the same as `"normal"`), `"untruncated_normal"` or
            `"uniform"`.
        seed: makes every call give the same values.
        input_axes: the axes of the inputs, where the weight's shape does not say it.
        output_axes: the axes of the outputs, where the weight's shape does not say it.

    Example:
        >>> bool(abs(VarianceScaling(distribution="uniform")((300, 2))).max() <= 0.1)
        True
    """

    scale: float = arg(default=1.0, check=POSITIVE)
    mode: str = arg(default="fan_in", check=one_of("fan_in", "fan_out", "fan_avg"))
    distribution: str = arg(
        default="truncated_normal",
        convert=_distribution,
        check=one_of("truncated_normal", "untruncated_normal", "uniform"),
    )
    seed: int | None = _seed()
    input_axes: Sequence[int] | None = _axes()
    output_axes: Sequence[int] | None = _axes()


@declared
class _Preset(_Scaled):
    """Variance scaling with scale, mode and distribution given by the class.

    Args:
        seed: makes every call give the same values.
        input_axes: the axes of the inputs, where the weight's shape does not say it.
        output_axes: the axes of the outputs, where the weight's shape does not say it.
    """

    seed: int | None = _seed()
    input_axes: Sequence[int] | None = _axes()
    output_axes: Sequence[int] | None = _axes()


@registry.add
class GlorotUniform(_Preset):
    r"""Uniform in \(\pm\sqrt{6 / (inputs + outputs)}\).

    Source: Glorot and Bengio, https://proceedings.mlr.press/v9/glorot10a.html
    """

    scale, mode, distribution = 1.0, "fan_avg", "uniform"


@registry.add
class GlorotNormal(_Preset):
    r"""Truncated normal with standard deviation \(\sqrt{2 / (inputs + outputs)}\).

    Source: Glorot and Bengio, https://proceedings.mlr.press/v9/glorot10a.html
    """

    scale, mode, distribution = 1.0, "fan_avg", "truncated_normal"


@registry.add
class LecunUniform(_Preset):
    r"""Uniform in \(\pm\sqrt{3 / inputs}\).

    Source: Klambauer et al., https://arxiv.org/abs/1706.02515
    """

    scale, mode, distribution = 1.0, "fan_in", "uniform"


@registry.add
class LecunNormal(_Preset):
    r"""Truncated normal with standard deviation \(\sqrt{1 / inputs}\).

    Source: Klambauer et al., https://arxiv.org/abs/1706.02515
    """

    scale, mode, distribution = 1.0, "fan_in", "truncated_normal"


@registry.add
class HeUniform(_Preset):
    r"""Uniform in \(\pm\sqrt{6 / inputs}\), made for relu.

    Source: He et al., https://arxiv.org/abs/1502.01852
    """

    scale, mode, distribution = 2.0, "fan_in", "uniform"


@registry.add
class HeNormal(_Preset):
    r"""Truncated normal with standard deviation \(\sqrt{2 / inputs}\), made for relu.

    Source: He et al., https://arxiv.org/abs/1502.01852
    """

    scale, mode, distribution = 2.0, "fan_in", "truncated_normal"


zeros, ones, constant, identity, orthogonal = Zeros, Ones, Constant, Identity, Orthogonal
random_normal, random_uniform, truncated_normal = RandomNormal, RandomUniform, TruncatedNormal
variance_scaling = VarianceScaling
glorot_uniform, glorot_normal = GlorotUniform, GlorotNormal
lecun_uniform, lecun_normal = LecunUniform, LecunNormal
he_uniform, he_normal = HeUniform, HeNormal


registry.of_array = Constant

get = registry.get
serialize = registry.serialize
deserialize = registry.deserialize

__getattr__ = _names_of(__name__)
