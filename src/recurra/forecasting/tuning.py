"""Tuning by successive halving: many settings are tried for a short time, the best of them longer.

Each trial learns from the first part of the history and is scored on its last part by a backtest,
so that no setting is chosen by what it could not have known.

Source: Jamieson and Talwalkar 2016.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from recurra.engine.errors import ArgumentError, DataError
from recurra.engine.suggestions import did_you_mean
from recurra.forecasting import choices
from recurra.forecasting.backtest import backtest
from recurra.forecasting.kept_trials import KeptTrials, check_names, shown
from recurra.forecasting.options import Options
from recurra.forecasting.tables.table import Table
from recurra.forecasting.workers import as_done

#: Of the trials of a round so many enter the next, with so many times the epochs.
THIRD = 3
#: What can be tuned, and where it belongs.
OF_OPTIONS = ("model", "lookback", "units", "members", "missing", "season")
OF_SETTINGS = ("learning_rate", "batch_size", "patience")
#: The last part of the history, and forecasts from it, that a trial is scored on.
TEST, ORIGINS = 0.25, 30


@dataclass(frozen=True)
class Trial:
    """One setting that was tried.

    Args:
        parameters: what differs from the forecaster's own.
        epochs: at most.
        mase: of the backtest; infinite where the setting does not work for this table.
    """

    parameters: dict[str, Any]
    epochs: int
    mase: float


def usual_space(table: Table, options: Options) -> dict[str, list[Any]]:
    """Networks, look-backs around the usual one, units and learning rates."""
    season = options.season or choices.find_table_season(table)
    usual = options.lookback or choices.usual_lookback(table, season, options.horizon)
    space: dict[str, list[Any]] = {
        "lookback": sorted({max(2, usual // 2), usual, 2 * usual}),
        "units": [16, 32, 64],
        "learning_rate": [0.002, 0.005, 0.01],
    }
    if isinstance(options.model, str):
        kinds = ["lstm", "gru"] + ["tcn"] * (options.strategy == "direct")
        space = {"model": kinds, **space}
    return space


def tune(
    table: Table,
    options: Options,
    space: Mapping[str, Sequence[Any]],
    trials: int,
    path: Any = None,
    jobs: int = 1,
    told: Callable[[str], None] | None = None,
) -> list[Trial]:
    """Try settings of a space.

    Args:
        table: the series.
        options: what a forecaster is asked for otherwise.
        space: the values of each parameter that are tried.
        trials: settings in the first round.
        path: of a file that keeps what was found, so that a later call goes on where this one
            ended.
        jobs: processes that try settings side by side.
        told: is called with a sentence for each round.

    Returns:
        What was tried, the best of the last round first.
    """
    check_space(space)
    check_names(space.get("model", ()), path)
    kept = KeptTrials(path, table, options)
    if options.seed is None and path is not None:  # draws that can be made again
        options = replace(options, seed=int(kept.of[:8], 16))
    options = replace(options, settings=replace(options.settings, verbose=0, callbacks=()))
    settings = list(_drawn(space, trials, options.seed))
    rounds = [len(settings)]
    while rounds[-1] > THIRD:
        rounds.append(max(1, -(-rounds[-1] // THIRD)))
    tried: list[Trial] = []
    for k, count in enumerate(rounds):
        epochs = max(2, options.settings.epochs // THIRD ** (len(rounds) - 1 - k))
        found = _round(table, options, settings[:count], epochs, kept, jobs)
        found.sort(key=lambda t: t.mase)
        settings = [t.parameters for t in found]
        tried = [*found, *tried]
        if told is not None:
            told(
                f"Round {k + 1} of {len(rounds)}: {count} settings for {epochs} epochs at most; "
                f"best MASE {found[0].mase:.4g} with {shown(found[0].parameters)}."
            )
    if not np.isfinite(tried[0].mase):
        raise DataError(
            "tune: none of the settings can be scored on this table: its history is too short for "
            "them, or its target does not change.",
            fixes=["shorter look-backs in `space`, or a smaller horizon"],
        )
    return tried


def applied(options: Options, parameters: Mapping[str, Any], epochs: int | None = None) -> Options:
    """The options with a trial's parameters."""
    of_settings = {k: v for k, v in parameters.items() if k in OF_SETTINGS}
    if epochs is not None:
        of_settings["epochs"] = epochs
    of_options = {k: v for k, v in parameters.items() if k in OF_OPTIONS}
    return replace(options, settings=replace(options.settings, **of_settings), **of_options)


def check_space(space: Mapping[str, Sequence[Any]]) -> None:
    """Refuse a space with parameters that cannot be tuned, or without values."""
    known = (*OF_OPTIONS, *OF_SETTINGS)
    for name, values in space.items():
        if name not in known:
            near = did_you_mean(name, known) or "."
            raise ArgumentError(
                f"tune: {name!r} cannot be tuned{near}", expected=f"of {', '.join(known)}"
            )
        if isinstance(values, str) or not isinstance(values, Sequence) or not len(values):
            raise ArgumentError(
                f"tune: space[{name!r}]={values!r} has to be a list of values to try.",
                fixes=[f"{{{name!r}: [{values!r}]}}"],
            )


def _drawn(
    space: Mapping[str, Sequence[Any]], trials: int, seed: int | None
) -> Iterator[dict[str, Any]]:
    """Settings of the space without repeats, drawn by chance; all where there are not more."""
    sizes = [len(values) for values in space.values()]
    total = int(np.prod(sizes)) if sizes else 1
    numbers = np.random.default_rng(seed).permutation(total)[: min(trials, total)]
    for number in numbers:
        at = np.unravel_index(number, sizes) if sizes else ()
        yield {n: values[int(i)] for (n, values), i in zip(space.items(), at)}


def _round(
    table: Table,
    options: Options,
    settings: list[dict[str, Any]],
    epochs: int,
    kept: KeptTrials,
    jobs: int,
) -> list[Trial]:
    """Try some settings, those that are not known from the file."""
    known = {k: kept.find(p, epochs) for k, p in enumerate(settings)}
    open_ = [k for k, mase in known.items() if mase is None]
    tasks = [(table, applied(options, settings[k], epochs)) for k in open_]
    with closing(as_done(_score, tasks, jobs)) as scores:
        for number, mase in scores:
            k = open_[number]
            known[k] = mase
            kept.add(settings[k], epochs, mase)
    return [Trial(p, epochs, float(known[k] or 0.0)) for k, p in enumerate(settings)]


def _score(wanted: tuple[Table, Options]) -> float:
    """MASE of one setting."""
    table, options = wanted
    try:
        made = backtest(table, options, options.horizon, TEST, ORIGINS, None)
    except DataError:  # too short for this look-back
        return float("inf")
    mase = made.scores["forecast"]["MASE"]
    return mase if np.isfinite(mase) else float("inf")
