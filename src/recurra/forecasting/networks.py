"""The networks of a Forecaster: a linear forecast, and a recurrent or convolutional correction.

With the window x of a target, its last value l, and all features u of the window,

    forecast = l + (K u + b) + c * net(window)

K and b are solved in closed form and stay; `net` begins at 0 and is trained on what is left. A
series that a line explains is forecast by the line, and the network adds what a line cannot.

Source: the linear path beside a recurrent network is that of LSTNet (Lai et al. 2018), the
subtraction of the last value that of NLinear (Zeng et al. 2023).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from recurra import layers, ops
from recurra.forecasting.convolutions import convolutions
from recurra.models import Model

#: The linear forecast looks at so many numbers at most.
FEATURES = 600
#: Numbers a category is embedded in.
EMBEDDED = 8


@dataclass(frozen=True)
class Plan:
    """The sizes of a network.

    Args:
        lookback: rows a window looks at.
        horizon: rows it forecasts.
        targets: columns it forecasts, the first of the window's.
        columns: of the window.
        own_known: columns that the user knows of the future.
        known: these, and those of season and calendar; the last columns of the window.
        categories: of each categorical column, how many training met.
        past_categories: how many of these columns are known up to now only, the first ones.
        static: numbers a series.
        static_categories: of each static categorical column, how many training met.
        quantiles: to forecast in place of a single value.
        level: whether the series return to a mean, so that their height tells something.
        spread: the usual size of a change within the horizon, of scaled targets.
        units: of the network.
    """

    lookback: int
    horizon: int
    targets: int
    columns: int
    own_known: int = 0
    known: int = 0
    categories: tuple[int, ...] = ()
    past_categories: int = 0
    static: int = 0
    static_categories: tuple[int, ...] = ()
    quantiles: tuple[float, ...] = ()
    level: bool = False
    spread: float = 1.0
    units: int = 32

    @property
    def outputs(self) -> int:
        """Numbers a forecast has."""
        return self.horizon * self.targets * max(1, len(self.quantiles))

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of a forecast: (horizon, targets) or (horizon, targets, quantiles)."""
        quantiles = (len(self.quantiles),) if self.quantiles else ()
        return (self.horizon, self.targets, *quantiles)


@dataclass(frozen=True)
class Network:
    """A network and its linear part.

    Args:
        model: from a dict of windows to forecasts of scaled targets.
        features: from the same to the features of the linear part; None for a user's own model.
    """

    model: Any
    features: Any = None

    @property
    def linear(self) -> Any:
        """The layer with the linear part's kernel and bias."""
        return self.model.get_layer("linear")

    @property
    def correction(self) -> Any:
        """The last layer of what is added to it."""
        return self.model.get_layer("correction")


def build(kind: str, plan: Plan) -> Network:
    """The network of that kind.

    Args:
        kind: a key of `KINDS`.
        plan: its sizes.
    """
    inputs = _inputs(plan)
    past = inputs["past"]
    last = past[:, -1:, : plan.targets]
    features = ops.concatenate(_features(plan, inputs, last), axis=-1)
    linear = layers.Dense(plan.horizon * plan.targets, name="linear", trainable=False)(features)
    correction = KINDS[kind](plan, _sequence(plan, inputs, last), _context(plan, inputs))
    forecast = last + layers.Reshape((plan.horizon, plan.targets))(linear)
    if plan.quantiles:
        forecast = ops.expand_dims(forecast, -1)
    forecast = forecast + plan.spread * layers.Reshape(plan.shape)(correction)
    return Network(Model(inputs, forecast, name=kind), Model(inputs, features, name="features"))


def _inputs(plan: Plan) -> dict[str, Any]:
    """The windows a network looks at, by name."""
    steps = plan.lookback, plan.horizon
    sizes: dict[str, tuple[tuple[int, ...], str]] = {
        "past": ((steps[0], plan.columns), "float32"),
        "future": ((steps[1], plan.known), "float32"),
        "codes": ((sum(steps), len(plan.categories)), "int32"),
        "static": ((plan.static,), "float32"),
        "static_codes": ((len(plan.static_categories),), "int32"),
    }
    return {
        name: layers.Input(shape, dtype=dtype, name=name)
        for name, (shape, dtype) in sizes.items()
        if shape[-1]
    }


def names(model: Any) -> list[str]:
    """What a model wants to be given: the names of its inputs, "past" for a user's own."""
    inputs = getattr(model, "input_names", None) or [t.name for t in model.inputs]
    known = {"past", "future", "codes", "static", "static_codes"}
    return list(inputs) if set(inputs) <= known else ["past"]


