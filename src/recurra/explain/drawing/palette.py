"""Colours by what a part of a picture means, for light and for dark surroundings."""

from __future__ import annotations

from typing import NamedTuple


class Colours(NamedTuple):
    """How a role is drawn: the inside of a box, and its edge, lines and words."""

    fill: str
    stroke: str


LIGHT = {
    "panel": Colours("#ffffff", "#d0d7de"),
    "ink": Colours("#ffffff", "#1f2328"),
    "muted": Colours("#ffffff", "#59636e"),
    "plain": Colours("#f6f8fa", "#6e7781"),
    "faint": Colours("#f6f8fa", "#c4ccd4"),
    "input": Colours("#dff3e4", "#1a7f37"),
    "cell": Colours("#ddeeff", "#0969da"),
    "state": Colours("#fff1e5", "#b34a00"),
    "output": Colours("#f3e8ff", "#7a45d1"),
    "target": Colours("#ffe6e3", "#c8322b"),
}
DARK = {
    "panel": Colours("#0d1117", "#30363d"),
    "ink": Colours("#0d1117", "#e6edf3"),
    "muted": Colours("#0d1117", "#9aa4ae"),
    "plain": Colours("#1c2128", "#8b949e"),
    "faint": Colours("#161b22", "#3d444d"),
    "input": Colours("#12351f", "#3fb950"),
    "cell": Colours("#12294a", "#58a6ff"),
    "state": Colours("#3d2412", "#f0883e"),
    "output": Colours("#2c1e4a", "#b48cf7"),
    "target": Colours("#43181d", "#ff7b72"),
}
