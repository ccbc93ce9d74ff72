"""What to type where states come that a recurrent layer has no place for."""

from __future__ import annotations

from typing import Any


def size_fixes(layer: Any, have: Any, want: int) -> list[str]:
    """For states of another number of units: another layer, or states made smaller."""
    if not isinstance(have, int) or have == want:
        return []
    kind = type(layer).__name__
    both = f" 2 x {want} = {have}: the states of both directions side by side"
    return [
        f"{kind}({have})  # takes states of that size;{both if have == 2 * want else ''}".rstrip(
            ";"
        ),
        f"Dense({want})(state)  # or brings each state to {want} units",
    ]


def count_fixes(layer: Any, have: int, want: int) -> list[str]:
    """For too many states or too few."""
    first = []
    if (have, want) == (2, 1):
        first = ["initial_state=[h]  # an LSTM gives h and c, and one state is taken here"]
    if have == 2 * want:
        units = getattr(layer, "units", "units")
        pairs = ("h", "c") if want == 2 else ("h",)
        joined = ", ".join(f"Concatenate()([forward_{s}, backward_{s}])" for s in pairs)
        why = f"what a Bidirectional gives, for {type(layer).__name__}(2 * {units})"
        return [*first, f"initial_state=[{joined}]  # {why}"]
    if (have, want) == (1, 2):
        return ["initial_state=[state, state]  # from a layer with one state, such as a GRU"]
    return []
