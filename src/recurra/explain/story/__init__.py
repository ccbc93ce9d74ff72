"""`model.explain()`: the network told to a person, with its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from recurra.engine.known import carried_batch, input_to_type
from recurra.engine.words import amount
from recurra.explain.story.calls import Axes, Call, calls_of, inputs_of, outputs_of
from recurra.explain.story.counts import NO_PARAMETERS, count_of
from recurra.explain.story.data import (
    USUAL_BATCH,
    data_lines,
    epoch_line,
    first_samples,
    number_of,
    way_lines,
)
from recurra.explain.story.explanation import Explanation, Section
from recurra.explain.story.kinds import find, last_size
from recurra.explain.story.lengths import length_text
from recurra.explain.story.notes import notes
from recurra.explain.story.sentences import SENTENCES, sentence


def explain(model: Any, x: Any = None, y: Any = None, batch_size: int | None = None) -> Explanation:
    """Tell a model.

    Args:
        model: any model, built or not.
        x: samples, in the structure the model is called with, checked against it.
        y: their targets.
        batch_size: how many samples a step of `fit` takes.

    Returns:
        The `Explanation`.
    """
    calls = calls_of(model)
    inputs, outputs = inputs_of(model), outputs_of(model, calls)
    sections = [
        Section(_title(model, calls), list(_ends(model, inputs, outputs, calls))),
        *_layers(calls),
        *_total(model, calls),
        Section("What the numbers mean", notes(model, inputs, calls)),
        *_epoch(model, x, batch_size),
    ]
    if x is not None:
        sections.append(Section("Your data", list(data_lines(x, y, inputs, outputs))))
        few = first_samples(model, x)
        heading = f"A sample on its way, with the values of {amount(number_of(few), 'sample')}"
        sections.append(Section(heading, list(way_lines(model, few, calls))))
    return Explanation(sections)


def _title(model: Any, calls: list[list[Call]]) -> str:
    layers = [each for each in calls if hasattr(each[0].layer, "label")]
    count = f", {model.count_params():,} parameters" if _is_built(model) else ""
    return f"{model.label}: {amount(len(layers), 'layer')}{count}"


def _is_built(model: Any) -> bool:
    return model.built and all(x.built for x in model._flatten_layers())


def _ends(
    model: Any, inputs: list[Axes], outputs: list[Axes], calls: list[list[Call]]
) -> Iterator[tuple[str, str]]:
    """What goes in and what comes out, each by its name where there are several."""
    graph = model._graph
    for k, axes in enumerate(inputs):
        which = f" {graph.flat_inputs[k].name}" if len(inputs) > 1 else ""
        yield f"input{which}", str(axes)
    if not inputs:
        typed = input_to_type([each[0].layer for each in calls])
        yield "input", f"not known yet: begin with {typed}, or call the model on data"
    for k, axes in enumerate(outputs):
        which = f" {graph.flat_outputs[k].node.operation.name}" if len(outputs) > 1 else ""
        yield f"output{which}", f"{axes}{_meaning(axes)}"


def _meaning(axes: Axes) -> str:
    """What an output is for one sample."""
    size, rank = last_size(axes), len(axes)
    if size is None or rank not in (2, 3) or axes[1].name == "...":
        return ""
    each = "each sample" if rank == 2 else f"each {axes[1].name.removesuffix('s')} of each sample"
    return f": {amount(size, 'number')} for {each}"


def _joined(shapes: list[Axes]) -> str:
    return " and ".join(map(str, shapes)) or "not known yet"


def _layers(
    calls: list[list[Call]], prefix: str = "", within: tuple[Any, ...] = ()
) -> Iterator[Section]:
    """A section for each layer, and below it those of the layers inside a model."""
    for number, each in enumerate(calls, 1):
        layer = each[0].layer
        label = getattr(layer, "label", None) or f"{layer.kind} {layer.name!r}"
        lines: list[tuple[str, str]] = []
        for k, call in enumerate(each, 1):
            which = f" (call {k})" if len(each) > 1 else ""
            lines += [(f"in{which}", _joined(call.inputs)), (f"out{which}", _joined(call.outputs))]
        lines.append(("does", sentence(each[0])))
        length = length_text(each[0])
        lines += [("timesteps", length)] if length else []
        lines += _parameters(each[0])
        yield Section(f"{prefix}{number}. {label}", lines)
        is_told = find(SENTENCES, layer, "call") is not None or layer in within
        if hasattr(layer, "_sublayers") and not is_told:
            yield from _layers(calls_of(layer), f"{prefix}{number}.", (*within, layer))


def _parameters(call: Call) -> list[tuple[str, str]]:
    """The count as arithmetic, in numbers and in words, and which of it training leaves alone."""
    layer = call.layer
    if not hasattr(layer, "count_params"):
        return [("parameters", str(NO_PARAMETERS))]
    count = count_of(layer, last_size(call.inputs[0] if call.inputs else ()))
    if count is None:
        return [("parameters", "known when the input is known")]
    lines = [("parameters", str(count))]
    if count.words != count.numbers:
        lines.append(("", count.words))
    fixed = sum(w.size for w in layer.non_trainable_weights)
    if fixed:
        which = "all" if fixed == count.value else str(fixed)
        lines.append(("", f"{which} of them non-trainable: the loss does not change them"))
    return lines


def _total(model: Any, calls: list[list[Call]]) -> Iterator[Section]:
    if len(calls) < 2 or not _is_built(model):
        return
    count = count_of(model)
    if count is not None and count.value:
        yield Section("All parameters", [("", str(count))])


def _epoch(model: Any, x: Any, batch_size: int | None) -> Iterator[Section]:
    """How many steps an epoch has, where the samples or the last fit are known."""
    history = getattr(model, "history", None)
    done = getattr(history, "params", None) or {}
    batch = batch_size or done.get("batch_size") or carried_batch(model)
    if x is not None:
        line = epoch_line(number_of(x), batch or USUAL_BATCH)
        line += "" if batch else f" (fit takes batch_size={USUAL_BATCH} if it is told no other)"
        yield Section("Steps of an epoch", [("", line)])
    elif done.get("samples"):
        line = epoch_line(done["samples"], done["batch_size"], done["steps"])
        yield Section("Steps of an epoch", [("", f"in the last fit: {line}")])
    elif done.get("steps"):
        line = f"{amount(done['steps'], 'step')}, one for each batch that the source of data gave"
        yield Section("Steps of an epoch", [("", f"in the last fit: {line}")])
