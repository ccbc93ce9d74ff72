"""What the numbers of shapes mean: batch, timesteps, features and units, for this model."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

from recurra.engine import symbolic
from recurra.engine.shapes import Shape
from recurra.engine.symbolic import SymbolicTensor
from recurra.engine.words import amount
from recurra.explain.story.calls import Axes, Call
from recurra.explain.story.kinds import size_of

Line = tuple[str, str]


def notes(model: Any, inputs: list[Axes], calls: list[list[Call]]) -> list[Line]:
    """A line for each number that somebody may take for something else."""
    layers = [each[0].layer for each in calls]
    recurrent = [x for x in layers if hasattr(x, "return_sequences")]
    lines = dict(_batch(inputs[0], recurrent)) if inputs else {}
    for axes in inputs:
        for label, text in _samples(model, axes, recurrent):
            lines.setdefault(label, text)
    return [*lines.items(), *_sizes_of_layers(inputs, layers)]


def _literal(axes: Axes, **changed: Any) -> str:
    """`Input((20, 1))` for the axes, with other sizes for some."""
    sizes = [changed.get(a.name, a.size) for a in axes[1:]]
    return f"Input({tuple(s if isinstance(s, int) else None for s in sizes)})"


def _batch(axes: Axes, recurrent: list[Any]) -> Iterator[Line]:
    size = axes[0].size
    if not isinstance(size, int):
        yield (
            "batch=None",
            "how many samples are computed side by side: any number, which is why summary() shows "
            "None. fit and predict hand the samples over in batches of `batch_size`, 32 if it is "
            "not given; neither the parameters nor the number of answers depend on it.",
        )
        return
    inner = Shape([a.size for a in axes[1:]], [a.name for a in axes[1:]])
    text = (
        f"how many samples are computed side by side, fixed here to {size}. They are "
        f"{amount(size, 'sample')} of {inner} each, not rows of one answer: each sample gets its "
        "own."
    )
    if any(x.stateful for x in recurrent):
        text += f" A stateful layer carries one state for each of these {amount(size, 'sample')}."
    else:
        text += f" Only stateful=True needs a fixed batch; {_literal(axes)} takes any."
    yield f"batch={size}", text


def _samples(model: Any, axes: Axes, recurrent: list[Any]) -> Iterator[Line]:
    """Timesteps and features of one sample."""
    names = [a.name for a in axes]
    steps, features = size_of(axes, "timesteps"), size_of(axes, "features")
    if "timesteps" in names:
        yield f"timesteps={steps}", _about_timesteps(model, axes, steps, recurrent)
    if "features" not in names:
        return
    each = "are measured at each timestep" if "timesteps" in names else "each sample has"
    text = (
        f"how many numbers {each}, given by the data; how many come out is set by the last layer."
    )
    if features == 1 and recurrent and steps is not None and steps > 1:
        kind = type(recurrent[0]).__name__
        text += (
            f" If the {steps} numbers of a sample are columns of a table, in no order of time, "
            f"they are features: Input(({steps},)) and Dense, without {kind}."
        )
    yield f"features={features}", text


def _about_timesteps(model: Any, axes: Axes, steps: int | None, recurrent: list[Any]) -> str:
    alike = " The same weights are used at each, so no parameter depends on their number."
    alike = alike if recurrent else ""
    if steps is None:
        return (
            "how many moments one sample has, in the order of time: any number, but the samples "
            "of one batch all have the same." + alike
        )
    text = f"how many moments one sample has, in the order of time.{alike}"
    if _takes_any_length(model):
        text += (
            f" These layers take any number of them, which {_literal(axes, timesteps=None)} says; "
            "only the samples of one batch need the same."
        )
    return text


def _takes_any_length(model: Any) -> bool:
    """Whether the layers of a graph can be called on another number of timesteps."""
    graph = model._graph
    if graph is None:
        return False
    loose = [
        SymbolicTensor([None if a.name == "timesteps" else a.size for a in x.axes], x.dtype)
        for x in graph.flat_inputs
    ]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it was said when the model was made
            symbolic.evaluate(lambda *flat: graph.run(list(flat)), tuple(loose), {})
    except Exception:  # a layer of the user's may say in its own way that it does not
        return False
    return True


def _sizes_of_layers(inputs: list[Axes], layers: list[Any]) -> Iterator[Line]:
    """Units and filters, which are the user's choice."""
    units = _distinct(layers, "units")
    if units:
        yield f"units={', '.join(map(str, units))}", _about_units(inputs, units)
    filters = _distinct(layers, "filters")
    if filters:
        yield (
            f"filters={', '.join(map(str, filters))}",
            "how many numbers a convolution makes at each place of its window; they come into the "
            "next layer as its features. Your choice, like units.",
        )


def _distinct(layers: list[Any], name: str) -> list[int]:
    """The sizes of that name, each once; those of layers inside wrappers count."""
    inside = [getattr(x, "layer", x) for x in layers]
    found = [getattr(x, name, None) for x in inside]
    return list(dict.fromkeys(n for n in found if isinstance(n, int)))


def _about_units(inputs: list[Axes], units: list[int]) -> str:
    text = (
        "how many numbers a layer gives, and in a recurrent layer the size of its state; they come "
        "into the next layer as its features. Your choice: it has nothing to do with the number of "
        "features, of timesteps or of samples."
    )
    sizes = {a.name: a.size for axes in inputs for a in axes if a.size in units and a.size != 1}
    for name, size in sizes.items():
        text += f" That {name} and units are both {size} here is chance."
    return text
