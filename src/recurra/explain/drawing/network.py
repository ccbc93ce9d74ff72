"""`model.draw()`: the layers of a model and the shapes that go from one to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from recurra.engine.errors import StateError
from recurra.engine.symbolic import SymbolicTensor
from recurra.engine.tree import leaves
from recurra.explain.drawing import facts
from recurra.explain.drawing.layout import Route, Spot, arrange
from recurra.explain.drawing.picture import Picture, finish
from recurra.explain.drawing.scene import NORMAL, SMALL, Box, Rect, Scene, text_width

#: Height of the words under a box, and of the way to the next rank, straight or bent.
WORDS, STRAIGHT, BENT = 26.0, 22.0, 44.0
#: Free space between boxes side by side, and within a model that is drawn inside a box.
GAP, INSIDE = 28.0, 18.0


@dataclass(eq=False)
class Card:
    """A box of the picture, and the tensors that leave it, in their order."""

    lines: list[str]
    role: str
    inner: Scene | None = None
    ports: list[SymbolicTensor] = field(default_factory=list)
    spot: Spot = field(default_factory=lambda: Spot(0, 0))
    y: float = 0.0
    least: float = 0.0

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the box: its words and the model in it fit, its arrows too."""
        sizes = [(NORMAL, True)] + [(SMALL, False)] * (len(self.lines) - 1)
        width = max(text_width(t, s, b) for t, (s, b) in zip(self.lines, sizes)) + 28
        width = max(width, self.least)
        height = 16 + 18.0 * len(self.lines)
        if len(self.ports) > 1:
            width = max(width, sum(map(_port_width, self.ports)))
        if self.inner is not None:
            width = max(width, self.inner.bounds.width + 2 * INSIDE)
            height += self.inner.bounds.height + INSIDE
        return width, height

    def port(self, tensor: SymbolicTensor) -> float:
        """How far from the middle a tensor leaves the box."""
        if len(self.ports) < 2:
            return 0.0
        widths = list(map(_port_width, self.ports))
        place = next(k for k, x in enumerate(self.ports) if x is tensor)
        return sum(widths[:place]) - sum(widths) / 2 + 8

    def measure(self) -> None:
        """Tell its spot how far it reaches to both sides."""
        half = self.size[0] / 2
        words = [self.port(x) + _port_width(x) for x in self.ports]
        self.spot.left, self.spot.right = half, max([half, *words])


def _port_width(x: SymbolicTensor) -> float:
    return text_width(facts.axes(x.axes), SMALL) + 18


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
    cards, edges = _cards(model._graph)
    for card in cards:
        card.measure()
    routes = arrange(
        [c.spot for c in cards], [(start.spot, end.spot) for start, _, end in edges], GAP
    )
    floors = _stack(cards, routes)
    scene = Scene(f"the layers of {model.name}")
    _draw_arrows(scene, edges, routes, floors)
    for card in cards:
        _draw_card(scene, card)
    return scene


Edge = tuple[Card, SymbolicTensor, Card]


def _cards(graph: Any) -> tuple[list[Card], list[Edge]]:
    """A box for each input, call and output of a graph, and the arrows between them."""
    makers: dict[int, Card] = {}
    cards, edges, called = [], [], set()
    for x in graph.flat_inputs:
        makers[id(x)] = Card([x.name, "Input"], "input")
        cards.append(makers[id(x)])
    for node in graph.nodes:
        card = _call_card(node.operation, id(node.operation) in called)
        called.add(id(node.operation))
        cards.append(card)
        edges += [(makers[id(x)], x, card) for x in node.inputs]
        makers |= {id(x): card for x in leaves(node.outputs)}
    for name, x in _named_outputs(graph.outputs):
        card = Card([name], "output")
        cards.append(card)
        edges.append((makers[id(x)], x, card))
    for start, x, _ in edges:
        if not any(x is other for other in start.ports):
            start.ports.append(x)
    return cards, edges


def _named_outputs(outputs: Any) -> list[tuple[str, SymbolicTensor]]:
    if isinstance(outputs, dict):
        return [(f"output {key!r}", x) for key, value in outputs.items() for x in leaves(value)]
    flat = list(leaves(outputs))
    return [(f"output {k + 1}" if len(flat) > 1 else "output", x) for k, x in enumerate(flat)]


def _call_card(operation: Any, again: bool) -> Card:
    """The box of a call: of a layer, of a function, or of a model with its own layers inside."""
    if not hasattr(operation, "count_params"):
        return Card([operation.kind, "function"], "plain")
    kind = facts.written(operation)
    counts = "used again, the same weights" if again else facts.parameters(operation)
    lines = [str(operation.name), f"{kind} · {counts}"]
    if getattr(operation, "_graph", None) is not None and not again:
        return Card(lines, "plain", graph_scene(operation))
    return Card(lines, "cell" if hasattr(operation, "return_sequences") else "plain")


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


def _draw_card(scene: Scene, card: Card) -> None:
    width, height = card.size
    rect = Rect(card.spot.x - width / 2, card.y, width, height)
    if card.inner is None:
        scene.box(rect, card.lines, card.role)
        return
    scene.parts.append(Box(rect, card.role, dashed=True, frame=True))
    for k, line in enumerate(card.lines):
        look = ("muted", SMALL) if k else ("ink", NORMAL)
        scene.text(card.spot.x, card.y + 18 + 18 * k, line, *look, bold=not k)
    inner = card.inner.bounds
    top = card.y + height - INSIDE - inner.height
    scene.put(card.inner.parts, card.spot.x - inner.width / 2 - inner.x, top - inner.y)


def _list_scene(model: Any) -> Scene:
    """The layers of a model of its own class, one under the other, without arrows."""
    scene, y = Scene(f"the layers that {model.name} holds"), 0.0
    cards = []
    for layer in model.layers:
        card = _call_card(layer, False)
        shape = facts.first_input(layer)
        if shape is not None and card.inner is None:
            out = ", ".join(map(facts.axes, facts.outputs_of(layer)))
            card.lines.append(f"{facts.axes(shape)} → {out}")
        cards.append(card)
    widest = max((card.size[0] for card in cards), default=0.0)
    for card in cards:
        card.y, card.spot.x, card.least = y, widest / 2, widest
        _draw_card(scene, card)
        y += card.size[1] + 14
    return scene
