"""The rule `padding-without-mask`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from recurra.engine.words import amount
from recurra.explain.advice.finding import Finding
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Array, Seen

#: At least so large a share of the samples is padded, to so many different lengths.
SHARE, LENGTHS = 0.1, 3


@rule("padding-without-mask", at="data")
def padding_without_mask(seen: Seen) -> Iterator[Finding]:
    """Sequences are padded with zeros, and the layers read the zeros as data.

    Sequences of different lengths fit into one array once the shorter ones are filled up with
    zeros. A recurrent layer does not know that these are no measurements. It goes on through them
    and hands over the state after the last zero, in which little of the sequence may be left.

    A mask tells it which timesteps are real. It travels with the data through recurrent layers,
    Dense, Dropout and TimeDistributed. For measurements, a timestep of zeros alone is padding:

        model = Sequential([Input((None, 2)), Masking(), LSTM(8), Dense(1)])

    For tokens, number real ones from 1 and let the Embedding mask the zeros:

        model = Sequential([Input((None,)), Embedding(1000, 16, mask_zero=True), LSTM(8), Dense(1)])

    Where a real timestep can be all 0, pad with a number that is never measured and say so:
    `pad_sequences(x, value=-1.0)` and `Masking(mask_value=-1.0)`.

    The rule looks for samples that end (or, for measurements, begin) with zeros of at least three
    different lengths, where no other timestep is all 0. Zeros at both ends or in between are taken
    for data.
    """
    if seen.masks or seen.weighted or any(_masks(layer) for layer in seen.layers):
        return
    for x in seen.x:
        layer = seen.reader(x)
        if layer is None or type(layer).__name__ == "Conv1D":
            continue
        embedding = seen.first_layer(x) if x.rank == 2 else None
        if embedding is not None and type(embedding).__name__ != "Embedding":
            continue
        if x.rank == 3 or embedding is not None:
            found = _padded(x, may_begin=x.rank == 3)
            if found is not None:
                yield _said(x, *found, layer, embedding)
                return


def _said(
    x: Array, lengths: np.ndarray, ends: bool, layer: object, embedding: object | None
) -> Finding:
    padded = lengths[lengths > 0]
    looked = " looked at" * (len(lengths) < x.samples)
    zeros = "token 0" if embedding is not None else "timesteps that are all 0"
    kind = type(layer).__name__
    size = getattr(embedding, "input_dim", 0), getattr(embedding, "output_dim", 0)
    fixes = (
        (f"Embedding({size[0]}, {size[1]}, mask_zero=True)",)
        if embedding is not None
        else (
            f"Sequential([Input({(None, x.features)}), Masking(), "
            f"{kind}({getattr(layer, 'units', '...')}), ...])",
        )
    )
    return Finding(
        f"{len(padded):,} of {amount(len(lengths), 'sample')}{looked} of `{x.name}` "
        f"{'end' if ends else 'begin'} with {zeros}, {padded.min()} to {padded.max()} times, and "
        "nothing masks this padding.",
        f"{kind} reads it as data"
        + (", and the last real timestep lies far back when it is done." if ends else "."),
        fixes,
    )


def _padded(x: Array, may_begin: bool) -> tuple[np.ndarray, bool] | None:
    """How many zeros each sample ends with, and whether it is the end; None for no padding."""
    if x.rows.all():  # no zeros, as mostly
        return None
    rows = x.rows.reshape(*x.rows.shape[:2], -1)
    real = (rows != 0).any(-1)
    real, rows = real[real.any(1)], rows[real.any(1)]
    if not len(real) or np.ptp(rows[real], axis=0).max() == 0:
        return None
    first, last = real.argmax(1), real[:, ::-1].argmax(1)
    if (~real).sum() != first.sum() + last.sum():  # zeros in between
        return None
    for lengths, others, ends in ((last, first, True), (first, last, False)):
        is_often = (lengths > 0).mean() >= SHARE and len(np.unique(lengths[lengths > 0])) >= LENGTHS
        if is_often and not others.any() and (ends or may_begin):
            return lengths, ends
    return None


def _masks(layer: object) -> bool:
    """Whether a layer of the user's own makes a mask."""
    return not getattr(type(layer), "compute_mask", _masks).__module__.startswith("recurra.")
