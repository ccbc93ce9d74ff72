"""What a backtest says should be looked at."""

from __future__ import annotations

import numpy as np

from recurra.forecasting.backtest import OWN, Backtest
from recurra.forecasting.baselines import KINDS
from recurra.forecasting.report.ahead import own_score, percent
from recurra.forecasting.report.past import apart
from recurra.forecasting.report.subject import Subject
from recurra.forecasting.report.ticks import number
from recurra.forecasting.tables.frames import listed

#: Forecasts that do not overlap, below which a verdict may be chance.
FEW = 5
#: How far coverage may be from its level, besides chance.
APART = 0.03
#: A mean error of that share of the mean distance is no chance.
BIASED = 0.5
#: Seasons of history that are needed to tell a season from chance.
SEASONS = 3


def advice(subject: Subject) -> list[str]:
    """Sentences on what stands out, the most important first; empty where nothing does."""
    tried = subject.tried
    found = []
    if tried is not None:
        found += _few(tried)
        found += _untried(subject, tried)
        found += _beaten(subject, tried)
        found += _intervals(tried)
        found += _bias(subject, tried)
    return [*found, *_history(subject), *_training(subject)]


def independent(tried: Backtest) -> int:
    """How many of the forecasts do not overlap, in the series that has most of them."""
    steps = tried.actual.shape[1]
    series = np.unique(tried.forecasts.series)
    return max(len(apart(tried.origins[tried.forecasts.series == k], steps)) for k in series)


def _few(tried: Backtest) -> list[str]:
    count = independent(tried)
    if count >= FEW or len(np.unique(tried.forecasts.series)) >= FEW:
        return []
    return [
        f"Only {count} of the forecasts {'do' if count != 1 else 'does'} not overlap, so that the "
        "verdict may be chance: more history or a smaller horizon tells more."
    ]


def _untried(subject: Subject, tried: Backtest) -> list[str]:
    """Series that no forecast of the backtest is of."""
    ids = subject.table.ids
    left = [ids[k] for k in sorted(set(range(len(ids))) - set(tried.forecasts.series.tolist()))]
    if not left:
        return []
    return [
        f"Not tried out, as their histories are too short or end before the others: "
        f"{listed(left, 5)}."
    ]


def _beaten(subject: Subject, tried: Backtest) -> list[str]:
    """No better than a baseline as a whole, at some steps, or for some series."""
    best = KINDS[tried.best]
    gains = _by_step(tried, tried.baselines[tried.best]) - _by_step(tried, tried.forecasts.point)
    if not tried.beats:
        found = [
            "To try: columns that explain the series, known of the future or up to now; a longer "
            "history; another kind of network."
        ]
        better = np.flatnonzero(gains > 0) + 1
        if len(better):
            found.append(f"For {_rows(better)} ahead, the forecast was better than {best}.")
        return found
    found = []
    worse = np.flatnonzero(gains < 0) + 1
    if len(worse):
        found.append(f"For {_rows(worse)} ahead, {best} was better.")
    if len(subject.table.ids) > 1:
        lost = [
            subject.table.ids[k]
            for k in np.unique(tried.forecasts.series)
            if own_score(subject, int(k), OWN) > own_score(subject, int(k), tried.best)
        ]
        if lost:
            found.append(f"For these series {best} was better: {listed(lost, 5)}.")
    return found


def _by_step(tried: Backtest, point: np.ndarray) -> np.ndarray:
    """The mean error at each step, of series and targets of all units, (steps,)."""
    scale = tried.scale if tried.measure == "MASE" else np.ones_like(tried.scale)
    errors = np.abs(tried.actual - point) / scale[:, None]
    known = np.isfinite(errors)
    total = np.where(known, errors, 0).sum(axis=(0, 2))
    return np.asarray(total / np.maximum(known.sum(axis=(0, 2)), 1))


def _intervals(tried: Backtest) -> list[str]:
    found = []
    made, scores = tried.forecasts, tried.scores[OWN]
    count = max(1, independent(tried) * len(np.unique(made.series)))
    for level in made.lower:
        share = scores[f"coverage {100 * level:g}%"]
        chance = 2 * (level * (1 - level) / count) ** 0.5
        if not abs(share - level) > APART + chance:
            continue
        narrow = share < level
        found.append(
            f"The interval of {percent(level)} held {100 * share:.0f} % of what came: it is too "
            + (
                "narrow. The series has changed, or its errors grow; trust it less."
                if narrow
                else "wide. The series was wilder before than in its last part."
            )
        )
    return found


def _bias(subject: Subject, tried: Backtest) -> list[str]:
    found = []
    for t, name in enumerate(subject.targets):
        errors = tried.actual[..., t] - tried.forecasts.point[..., t]
        errors = errors[np.isfinite(errors)]
        mean, size = (float(e.mean()) if len(e) else 0.0 for e in (errors, np.abs(errors)))
        if abs(mean) > BIASED * size:
            way = "low" if mean > 0 else "high"
            found.append(
                f"Forecasts of `{name}` were too {way} by {number(abs(mean))} on average: its "
                "level moved in the last part in a way that the earlier part does not show."
            )
    return found


def _history(subject: Subject) -> list[str]:
    season = subject.learned.preparation.season
    longest = int(subject.table.lengths.max())
    if season > 1 and longest < SEASONS * season:
        return [
            f"The history is {longest / season:.1f} seasons long; {SEASONS} or more are needed to "
            "tell a season from chance."
        ]
    return []


def _training(subject: Subject) -> list[str]:
    learned = subject.learned
    held = learned.trained[0].history.get("val_loss", [])
    epochs = learned.options.settings.epochs
    if len(held) == epochs and epochs > 1 and int(np.argmin(held)) == epochs - 1:
        return [
            f"Training ended after {epochs} epochs while it still got better: more of them may "
            "help."
        ]
    return []


def _rows(numbers: np.ndarray) -> str:
    """`row 4`, or `rows 1 to 3, 7 and 9`."""
    pieces = np.split(numbers, np.flatnonzero(np.diff(numbers) > 1) + 1)
    words = [f"{p[0]} to {p[-1]}" if len(p) > 1 else f"{p[0]}" for p in pieces]
    if len(words) > 4:
        words = [*words[:4], f"{sum(map(len, pieces[4:]))} others"]
    listed = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
    return f"row {listed}" if len(numbers) == 1 else f"rows {listed}"
