"""`model.draw()`: the layers of a model and the shapes that go from one to the next."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from recurra.engine.errors import StateError
from recurra.explain.drawing import facts
from recurra.explain.drawing.cards import Card, Edge, call_card, cards_of, draw_card
from recurra.explain.drawing.layout import Route, arrange
from recurra.explain.drawing.parts import SMALL
from recurra.explain.drawing.picture import Picture, finish
from recurra.explain.drawing.scene import Scene

#: Height of the words under a box, and of the way to the next rank, straight or bent.
WORDS, STRAIGHT, BENT = 26.0, 22.0, 44.0
#: Free space between boxes side by side.
GAP = 28.0


def draw(model: Any, path: Any = None) -> Picture:
    """The picture of a model, saved if there is a path.

    Raises:
        StateError: for a model that is not built.
    """
    graph = getattr(model, "_graph", None)
    _refuse_unbuilt(model)
    scene = graph_scene(model) if graph is not None else _list_scene(model)
    scene.title(model.name, _summary(model))
    if graph is None:
        scene.caption(
            f"{type(model).__name__} is a class of its own: its `call` decides which way the data "
            "goes, so no arrows are drawn. These are the layers that it holds, in the order of "
            "its attributes."
        )
    return finish(scene, path)


def _refuse_unbuilt(model: Any) -> None:
    if getattr(model, "_graph", None) is not None:
        return
    if hasattr(model, "_list"):
        raise StateError(
            f"{model.label} cannot be drawn yet: nothing says what goes into it, so no shape is "
            "known.",
            fixes=[
                "Sequential([Input((timesteps, features)), ...])  # begin with the shape of one "
                "sample",
                "model.build((None, timesteps, features)) before draw",
                "call fit or predict first",
            ],
        )
    if not model.built:
        raise StateError(
            f"{model.label} cannot be drawn yet: its layers are made when it is first called.",
            fixes=["model(X[:1]) before draw", "call fit or predict first"],
        )


def _summary(model: Any) -> str:
    kind = type(model).__name__
    count = len([x for x in model.layers if type(x).__name__ != "InputLayer"])
    return f"{kind} · {count} layer{'s' * (count != 1)} · {facts.parameters(model)}"


def graph_scene(model: Any) -> Scene:
    """The boxes and arrows of a model with a graph, without its title."""
    cards, edges = cards_of(model._graph, graph_scene)
    for card in cards:
        card.measure()
    routes = arrange(
        [c.spot for c in cards], [(start.spot, end.spot) for start, _, end in edges], GAP
    )
    floors = _stack(cards, routes)
    scene = Scene(f"the layers of {model.name}")
    _draw_arrows(scene, edges, routes, floors)
    for card in cards:
        draw_card(scene, card)
    return scene


def _stack(cards: list[Card], routes: list[Route]) -> list[tuple[float, float]]:
    """Give each box its y; returns where each rank begins and where its arrows begin to bend."""
    floors, y = [], 0.0
    for rank in range(1 + max(c.spot.rank for c in cards)):
        row = [c for c in cards if c.spot.rank == rank]
        for card in row:
            card.y = y
        height = max((card.size[1] for card in row), default=0.0)
        floors.append((y, y + height + WORDS))
        leaving = [pair for r in routes for pair in pairwise(r) if pair[0].rank == rank]
        straight = all(abs(a.x - b.x) < 1 for a, b in leaving)
        y += height + WORDS + (STRAIGHT if straight else BENT)
    return floors


def _draw_arrows(
    scene: Scene, edges: list[Edge], routes: list[Route], floors: list[tuple[float, float]]
) -> None:
    said: set[int] = set()
    for (start, x, end), route in zip(edges, routes):
        left, bottom = start.spot.x + start.port(x), start.y + start.size[1]
        points = [(left, bottom), (left, floors[start.spot.rank][1])]
        for spot in route[1:-1]:
            points += [(spot.x, y) for y in floors[spot.rank]]
        points.append((end.spot.x + _landing(edges, routes, end, route), end.y))
        scene.arrow(*points, curved=True)
        if id(x) not in said:
            said.add(id(x))
            words = facts.axes(x.axes)
            scene.text(left + 9, bottom + WORDS / 2 + 1, words, "muted", SMALL, anchor="start")


def _landing(edges: list[Edge], routes: list[Route], end: Card, route: Route) -> float:
    """How far from the middle an arrow meets a box: several come in the order of their starts."""
    coming = [r for (_, _, card), r in zip(edges, routes) if card is end]
    coming.sort(key=lambda r: r[-2].x)
    step = min(26.0, 0.7 * end.size[0] / len(coming))
    place = next(k for k, r in enumerate(coming) if r is route)
    return (place - (len(coming) - 1) / 2) * step


def _list_scene(model: Any) -> Scene:
    """The layers of a model of its own class, one under the other, without arrows."""
    scene, y = Scene(f"the layers that {model.name} holds"), 0.0
    cards = []
    for layer in model.layers:
        card = call_card(layer, graph_scene)
        shape = facts.first_input(layer)
        if shape is not None and card.inner is None:
            out = ", ".join(map(facts.axes, facts.outputs_of(layer)))
            card.lines.append(f"{facts.axes(shape)} → {out}")
        cards.append(card)
    widest = max((card.size[0] for card in cards), default=0.0)
    for card in cards:
        card.y, card.spot.x, card.least = y, widest / 2, widest
        draw_card(scene, card)
        y += card.size[1] + 14
    return scene
