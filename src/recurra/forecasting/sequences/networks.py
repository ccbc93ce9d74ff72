"""The networks that read a sequence and give a vector: by name, by function, or the user's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from recurra import layers
from recurra.engine.errors import ArgumentError
from recurra.engine.suggestions import did_you_mean
from recurra.forecasting.convolutions import CausalConv1D, convolutions
from recurra.models import Model, clone_model

#: Longer sequences are shortened to about half of it: what lies further back is hardly learnt.
LONG = 1024


def lstm(x: Any, units: int, longest: int) -> Any:
    """The state of an LSTM behind the last timestep, beside the mean of its outputs."""
    return _recurrent(layers.LSTM, x, units)


def gru(x: Any, units: int, longest: int) -> Any:
    """The state of a GRU behind the last timestep, beside the mean of its outputs."""
    return _recurrent(layers.GRU, x, units)


def _recurrent(kind: Any, x: Any, units: int) -> Any:
    """The end alone forgets what came early in long sequences; the mean alone lacks the order."""
    outputs, last, *_ = kind(units, return_sequences=True, return_state=True)(x)
    return layers.Concatenate()([layers.GlobalAveragePooling1D()(outputs), last])


def tcn(x: Any, units: int, longest: int) -> Any:
    """Convolutions that look back twice as far each; the mean over time."""
    return layers.GlobalAveragePooling1D()(convolutions(x, units, longest))


#: The networks by name: from sequences (batch, timesteps, features), the number of units and the
#: most timesteps to vectors (batch, features).
NETWORKS: dict[str, Callable[[Any, int, int], Any]] = {"lstm": lstm, "gru": gru, "tcn": tcn}
#: What `model` has to be.
KINDS = (
    "'lstm', 'gru', 'tcn', a recurra model, or a function (timesteps, features, outputs) that "
    "makes one"
)


def make_network(
    who: str,
    model: Any,
    *,
    units: int,
    timesteps: int | None,
    longest: int,
    features: int,
    outputs: int,
    activation: str,
    mean: np.ndarray,
    deviation: np.ndarray,
) -> tuple[Any, Any]:
    """A network with its scaler, for sequences that end in NaN where they are shorter.

    Args:
        who: the estimator, for messages.
        model: "lstm", "gru", "tcn", a model, or a function (timesteps, features, outputs) that
            makes one.
        units: of the networks that have a name.
        timesteps: of each sequence, None for sequences of several lengths.
        longest: timesteps of the longest sequence.
        features: numbers at each timestep.
        outputs: numbers that the network gives.
        activation: of the outputs, where the network has a name.
        mean: (features,) of the training part.
        deviation: (features,) of the training part.

    Returns:
        Its input, and its output (batch, outputs).
    """
    inputs = layers.Input((timesteps, features))
    x = inputs if timesteps else layers.Masking(np.nan)(inputs)
    x = layers.Normalization(mean=mean, variance=deviation**2)(x)
    if isinstance(model, str):
        if model not in NETWORKS:
            raise ArgumentError(
                f"{who}: there is no network {model!r}{did_you_mean(model, NETWORKS) or '.'}",
                expected=KINDS,
            )
        x, longest = _shortened(x, longest, units)
        return inputs, layers.Dense(outputs, activation)(NETWORKS[model](x, units, longest))
    own = _own_network(who, model, timesteps, features, outputs)
    y = own(x)
    if tuple(y.shape[1:]) != (outputs,):
        raise ArgumentError(
            f"{who}: the model gives {tuple(y.shape)}, and (batch, {outputs}) is needed.",
            fixes=[f"Dense({outputs}{', ' + repr(activation) if activation != 'linear' else ''})"],
        )
    return inputs, y


def _shortened(x: Any, longest: int, units: int) -> tuple[Any, int]:
    """Long sequences in strides, each of which becomes one timestep; the most that are left."""
    if longest <= LONG:
        return x, longest
    stride = -(-longest // (LONG // 2))
    conv = CausalConv1D(units, (stride,), strides=(stride,), padding="causal", activation="relu")
    return conv(x), -(-longest // stride)


def _own_network(who: str, model: Any, timesteps: int | None, features: int, outputs: int) -> Any:
    """The user's network with new weights."""
    if isinstance(model, Model):
        return clone_model(model)
    made = model(timesteps, features, outputs) if callable(model) else model
    if isinstance(made, Model):
        return made
    came = f"the function `model` returned {made!r}" if callable(model) else f"model={model!r}"
    raise ArgumentError(
        f"{who}: {came}, which is no recurra model.",
        expected=KINDS,
    )
