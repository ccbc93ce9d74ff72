"""What the picture of a recurrence has in each of its rows and columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from recurra.explain.drawing import facts, told
from recurra.explain.drawing.parts import NORMAL, SMALL, subscript, text_width

#: So many timesteps are all drawn; of more, the first three and the last two.
ALL = 7


@dataclass
class Way:
    """One direction of a recurrence: where its row is, and which way it goes.

    Attributes:
        layer: the recurrent layer of this direction.
        name: `forward`, `backward` or nothing.
        up: whether its cells are above the inputs.
    """

    layer: Any
    name: str = ""
    up: bool = True

    @property
    def backwards(self) -> bool:
        """Whether it begins at the last timestep."""
        return bool(getattr(self.layer, "go_backwards", False))


@dataclass
class Plan:
    """What is drawn in every row.

    Attributes:
        layer: whose picture it is.
        steps: the number of timesteps, None where it is not known.
        shown: the timesteps that have a column; None is an ellipsis, 0 the last of an unknown
            number.
        ways: its directions.
        states: the names of the states that go from step to step.
        units, features, output: the sizes of a state, an input and an output, as words.
        cell: how the cell is called.
    """

    layer: Any
    steps: int | None
    shown: list[int | None]
    ways: list[Way]
    states: list[str]
    units: str
    features: str
    output: str
    cell: str

    @property
    def width(self) -> float:
        """Of every box in a column."""
        words = [self.features, self.units, self.output_of(self.ways[-1]), self.start]
        steps = [step for step in self.shown if step is not None]
        headings = [f"{way.name} {self.cell}".strip() for way in self.ways]
        headings += [output_name(self, way, s, sequences=True) for way in self.ways for s in steps]
        small = (text_width(w, SMALL) + 20 for w in words)
        return max(86.0, *small, *(text_width(h, NORMAL, bold=True) + 8 for h in headings))

    @property
    def start(self) -> str:
        """Where the first state comes from."""
        kept = self.states and self.ways[0].layer.stateful
        return "from the last batch" if kept else f"{' and '.join(self.states)}: zeros"

    @property
    def gap(self) -> float:
        """Between two columns: the words on the arrows fit."""
        return max(64.0, text_width(self.units, SMALL) + 30) if self.states else 26.0

    def output_of(self, way: Way) -> str:
        """The size of a direction's output, as words."""
        return self.output + (f", {way.name}" if way.name else "")

    def x(self, column: int) -> float:
        """The left edge of a column; columns left and right of the timesteps count too."""
        return column * (self.width + self.gap)


def plan_of(layer: Any, timesteps: int | None) -> Plan:
    """The plan of a layer over so many timesteps, or as many as it was built for."""
    shape = next(iter(facts.inputs_of(layer)), ())
    known = timesteps or next((a.size for a in shape[1:2]), None)
    steps = int(known) if isinstance(known, int) else None
    features = facts.axes([a for a in shape[2:] if a.name != "..."])
    if hasattr(layer, "forward_layer"):
        forward, back = layer.forward_layer, layer.backward_layer
        ways = [Way(forward, "forward"), Way(back, "backward", up=False)]
    else:
        ways = [Way(layer)]
    cell = getattr(ways[0].layer, "cell", None)
    names, units = told.states(cell)
    if cell is not None:
        inner, output = "cell", told.output(cell)
    else:
        inner, outputs = facts.written(layer.layer), facts.outputs_of(layer)
        output = facts.axes([a for shape in outputs for a in shape[2:]]) or "features"
    features, shown = features or "features", _shown(steps)
    return Plan(layer, steps, shown, ways, names, units, features, output, inner)


def _shown(steps: int | None) -> list[int | None]:
    if steps is None:
        return [1, 2, 3, None, 0]
    if steps <= ALL:
        return list(range(1, steps + 1))
    return [1, 2, 3, None, steps - 1, steps]


def numbered(name: str, step: int) -> str:
    """`h₃`; step 0 is the last of an unknown number."""
    return f"{name}{subscript(step)}" if step else f"last {name}"


def output_name(plan: Plan, way: Way, step: int, sequences: bool) -> str:
    """`output 3`: where it is in what the layer returns."""
    if not sequences:
        return "output"
    turned = way.backwards and not way.name  # Bidirectional turns them back
    if turned and plan.steps is None:
        return "output"
    place = (plan.steps or 0) + 1 - step if turned else step
    return f"output {place}" if place else "last output"
