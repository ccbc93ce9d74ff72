"""The section on errors: by step, as a distribution, and how often intervals held what came."""

from __future__ import annotations

import numpy as np

from recurra.forecasting import scores
from recurra.forecasting.backtest import OWN, Backtest
from recurra.forecasting.baselines import KINDS
from recurra.forecasting.report.ahead import percent
from recurra.forecasting.report.chart import Chart
from recurra.forecasting.report.parts import panel, panels, section
from recurra.forecasting.report.subject import DRAWN, Subject

#: Steps that boxes are drawn for at most, evenly spread.
BOXES = 40
BARS = 25


def residuals(subject: Subject) -> str:
    """Charts of the errors of the backtest."""
    tried = subject.tried
    if tried is None:
        return ""
    several = len(subject.targets) > 1
    parts = []
    for t, name in enumerate(subject.targets[:DRAWN]):
        of = f" of {name}" if several else ""
        parts += [
            panel(f"What came minus the forecast{of}, by step", _boxes(tried, t)),
            panel(f"How often errors{of} were of which size", _distribution(tried, t)),
            panel(f"Mean distance{of} from what came, by step", _by_step(tried, t)),
        ]
    parts.append(panel("Coverage: the share of what came in the interval", _coverage(tried)))
    return section("residuals", "The errors", panels(parts))


def _boxes(tried: Backtest, t: int) -> str:
    errors = tried.actual[..., t] - tried.forecasts.point[..., t]
    steps = errors.shape[1]
    drawn = np.unique(np.linspace(0, steps - 1, min(BOXES, steps)).astype(int))
    chart = Chart("Errors by step ahead", x_name="rows ahead", whole=True, zero=True)
    chart.level(0, "axis0")
    chart.reach(0.5, steps + 0.5)
    half = 0.3 * (steps / len(drawn))
    for step in drawn:
        known = errors[:, step][np.isfinite(errors[:, step])]
        if not len(known):
            continue
        q = np.quantile(known, [0.05, 0.25, 0.5, 0.75, 0.95])
        x = step + 1
        chart.line([x, x], [q[0], q[4]], "whisker", "5 to 95 % of the errors")
        box = [x - half, x + half]
        chart.band(box, [q[1]] * 2, [q[3]] * 2, "box", "25 to 75 %")
        chart.line(box, [q[2]] * 2, "forecast", "median")
    return chart.html()


def _distribution(tried: Backtest, t: int) -> str:
    errors = (tried.actual[..., t] - tried.forecasts.point[..., t]).ravel()
    errors = errors[np.isfinite(errors)]
    if not len(errors):
        return ""
    counts, edges = np.histogram(errors, bins=BARS)
    chart = Chart("The distribution of the errors", x_name="what came minus the forecast")
    chart.bars(edges, counts, "bar")
    chart.upright(0, "axis0", "no error")
    chart.upright(float(errors.mean()), "baseline", "mean error")
    return chart.html()


def _by_step(tried: Backtest, t: int) -> str:
    chart = Chart(
        "The error by step, beside the baselines", x_name="rows ahead", whole=True, zero=True
    )
    made = {OWN: tried.forecasts.point, **tried.baselines}
    own = scores.mae(tried.actual[..., t], made[OWN][..., t], axis=0)
    x = np.arange(1, len(own) + 1)
    others = [name for name in tried.scores if name != OWN][:2]
    for look, name in zip(("baseline", "second"), others):
        error = scores.mae(tried.actual[..., t], made[name][..., t], axis=0)
        _line_or_dot(chart, x, error, look, KINDS[name])
    _line_or_dot(chart, x, own, "forecast", OWN)
    return chart.html()


def _coverage(tried: Backtest) -> str:
    made = tried.forecasts
    chart = Chart(
        "Coverage of the intervals by step", x_name="rows ahead", whole=True, percent=True
    )
    for i, level in enumerate(sorted(made.lower, reverse=True)):
        share = scores.coverage(tried.actual, made.lower[level], made.upper[level], axis=(0, 2))
        x = np.arange(1, len(share) + 1)
        chart.level(level, "baseline", "as it should be")
        _line_or_dot(chart, x, share, f"forecast cover{min(i, 2)}", f"{percent(level)} interval")
    return chart.html() if made.lower else ""


def _line_or_dot(chart: Chart, x: np.ndarray, y: np.ndarray, look: str, name: str) -> None:
    chart.line(x, y, look, name)
    if len(x) == 1:
        chart.dots(x, y, look)
