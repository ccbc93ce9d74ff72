"""Configurations: a model as plain data in Keras's format, and a model from it."""

from __future__ import annotations

import json
from typing import Any

from recurra.engine import objects
from recurra.engine.calls import spec_of
from recurra.engine.errors import ArgumentError
from recurra.engine.layer import Layer
from recurra.engine.registry import custom_objects as custom_object_scope
from recurra.engine.tracebacks import public
from recurra.layers.registry import LAYERS
from recurra.models.connections import Reader, Writer
from recurra.saving.making import model_of


def graph_config(model: Any) -> dict[str, Any]:
    """A functional model as plain data: its layers, and which is called on which."""
    return {"name": model.name, "trainable": model.trainable, **Writer(model._graph).config()}


def sequential_config(model: Any) -> dict[str, Any]:
    """A `Sequential` as plain data: its layers in order."""
    start = model._input
    layers = [*([start.node.operation] if start is not None else []), *model.layers]
    config = {
        "name": model.name,
        "trainable": model.trainable,
        "layers": [LAYERS.serialize(layer) for layer in layers],
    }
    return config if start is None else config | {"build_input_shape": start.shape}


def has_graph(model: Any) -> bool:
    """Whether a model is made anew from inputs and outputs, not by its own constructor."""
    names = spec_of(type(model).__init__).names[1:3]
    return model._graph is not None and names == ("inputs", "outputs")


def model_from_config(
    cls: type, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
) -> Any:
    """A model from what its `get_config` returned, or what Keras's did.

    Args:
        cls: the model's class.
        config: the plain data; it is not changed.
        custom_objects: the user's own layers and functions by name.

    Raises:
        ArgumentError: where something in it is unknown, or the user's own and not handed over.
    """
    config = {"layers": config} if isinstance(config, list) else config  # Keras 1, 2.0 to 2.2
    rest = dict(config)
    with custom_object_scope(custom_objects):
        if "input_layers" in config:
            reader = Reader(_layers(rest))
            rest.pop("layers")
            inputs = reader.structure(rest.pop("input_layers"))
            outputs = reader.structure(rest.pop("output_layers"), nested=True)
            rest.pop("dtype", None)
            return cls(inputs=inputs, outputs=outputs, **rest)
        if "layers" in config:
            return _sequential(cls, config)
    return Layer.from_config.__func__(cls, config)  # type: ignore[attr-defined]


def _layers(config: dict[str, Any]) -> list[dict[str, Any]]:
    layers = config.get("layers")
    if not isinstance(layers, list) or not all(isinstance(data, dict) for data in layers):
        raise ArgumentError("`layers` has to be a list of layers' configurations.")
    return layers


def _sequential(cls: type, config: dict[str, Any]) -> Any:
    model = cls(name=config.get("name"))
    for data in _layers(config):
        model.add(LAYERS.deserialize(data))
    if config.get("trainable") is False:
        model.trainable = False
    if not model.built and config.get("build_input_shape"):
        model.build(config["build_input_shape"])
    return model


def to_json(model: Any, **kwargs: Any) -> str:
    """The model's configuration as JSON; `model_from_json` makes a like model from it.

    Args:
        model: a `Sequential`, a functional model, or one with a `get_config` of its own.
        kwargs: for `json.dumps`, such as `indent=2`.
    """
    return objects.to_json(LAYERS.serialize(model), **kwargs)


@public
def model_from_json(json_string: str, custom_objects: dict[str, Any] | None = None) -> Any:
    """A model from the JSON that `to_json` of recurra or Keras returned; weights are new.

    Args:
        json_string: the JSON.
        custom_objects: your own layers and functions by name. Nothing is imported by name.

    Returns:
        The model, not compiled.

    Raises:
        ArgumentError: where it is no configuration of a model, or names what is not known.

    Example:
        >>> from recurra.models import Sequential
        >>> from recurra.layers import LSTM, Input
        >>> text = Sequential([Input((20, 1)), LSTM(4)]).to_json()
        >>> model_from_json(text).output_shape
        (None, 4)

    Source: Keras's `models.model_from_json`.
    """
    try:
        config = json.loads(json_string)
    except (TypeError, ValueError, RecursionError) as error:
        raise ArgumentError(f"model_from_json: this is no JSON ({error}).") from error
    if not isinstance(config, dict):
        raise ArgumentError("model_from_json: this JSON is no configuration of a model.")
    return model_of(config, custom_objects)
