"""What stands under the picture of a recurrence: its weights, its state and its output."""

from __future__ import annotations

from typing import Any

from recurra.engine.tree import leaves
from recurra.explain.drawing import facts

MERGED = {
    "concat": "put side by side",
    "sum": "added",
    "ave": "averaged",
    "mul": "multiplied",
    None: "both given",
}


def states(cell: Any) -> tuple[list[str], str]:
    """The names of a cell's states, and their size as words: `(["h", "c"], "units=64")`."""
    if cell is None:
        return [], ""
    sizes = list(leaves(cell.state_size))
    if len(sizes) == 1:
        names = ["h"]
    else:
        names = ["h", "c"] if "LSTM" in type(cell).__name__ else ["states"]
    return names, "units=" + ", ".join(str(s) for s in dict.fromkeys(sizes))


def shapes(layer: Any, steps: int | None, out_steps: int | None) -> list[str]:
    """What comes in and what goes out, with the numbers of timesteps that are drawn."""
    lines = []
    ways = (("in", facts.inputs_of(layer), steps), ("out", facts.outputs_of(layer), out_steps))
    for way, found, count in ways:
        if found:
            words = [facts.axes(facts.lasting(shape, count)) for shape in found]
            lines.append(f"{way}: " + ", ".join(f"({w.replace(' ', ', ')})" for w in words))
    return lines


def output(cell: Any) -> str:
    """The size of a cell's output as words."""
    size = getattr(cell, "output_size", None) or next(leaves(cell.state_size))
    return f"units={size}"


def sentences(layer: Any, names: list[str], units: str) -> list[str]:
    """One sentence each for the cell, the state, the output and what is special."""
    one = getattr(layer, "forward_layer", layer)
    batch = next((a.size for s in facts.inputs_of(layer)[:1] for a in s if a.name == "batch"), None)
    many = f"of the {batch:,} in a batch" if isinstance(batch, int) and batch > 1 else "of a batch"
    own = ", from a state of its own" if names else ""
    told = [
        f"This is one sample {many}; each goes through by itself{own}.",
        same_weights(layer),
    ]
    if names:
        state = " and ".join(names)
        told.append(
            f"{state}: the state, {_size(names, units)}, which the cell hands to the next "
            "timestep. How many they are is up to you (`units`); it need not be the number of "
            "features."
        )
        every = one.return_sequences
        told.append(
            "return_sequences=True: the output of every timestep goes out."
            if every
            else "return_sequences=False: only the output after all timesteps goes out. With "
            "return_sequences=True that of every timestep would."
        )
    return [*told, *_special(layer, one)]


def _size(names: list[str], units: str) -> str:
    sizes = units.removeprefix("units=").replace(", ", " and ")
    each = "each " if len(names) > 1 else ""
    return f"{each}{sizes} number{'s' * (sizes != '1')}"


def same_weights(layer: Any) -> str:
    """The weights as arithmetic, which are the same at every timestep."""
    inner = getattr(layer, "forward_layer", getattr(layer, "layer", layer))
    two = ", others for each direction" if hasattr(layer, "forward_layer") else ""
    if not getattr(inner, "weights", None):
        return "The same weights are used at every timestep."
    return f"The same weights at every timestep{two}: {weights(inner)}."


def weights(layer: Any) -> str:
    """`kernel 5 x 3 + bias 3 = 18 parameters`."""
    sizes = [f"{w.name} {' x '.join(map(str, w.shape))}" for w in layer.weights]
    return f"{' + '.join(sizes)} = {sum(w.size for w in layer.weights):,} parameters"


def _special(layer: Any, one: Any) -> list[str]:
    told = []
    if hasattr(layer, "forward_layer"):
        where = "of each timestep" if one.return_sequences else "at the two ends"
        told.append(
            f"merge_mode={layer.merge_mode!r}: the outputs of both directions {where} are "
            f"{MERGED[layer.merge_mode]}."
        )
    elif getattr(one, "go_backwards", False):
        order = " Outputs are in that order: output 1 belongs to the last x."
        told.append(
            "go_backwards=True: it begins at the last timestep."
            + (order if one.return_sequences else "")
        )
    if getattr(one, "stateful", False):
        told.append(
            "stateful=True: sample i of a batch starts from the state in which sample i of the "
            "batch before ended, until reset_states()."
        )
    return told