def _features(plan: Plan, inputs: dict[str, Any], last: Any) -> list[Any]:
    """What the linear forecast sees, (batch, features) each."""
    past = inputs["past"]
    varying = plan.columns - plan.known + plan.own_known
    lags = min(plan.lookback, max(2, FEATURES // varying))
    seen = [layers.Flatten()(past[:, -lags:-1, : plan.targets] - last)] if lags > 1 else []
    if varying > plan.targets:
        seen.append(layers.Flatten()(past[:, -lags:, plan.targets : varying]))
    if plan.level or not seen:
        seen.append(layers.Flatten()(last))
    if plan.own_known:
        seen.append(layers.Flatten()(inputs["future"][:, :, : plan.own_known]))
    if plan.known > plan.own_known:  # a turned circle is linear in its first point
        seen.append(inputs["future"][:, 0, plan.own_known :])
    if plan.static:
        seen.append(inputs["static"])
    return seen


def _sequence(plan: Plan, inputs: dict[str, Any], last: Any) -> Any:
    """What the network sees of each timestep, (batch, lookback, columns)."""
    past = inputs["past"]
    parts = [(past[:, :, : plan.targets] - last) / plan.spread]
    if plan.level:
        parts.append(past[:, :, : plan.targets])
    if plan.columns > plan.targets:
        parts.append(past[:, :, plan.targets :])
    parts += _embedded(plan, inputs, "past", slice(None, plan.lookback))
    return _joined(parts)


def _joined(parts: list[Any]) -> Any:
    """Side by side, what there is."""
    return parts[0] if len(parts) == 1 else layers.Concatenate()(parts)


def _context(plan: Plan, inputs: dict[str, Any]) -> dict[str, Any]:
    """What is known beside the window: of each step to forecast, and of the series."""
    ahead = [inputs["future"]] if plan.known else []
    ahead += _embedded(plan, inputs, "future", slice(plan.lookback, None))
    still = [inputs["static"]] if plan.static else []
    for k, count in enumerate(plan.static_categories):
        embedding = layers.Embedding(count + 1, EMBEDDED, name=f"static_category_{k}")
        still.append(embedding(inputs["static_codes"][:, k]))
    return {"ahead": ahead, "still": still}


def _embedded(plan: Plan, inputs: dict[str, Any], when: str, rows: slice) -> list[Any]:
    """The categories of these rows, embedded: of the future those that are known there."""
    first = plan.past_categories if when == "future" else 0
    return [
        layers.Embedding(plan.categories[k] + 1, EMBEDDED, name=f"{when}_category_{k}")(
            inputs["codes"][:, rows, k]
        )
        for k in range(first, len(plan.categories))
    ]


def _head(plan: Plan, vector: Any, context: dict[str, Any]) -> Any:
    """The correction from what the network made of the window and what is known beside it."""
    ahead = [layers.Flatten()(x) for x in context["ahead"]]
    parts = [vector, *ahead, *context["still"]]
    joined = _joined(parts)
    if len(parts) > 1:
        joined = layers.Dense(plan.units, activation="relu", name="joined")(joined)
    return layers.Dense(plan.outputs, kernel_initializer="zeros", name="correction")(joined)


def _recurrent(kind: Any) -> Callable[[Plan, Any, dict[str, Any]], Any]:
    def correction(plan: Plan, sequence: Any, context: dict[str, Any]) -> Any:
        return _head(plan, kind(plan.units, name=kind.__name__.lower())(sequence), context)

    return correction


def _tcn(plan: Plan, sequence: Any, context: dict[str, Any]) -> Any:
    """Convolutions that look back only and see the whole window."""
    return _head(plan, convolutions(sequence, plan.units, plan.lookback)[:, -1], context)


def _seq2seq(plan: Plan, sequence: Any, context: dict[str, Any]) -> Any:
    """An LSTM reads the window, another one writes the forecast step by step from its states.

    Source: Sutskever, Vinyals and Le 2014.
    """
    vector, h, c = layers.LSTM(plan.units, return_state=True, name="encoder")(sequence)
    still = [layers.RepeatVector(plan.horizon)(x) for x in (vector, *context["still"])]
    ahead = _joined([*still, *context["ahead"]])
    written = layers.LSTM(plan.units, return_sequences=True, name="decoder")(
        ahead, initial_state=[h, c]
    )
    a_step = plan.outputs // plan.horizon
    steps = layers.Dense(a_step, kernel_initializer="zeros", name="correction")(written)
    return layers.Flatten()(steps)


#: The networks by name: plan, sequence and context to (batch, outputs).
KINDS: dict[str, Callable[[Plan, Any, dict[str, Any]], Any]] = {
    "lstm": _recurrent(layers.LSTM),
    "gru": _recurrent(layers.GRU),
    "tcn": _tcn,
    "seq2seq": _seq2seq,
}
