"""Methods and attributes of earlier years, attached to the classes that had them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import chain
from typing import Any

from recurra.compat.said import say
from recurra.engine.errors import ArgumentError


def _fit_generator(model: Any, generator: Any, *args: Any, **keywords: Any) -> Any:
    """`fit_generator(generator, samples_per_epoch, nb_epoch, ...)` and Keras 2's form of it."""
    say("`fit_generator` is now `fit`: fit(generator, steps_per_epoch=..., epochs=...)")
    names = ("steps_per_epoch", "epochs", "verbose", "callbacks", "validation_data")
    keywords |= dict(zip((*names, "validation_steps", "class_weight"), args, strict=False))
    generator = _samples_to_steps(generator, keywords, "samples_per_epoch", "steps_per_epoch")
    if "validation_data" in keywords:
        keywords["validation_data"] = _samples_to_steps(
            keywords["validation_data"], keywords, "nb_val_samples", "validation_steps"
        )
    return model.fit(generator, **keywords)


def _evaluate_generator(model: Any, generator: Any, steps: Any = None, **keywords: Any) -> Any:
    say("`evaluate_generator` is now `evaluate`: evaluate(generator, steps=...)")
    keywords["steps"] = steps
    generator = _samples_to_steps(generator, keywords, "val_samples", "steps")
    return model.evaluate(generator, **keywords)


def _predict_generator(model: Any, generator: Any, steps: Any = None, **keywords: Any) -> Any:
    say("`predict_generator` is now `predict`: predict(generator, steps=...)")
    keywords["steps"] = steps
    generator = _samples_to_steps(generator, keywords, "val_samples", "steps")
    return model.predict(generator, **keywords)


def _samples_to_steps(source: Any, keywords: dict[str, Any], old: str, new: str) -> Any:
    """Keras 1 counted samples: turn them into batches by the size of the first batch.

    Returns:
        The source, with its first batch put back.
    """
    if old not in keywords:
        return source
    samples = keywords.pop(old)
    if samples is None or not hasattr(source, "__next__"):
        return source
    first = next(source)
    xs = first[0] if isinstance(first, (tuple, list)) else first
    size = len(xs[0] if isinstance(xs, (tuple, list)) else xs)
    keywords[new] = -(-samples // size)
    say(f"`{old}` is now `{new}`, counted in batches of {size}: {new}={keywords[new]}")
    return chain([first], source)


def _predict_classes(model: Any, x: Any, *args: Any, **keywords: Any) -> Any:
    """The class of the largest output, or 0 and 1 for a single one."""
    outputs = model.predict(x, *args, **keywords)
    if outputs.shape[-1] > 1:
        say("`predict_classes` is gone: predict(x).argmax(-1)")
        return outputs.argmax(-1)
    say("`predict_classes` is gone: (predict(x) > 0.5).astype('int32')")
    return (outputs > 0.5).astype("int32")


def _predict_proba(model: Any, x: Any, *args: Any, **keywords: Any) -> Any:
    say("`predict_proba` is now `predict`")
    return model.predict(x, *args, **keywords)


def _gone(name: str, instead: str) -> Callable[..., Any]:
    """A method that has nothing behind it any more and says what to do."""

    def method(self: Any, *args: Any, **keywords: Any) -> Any:
        raise ArgumentError(f"`{name}` is gone from {type(self).__name__}.", fixes=[instead])

    return method


class _OfCell:
    """A weight that lies in the cell now; a layer of one's own may still set the attribute."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, layer: Any, cls: type | None = None) -> Any:
        if layer is None:
            return self
        say(f"`{self.name}` of a recurrent layer is in its cell now: layer.cell.{self.name}")
        return getattr(layer.cell, self.name)


#: By class: what it had, and what does it today.
ATTRIBUTES: dict[str, dict[str, Any]] = {
    "recurra.models.Model": {
        "fit_generator": _fit_generator,
        "evaluate_generator": _evaluate_generator,
        "predict_generator": _predict_generator,
        "predict_classes": _predict_classes,
        "predict_proba": _predict_proba,
        "to_yaml": _gone("to_yaml", "model.get_config() is the same as plain data"),
    },
    "recurra.layers.recurrent.layer.RecurrentLayer": {
        name: _OfCell(name) for name in ("kernel", "recurrent_kernel", "bias")
    },
}


def attach() -> None:
    """Give the classes their old methods and attributes; none that they have is replaced."""
    for path, attributes in ATTRIBUTES.items():
        module, _, name = path.rpartition(".")
        cls = getattr(import_module(module), name)
        for attribute, what in _missing(cls, attributes):
            setattr(cls, attribute, what)


def _missing(cls: type, attributes: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((name, what) for name, what in attributes.items() if not hasattr(cls, name))
