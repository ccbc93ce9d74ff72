"""Samples to train on or to measure on, how much each counts, and what it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from recurra.engine.errors import DataError
from recurra.engine.words import amount


@dataclass(frozen=True)
class Part:
    """Some of the samples.

    Args:
        values: (samples, timesteps, features), an array or `Windows`.
        targets: (samples, ...) in numbers.
        weights: (samples,), None where all count the same.
    """

    values: Any
    targets: np.ndarray
    weights: np.ndarray | None

    def __len__(self) -> int:
        return len(self.targets)

    def mean(self, values: np.ndarray) -> Any:
        """The weighted mean over the samples of values (samples, ...)."""
        weighted = self.weights is not None and self.weights.any()
        return np.average(values, axis=0, weights=self.weights if weighted else None)


def read_weights(who: str, given: Any, samples: int) -> np.ndarray:
    """The weight of each sample, (samples,) float64.

    Args:
        who: the estimator, for messages.
        given: (samples,), or one number for all.
        samples: how many there are.
    """
    weights = np.asarray(given, np.float64)
    weights = np.full(samples, weights) if weights.ndim == 0 else weights
    if weights.shape != (samples,):
        raise DataError(
            f"{who}: `sample_weight` has the shape {weights.shape}, and X holds "
            f"{amount(samples, 'sample')}: a number for each is needed."
        )
    bad = ~(np.isfinite(weights) & (weights >= 0))
    if bad.any():
        at = int(bad.argmax())
        raise DataError(
            f"{who}: `sample_weight` is {weights[at]:g} for sample {at}.",
            expected="numbers from 0 on",
        )
    if not weights.any():
        raise DataError(f"{who}: each `sample_weight` is zero: there is nothing to learn from.")
    return weights


def read_groups(who: str, given: Any, samples: int) -> np.ndarray:
    """The number of each sample's group, (samples,).

    Args:
        who: the estimator, for messages.
        given: names of any kind, (samples,).
        samples: how many there are.
    """
    names = np.asarray(given).tolist()
    if np.shape(given) != (samples,):
        raise DataError(
            f"{who}: `groups` has the shape {np.shape(given)}, and X holds "
            f"{amount(samples, 'sample')}: a group for each is needed."
        )
    missing = [k for k, name in enumerate(names) if name is None or name != name]
    if missing:
        raise DataError(f"{who}: `groups` holds no group for sample {missing[0]}.")
    numbers: dict[Any, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names])
