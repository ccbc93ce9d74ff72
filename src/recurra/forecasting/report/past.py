"""The section on the past: what would have been forecast, what came, and what rules forecast."""

from __future__ import annotations

import numpy as np

from recurra.forecasting.backtest import OWN, Backtest
from recurra.forecasting.baselines import KINDS
from recurra.forecasting.report.ahead import percent
from recurra.forecasting.report.chart import Chart
from recurra.forecasting.report.parts import panel, panels, paragraph, section, table
from recurra.forecasting.report.subject import Subject
from recurra.forecasting.report.ticks import number

#: Rows that a chart of the past shows, the last ones: so many horizons, at least and at most.
BACK, LEAST, MOST = 10, 60, 400

_MEASURES = (
    "MAE is the mean distance between forecast and what came, in the unit of the target; RMSE "
    "weighs large errors more. MASE is the distance divided by the usual change from one season to "
    "the next before the forecasts: below 1 is better than that. sMAPE is in per cent. Coverage is "
    "the share of what came that lay in the interval."
)


def past(subject: Subject) -> str:
    """The backtest: charts of forecasts over what came, and the table beside baselines."""
    tried = subject.tried
    if tried is None:
        return section("backtest", "Tried out on the past", paragraph(_sentence(subject.why)))
    charts = [panel(words, _chart(subject, tried, k, t)) for k, t, words in subject.panels]
    steps = tried.actual.shape[1]
    told = (
        f"A network like this one learnt from the first part of the history alone. From "
        f"{len(tried.origins):,} points of the last part, {steps:,} "
        f"row{'s' * (steps != 1)} ahead were forecast, each time from what was known there. The "
        f"charts show those that do not overlap."
    )
    return section(
        "backtest",
        "Tried out on the past",
        paragraph(told),
        panels(charts),
        '<h3 id="baselines">Beside the baselines</h3>',
        table(_scores(tried), strong=[0]),
        paragraph(_MEASURES),
    )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _scores(tried: Backtest) -> list[list[str]]:
    found = tried.scores
    measures = list(dict.fromkeys(m for row in found.values() for m in row))
    rows = [["", *measures]]
    for name, row in found.items():
        cells = []
        for measure in measures:
            value = row.get(measure)
            if value is None:
                cells.append("")
            elif measure.startswith("coverage"):
                cells.append(f"{100 * value:.1f} %")
            else:
                cells.append(number(value))
        rows.append([KINDS.get(name, name), *cells])
    return rows


def _chart(subject: Subject, tried: Backtest, k: int, t: int) -> str:
    mine = np.flatnonzero(tried.forecasts.series == k)
    if not len(mine):
        return ""
    steps = tried.actual.shape[1]
    end = subject.table.history(k).stop
    back = end - int(np.clip(BACK * steps, LEAST, MOST))
    mine = mine[tried.origins[mine] > back]
    chosen = mine[apart(tried.origins[mine], steps)]
    if not len(chosen):
        return ""
    rows = slice(int(tried.origins[chosen[0]]) - 1, end)
    name = subject.targets[t]
    chart = Chart(f"Forecasts of {name} over what came", dated=subject.dated)
    made, base = tried.forecasts, tried.baselines[tried.best]
    groups = [chosen] if steps == 1 else [chosen[[i]] for i in range(len(chosen))]
    drawn = [subject.numbers(made.times[group]).ravel() for group in groups]
    for level in sorted(made.lower, reverse=True)[:1]:
        for x, group in zip(drawn, groups):
            low, high = (side[level][group, :, t].ravel() for side in (made.lower, made.upper))
            chart.band(x, low, high, "band band0", f"{percent(level)} interval")
    times = subject.table.times[rows]
    chart.line(subject.numbers(times), subject.table.columns[name][rows], "actual", name)
    for x, group in zip(drawn, groups):
        chart.line(x, base[group, :, t].ravel(), "baseline", KINDS[tried.best])
        chart.line(x, made.point[group, :, t].ravel(), "forecast", OWN)
    return chart.html()


def apart(origins: np.ndarray, steps: int) -> list[int]:
    """Which of rising origins have forecasts that do not overlap, from the first on."""
    chosen: list[int] = []
    for i, origin in enumerate(origins):
        if not chosen or origin >= origins[chosen[-1]] + steps:
            chosen.append(i)
    return chosen
