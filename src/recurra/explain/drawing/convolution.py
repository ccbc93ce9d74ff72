"""A window over timesteps, as in convolution and pooling: which steps each output sees."""

from __future__ import annotations

from typing import Any, NamedTuple

from recurra.engine.errors import ArgumentError
from recurra.explain.drawing import facts, told
from recurra.explain.drawing.parts import NORMAL, Rect, subscript, text_width
from recurra.explain.drawing.scene import Scene

#: So many timesteps are drawn, and more only if the first two windows need them.
SHOWN = 10
#: Of larger windows only the first and the last line are drawn.
FAN = 12
#: Outputs of wider boxes are as wide as one timestep, of narrower ones as the stride.
WIDE = 40.0
HEIGHT, RISE = 38.0, 90.0


class Windows(NamedTuple):
    """The geometry of a layer's windows over a sequence.

    Attributes:
        size: the number of timesteps that a window sees.
        stride, dilation: how far it moves, and the distance of what it sees.
        before: how many steps of padding come before the sequence.
        steps: the number of timesteps, None where it is not known.
        outputs: the number of outputs, None likewise.
    """

    size: int
    stride: int
    dilation: int
    before: int
    steps: int | None
    outputs: int | None

    def seen(self, output: int) -> list[int]:
        """The timesteps, from 0, that an output sees; negative ones are padding."""
        start = output * self.stride - self.before
        return [start + k * self.dilation for k in range(self.size)]


def fits(layer: Any) -> bool:
    """Whether a layer computes one output from each window of timesteps."""
    return hasattr(layer, "span") and hasattr(layer, "strides") and hasattr(layer, "time_axis")


def windows_of(layer: Any, timesteps: int | None) -> Windows:
    """Where a layer's windows are, as XLA and Keras place them."""
    size = next(iter(getattr(layer, "kernel_size", None) or layer.pool_size))
    stride = layer.strides[0]
    dilation = next(iter(getattr(layer, "dilation_rate", (1,))))
    sizes = {a.name: a.size for shape in facts.inputs_of(layer)[:1] for a in shape}
    known = timesteps or sizes.get("timesteps")
    steps = int(known) if isinstance(known, int) else None
    span = layer.span
    before = {"causal": span - 1, "same": (span - 1) // 2}.get(layer.padding, 0)
    if steps is None:
        return Windows(size, stride, dilation, before, None, None)
    if layer.padding == "valid" and steps < span:
        raise ArgumentError(
            f"{layer.label} covers {span} timesteps at once, and {steps} are too few for one "
            "window.",
            fixes=[f"draw(timesteps={span})  # at least"],
        )
    outputs = (steps - span) // stride + 1
    if layer.padding != "valid":
        outputs = -(-steps // stride)
    if layer.padding == "same":
        before = max((outputs - 1) * stride + span - steps, 0) // 2
    return Windows(size, stride, dilation, before, steps, outputs)


def draw(layer: Any, timesteps: int | None) -> Scene:
    """The scene of a layer with windows."""
    w = windows_of(layer, timesteps)
    end = max(SHOWN, w.seen(1)[-1] + 2)
    end = end if w.steps is None else min(end, w.steps)
    count = w.outputs if w.outputs is not None else end
    outputs = [k for k in range(count) if w.seen(k)[-1] < end or (end == w.steps)]
    first, last = min(w.seen(0)[0], 0), max([end - 1, *(w.seen(k)[-1] for k in outputs)])
    pitch = min(64.0, max(4.0, 960 / (last - first + 1)))
    scene = Scene(f"which timesteps each output of {layer.name} sees")
    for k in reversed(outputs):  # the first ones lie above the others
        _lines(scene, w, k, pitch)
    for step in range(first, last + 1):
        real = step >= 0 and (w.steps is None or step < w.steps)
        name, role = (f"x{subscript(step + 1)}", "input") if real else ("0", "faint")
        named = _cell(scene, step * pitch, 0, pitch * 0.84, name, role)
        if not named and step in (0, w.seen(0)[-1]):
            scene.text(step * pitch, HEIGHT + 14, name, role, anchor="start")
    for k in outputs:
        width = pitch * 0.84 * (1 if pitch > WIDE else w.stride)
        x = (w.seen(k)[0] + w.seen(k)[-1]) / 2 * pitch + (pitch * 0.84 - width) / 2
        name = f"y{subscript(k + 1)}"
        named = _cell(scene, x, -RISE - HEIGHT, width, name, _role(k))
        if not named and k == 0:
            scene.text(x, -RISE - HEIGHT - 12, name, _role(k), anchor="start")
    if w.steps is None or end < w.steps:
        edge = (last + 1) * pitch + 8
        scene.text(edge, HEIGHT / 2, "…", "muted", 18.0, anchor="start")
        scene.text(edge, -RISE - HEIGHT / 2, "…", "muted", 18.0, anchor="start")
    steps = f"{w.steps} timesteps" if w.steps else "the timesteps"
    scene.title(f"{facts.written(layer)} over {steps}", *told.shapes(layer, w.steps, w.outputs))
    scene.caption(*_sentences(layer, w))
    return scene


def _role(output: int) -> str:
    """Colours of the first and the second window; further ones have one in common."""
    return {0: "output", 1: "state"}.get(output, "plain")


def _lines(scene: Scene, w: Windows, output: int, pitch: float) -> None:
    half = pitch * 0.42
    seen = w.seen(output)
    top = ((seen[0] + seen[-1]) / 2 * pitch + half, -RISE)
    role = _role(output)
    for step in seen if w.size <= FAN else (seen[0], seen[-1]):
        scene.line((step * pitch + half, 0), top, role="faint" if role == "plain" else role)


def _cell(scene: Scene, x: float, y: float, width: float, name: str, role: str) -> bool:
    """A box of one timestep; returns whether its name fits in."""
    room = text_width(name, NORMAL, True) < width - 4
    scene.box(Rect(x, y, width, HEIGHT), [name] if room else [], role, dashed=role == "faint")
    return room


def _sentences(layer: Any, w: Windows) -> list[str]:
    sees = ", ".join("padding" if s < 0 else f"x{subscript(s + 1)}" for s in w.seen(0)[:6])
    more = ", …" if w.size > 6 else ""
    moved = "1 step" if w.stride == 1 else f"{w.stride} steps"
    size = next(iter(facts.outputs_of(layer)), ())
    one = facts.axes([a for a in size if a.name not in ("batch", "timesteps")])
    lines = [
        f"y{subscript(1)} sees {sees}{more}; each further output sees the window {moved} later. "
        f"Each y has {one}.",
        *_count(layer, w),
    ]
    if w.dilation > 1:
        lines.append(f"dilation_rate={w.dilation}: the steps in a window are {w.dilation} apart.")
    lines.append(told.same_weights(layer) if layer.weights else facts.purpose(layer))
    return [line for line in lines if line]


def _count(layer: Any, w: Windows) -> list[str]:
    """What the padding does, and how many outputs there are, as arithmetic."""
    span = layer.span
    what = {
        "valid": f'padding="valid": a window stays inside the sequence, so {span} timesteps are '
        "the least.",
        "same": 'padding="same": zeros at both ends let a window reach over them.',
        "causal": 'padding="causal": zeros before the start, so no output sees a later timestep.',
    }[layer.padding]
    if w.steps is None:
        return [what]
    if layer.padding == "valid":
        return [what, f"({w.steps} - {span}) // {w.stride} + 1 = {w.outputs} outputs."]
    return [what, f"{w.steps} / {w.stride}, rounded up, = {w.outputs} outputs."]
