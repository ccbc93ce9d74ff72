"""What to change where targets and outputs do not go together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from recurra.training import losses

#: Losses for one number of 0 or 1 a sample.
_BINARY = (losses.binary_crossentropy, losses.binary_focal_crossentropy)


#: Losses for measurements.
_NUMBER_BY_NUMBER = (losses.mean_squared_error, losses.mean_absolute_error, losses.huber)


def range_fixes(y: np.ndarray) -> list[str]:
    """For targets that are not between 0 and 1."""
    values = np.unique(y)
    if values.size == 2:
        low, high = values
        return [f"y = (y == {high:g}).astype('float32')"] + (
            ["loss='hinge' takes -1 and 1"] if (low, high) == (-1, 1) else []
        )
    if (values == np.round(values)).all() and values.min() >= 0 and values.max() < 1000:
        classes = int(values.max()) + 1
        return [
            f"for class numbers, loss='sparse_categorical_crossentropy' and Dense({classes}, "
            "activation='softmax')",
            "for counts or measurements, loss='mse'",
        ]
    return ["for measurements, loss='mse' and a last layer without sigmoid or softmax"]


def shape_fixes(
    y: np.ndarray, wanted: tuple[int | None, ...], function: Callable[..., Any]
) -> list[str]:
    """For targets of another shape than the output: what to change, most likely first.

    Args:
        y: the targets, (samples, ...).
        wanted: the shape they should have, (batch, ...).
        function: the loss.
    """
    return [fix for rule in _RULES for fix in rule(y, wanted, function)]


def _class_numbers(y: np.ndarray, wanted: tuple, function: Any) -> list[str]:
    """One whole number a sample, and an output of several columns."""
    several = len(wanted) > 1 and (wanted[-1] or 1) > 1
    whole = y.dtype.kind in "biu" and y.size > 0
    if function not in _BINARY or not several or not whole or y.ndim >= len(wanted):
        return []
    return [
        "for class numbers, loss='sparse_categorical_crossentropy'",
        "for yes or no, end the model with Dense(1, activation='sigmoid')",
    ]


def _one_for_each_step(y: np.ndarray, wanted: tuple, function: Any) -> list[str]:
    """Targets for each timestep and an output for the whole sequence, or the other way round."""
    if function is losses.sparse_categorical_crossentropy and y.ndim != len(wanted):
        more = y.ndim > len(wanted)
        what = "an output a timestep" if more else "one output a sample"
        return [f"return_sequences={more} in the last recurrent layer gives {what}"]
    if y.ndim == 3 and len(wanted) == 2 and y.shape[2] == wanted[1]:
        return ["return_sequences=True in the last recurrent layer gives an output a timestep"]
    last = y.shape[1:] if y.ndim == 2 else (1,)
    if len(wanted) == 3 and y.ndim in (1, 2) and last == wanted[2:]:
        return [
            "return_sequences=False in the last recurrent layer gives one output a sample",
            "targets for every timestep, y of shape "
            f"({len(y)}, {wanted[1] or 'timesteps'}, {wanted[2]})",
        ]
    return []


def _horizon(y: np.ndarray, wanted: tuple, function: Any) -> list[str]:
    """Several steps of several targets, and one row of outputs."""
    if y.ndim != 3 or len(wanted) != 2 or y.shape[2] == wanted[1]:
        return []
    steps, features = y.shape[1:]
    return [f"end the model with Dense({steps * features}) and Reshape(({steps}, {features}))"]


def _other_length(y: np.ndarray, wanted: tuple, function: Any) -> list[str]:
    """As many axes, another number of timesteps."""
    if y.ndim != 3 or len(wanted) != 3 or wanted[1] in (None, y.shape[1]):
        return []
    extra = y.shape[1] - wanted[1]
    if extra < 0:
        return [f"give targets for all {wanted[1]} timesteps"]
    return [
        f"padding='causal' (or 'same') in the convolutions and poolings that drop {extra} of "
        f"{y.shape[1]} timesteps",
        f"leave out the targets of the first {extra}: y[:, {extra}:]",
    ]


def _other_width(y: np.ndarray, wanted: tuple, function: Any) -> list[str]:
    """As many axes, another number of columns."""
    if y.ndim != len(wanted) or y.ndim < 2 or wanted[-1] in (None, y.shape[-1]):
        return []
    width = y.shape[-1]
    outputs = f"{width} outputs" if width != 1 else "one output"
    return [f"end the model with {outputs}: Dense({width})"]


def _one_number(y: np.ndarray, wanted: tuple, function: Any) -> list[str]:
    """One number a sample, and a row of outputs."""
    if y.ndim != 1 or len(wanted) != 2 or function not in _NUMBER_BY_NUMBER:
        return []
    return ["end the model with one output: Dense(1)"]


_RULES = (_class_numbers, _one_for_each_step, _horizon, _other_length, _other_width, _one_number)
