"""The rule `overlapping-windows`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from recurra.engine.words import amount
from recurra.explain.advice.finding import Finding
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Array, Seen
from recurra.explain.advice.words import percent

#: Windows of fewer timesteps show nothing; of whole numbers, which repeat by chance, more.
STEPS, WHOLE_STEPS = 6, 12
#: So many timesteps in a row are compared, or half a window where that is less.
STRETCH = 8
#: So many validation windows are looked at, and so many features of each.
HELD, FEATURES = 50, 4
#: Such a share of them lies between training windows that begin before and after.
SHARE = 0.05
#: If more training windows begin or end alike, the series repeats itself and shows nothing.
ALIKE = 0.05


@rule("overlapping-windows", at="data")
def overlapping_windows(seen: Seen) -> Iterator[Finding]:
    """Validation windows overlap training windows, so validation shows what was learnt by heart.

    Windows of 20 steps that begin at each step share 19 values with the next one. If they are cut
    first and then split at random, each validation window lies between two training windows that
    hold nearly all of its values, and its target as well. The validation loss is then as good as
    the training loss, and the first new data come as a surprise.

    Split the series by time before windows are cut, and leave out as many steps between the parts
    as a window is long:

        at, lookback = int(0.8 * len(series)), 20
        train, later = series[:at], series[at + lookback :]
        x, y = windows(train, lookback)
        x_val, y_val = windows(later, lookback)

    With windows in the order of time already, hold out the last ones without shuffling:
    `train_test_split(x, y, test_size=0.2, shuffle=False)`. Scale by mean and standard deviation of
    the training part alone.

    The rule compares up to 50 validation windows with a few thousand training windows, number for
    number. It speaks where 5 % of them lie between training windows, some of which begin earlier
    and some later. Where validation comes after training in time, all begin earlier, also at the
    border, where a few windows overlap. It says nothing about series that repeat themselves number
    for number.
    """
    for x, held in zip(seen.x, seen.x_validation):
        if not x.is_measured or x.rank not in (2, 3) or x.shape[1:] != held.shape[1:]:
            continue
        early, late, same = _overlaps(x, held)
        found, steps = early | late, _windows(held.rows).shape[1]
        if same.mean() > 0.5 or min(early.mean(), late.mean()) < SHARE:
            continue
        looked = " looked at" * (len(found) < held.samples)
        yield Finding(
            f"{found.sum()} of {amount(len(found), 'validation window')}{looked} "
            f"({percent(found.mean())}) overlap training windows, of which some begin before and "
            "some after them.",
            "their values, and what comes after them, were seen in training: the validation loss "
            "does not show how new data will fare.",
            (
                f"train, later = series[:at], series[at + {steps} :]  # split by time, leave a "
                "gap, then cut windows from each part",
                "train_test_split(x, y, test_size=0.2, shuffle=False)  # windows in order of time",
            ),
        )
        return


def _overlaps(x: Array, held: Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Whether training windows begin before, after or with each validation window, and overlap it.

    One that begins later has its first numbers somewhere in the validation window, one that begins
    earlier its last numbers.
    """
    windows = _windows(held.rows)
    windows = windows[:: -(-len(windows) // HELD)]
    steps = windows.shape[1]
    length = min(STRETCH, steps // 2)
    whole = bool((windows == np.round(windows)).all())
    if steps < (WHOLE_STEPS if whole else STEPS):
        return (np.zeros(1, bool),) * 3
    first = _hits(x, slice(0, length), windows)
    last = _hits(x, slice(steps - length, steps), windows)
    early, late = np.any(last[:, :-1], axis=1), np.any(first[:, 1:], axis=1)
    return np.asarray(early), np.asarray(late), first[:, 0]


def _hits(x: Array, part: slice, windows: np.ndarray) -> np.ndarray:
    """Where each window holds this part of some training window, (windows, stretches)."""
    length = part.stop - part.start
    trained = _windows(x.of_each())[:, part] if x.timesteps == 1 else _windows(x.of_each(part))
    codes, amounts = np.unique(_codes(trained, length), return_counts=True)
    once, searched = codes[amounts == 1], _codes(windows, length)
    if len(once) < (1 - ALIKE) * len(trained):
        return np.zeros(searched.shape, bool)
    at = np.minimum(np.searchsorted(once, searched), len(once) - 1)
    return np.asarray(once[at] == searched)


def _windows(rows: np.ndarray) -> np.ndarray:
    """(samples, timesteps, some features), whichever axis the timesteps are on."""
    if rows.ndim == 2:
        return rows[..., None]
    rows = rows.transpose(0, 2, 1) if rows.shape[1] == 1 else rows
    return rows[..., :: -(-rows.shape[2] // FEATURES)]


def _codes(rows: np.ndarray, length: int) -> np.ndarray:
    """A number for each stretch, the same for the same values, (samples, stretches)."""
    weights = np.random.default_rng(0).uniform(1, 2, (length, rows.shape[2]))
    count = rows.shape[1] - length + 1
    total = np.zeros((len(rows), count))
    for k, w in enumerate(weights):
        total += np.add.reduce(rows[:, k : k + count].astype(np.float64, order="C") * w, axis=2)
    return total
