"""The boxes of a model's picture: inputs, calls and outputs, and the tensors between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from recurra.engine.symbolic import SymbolicTensor
from recurra.engine.tree import leaves
from recurra.explain.drawing import facts
from recurra.explain.drawing.layout import Spot
from recurra.explain.drawing.parts import NORMAL, SMALL, Box, Rect, text_width
from recurra.explain.drawing.scene import Scene

#: Free space within a model that is drawn inside a box.
INSIDE = 18.0

#: Makes the scene of a model that is inside another.
Inside = Callable[[Any], Scene]


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


Edge = tuple[Card, SymbolicTensor, Card]


def cards_of(graph: Any, inside: Inside) -> tuple[list[Card], list[Edge]]:
    """A box for each input, call and output of a graph, and the arrows between them."""
    makers: dict[int, Card] = {}
    cards, edges, called = [], [], set()
    for x in graph.flat_inputs:
        makers[id(x)] = Card([x.name, "Input"], "input")
        cards.append(makers[id(x)])
    for node in graph.nodes:
        card = call_card(node.operation, inside, id(node.operation) in called)
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


def call_card(operation: Any, inside: Inside, again: bool = False) -> Card:
    """The box of a call: of a layer, of a function, or of a model with its own layers inside."""
    if not hasattr(operation, "count_params"):
        return Card([operation.kind, "function"], "plain")
    kind = facts.written(operation)
    counts = "used again, the same weights" if again else facts.parameters(operation)
    lines = [str(operation.name), f"{kind} · {counts}"]
    if getattr(operation, "_graph", None) is not None and not again:
        return Card(lines, "plain", inside(operation))
    return Card(lines, "cell" if hasattr(operation, "return_sequences") else "plain")


def draw_card(scene: Scene, card: Card) -> None:
    """The box, its words, and the model in it."""
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
