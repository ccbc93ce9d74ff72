"""The page: its sections in order, and how they look."""

from __future__ import annotations

from recurra.forecasting.report.advice import advice
from recurra.forecasting.report.ahead import ahead
from recurra.forecasting.report.learnt import data, learning, model
from recurra.forecasting.report.parts import marked, paragraph, section, sentences, text
from recurra.forecasting.report.past import past
from recurra.forecasting.report.residuals import residuals
from recurra.forecasting.report.subject import Subject


def page(subject: Subject) -> str:
    """The report as the text of an HTML file, which needs nothing else.

    Args:
        subject: what it is about.
    """
    found = advice(subject)
    nothing = "Nothing stands out." if subject.tried is not None else ""
    beats = subject.tried is not None and subject.tried.beats
    steps = subject.made.point.shape[1]
    what = f"A forecast of {', '.join(subject.targets)}, {steps:,} row{'s' * (steps != 1)} ahead"
    sections = [
        ahead(subject),
        section("advice", "What to look at", sentences(found) or paragraph(nothing)),
        past(subject),
        residuals(subject),
        learning(subject),
        data(subject),
        model(subject),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(what)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'<h1 class="{"good" if beats else "poor"}">{marked(subject.verdict)}</h1>\n'
        f'<p class="what">{text(what)}.</p>\n'
        + "\n".join(filter(None, sections))
        + "\n<footer>Made by recurra.</footer>\n</body>\n</html>\n"
    )


_STYLE = """
:root { --ink: #1f2328; --muted: #59636e; --line: #d0d7de; --blue: #0969da; --orange: #bc4c00 }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1rem; max-width: 62rem; background: #fff; color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif }
h1 { font-size: 1.35rem; line-height: 1.35; margin: .5rem 0; padding: .7rem 1rem;
  border-left: .35rem solid; border-radius: .3rem; overflow-wrap: anywhere }
h1.good { border-color: #1a7f37; background: #eaf7ed }
h1.poor { border-color: #bf8700; background: #fff8e3 }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; padding-bottom: .25rem;
  border-bottom: 1px solid var(--line) }
h3 { font-size: 1rem; margin: 1rem 0 .3rem; overflow-wrap: anywhere }
p, ul { margin: .5rem 0; overflow-wrap: anywhere }
ul { padding-left: 1.2rem }
.what, footer, .axis { color: var(--muted) }
footer { margin: 2.5rem 0 1rem; font-size: .85rem }
code { background: #f0f2f4; border-radius: .25rem; padding: .05rem .3rem; font-size: .9em }
.wide { overflow-x: auto }
table { border-collapse: collapse; margin: .6rem 0; font-size: .92rem }
th, td { padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #e6eaee; text-align: right;
  font-variant-numeric: tabular-nums; white-space: nowrap }
thead th { color: var(--muted); font-weight: 600; border-bottom-color: var(--line) }
th:first-child, td:first-child { text-align: left; white-space: normal; min-width: 6.5rem }
tr.strong td { font-weight: 600 }
#data td { white-space: normal; text-align: left; overflow-wrap: anywhere }
#data thead { display: none }
.panels.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
  gap: 0 2rem }
.panel { min-width: 0 }
figure { margin: .3rem 0 1.2rem }
figcaption { display: flex; flex-wrap: wrap; gap: .1rem 1rem; font-size: .85rem;
  color: var(--muted); margin: .2rem 0 .6rem 3.6rem }
figcaption span { overflow-wrap: anywhere }
figcaption i { display: inline-block; width: 1.3rem; margin-right: .4rem; vertical-align: middle;
  height: 0; border-top: 2px solid }
.chart { position: relative; height: 15rem; margin: 0 .6rem 1.9rem 3.6rem }
.two .chart { height: 11.5rem }
.chart svg { position: absolute; width: 100%; height: 100%; overflow: visible }
.chart span { position: absolute; font-size: .78rem; color: var(--muted); white-space: nowrap;
  line-height: 1 }
.chart .y { right: calc(100% + .45rem); transform: translateY(-50%) }
.chart .x { top: calc(100% + .5rem); transform: translateX(-50%) }
.axis { text-align: center; font-size: .8rem; margin: -.5rem 0 0 3.6rem }
path { fill: none; stroke-width: 1.5; vector-effect: non-scaling-stroke; stroke-linejoin: round }
.grid { stroke: #e6eaee; stroke-width: 1 }
.axis0 { stroke: #8b949e; border-color: #8b949e !important; stroke-width: 1 }
.actual { stroke: #424a53; border-color: #424a53 !important }
.forecast { stroke: var(--blue); border-color: var(--blue) !important; stroke-width: 2 }
.baseline { stroke: var(--orange); border-color: var(--orange) !important; stroke-dasharray: 5 4;
  border-top-style: dashed !important }
.second { stroke: #8b949e; border-color: #8b949e !important; stroke-dasharray: 2 3;
  border-top-style: dotted !important }
path.dots { stroke-width: 6; stroke-linecap: round; stroke-dasharray: none }
.whisker { stroke: #8b949e; border-color: #8b949e !important }
.band, .box, .bar { stroke: none }
figcaption .band, figcaption .box, figcaption .bar { height: .8rem; border: 0 }
.band0 { fill: #cfe4fb; background: #cfe4fb }
.band1 { fill: #a6ccf5; background: #a6ccf5 }
.band2 { fill: #7db3ee; background: #7db3ee }
.cover1 { stroke: #7a45d1; border-color: #7a45d1 !important }
.cover2 { stroke: #1a7f37; border-color: #1a7f37 !important }
.box { fill: #cfe4fb; background: #cfe4fb }
.bar { fill: #a6ccf5; background: #a6ccf5 }
details { margin: .8rem 0 }
summary { cursor: pointer; color: var(--blue) }
details table { margin-left: 0 !important; display: block; overflow-x: auto }
details td, details th { white-space: normal !important; border: 0; text-align: left }
"""
