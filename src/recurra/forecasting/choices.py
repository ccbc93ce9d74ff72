"""What a table itself tells about how it is forecast: season, look-back, what is held out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recurra.engine.errors import DataError
from recurra.engine.words import amount
from recurra.forecasting.baselines import find_season
from recurra.forecasting.linear import returns_to_mean
from recurra.forecasting.preparation import Arrays
from recurra.forecasting.samples import Samples
from recurra.forecasting.tables.frames import listed
from recurra.forecasting.tables.table import Table

#: Windows to learn from, and to hold out, at least.
FEWEST = 3
#: So many are held out of a short history, if that leaves half of them to learn from.
HELD_OUT = 8
#: How far a window looks back where nothing is said: so many seasons and a row, or so many rows.
SEASONS_BACK, ROWS_BACK = 3, 24
#: Of long seasons a window sees one and a row, at least `LONG` rows and at most `MOST_BACK`.
LONG, MOST_BACK = 200, 1_000
#: So many series are asked for their nature, the first ones.
ASKED = 8


def find_table_season(table: Table) -> int:
    """Rows a season of the first target has, in the longest series."""
    longest = table.history(int(table.lengths.argmax()))
    return find_season(table.columns[table.roles.targets[0]][longest], table.step.seasons)


def usual_lookback(table: Table, season: int, horizon: int) -> int:
    """Three seasons and a row, or 24 rows; less of long seasons and for short series."""
    wanted = SEASONS_BACK * season + 1 if season > 1 else ROWS_BACK
    wanted = min(wanted, max(season + 1, LONG), MOST_BACK)
    return max(2, min(wanted, (int(table.lengths.max()) - horizon) // 3))


def rows_for_training(table: Table, lookback: int, horizon: int, share: float) -> np.ndarray:
    """How many rows of each series come before the part that is held out, (series,).

    None of a series without a window, from which nothing is learnt, not its scale either.
    """
    length = table.lengths
    windows = np.maximum(length - lookback - horizon + 1, 0)
    wanted = np.maximum(np.round(windows * share), max(horizon, HELD_OUT))
    held_out = np.minimum(wanted, windows // 2)
    return np.where(windows > 0, length - horizon + 1 - held_out.astype(int), 0)


@dataclass(frozen=True)
class Parts:
    """The windows of a table, told by their origins, in order of the series and of time.

    Args:
        learnt: those to learn from.
        held_out: those whose forecasts no learnt window reaches.
    """

    learnt: np.ndarray
    held_out: np.ndarray


def parts(table: Table, samples: Samples, until: np.ndarray) -> Parts:
    """Part the windows at the row of each series where the held-out part begins.

    Raises:
        DataError: where there are too few.
    """
    learnt, held_out = [], []
    for k in range(len(table.ids)):
        rows = table.history(k)
        origins = samples.origins(rows.start, rows.stop)
        border = rows.start + int(until[k])
        learnt.append(origins[origins + samples.horizon <= border])
        held_out.append(origins[origins >= border])
    found = Parts(np.concatenate(learnt), np.concatenate(held_out))
    counts = len(found.learnt), len(found.held_out)
    if min(counts) < FEWEST:
        _refuse(table, samples, *counts)
    return found


def not_learnt_from(table: Table, samples: Samples) -> list[str]:
    """A sentence about series that are too short for a window, if there are such."""
    window = samples.lookback + samples.horizon
    short = [repr(table.ids[k]) for k in np.flatnonzero(table.lengths < window)]
    if not short:
        return []
    are = "are" if len(short) > 1 else "is"
    return [
        f"Nothing is learnt from series {listed(short, 5)}, which {are} shorter than the "
        f"{window} rows of a window ({samples.lookback} to look at, {samples.horizon} to forecast)."
    ]


def _refuse(table: Table, samples: Samples, learnt: int, held_out: int) -> None:
    back, ahead, longest = samples.lookback, samples.horizon, int(table.lengths.max())
    rows = "the longest series has" if len(table.ids) > 1 else "the history has"
    enough = longest >= back + 3 * ahead + FEWEST
    gaps = " Rows with missing values break windows." if enough else ""
    is_ = "is" if learnt == 1 else "are"
    raise DataError(
        f"Forecaster: there {is_} {amount(learnt, 'window')} to learn from and {held_out} to hold "
        f"out, and {FEWEST} of each are needed. A window takes {amount(back, 'row')} to look at "
        f"and {ahead} to forecast, and {rows} {longest}.{gaps}",
        fixes=_shorter(back, ahead, longest),
    )


def _shorter(back: int, ahead: int, longest: int) -> list[str]:
    """A look-back and a horizon that leave windows enough of a history without holes."""
    most = longest - 3 * ahead - FEWEST
    fixes = [f"lookback={min(back // 2, most)}"] if min(back // 2, most) > 0 else []
    near = min(ahead // 2, (longest - 2 * FEWEST) // 4)
    helps = near > 0 and back + 3 * near + FEWEST <= longest
    fixes += [f"horizon={near}"] if helps else []
    return fixes or [f"a history of at least {back + 3 * ahead + FEWEST} rows"]


def keeps_level(table: Table, arrays: Arrays, until: np.ndarray, season: int) -> bool:
    """Whether the series return to a mean, judged by the rows for training."""
    series = []
    for k in range(min(len(table.ids), ASKED)):
        start = int(table.offsets[k])
        values = arrays.targets[start : start + int(until[k]), 0].astype(np.float64)
        series.append(values[np.isfinite(values)])
    return returns_to_mean(series, min(season, 12) if season > 1 else 2)
