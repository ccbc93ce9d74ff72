"""A recurrence, unrolled: a cell for each timestep, and the state from one to the next."""

from __future__ import annotations

from typing import Any

from recurra.explain.drawing import facts, told
from recurra.explain.drawing.parts import NORMAL, Rect
from recurra.explain.drawing.plan import Plan, Way, numbered, output_name, plan_of
from recurra.explain.drawing.scene import Scene

#: Heights of boxes and of the arrows between rows.
HEIGHT, RISE = 46.0, 34.0


def fits(layer: Any) -> bool:
    """Whether a layer does the same at each timestep and can be unrolled."""
    if hasattr(layer, "forward_layer") and hasattr(layer, "backward_layer"):
        return True
    over_time = type(layer).__name__ == "TimeDistributed"
    return over_time or (hasattr(layer, "go_backwards") and hasattr(layer, "cell"))


def unroll(layer: Any, timesteps: int | None) -> Scene:
    """The scene of an unrolled layer."""
    plan = plan_of(layer, timesteps)
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


def _inputs(scene: Scene, plan: Plan) -> None:
    for column, step in enumerate(plan.shown):
        x = plan.x(column)
        if step is None:
            _dots(scene, plan, column, 0)
        else:
            lines = [numbered("x", step), plan.features]
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
            lines = [output_name(plan, way, step, sequences), plan.output_of(way)]
            scene.box(Rect(plan.x(column), out, plan.width, HEIGHT), lines, "output")
    if plan.states:
        _states(scene, plan, way, y, order)


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
            scene.text((left + right) / 2, label_y, numbered(name, step), "state", NORMAL)
    if isinstance(step, int):
        size_y = y + HEIGHT / 2 + (0 if two else 11)
        scene.text((left + right) / 2, size_y, plan.units, "state", 10.0)
