"""Which timesteps of each sample are real, and which are padding."""

from __future__ import annotations

import itertools
import os
from typing import Any

import numpy as np

from recurra.engine.errors import ArgumentError
from recurra.explain.drawing.parts import SMALL, Rect, text_width
from recurra.explain.drawing.picture import Picture, finish
from recurra.explain.drawing.scene import Scene

#: The width of the timesteps in the picture, and the most that one takes of it.
WIDTH, WIDEST = 640.0, 40.0
HEIGHT, STEP = 22.0, 28.0
#: So many samples are drawn.
MOST = 12


def mask(
    x_or_mask: Any, mask_value: float = 0.0, path: str | os.PathLike[str] | None = None
) -> Picture:
    """Draw which timesteps of each sample are real and which are padding.

    Args:
        x_or_mask: a mask (batch, timesteps) of booleans, True where a step is real; or data
            (batch, timesteps, features), in which a step is padding if all its features have the
            value `mask_value`; or ids (batch, timesteps), in which that value is padding.
        mask_value: the value of padding, as `Masking(mask_value)` has it.
        path: of an SVG or PNG file to write.

    Returns:
        The picture; a notebook shows it.

    Raises:
        ArgumentError: for an array of another rank.

    Example:
        >>> import numpy as np
        >>> mask(np.array([[True, True, False]])).scene.name
        'which timesteps of 1 sample are real'
    """
    real = _real(x_or_mask, mask_value)
    samples, steps = real.shape
    many = f"{samples} sample{'s' * (samples != 1)}"
    scene = Scene(f"which timesteps of {many} are real")
    pitch = min(WIDEST, WIDTH / max(steps, 1))
    for k, row in enumerate(real[:MOST]):
        y = k * STEP
        scene.text(-12, y + HEIGHT / 2, f"sample {k}", "ink", SMALL, anchor="end")
        _runs(scene, row, pitch, y)
        words = f"{row.sum()} of {steps} real"
        scene.text(steps * pitch + 12, y + HEIGHT / 2, words, "muted", SMALL, anchor="start")
    if samples > MOST:
        y = MOST * STEP + HEIGHT / 2
        scene.text(steps * pitch / 2, y, f"⋮ {samples - MOST} more", "muted", SMALL)
    share = real.mean() if real.size else 0.0
    scene.title(
        f"Mask of {many}, {steps} timesteps",
        f"{real.sum():,} of {real.size:,} timesteps are real ({share:.0%}); layers that know masks "
        "skip the others.",
    )
    empty = int((~real.any(axis=1)).sum())
    if empty:
        scene.caption(f"{empty} sample{'s have' if empty != 1 else ' has'} no real timestep.")
    return finish(scene, path)


def _real(x_or_mask: Any, mask_value: float) -> np.ndarray:
    """True where a timestep is real, (batch, timesteps)."""
    array = np.asarray(x_or_mask)
    is_mask = array.dtype == bool and array.ndim == 2
    if array.dtype.kind not in "biuf" or array.ndim not in (2, 3):
        raise ArgumentError(
            "mask: a mask (batch, timesteps) or data (batch, timesteps, features) is needed, not "
            f"an array of shape {array.shape} and type {array.dtype}.",
            fixes=["mask(X)", "mask((X != 0).any(axis=-1))"],
        )
    if is_mask:
        return array
    differs = ~np.isnan(array) if np.isnan(mask_value) else array != mask_value
    return differs.any(axis=-1) if array.ndim == 3 else differs


def _runs(scene: Scene, row: np.ndarray, pitch: float, y: float) -> None:
    """Neighbours of one kind as one box, with their number where there is room."""
    start = 0
    for real, run in itertools.groupby(row.tolist()):
        size = len(list(run))
        words = f"{size} {'real' if real else 'padding'}"
        room = text_width(words, SMALL, True) < size * pitch - 6
        rect = Rect(start * pitch, y, size * pitch, HEIGHT)
        role = "input" if real else "faint"
        scene.box(rect, [words] if room else [], role, dashed=not real, size=SMALL)
        start += size
