"""What is known of a layer's shapes where no symbolic tensor tells them."""

from __future__ import annotations

from typing import Any

from recurra.engine import rule, symbolic
from recurra.engine.rule import Expected
from recurra.engine.shapes import Axis, Shape
from recurra.engine.symbolic import SymbolicTensor


def sizes_known(x: Any) -> tuple[int | None, ...] | None:
    """The shape of an array, None for sizes that are only stood in for, and for anything else."""
    return tuple(map(symbolic.known_size, x.shape)) if hasattr(x, "shape") else None


def carried_batch(model: Any) -> int | None:
    """The number of samples for which stateful layers carry states, or None."""
    for layer in model._flatten_layers():
        for variable in getattr(layer, "state_variables", list)():
            return int(variable.shape[0])
    return None


def inputs_built_for(model: Any) -> list[Shape]:
    """What a model without a graph was first called on, for any batch; nothing if it never was."""
    return [Shape((None, *sizes[1:])) for sizes in _shapes(model._build_shape)]


def _shapes(tree: Any) -> list[tuple]:
    """The shapes in a list, a dict or alone."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, tuple) and all(s is None or isinstance(s, int) for s in tree):
        return [tree]
    return [shape for each in tree or () for shape in _shapes(each)]


def built_for(layer: Any) -> tuple[Any, Any] | None:
    """Symbolic inputs and outputs for the shape that a layer was built for; None if unknown.

    The batch is left open, unless the layer carries a state for each sample of it.
    """
    shape = layer._build_shape
    if not isinstance(shape, tuple):
        return None
    batch = shape[0] if getattr(layer, "stateful", False) else None
    given = SymbolicTensor((batch, *shape[1:]))
    return given, layer.compute_output_spec(given)


def guess(layer: Any, given: Expected | None = None) -> Expected | None:
    """What the shape rule and the arguments tell of a layer's output before its input is known.

    Args:
        layer: `LSTM(5)`, say, not built yet.
        given: what is known of its input, for example from the layer before.

    Returns:
        The axes (`batch, units=5`), those without a size unknown; None without a shape rule.
    """
    if getattr(layer, "shape_rule", None) is None:
        return None
    parsed = rule.parse(layer.shape_rule)
    wanted = parsed.expected(0, layer, {})
    given = given or wanted
    after = rule.Rule(parsed.outputs, parsed.inputs).expected(0, layer, {})
    if [a.name for a in after] == ["same"]:
        return given
    axes: list[Axis] = []
    for axis in after:
        if axis.name == "...":
            axes += _middle(wanted, given)
        else:
            size = getattr(layer, axis.name, None)
            known = isinstance(size, int) and not isinstance(size, bool)
            axes.append(Axis(axis.name, size if known else None))
    return Expected(axes)


def _middle(wanted: Expected, given: Expected) -> list[Axis]:
    """The axes of the input that `...` stands for, or `...` itself."""
    names = [a.name for a in wanted]
    if given.open or "..." not in names:
        return [Axis("...", None)]
    start = names.index("...")
    return list(given[start : len(given) - (len(names) - 1 - start)])


def guesses(layers: list[Any]) -> list[Expected | None]:
    """What is known of the output of each layer in a chain that has no input yet."""
    found: list[Expected | None] = []
    for layer in layers:
        found.append(guess(layer, found[-1] if found else None))
    return found


def input_to_type(layers: list[Any]) -> str:
    """The `Input` that a chain of layers lacks: `Input((timesteps, features))`."""
    first = getattr(layers[0], "shape_rule", None) if layers else None
    if first is None:
        return "Input((timesteps, features))"
    names = [a.name for a in rule.parse(first).expected(0, layers[0], {})]
    if names == ["batch", "..."]:
        after = [a.name for a in guess(layers[0]) or ()]
        return "Input((timesteps,))" if "timesteps" in after else "Input((timesteps, features))"
    inner = [n for n in names[1:] if n != "..."]
    return f"Input(({', '.join(inner)}{',' * (len(inner) == 1)}))"
