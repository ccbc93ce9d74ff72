"""Whether columns stand in an order: by how much neighbours differ, beside any two."""

from __future__ import annotations

import numpy as np

#: Neighbours differ as any two do: 1 where there is no order, near 0 in a series.
DISORDER = 0.65
#: Days may be like those of the week before and not like the day before; months, hours likewise.
LAGS = (2, 7, 12, 24)
#: But only where so many columns show it.
COLUMNS = 12
#: Of more columns, or more rows, not all are compared with each other.
MOST_COLUMNS, MOST_ROWS = 48, 400


def is_ordered(r: np.ndarray) -> bool:
    """Whether correlations change little from one column to the next, or a season after.

    Args:
        r: the correlation of each two columns.
    """
    first, second = np.triu_indices(len(r), 3)
    changes = [r[first, second] - r[first + 1, second], pairs(r[:-1, :-1] - r[1:, 1:])]
    for lag in LAGS:
        if len(r) >= max(2 * lag, COLUMNS):
            changes.append(pairs(r[:-lag, :-lag] - r[lag:, lag:]))
    return min(disorder(change, pairs(r)) for change in changes) < DISORDER


def correlated(rows: np.ndarray) -> np.ndarray:
    """The correlation of each two columns, with outliers drawn in.

    Args:
        rows: (samples, columns), none of them constant.
    """
    rows = rows[:: -(-len(rows) // MOST_ROWS), :MOST_COLUMNS]
    rows = rows - np.median(rows, axis=0)
    most = 3 * abs(rows).mean(0)
    rows = np.clip(rows, -most, most)
    rows -= rows.mean(0)
    rows /= np.sqrt((rows**2).sum(0)) + 1e-30
    return np.einsum("ij,ik->jk", rows, rows)  # few numbers: a product in threads takes longer


def pairs(r: np.ndarray) -> np.ndarray:
    """What stands above the diagonal."""
    return r[np.triu_indices(len(r), 1)]


def disorder(differences: np.ndarray, values: np.ndarray) -> float:
    """Squared differences of neighbours, as a share of those of any two values.

    Args:
        differences: of neighbours.
        values: all of them.
    """
    return float((differences**2).mean() / (2 * values.var() + 1e-30))
