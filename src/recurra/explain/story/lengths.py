"""How layers change the number of timesteps, as arithmetic. One line for each kind that does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from recurra.explain.story.calls import Call
from recurra.explain.story.kinds import find
from recurra.explain.story.terms import Term


def length_text(call: Call) -> str:
    """`20 -> 18 = 20 - 3 + 1`; nothing for layers that have nothing to do with it."""
    change = find(LENGTHS, call.layer, "call")
    if change is None:
        return ""
    before = Term("timesteps", call.size("timesteps"))
    after = change(call.layer, before)
    if after is before:
        return "as many come out as come in"
    result = "" if after.value is None else f"{after.value} = "
    return f"{before.numbers} -> {result}{after.numbers}"


def _windows(layer: Any, steps: Term) -> Term:
    """The places of a window: only inside the sequence, or reaching over its ends."""
    stride = layer.strides[0]
    if layer.padding != "valid":
        return steps if stride == 1 else (steps - 1) // stride + 1
    return steps - layer.span + 1 if stride == 1 else (steps - layer.span) // stride + 1


def _longer(layer: Any, steps: Term) -> Term:
    before, behind = layer.padding
    return steps + before + behind


def _shorter(layer: Any, steps: Term) -> Term:
    before, behind = layer.cropping
    return steps - before - behind


LENGTHS: dict[str, Callable[[Any, Term], Term]] = {
    "Windowed": _windows,
    "ZeroPadding1D": _longer,
    "Cropping1D": _shorter,
    "UpSampling1D": lambda layer, steps: steps * layer.size,
}
