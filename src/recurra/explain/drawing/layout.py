"""Where the boxes of a graph go: in ranks from top to bottom, with as few crossings as is easy.

The method is Sugiyama's: an edge over several ranks goes through an empty place in each, ranks are
sorted by the places of their neighbours, and places are moved as close to their neighbours' as the
distances allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(eq=False)
class Spot:
    """A box, or where an edge passes a rank.

    Attributes:
        left, right: how far it reaches from its middle, the words beside its arrow included.
        rank: its row from the top.
        x: its middle.
        weight: how much it matters that it is near to its neighbours.
        above, below: its neighbours in the ranks before and behind.
    """

    left: float
    right: float
    rank: int = 0
    x: float = 0.0
    weight: float = 1.0
    above: list[Spot] = field(default_factory=list)
    below: list[Spot] = field(default_factory=list)


#: The weight of a place that an edge passes: it makes way for boxes, which stay in line.
PASSING = 1e-3

#: An edge: the spots from its start to its end, those it passes included.
Route = list[Spot]


def arrange(spots: Sequence[Spot], edges: Sequence[tuple[Spot, Spot]], gap: float) -> list[Route]:
    """Set rank and x of every spot; returns the route of each edge.

    Args:
        spots: each after those it depends on.
        edges: from start to end.
        gap: free space between neighbours in a rank.
    """
    _rank(spots, edges)
    routes = [_route(start, end) for start, end in edges]
    rows: list[list[Spot]] = [[] for _ in range(1 + max(s.rank for s in spots))]
    passed = [spot for route in routes for spot in route[1:-1]]
    for spot in [*spots, *passed]:
        rows[spot.rank].append(spot)
    for route in routes:
        for one, next_one in pairwise(route):
            one.below.append(next_one)
            next_one.above.append(one)
    rows = _sorted(rows)
    _place(rows, gap)
    _straighten(rows, routes, gap)
    return routes


def _rank(spots: Sequence[Spot], edges: Sequence[tuple[Spot, Spot]]) -> None:
    """Each spot below all it depends on; what depends on nothing right above its first user."""
    for spot in spots:
        spot.rank = max((start.rank + 1 for start, end in edges if end is spot), default=0)
    for spot in spots:
        if not any(end is spot for _, end in edges):
            users = [end.rank for start, end in edges if start is spot]
            spot.rank = min(users, default=1) - 1


def _route(start: Spot, end: Spot) -> Route:
    passed = [Spot(10, 10, rank, weight=PASSING) for rank in range(start.rank + 1, end.rank)]
    return [start, *passed, end]


def _sorted(rows: list[list[Spot]]) -> list[list[Spot]]:
    """Sort each rank by the mean place of its neighbours, and keep the order that crosses least."""
    best, least = [list(row) for row in rows], _crossings(rows)
    for sweep in range(8):
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            before = {id(s): k for other in rows for k, s in enumerate(other)}
            keys = {}
            for spot in row:
                near = spot.above if down else spot.below
                places = [before[id(s)] for s in near] or [before[id(spot)]]
                keys[id(spot)] = sum(places) / len(places)
            row.sort(key=lambda spot: keys[id(spot)])
        crossings = _crossings(rows)
        if crossings < least:
            best, least = [list(row) for row in rows], crossings
    return best


def _crossings(rows: list[list[Spot]]) -> int:
    place = {id(s): k for row in rows for k, s in enumerate(row)}
    total = 0
    for row in rows:
        edges = [(place[id(s)], place[id(t)]) for s in row for t in s.below]
        total += sum(a < c and b > d for a, b in edges for c, d in edges)
    return total


def _place(rows: list[list[Spot]], gap: float) -> None:
    """Move each rank to its neighbours', from above and from below in turn."""
    for row in rows:
        for before, spot in pairwise(row):
            spot.x = before.x + before.right + gap + spot.left
    for sweep in range(13):
        for row in reversed(rows) if sweep % 2 else rows:
            wanted = []
            for spot in row:
                near = spot.below if sweep % 2 else spot.above
                weight = sum(s.weight for s in near)
                wanted.append(sum(s.x * s.weight for s in near) / weight if near else spot.x)
            _move(row, wanted, gap)


def _straighten(rows: list[list[Spot]], routes: list[Route], gap: float) -> None:
    """Let an edge over several ranks pass them at one x, where boxes leave room for it."""
    for _ in range(8):
        wanted: dict[int, float] = {}
        for route in routes:
            passed = route[1:-1]
            wanted |= {id(s): sum(t.x for t in passed) / len(passed) for s in passed}
        for row in rows:
            _move(row, [wanted.get(id(s), s.x) for s in row], gap)


def _move(row: list[Spot], wanted: Sequence[float], gap: float) -> None:
    for spot, x in zip(row, nearest(row, wanted, gap)):
        spot.x = x


def nearest(row: Sequence[Spot], wanted: Sequence[float], gap: float) -> list[float]:
    """The places nearest to the wanted ones, in weighted squares, that keep the distances."""
    offsets = [0.0]
    for before, spot in pairwise(row):
        offsets.append(offsets[-1] + before.right + gap + spot.left)
    blocks: list[tuple[float, float, int]] = []  # (mean, weight, members) of spots that touch
    for spot, target, offset in zip(row, wanted, offsets):
        mean, weight, members = target - offset, spot.weight, 1
        while blocks and blocks[-1][0] >= mean:
            other, more, count = blocks.pop()
            mean = (mean * weight + other * more) / (weight + more)
            weight, members = weight + more, members + count
        blocks.append((mean, weight, members))
    places = [mean for mean, _, members in blocks for _ in range(members)]
    return [place + offset for place, offset in zip(places, offsets)]
