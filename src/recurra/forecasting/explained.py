"""How much of what came after a history its forecasts explain."""

from __future__ import annotations

import numpy as np

from recurra.engine.errors import DataError
from recurra.forecasting.learned import Learned, ends
from recurra.forecasting.learning import middle
from recurra.forecasting.tables.table import Table


def explained(learned: Learned, history: Table, table: Table) -> float:
    r"""\(R^2\) of the forecasts made before each row that follows a history, all steps together.

    Args:
        learned: what forecasts.
        history: the rows before.
        table: the same rows and those that follow.

    Raises:
        DataError: where there are no known targets to compare with.
    """
    from sklearn.metrics import r2_score  # takes as long to import as a short fit

    steps = learned.plan.horizon
    before, back = dict(zip(history.ids, history.lengths)), learned.plan.lookback
    until = np.array([max(before.get(name, 0), back) for name in table.ids])
    samples = learned.samples(table, until)
    origins = learned.later(table, samples, ends(history), steps)
    if len(origins) * steps < 2:
        rows = f"{steps} rows" if steps > 1 else "2 rows"
        raise DataError(
            f"Forecaster: {rows} with known targets have to follow the history for a score; X has "
            f"{len(table) - len(history)} rows behind it.",
            fixes=["forecaster.backtest(X)  # tries out forecasts within X"],
        )
    scaled = middle(learned.scaled(samples, origins, steps), learned.plan)
    made = samples.arrays.unscaled(scaled, samples.arrays.series[origins])
    values = table.targets
    came = values[origins[:, None] + np.arange(steps)]
    targets = values.shape[1]
    return float(r2_score(came.reshape(-1, targets), made.reshape(-1, targets)))
