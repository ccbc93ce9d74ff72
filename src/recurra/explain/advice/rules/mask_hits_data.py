"""The rule `mask-hits-data`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from recurra.engine.words import amount
from recurra.explain.advice.finding import Finding
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Array, Seen
from recurra.explain.advice.words import number, percent

#: At least so many of the timesteps between a sample's first and last real ones are masked.
SHARE = 0.01


@rule("mask-hits-data", at="data")
def mask_hits_data(seen: Seen) -> Iterator[Finding]:
    """The value that marks padding is also measured, so real timesteps are skipped.

    `Masking()` takes every timestep in which all features are 0 for padding, wherever it stands.
    Hours without rain, days without sales and the smallest value of data scaled to 0..1 are 0 too:
    the layers behind the mask never see them. With `Embedding(mask_zero=True)` it is token 0, which
    must then be no word.

    Pad with a number that is never measured, and mask that one:

        x = pad_sequences(series, padding="post", dtype="float32", value=-1.0)
        model = Sequential([Input((None, 1)), Masking(mask_value=-1.0), LSTM(8), Dense(1)])

    Tokens are numbered from 1: `tokens + 1` before padding, and one more in `Embedding(1001, 16,
    mask_zero=True)`.

    The rule looks at timesteps between the first and the last real one of each sample. It speaks
    where 1 % of them are masked, and the value belongs to the data: 0 among counts or numbers that
    are never below 0, or a whole number among whole numbers on both sides. A value apart from the
    data is taken for a mark that says "not measured", as is 0 in data on both sides of it.
    """
    for x in seen.x:
        layer = seen.first_layer(x)
        tokens = type(layer).__name__ == "Embedding" and getattr(layer, "mask_zero", False)
        value = 0.0 if tokens else getattr(layer, "mask_value", None)
        if not isinstance(value, (int, float)) or x.rank != (2 if tokens else 3):
            continue
        rows = x.rows.reshape(*x.rows.shape[:2], -1)
        hit = (rows == value).all(-1)
        between = _between(~hit)
        hits, steps = int((hit & between).sum()), int(between.sum())
        if not hits or hits < SHARE * steps or not (tokens or _belongs(value, rows[~hit])):
            continue
        yield _said(x, layer, value, hits, steps, bool(tokens))
        return


def _said(x: Array, layer: object, value: float, hits: int, steps: int, tokens: bool) -> Finding:
    free = number(np.floor(min(float(x.least.min()), 0.0)) - 1)
    what = f"{amount(steps, 'token' if tokens else 'timestep')} of `{x.name}`"
    fix = (
        "number tokens from 1, pad with 0, and make the Embedding one larger"
        if tokens
        else f'pad_sequences(..., value={free}, dtype="float32") and Masking(mask_value={free})'
    )
    return Finding(
        f"{hits:,} of {what} ({percent(hits / steps)}) are {number(value)} and stand between "
        f"others; {getattr(layer, 'label', 'the mask')} takes them for padding.",
        "masked timesteps are skipped: the layers behind never see them.",
        (fix,),
    )


def _between(real: np.ndarray) -> np.ndarray:
    """True from the first real timestep of each sample to its last."""
    begun = np.logical_or.accumulate(real, axis=1)
    return begun & np.logical_or.accumulate(real[:, ::-1], axis=1)[:, ::-1]


def _belongs(value: float, others: np.ndarray) -> bool:
    """Whether the value is one that the data may well take."""
    least, most = others.min(), others.max()
    if value == 0 and least >= 0:
        return True
    return bool(least < value < most and (others == np.round(others)).all())
