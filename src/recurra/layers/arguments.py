"""How layers declare arguments that many of them have."""

from __future__ import annotations

from typing import Any

from recurra import activations, constraints, initializers, regularizers
from recurra.engine.arguments import Check, arg, is_count, one_of

#: Spellings of Keras 1 beside today's.
FORMATS = {None: "channels_last", "tf": "channels_last", "th": "channels_first"}

AXES = Check(
    "an axis or a list of axes",
    lambda v: all(is_count(abs(a) + 1) for a in (v if isinstance(v, (list, tuple)) else [v])),
)


def activation(default: str | None = None, old: tuple[str, ...] = (), gates: bool = False) -> Any:
    """An argument that takes an activation: a name or a function of an array."""
    return arg(
        default=default,
        convert=activations.get,
        serialize=activations.serialize,
        old=old,
        doc="applied to the output: a name or a function of an array."
        if not gates
        else "applied to the gates: a name or a function of an array.",
    )


def initializer(default: str, old: tuple[str, ...] = ()) -> Any:
    """An argument that takes an initializer: a name, an instance or a function."""
    return arg(
        default=default,
        convert=initializers.get,
        serialize=initializers.serialize,
        old=old,
        doc="how the {what} begins: a name, an instance or a function of shape and dtype.",
    )


def regularizer(old: tuple[str, ...] = ()) -> Any:
    """An argument that takes a regularizer, or None."""
    return arg(
        default=None,
        convert=regularizers.get,
        serialize=regularizers.serialize,
        old=old,
        doc="function of the {what} that is added to the training loss, or None.",
    )


def constraint(old: tuple[str, ...] = ()) -> Any:
    """An argument that takes a constraint, or None."""
    return arg(
        default=None,
        convert=constraints.get,
        serialize=constraints.serialize,
        old=old,
        doc="function that the {what} goes through after each update, or None.",
    )


def steps(*, old: tuple[str, ...] = (), **options: Any) -> Any:
    """An argument that counts timesteps: 3, (3,) or [3]; kept as (3,), as Keras does."""
    expected = "a whole number of at least 1"
    check = Check(expected, lambda v: v is None or (len(v) == 1 and is_count(v[0])))
    return arg(convert=_tuple, check=check, old=old, **options)


def both_ends(default: Any) -> Any:
    """An argument that counts timesteps at the start and the end: 2 or (2, 2)."""
    expected = "a whole number of at least 0, or two of them, (start, end),"
    check = Check(expected, lambda v: len(v) == 2 and all(is_count(n + 1) for n in v))
    return arg(default=default, convert=_pair, check=check)


def padding(*further: str) -> Any:
    """An argument that says what happens at the ends of a sequence."""
    return arg(
        default="valid",
        convert=lambda v: v.lower() if isinstance(v, str) else v,
        check=one_of("valid", "same", *further),
        old=("border_mode",),
    )


def data_format() -> Any:
    """An argument that says whether features come last or before the timesteps."""
    return arg(
        default=None,
        convert=lambda v: FORMATS.get(v, v),
        check=one_of("channels_last", "channels_first"),
        old=("dim_ordering",),
        doc='"channels_last" for (batch, timesteps, features), "channels_first" the other way.',
    )


def _tuple(value: Any) -> Any:
    return value if value is None else tuple(value) if hasattr(value, "__iter__") else (value,)


def _pair(value: Any) -> Any:
    return tuple(value) if hasattr(value, "__iter__") else (value, value)
