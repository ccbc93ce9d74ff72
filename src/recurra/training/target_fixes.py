"""What to change where targets and outputs do not go together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from recurra.engine.origin import at
from recurra.training import losses
from recurra.training.ends import End

#: Losses for one number of 0 or 1 a sample.
_BINARY = (losses.binary_crossentropy, losses.binary_focal_crossentropy)
#: What to type for a question with two answers.
YES_OR_NO = "for yes or no, loss='binary_crossentropy' and Dense(1, activation='sigmoid')"


def range_fixes(y: np.ndarray, function: Callable[..., Any]) -> list[str]:
    """For targets outside the numbers that a loss takes."""
    if function is losses.poisson:
        return ["poisson is for counts; for measurements, loss='mse'"]
    margin = function in (losses.hinge, losses.squared_hinge)
    values = np.unique(y)
    if values.size == 2:
        low, high = values
        signs = f"y = np.where(y == {high:g}, 1.0, -1.0)"
        fixes = [signs if margin else f"y = (y == {high:g}).astype('float32')"]
        return fixes + (["loss='hinge' takes -1 and 1"] if (low, high) == (-1, 1) else [])
    if (values == np.round(values)).all() and values.min() >= 0 and values.max() < 1000:
        classes = int(values.max()) + 1
        return [
            f"for class numbers, loss='sparse_categorical_crossentropy' and Dense({classes}, "
            "activation='softmax')",
            "for counts or measurements, loss='mse'",
        ]
    return ["for measurements, loss='mse' and a last layer without sigmoid or softmax"]


def shape_fixes(
    y: np.ndarray, wanted: tuple[int | None, ...], function: Callable[..., Any], end: End
) -> list[str]:
    """For targets of another shape than the output: what to change, most likely first.

    Args:
        y: the targets, (samples, ...).
        wanted: the shape they should have, (batch, ...).
        function: the loss.
        end: the layers that the output comes from.
    """
    given, sizes = y.shape[1:], wanted[1:]
    if [k for k in given if k != 1] == [k for k in sizes if k != 1]:  # only axes of size 1 differ
        return [f"y = y.reshape({', '.join(map(str, (-1, *sizes)))})"]
    each = (
        f"y of shape ({len(y)}, {', '.join('timesteps' if k is None else str(k) for k in sizes)})"
    )
    return _by_ranks(y, wanted, function, end) or [each.replace(", )", ",)")]


def _by_ranks(y: np.ndarray, wanted: tuple, function: Any, end: End) -> list[str]:
    """What the numbers of axes suggest."""
    if function is losses.sparse_categorical_crossentropy:
        return _labels(y, wanted, end)
    ranks = y.ndim, len(wanted)
    if ranks == (1, 2):
        return _one_number(y, wanted, function)
    if ranks == (2, 2):
        first = ["y = y[:, :1]  # the first of them alone"] if wanted[1] == 1 else []
        return [_ending(y.shape[1], end), *first]
    if len(wanted) == 3 and y.ndim == 1 and function is losses.categorical_crossentropy:
        sparse = "loss='sparse_categorical_crossentropy'"
        return [f"{fix}; {sparse}" for fix in sequence_fixes(False, end)]
    if len(wanted) == 3 and y.ndim < 3:
        return _one_for_each_step(y, wanted, end)
    if ranks == (3, 2):
        return _several_steps(y, wanted, end)
    if ranks == (3, 3):
        return _other_length(y, wanted, end) + _other_width(y, wanted, end)
    return []


def _labels(y: np.ndarray, wanted: tuple, end: End) -> list[str]:
    """Class numbers for each timestep where one a sample is needed, and the other way round."""
    if (y.ndim, len(wanted)) == (2, 1):
        return [*sequence_fixes(True, end), "y = y[:, -1]  # the label of the last timestep"]
    if (y.ndim, len(wanted)) == (1, 2):
        return sequence_fixes(False, end)
    return _other_length(y, wanted, end) if y.ndim == len(wanted) == 2 else []


def _one_number(y: np.ndarray, wanted: tuple, function: Any) -> list[str]:
    """One number a sample, and a row of outputs."""
    whole = y.dtype.kind in "biu" and y.size > 0
    if function in _BINARY and whole:
        return [
            f"for class numbers, loss='sparse_categorical_crossentropy' and Dense("
            f"{max(int(y.max()) + 1, 2)}, activation='softmax')",
            "for yes or no, end the model with Dense(1, activation='sigmoid')",
        ]
    return ["end the model with one output: Dense(1)"]


def _one_for_each_step(y: np.ndarray, wanted: tuple, end: End) -> list[str]:
    """Outputs for each timestep, and targets for the whole sequence."""
    steps, outputs = wanted[1:]
    width = y.shape[1] if y.ndim == 2 else 1
    if width == steps and outputs != 1:
        return [f"for a target a timestep, {_ending(1, end)}", *sequence_fixes(False, end, width)]
    last = None if width == outputs else width
    each = f"({len(y)}, {steps or 'timesteps'}, {outputs})"
    return [
        *sequence_fixes(False, end, last),
        *([f"targets for every timestep, y of shape {each}"] if last is None else ()),
    ]


def _several_steps(y: np.ndarray, wanted: tuple, end: End) -> list[str]:
    """Several steps of several targets, and one row of outputs."""
    steps, features = y.shape[1:]
    same, through = features == wanted[1], end.timesteps
    at_last = ["y = y[:, -1]  # the target of the last timestep"] if same else []
    if through == steps or (same and through is None):
        return sequence_fixes(True, end, None if same else features) + at_last
    rows = f"end the model with Dense({steps * features}) and Reshape(({steps}, {features}))"
    return [rows, *at_last]


def _other_length(y: np.ndarray, wanted: tuple, end: End) -> list[str]:
    """As many axes, another number of timesteps."""
    if wanted[1] in (None, y.shape[1]):
        return []
    extra = y.shape[1] - wanted[1]
    if end.repeating is not None:
        return [f"RepeatVector({y.shape[1]}) in place of {at(end.repeating)}"]
    if y.shape[1] == 1 and end.recurrent is not None and end.recurrent.return_sequences:
        return [f"{fix}; y = y[:, 0]" for fix in sequence_fixes(False, end)]
    if extra < 0:
        last = f"end the model with Cropping1D(({-extra}, 0)): outputs for the last {y.shape[1]}"
        return [f"give targets for all {wanted[1]} timesteps", last]
    left_out = f"y = y[:, {extra}:]  # without the targets of {_first(extra)}"
    layers = [layer for layer, _ in end.shortened]
    if end.passed and not layers:
        return [left_out]
    where = " and ".join(map(_keeps_length, layers))
    where = f"{where}, which" if where else f"{_PADDED} in the convolutions and poolings that"
    drop = "drops" if len(layers) == 1 else "drop"
    fixes = [f"{where} {drop} {extra} of {y.shape[1]} timesteps"]
    if all(_strides(layer) == 1 for layer in layers):
        fixes.append(left_out)
    return fixes


_PADDED = "padding='causal' (or 'same')"


def _keeps_length(layer: Any) -> str:
    """What lets a convolution or pooling give as many timesteps as it gets."""
    kind = type(layer).__name__
    if kind == "Cropping1D":
        return f"no {at(layer)}"
    padded = _PADDED if kind == "Conv1D" else "padding='same'"
    return f"{'strides=1 and ' * (_strides(layer) != 1)}{padded} in {at(layer)}"


def _strides(layer: Any) -> int:
    strides = getattr(layer, "strides", 1)
    return strides[0] if isinstance(strides, (tuple, list)) else strides


def _other_width(y: np.ndarray, wanted: tuple, end: End) -> list[str]:
    """As many axes, another number of columns."""
    return [] if wanted[2] in (None, y.shape[2]) else [_ending(y.shape[2], end)]


# Words -------------------------------------------------------------------------------------------


def sequence_fixes(on: bool, end: End, width: int | None = None) -> list[str]:
    """`return_sequences` of the last recurrent layer, and so many outputs at the end.

    Args:
        on: whether there has to be an output for every timestep.
        end: the layers that the output comes from.
        width: outputs a sample or timestep; None for as many as there are.
    """
    what = "an output a timestep" if on else "one output a sample"
    then = "" if width is None else f"; {_ending(width, end)}"
    layer = end.recurrent
    if not end.passed:
        return [f"return_sequences={on} in the last recurrent layer gives {what}{then}"]
    if layer is not None and layer.return_sequences != on:
        return [f"return_sequences={on} in {at(layer)} gives {what}{then}"]
    if layer is None and not on:
        return [f"GlobalAveragePooling1D() before the last layer gives {what}{then}"]
    return [_ending(width, end)] if width is not None else []


def dense(width: int, end: End) -> str:
    """A `Dense` of so many units with the activation that the last layer has."""
    layer = getattr(end.width, "layer", None) or end.width
    activation = getattr(getattr(layer, "activation", None), "__name__", "linear")
    kept = activation in ("softmax", "sigmoid", "tanh", "relu") and type(layer).__name__ == "Dense"
    kept = kept and (width, activation) != (1, "softmax")  # which is always 1
    return f"Dense({width}, activation={activation!r})" if kept else f"Dense({width})"


def _ending(width: int, end: End) -> str:
    return f"end the model with {f'{width} outputs' if width != 1 else 'one output'}: " + dense(
        width, end
    )


def count_fixes(ys: list[Any], names: list[str]) -> list[str]:
    """For another number of target arrays than there are outputs.

    Args:
        ys: the targets, an array each.
        names: of the outputs.
    """
    shapes = {np.shape(y) for y in ys}
    if len(ys) == 1 and np.ndim(ys[0]) > 1 and np.shape(ys[0])[-1] == len(names):
        columns = ", ".join(f"y[..., {k}]" for k in range(len(names)))
        return [f"y = [{columns}]  # for {', '.join(names)}"]
    if len(names) == 1 and len(shapes) == 1:
        flat = len(shapes.pop()) == 1
        joined = "np.stack" if flat else "np.concatenate"
        width = len(ys) if flat else sum(np.shape(y)[-1] for y in ys)
        return [f"y = {joined}(y, axis=-1)  # {width} numbers a sample, for Dense({width})"]
    return [f"y = {{{', '.join(f'{n!r}: ...' for n in names)}}}  # an array for each output"]


def _first(count: int) -> str:
    return "the first timestep" if count == 1 else f"the first {count} timesteps"
