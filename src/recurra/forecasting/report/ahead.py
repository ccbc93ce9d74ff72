"""The section on what comes next: the forecasts behind the last of the history."""

from __future__ import annotations

import numpy as np

from recurra.forecasting.report.chart import Chart
from recurra.forecasting.report.parts import panel, panels, paragraph, section, table
from recurra.forecasting.report.subject import Subject
from recurra.forecasting.report.ticks import decimals, number
from recurra.forecasting.tables.times import shown

#: Rows of a table of forecasts.
ROWS = 12
#: Rows of history that are drawn: so many horizons or seasons, and at least and at most.
BACK, LEAST, MOST = 4, 40, 400


def ahead(subject: Subject) -> str:
    """Charts and a table of the forecasts."""
    charts = [panel(words, _chart(subject, k, t)) for k, t, words in subject.panels]
    one = len(subject.table.ids) == 1
    rows = _steps(subject) if one else _series(subject)
    return section(
        "forecast",
        "The forecast",
        panels(charts),
        paragraph(subject.left_out()),
        table(rows),
        paragraph(_more(subject, one)),
    )


def levels(subject: Subject) -> list[float]:
    """Of the intervals, the widest first."""
    return sorted(subject.made.lower, reverse=True)


def percent(level: float) -> str:
    """A level in words."""
    return f"{100 * level:g} %"


def _chart(subject: Subject, k: int, t: int) -> str:
    made, name = subject.made, subject.targets[t]
    times, values = subject.history(k, t)
    steps, season = made.point.shape[1], subject.learned.preparation.season
    back = int(np.clip(BACK * max(steps, season), LEAST, MOST))
    x, y = subject.numbers(times[-back:]), values[-back:]
    row = int(np.flatnonzero(made.series == k)[0])
    ahead = subject.numbers(made.times[row])
    chart = Chart(f"The history of {name} and its forecast", dated=subject.dated)
    joint = _joint(x, y)
    for i, level in enumerate(levels(subject)):
        low, high = made.lower[level][row, :, t], made.upper[level][row, :, t]
        chart.band(
            np.concatenate([joint[0], ahead]),
            np.concatenate([joint[1], low]),
            np.concatenate([joint[1], high]),
            f"band band{min(i, 2)}",
            f"{percent(level)} interval",
        )
    chart.line(x, y, "actual", name)
    chart.line(
        np.concatenate([joint[0], ahead]),
        np.concatenate([joint[1], made.point[row, :, t]]),
        "forecast",
        "forecast",
    )
    if steps == 1:
        chart.dots(ahead, made.point[row, :, t], "forecast")
    return chart.html()


def _joint(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The last point of the history if it is known, where the forecast's line begins."""
    return (x[-1:], y[-1:]) if np.isfinite(y[-1:]).all() else (x[:0], y[:0])


def _steps(subject: Subject) -> list[list[str]]:
    """A row for each of the first steps of the only series."""
    made, names = subject.made, subject.targets
    marks = levels(subject)
    several = len(names) > 1
    head = [subject.table.roles.time or "row"]
    for name in names:
        before = f"{name} " if several else ""
        head.append(f"{name}, forecast" if several else "forecast")
        head += [f"{before}{percent(level)} interval" for level in marks]
    rows = [head]
    behind = [_digits(subject, t) for t in range(len(names))]
    times = subject.table.clock.local(made.times[0]) if subject.dated else made.times[0]
    for step in range(min(ROWS, made.point.shape[1])):
        row = [shown(times[step])]
        for t, digits in enumerate(behind):
            row.append(number(made.point[0, step, t], digits))
            for level in marks:
                bounds = made.lower[level][0, step, t], made.upper[level][0, step, t]
                row.append(" to ".join(number(v, digits) for v in bounds))
        rows.append(row)
    return rows


def _digits(subject: Subject, t: int) -> int | None:
    """Digits behind the point that the widths of the intervals are worth."""
    made = subject.made
    if not made.lower:
        return decimals(made.point[..., t])
    narrow = min(made.lower)
    width = float(np.nanmedian(made.upper[narrow][..., t] - made.lower[narrow][..., t]))
    return decimals(np.array([0.0, width]))


def _series(subject: Subject) -> list[list[str]]:
    """A row for each of the first series."""
    made, tried = subject.made, subject.tried
    rows = [[subject.table.roles.by or "series"]]
    for name in subject.targets:
        before = f"{name}: " if len(subject.targets) > 1 else ""
        rows[0] += [before + words for words in ("last value", "first forecast", "mean forecast")]
    if tried is not None:
        rows[0] += ["MASE", "of the best baseline"]
    behind = [_digits(subject, t) for t in range(len(subject.targets))]
    for i in range(min(ROWS, len(made.series))):
        k = int(made.series[i])
        row = [str(subject.table.ids[k])]
        for t in range(len(subject.targets)):
            _, values = subject.history(k, t)
            known = values[np.isfinite(values)]
            point = made.point[i, :, t]
            last = known[-1] if len(known) else np.nan
            row += [number(v, behind[t]) for v in (last, point[0], point.mean())]
        if tried is not None:
            row += [
                number(own_score(subject, k, "forecast")),
                number(own_score(subject, k, tried.best)),
            ]
        rows.append(row)
    return rows


def own_score(subject: Subject, k: int, name: str) -> float:
    """The MASE of one series in the backtest, NaN where it was not tried."""
    tried = subject.tried
    if tried is None:
        return float("nan")
    mine = tried.forecasts.series == k
    point = tried.forecasts.point if name == "forecast" else tried.baselines[name]
    errors = (np.abs(tried.actual - point) / tried.scale[:, None])[mine]
    return float(np.nanmean(errors)) if np.isfinite(errors).any() else float("nan")


def _more(subject: Subject, one: bool) -> str:
    count = subject.made.point.shape[1] if one else len(subject.made.series)
    if count <= ROWS:
        return ""
    return f"The first {ROWS} of {count:,} {'rows' if one else 'series'}."
