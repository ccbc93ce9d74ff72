"""The sections on the data and the model: what was done, how it was learnt, what it does."""

from __future__ import annotations

import numpy as np

from recurra.forecasting.report.chart import Chart
from recurra.forecasting.report.parts import paragraph, section, sentences, table
from recurra.forecasting.report.subject import Subject
from recurra.forecasting.tables.times import shown


def data(subject: Subject) -> str:
    """What the table holds, and what was done to it."""
    return section(
        "data", "What was done to the data", sentences(subject.notes), table(_facts(subject))
    )


def learning(subject: Subject) -> str:
    """Learning curves, and what was learnt from how much."""
    learned = subject.learned
    chart = Chart("The loss of each epoch", x_name="epoch", whole=True)
    history = learned.trained[0].history
    for name, look, words in (
        ("loss", "actual", "on what it learnt from"),
        ("val_loss", "forecast", "on what was held out"),
    ):
        values = np.asarray(history.get(name, ()), float)
        if len(values):
            chart.line(np.arange(1, len(values) + 1), values, look, words)
    held = np.asarray(history.get("val_loss", ()), float)
    if np.isfinite(held).any():
        chart.upright(int(np.nanargmin(held)) + 1, "baseline", "the epoch that is kept")
    many = len(learned.trained)
    loss = "pinball loss of the quantiles" if learned.plan.quantiles else "mean distance"
    words = f"The loss is the {loss}, of values that are scaled to a deviation of 1."
    words += f" The first of {many} networks, whose mean is the forecast." if many > 1 else ""
    return section("learning", "How it was learnt", paragraph(words), chart.html())


def model(subject: Subject) -> str:
    """What the forecaster does, in words, and each layer of its network."""
    learned = subject.learned
    network = learned.trained[0].network
    explained = network.model.explain()._repr_html_()
    return section(
        "model",
        "What the model does",
        sentences(_story(subject)),
        f"<details><summary>Each layer of the network</summary>{explained}</details>",
    )


def _story(subject: Subject) -> list[str]:
    learned = subject.learned
    plan, network = learned.plan, learned.trained[0].network
    roles, calendar = subject.table.roles, plan.known - plan.own_known
    names = ", ".join(f"`{n}`" for n in (*roles.targets, *roles.past, *roles.known, *roles.static))
    seen = f"{names}, and {calendar} numbers of season and calendar" if calendar else names
    if learned.options.strategy == "recursive":
        told = [
            f"It reads the whole history of a series row after row ({seen}), forecasts the next "
            "row, and goes on from its own forecasts."
        ]
    else:
        told = [
            f"It looks at the last {plan.lookback:,} rows of a series ({seen}), and forecasts "
            f"{plan.horizon:,} row{'s' * (plan.horizon != 1)}."
        ]
    if network.features is not None:
        share = float(np.mean([t.share for t in learned.trained]))
        kept = (
            "On the held-out part that correction did not pay, so that the linear part forecasts "
            "alone."
            if share == 0
            else f"On the held-out part {100 * share:.0f} % of that correction paid, and is kept."
        )
        told += [
            "The forecast is the last value, plus a linear map of the window that is solved in "
            "closed form, plus the correction of a network.",
            kept,
        ]
    q = plan.quantiles
    told.append(
        f"It forecasts the quantiles {', '.join(f'{v:g}' for v in q)}, which are widened or "
        "narrowed until they hold on forecasts of what it did not learn from."
        if q
        else "The intervals are as wide as the errors of forecasts of what it did not learn from."
    )
    return told


def _facts(subject: Subject) -> list[list[str]]:
    """The table and the windows in numbers."""
    table_, learned = subject.table, subject.learned
    plan, roles = learned.plan, table_.roles
    lengths = table_.lengths
    missing = sum(
        int(np.isnan(table_.columns[name][table_.history(k)]).sum())
        for name in roles.targets
        for k in range(len(table_.ids))
    )
    season = learned.preparation.season
    rows = [["", ""], ["forecast", ", ".join(roles.targets)]]
    if roles.by is not None:
        rows.append([f"series, by {roles.by}", f"{len(table_.ids):,}"])
    rows += [
        ["rows of history", f"{int(lengths.sum()):,}" + _span(lengths)],
        ["times", _times(subject)],
        ["missing values of what is forecast", f"{missing:,}"],
    ]
    for role in ("known", "past", "static"):
        names = getattr(roles, role)
        if names:
            words = {"known": "known of the future too", "past": "known up to now"}
            rows.append([words.get(role, "one value a series"), ", ".join(names)])
    return [
        *rows,
        ["season", f"{season} rows" if season > 1 else "none"],
        ["rows that a forecast looks at", f"{plan.lookback:,}"],
        ["windows learnt from", f"{learned.counts[0]:,}"],
        ["windows held out to stop and to measure errors", f"{learned.counts[1]:,}"],
    ]


def _span(lengths: np.ndarray) -> str:
    if len(lengths) == 1:
        return ""
    least, most = f"{lengths.min():,}", f"{lengths.max():,}"
    return f", {least if least == most else f'{least} to {most}'} a series"


def _times(subject: Subject) -> str:
    table_ = subject.table
    if not len(table_) or not table_.lengths.sum():
        return "none"
    rows = [table_.history(k) for k in range(len(table_.ids))]
    first = min(table_.times[r.start] for r in rows if r.stop > r.start)
    last = max(table_.times[r.stop - 1] for r in rows if r.stop > r.start)
    if subject.dated:
        first, last = table_.clock.local(np.array([first, last]))
    return f"{shown(first)} to {shown(last)}, {table_.step.words}"
