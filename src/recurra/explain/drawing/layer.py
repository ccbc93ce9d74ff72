"""`layer.draw()` and `model.draw()`: the picture that fits a layer's kind."""

from __future__ import annotations

from typing import Any

from recurra.engine.arguments import is_count
from recurra.engine.errors import ArgumentError
from recurra.explain.drawing import convolution, facts, network, told, unrolled
from recurra.explain.drawing.parts import NORMAL, SMALL, Rect, text_width
from recurra.explain.drawing.picture import Picture, finish
from recurra.explain.drawing.scene import Scene


def draw(layer: Any, path: Any = None, timesteps: int | None = None) -> Picture:
    """The picture of a layer or model, saved if there is a path.

    Args:
        layer: of any kind, built or not; or a model.
        path: of an SVG or PNG file.
        timesteps: how many a sample has; by default as many as the layer was built for.

    Raises:
        ArgumentError: where `timesteps` is no number of timesteps.
    """
    if timesteps is not None and not is_count(timesteps):
        raise ArgumentError(
            f"draw: `timesteps`={timesteps!r} has to be a whole number of at least 1.",
            fixes=["draw(timesteps=20)"],
        )
    if hasattr(layer, "fit"):
        if timesteps is not None:
            raise ArgumentError(
                f"draw: `timesteps` is for a layer, and {layer.label} is a model.",
                fixes=["draw()", f"layers[0].draw(timesteps={timesteps})"],
            )
        return network.draw(layer, path)
    if unrolled.fits(layer):
        scene = unrolled.unroll(layer, timesteps)
    elif convolution.fits(layer):
        scene = convolution.draw(layer, timesteps)
    else:
        scene = single(layer)
    return finish(scene, path)


def single(layer: Any) -> Scene:
    """A box with what comes in and what goes out."""
    scene = Scene(f"what goes in and out of {layer.name}")
    coming = [facts.axes(shape) for shape in facts.inputs_of(layer)] or ["your data"]
    going = [facts.axes(shape) for shape in facts.outputs_of(layer)] or ["known once it is called"]
    lines = [facts.written(layer), facts.parameters(layer)]
    width = max(text_width(lines[0], NORMAL, True), text_width(lines[1], SMALL)) + 36
    height = max(56.0, 26.0 * max(len(coming), len(going)) + 12)
    scene.box(Rect(0, -height / 2, width, height), lines)
    for k, text in enumerate(coming):
        y = 26.0 * (k - (len(coming) - 1) / 2)
        scene.arrow((-70, y), (0, y), role="input")
        scene.text(-78, y, text, "input", anchor="end")
    for k, text in enumerate(going):
        y = 26.0 * (k - (len(going) - 1) / 2)
        scene.arrow((width, y), (width + 70, y), role="output")
        scene.text(width + 78, y, text, "output", anchor="start")
    scene.title(str(layer.name), facts.purpose(layer) or facts.written(layer))
    if getattr(layer, "weights", None):
        scene.caption(told.weights(layer) + ".")
    return scene
