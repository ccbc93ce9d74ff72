"""What the numbers in a message say, in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from recurra.engine.errors import ShapeError
from recurra.engine.rule import Expected
from recurra.engine.shapes import Axis, Shape, usual_names

Reader = Callable[[re.Match[str]], str | None]
_NUMBERS = re.compile(r"None|-?\d+")


def two_shapes(match: re.Match[str]) -> str | None:
    """A needed and a given shape, told as recurra tells them."""
    groups = match.groupdict()
    if groups.get("expected"):
        return _refusal(match, _sizes(groups["came"]), _sizes(groups["expected"]))
    if groups.get("wanted") and groups.get("came"):
        return _refusal(match, _sizes(groups["came"]), [None] * int(groups["wanted"]))
    if groups.get("a"):
        return (
            f"one side has {groups['a']}, the other {groups['b']}: one of them is the number of "
            "features or units that a layer was built for."
        )
    return None


#: What a layer is called where its automatic name tells its class.
_CLASSES = {"lstm": "LSTM", "gru": "GRU", "simple_rnn": "SimpleRNN", "conv1d": "Conv1D"}


def _refusal(match: re.Match[str], came: list[int | None], wanted: list[int | None]) -> str:
    """Recurra's own message for data of that shape, indented as code."""
    expected = Expected(
        Axis(name, size if k else None)
        for k, (name, size) in enumerate(zip(usual_names(len(wanted)), wanted))
    )
    name = re.search("|".join(_CLASSES), match.string)
    message = str(ShapeError(_CLASSES[name[0]] if name else "Layer", "X", Shape(came), expected))
    return "\n\n" + "\n".join(f"    {line}" for line in message.splitlines())


def _sizes(text: str) -> list[int | None]:
    return [None if n == "None" else int(n) for n in _NUMBERS.findall(text)]


def too_few_steps(match: re.Match[str]) -> str | None:
    """`subtracting 3 from 1`."""
    groups = match.groupdict()
    if not groups.get("kernel"):
        return None
    return (
        f"a kernel of {groups['kernel']} timesteps slides over {groups['steps']}: there is no "
        "place for it."
    )


def two_sizes(match: re.Match[str]) -> str | None:
    """Two sizes that should be one."""
    a, b = match["a"], match["b"]
    return (
        f"one side has {a}, the other {b}. One of them is the number of features (or units) that a "
        "layer was built for."
    )


def missing_rows(match: re.Match[str]) -> str | None:
    """How many rows of the future are missing, and which."""
    needed, have = (datetime.fromisoformat(match[k].strip()) for k in ("needed", "have"))
    horizon = int(match["horizon"])
    missing = (needed - have).total_seconds()
    usual = [rows for rows in range(1, horizon + 1) if missing / rows in _STEPS]
    rows = usual[0] if usual else horizon  # the largest step that is a usual one
    step = (needed - have) / rows
    return (
        f"the future columns end at {have} and are needed up to {needed}: {rows} more "
        f"row{'s' * (rows != 1)}, from {have + step} to {needed}, if a row comes every {step}."
    )


#: Seconds from row to row: minutes, hours, a day, a week.
_STEPS = {60.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 86400.0, 604800.0}


def window_and_next(match: re.Match[str]) -> str | None:
    """A window of several features and a prediction of fewer."""
    axis, window, new = match["axis"], match["a"], match["b"]
    return (
        f"along axis {axis} the window has {window} features and the prediction {new}: the other "
        f"{int(window) - int(new)} of the next step are not known."
        if int(window) > int(new)
        else f"along axis {axis} the sizes are {window} and {new}."
    )


def scaler_columns(match: re.Match[str]) -> str | None:
    """A scaler of several columns and a prediction of one."""
    return f"the scaler was fitted on {match['fitted']} columns, and the array has {match['came']}."


READERS: dict[str, Reader] = {
    "axis-of-another-size": two_shapes,
    "another-number-of-axes": two_shapes,
    "no-timesteps-left": too_few_steps,
    "columns-of-the-future": missing_rows,
    "window-and-prediction": window_and_next,
    "scaler-of-other-columns": scaler_columns,
}
