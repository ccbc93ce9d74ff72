"""A recurrence, unrolled: a cell for each timestep, and the state from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from recurra.explain.drawing import facts, told
from recurra.explain.drawing.scene import NORMAL, SMALL, Rect, Scene, subscript, text_width

#: So many timesteps are all drawn; of more, the first three and the last two.
ALL = 7
#: Heights of boxes and of the arrows between rows.
HEIGHT, RISE = 46.0, 34.0


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
        return max([86.0, *(text_width(w, SMALL) + 20 for w in words)])

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


def fits(layer: Any) -> bool:
    """Whether a layer does the same at each timestep and can be unrolled."""
    if hasattr(layer, "forward_layer") and hasattr(layer, "backward_layer"):
        return True
    over_time = type(layer).__name__ == "TimeDistributed"
    return over_time or (hasattr(layer, "go_backwards") and hasattr(layer, "cell"))


def unroll(layer: Any, timesteps: int | None) -> Scene:
    """The scene of an unrolled layer."""
    plan = _plan(layer, timesteps)
    scene = Scene(f"{layer.name} unrolled over its timesteps")
    _inputs(scene, plan)
    for way in plan.ways:
        _row(scene, plan, way)
    steps = f"{plan.steps} timestep{'s' * (plan.steps != 1)}" if plan.steps else "its timesteps"
    scene.title(
        f"{facts.written(layer)} unrolled over {steps}", *told.shapes(layer, plan.steps, plan.steps)
    )
    scene.caption(*told.sentences(layer, plan.states, plan.units))
    return scene


def _plan(layer: Any, timesteps: int | None) -> Plan:
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


def _numbered(name: str, step: int) -> str:
    """`h₃`; step 0 is the last of an unknown number."""
    return f"{name}{subscript(step)}" if step else f"last {name}"


def _inputs(scene: Scene, plan: Plan) -> None:
    for column, step in enumerate(plan.shown):
        x = plan.x(column)
        if step is None:
            _dots(scene, plan, column, 0)
        else:
            lines = [_numbered("x", step), plan.features]
            scene.box(Rect(x, 0, plan.width, HEIGHT), lines, "input")


def _dots(scene: Scene, plan: Plan, column: int, y: float) -> None:
    scene.text(plan.x(column) + plan.width / 2, y + HEIGHT / 2, "…", "muted", 18.0)


def _row(scene: Scene, plan: Plan, way: Way) -> None:
    """The cells of one direction, what goes between them, and what comes out."""
    side = -1 if way.up else 1
    y, out = side * (HEIGHT + RISE), side * 2 * (HEIGHT + RISE)
    order = list(enumerate(plan.shown))[:: -1 if way.backwards else 1]
    edge_in, edge_out = (0.0, HEIGHT) if way.up else (HEIGHT, 0.0)  # from the inputs, to the cells
    sequences = getattr(way.layer, "return_sequences", True)
    for column, step in order:
        middle = plan.x(column) + plan.width / 2
        if step is None:
            _dots(scene, plan, column, y)
            if sequences:
                _dots(scene, plan, column, out)
            continue
        name = f"{way.name} {plan.cell}".strip()
        size = plan.units if plan.states else ""
        lines = [name, size] if size else [name]
        scene.box(Rect(plan.x(column), y, plan.width, HEIGHT), lines, "cell")
        scene.arrow((middle, edge_in), (middle, y + edge_out), role="input")
        if sequences or (column, step) == order[-1]:
            scene.arrow((middle, y + edge_in), (middle, out + edge_out), role="output")
            lines = [_output_name(plan, way, step, sequences), plan.output_of(way)]
            scene.box(Rect(plan.x(column), out, plan.width, HEIGHT), lines, "output")
    if plan.states:
        _states(scene, plan, way, y, order)


def _output_name(plan: Plan, way: Way, step: int, sequences: bool) -> str:
    """`output 3`: where it is in what the layer returns."""
    if not sequences:
        return "output"
    turned = way.backwards and not way.name  # Bidirectional turns them back
    if turned and plan.steps is None:
        return "output"
    place = (plan.steps or 0) + 1 - step if turned else step
    return f"output {place}" if place else "last output"


def _states(
    scene: Scene, plan: Plan, way: Way, y: float, order: list[tuple[int, int | None]]
) -> None:
    """The state on its way: from the start through all cells and, if it is kept, to the end."""
    ahead = -1 if way.backwards else 1
    start, end = order[0][0] - ahead, order[-1][0] + ahead
    kept, given = way.layer.stateful, way.layer.return_state
    rect = Rect(plan.x(start), y, plan.width, HEIGHT)
    scene.box(rect, ["start", plan.start], "state", dashed=not kept)
    _pass_on(scene, plan, y, start, ahead, "")
    for k, (column, step) in enumerate(order):
        last = k == len(order) - 1
        if last and not (kept or given):
            continue
        here = order[k + 1][1] if step is None and not last else None
        before = here - ahead if here else None  # after the ellipsis: the step before the next one
        label = step if step is not None else before
        _pass_on(scene, plan, y, column, ahead, label)
    if kept or given:
        after = "for the next batch" if not given else "returned, and kept" if kept else "returned"
        scene.box(Rect(plan.x(end), y, plan.width, HEIGHT), ["end", after], "state")


def _pass_on(
    scene: Scene, plan: Plan, y: float, column: int, ahead: int, step: int | str | None
) -> None:
    """The arrows from a column to the next, with the states' names and sizes on them."""
    left = plan.x(column) + (plan.width if ahead > 0 else 0)
    right = left + ahead * plan.gap
    two = len(plan.states) == 2
    heights = (y + HEIGHT * 0.3, y + HEIGHT * 0.7) if two else (y + HEIGHT / 2,)
    for k, (name, at) in enumerate(zip(plan.states, heights)):
        scene.arrow((left, at), (right, at), role="state")
        if isinstance(step, int):
            above = k == 0
            label_y = at - 10 if above else at + 10
            scene.text((left + right) / 2, label_y, _numbered(name, step), "state", NORMAL)
    if isinstance(step, int):
        size_y = y + HEIGHT / 2 + (0 if two else 11)
        scene.text((left + right) / 2, size_y, plan.units, "state", 10.0)
