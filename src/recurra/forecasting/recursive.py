"""The recursive way: a recurrent network learns the next row, and goes on from its own forecasts.

It reads the whole history one row after the other, carries its states from each to the next, and
then takes its own forecast for the next row, as often as there are rows to forecast.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from recurra import layers
from recurra.engine.errors import ArgumentError
from recurra.engine.lazy import Windows
from recurra.forecasting.learning import (
    Settings,
    fit,
    in_batches,
    usual_batch_size,
)
from recurra.forecasting.networks import Network, Plan
from recurra.forecasting.own_models import own_model
from recurra.forecasting.samples import Samples
from recurra.models import Model

KINDS: dict[str, Any] = {"lstm": layers.LSTM, "gru": layers.GRU}


@dataclass
class Recursive:
    """A network that forecasts the next row from each row and its states.

    Args:
        network: from (steps, columns) to (steps, targets), what comes behind each row, scaled.
        plan: its sizes.
        errors: (n, horizon, targets), what came minus what was forecast, on the held-out windows.
        history: of the training: `loss` and `val_loss`, a value an epoch.
    """

    network: Network
    plan: Plan
    errors: np.ndarray = field(repr=False)
    bounds: None = None
    share: float = 1.0
    history: dict[str, list[float]] = field(default_factory=dict)

    def ahead(self, samples: Samples, origins: np.ndarray, steps: int) -> np.ndarray:
        """Scaled forecasts from some origins, (n, steps, targets)."""
        made = np.empty((len(origins), steps, self.plan.targets), np.float32)
        table, stepper = _rows(samples, self.plan), self.network.model.stepper()
        series = samples.arrays.series
        for name in np.unique(series[origins - 1]):
            rows = np.flatnonzero(series == name)
            known = np.isfinite(table[rows]).all(axis=1)
            begin = int(rows[int(known.argmax())])
            stepper.reset()
            mine = np.flatnonzero(series[origins - 1] == name)
            for k in mine[np.argsort(origins[mine], kind="stable")]:
                for row in range(begin, int(origins[k])):
                    following = stepper(table[row])
                begin, states = int(origins[k]), stepper.states
                made[k] = self._go_on(stepper, table, begin, following, steps)
                stepper.states = states
        return made

    def _go_on(
        self, stepper: Any, table: np.ndarray, row: int, following: np.ndarray, steps: int
    ) -> np.ndarray:
        """The forecast of `steps` rows from `row` on, each taken for what came."""
        made = [following]
        for k in range(steps - 1):
            given = table[min(row + k, len(table) - 1)].copy()
            given[: self.plan.targets] = made[-1]
            made.append(stepper(given))
        return np.stack(made)


def train_recursive(
    what: Any, plan: Plan, samples: Samples, learnt: np.ndarray, held_out: np.ndarray, how: Settings
) -> Recursive:
    """Train one network on the row behind each row of the windows.

    Args:
        what: "lstm", "gru", a recurra model from (None, columns) to (None, targets), or a function
            that makes one.
        plan: the sizes.
        samples: the windows.
        learnt: origins to learn from.
        held_out: later origins, on which training is stopped and calibrated.
        how: the settings.
    """
    if plan.columns - plan.known > plan.targets or plan.categories or plan.static_categories:
        raise ArgumentError(
            "Forecaster: strategy='recursive' goes on from its own forecasts, and would need past "
            "columns and categories of the future for it.",
            fixes=["strategy='direct'", "past=(), categorical=()"],
        )
    if plan.quantiles:
        raise ArgumentError(
            "Forecaster: strategy='recursive' forecasts one value, no quantiles; intervals come "
            "from `levels`.",
            fixes=["quantiles=()", "strategy='direct'"],
        )
    if isinstance(what, str):
        if what not in KINDS:
            raise ArgumentError(
                f"Forecaster: strategy='recursive' needs a recurrent model, and {what!r} looks at "
                "whole windows.",
                fixes=["model='lstm'", "model='gru'", "strategy='direct'"],
            )
        model = build_recursive(what, plan)
    else:
        model = own_model(what, plan)
    table = _rows(samples, plan)
    usual = usual_batch_size(len(learnt), plan.lookback)
    learnt, size = in_batches(learnt, how.batch_size or usual)
    history = fit(
        model,
        plan,
        _windows(table, samples, learnt),
        _windows(table, samples, held_out),
        "mae",
        replace(how, batch_size=size),
    )
    trained = Recursive(Network(model), plan, np.empty(0), history=history)
    trained.errors = samples.answers(held_out) - trained.ahead(samples, held_out, plan.horizon)
    return trained


def build_recursive(kind: str, plan: Plan) -> Any:
    """The last value plus a change that a recurrent layer and a Dense make of the states."""
    inputs = layers.Input((None, plan.columns), name="rows")
    states = KINDS[kind](plan.units, return_sequences=True, name=kind)(inputs)
    change = layers.Dense(plan.targets, kernel_initializer="zeros", name="correction")(states)
    outputs = inputs[:, :, : plan.targets] + plan.spread * change
    return Model(inputs, outputs, name=f"recursive_{kind}")


def _rows(samples: Samples, plan: Plan) -> np.ndarray:
    """The rows as the network reads them: each with what is known of the row behind it."""
    rows = samples.arrays.past.copy()
    first = plan.columns - plan.known
    rows[:-1, first:] = samples.arrays.known[1:]
    return rows


def _windows(table: np.ndarray, samples: Samples, origins: np.ndarray) -> tuple[Windows, Windows]:
    """Rows, and the targets of the rows behind them, of the windows before some origins."""
    behind = origins - samples.lookback
    targets = np.ascontiguousarray(table[:, : samples.arrays.targets.shape[1]])
    return (
        Windows(table, behind, samples.lookback),
        Windows(targets, behind + 1, samples.lookback),
    )
