"""What predictions that need no model would cost, by the same loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from recurra.explain.advice.seen import Array, Output, Seen
from recurra.explain.advice.words import number

_EPSILON = 1e-7


class Baseline(NamedTuple):
    """A prediction that needs no model.

    Args:
        what: it predicts, in words: "always 0.52".
        loss: what it costs.
        array: the number of the input whose last value it is.
        feature: the number of the feature.
    """

    what: str
    loss: float
    array: int = 0
    feature: int = 0


def constant(output: Output, held_out: bool = False) -> Baseline | None:
    r"""The prediction that is the same for every sample and serves best in the training.

    It is the mean \(\bar y\) for squared errors and cross-entropies, the median for absolute ones,
    each output number by itself; None for other losses.

    Args:
        output: with its targets.
        held_out: say what it costs on the samples that are held out.
    """
    y, judged = output.y, output.y_validation if held_out else output.y
    if y is None or judged is None or not output.loss or not y.samples or not judged.samples:
        return None
    rows, target = y.values.astype(np.float64), judged.values.astype(np.float64)
    if output.loss == "sparse_categorical_crossentropy":
        shares = np.bincount(rows.reshape(-1).astype(int), minlength=output.units or 1) / rows.size
        entropy = -float(np.log(np.maximum(shares, _EPSILON))[target.astype(int)].mean())
        most = int(shares.argmax())
        return Baseline(f"the shares of the classes (class {most}: {shares[most]:.0%})", entropy)
    if output.loss not in _CONSTANTS:
        return None
    values, loss = _CONSTANTS[output.loss]
    best = values(rows)
    words = number(float(best.reshape(-1)[0])) if best.size == 1 else "the same numbers"
    return Baseline(f"always {words}", loss(target, np.broadcast_to(best, target.shape)))


def last_value(seen: Seen, output: Output, held_out: bool = False) -> Baseline | None:
    """The last timestep's value of the feature that serves best, for targets that are numbers.

    Args:
        seen: with sequences as inputs.
        output: with targets (samples, 1) or (samples, steps) in the inputs' units.
        held_out: on the samples that are held out.
    """
    y = output.y_validation if held_out else output.y
    if y is None or output.loss not in _NUMBER_BY_NUMBER or y.rank != 2:
        return None
    loss, rows = _NUMBER_BY_NUMBER[output.loss], y.rows.astype(np.float64)
    costs = [
        Baseline(f"the last value of {_feature(x, k)}", loss(rows, x.last[:, k : k + 1]), i, k)
        for i, x in enumerate(seen.x_validation if held_out else seen.x)
        if x.timesteps and x.is_measured and len(x.last) == len(rows)
        for k in range(x.last.shape[1])
    ]
    return min(costs, key=lambda b: b.loss, default=None)


def _feature(x: Array, k: int) -> str:
    return f"feature {k} of `{x.name}`" if x.last.shape[1] > 1 else f"`{x.name}`"


def _squared(y: np.ndarray, p: np.ndarray) -> float:
    return float(((y - p) ** 2).mean())


def _absolute(y: np.ndarray, p: np.ndarray) -> float:
    return float(abs(y - p).mean())


def _huber(y: np.ndarray, p: np.ndarray) -> float:
    error = abs(y - p)
    return float(np.where(error <= 1, error**2 / 2, error - 0.5).mean())


def _binary(y: np.ndarray, p: np.ndarray) -> float:
    p = np.clip(p, _EPSILON, 1 - _EPSILON)
    return float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).mean())


def _categorical(y: np.ndarray, p: np.ndarray) -> float:
    return float(-(y * np.log(np.clip(p, _EPSILON, 1))).sum(-1).mean())


def _means(y: np.ndarray) -> np.ndarray:
    return y.mean(0, keepdims=True)


def _medians(y: np.ndarray) -> np.ndarray:
    return np.median(y, axis=0, keepdims=True)


Loss = Callable[[np.ndarray, np.ndarray], float]

_NUMBER_BY_NUMBER: dict[str, Loss] = {
    "mean_squared_error": _squared,
    "mean_absolute_error": _absolute,
    "huber": _huber,
}
_CONSTANTS: dict[str, tuple[Callable[[np.ndarray], np.ndarray], Loss]] = {
    "mean_squared_error": (_means, _squared),
    "mean_absolute_error": (_medians, _absolute),
    "huber": (_medians, _huber),
    "binary_crossentropy": (_means, _binary),
    "categorical_crossentropy": (_means, _categorical),
}
