"""Old arguments of constructors that are more than another name for one of today's.

Plain renames stand where the argument is declared: `units: int = arg(old=("output_dim",))`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from recurra.compat.said import say, shown
from recurra.compat.translation import Call, Row, dropped, only, renamed
from recurra.compat.translation import translate as apply_rows
from recurra.engine import rule

#: What a layer could say about the model's input, all of it at once.
_SHAPE = ("input_dim", "input_length", "batch_size", "batch_shape", "input_shape")


def _first_layer(call: Call, old: str, value: Any) -> None:
    """The size of the input, said on the first layer, becomes `batch_input_shape`."""
    given = {old: value} | {k: call.keywords.pop(k) for k in _SHAPE if k in call.keywords}
    given = {k: v for k, v in given.items() if v is not None}
    batch = given.get("batch_size")
    if "batch_shape" in given:
        shape = tuple(given["batch_shape"])
    elif "input_shape" in given:
        shape = (batch, *given["input_shape"])
    elif "input_length" in given or _axes(call.owner) == 3:
        shape = (batch, given.get("input_length"), given.get("input_dim"))
    else:
        shape = (batch, given.get("input_dim"))
    call.keywords["batch_input_shape"] = shape
    names = [f"`{k}`" for k in given if k != "input_shape"]
    if names:
        what = f"shape={shape[1:]}" if shape[0] is None else f"batch_shape={shape}"
        verb = "is" if len(names) == 1 else "are"
        say(f"{', '.join(names)} of {call.name} {verb} now said in front of it: Input({what})")


def _initial_weights(call: Call, old: str, value: Any) -> None:
    """`weights=[kernel, bias]` become the initializers."""
    if value is None:
        return
    parts = [k for k in _WEIGHTS if k in call.known]
    for name, array in zip(parts, value, strict=False):
        call.put(old, name, np.asarray(array))


_WEIGHTS = ("kernel_initializer", "recurrent_initializer", "bias_initializer")


def _forget_bias(call: Call, old: str, value: Any) -> None:
    name = getattr(value, "__name__", value)
    call.put(old, "unit_forget_bias", name in ("one", "ones"))


def _gates(call: Call, old: str, value: Any) -> None:
    """Keras 1 wrote `inner_activation`, and its hard sigmoid was steeper."""
    if value == "hard_sigmoid":
        from recurra.compat.steep import hard_sigmoid_keras1

        call.put(old, "recurrent_activation", hard_sigmoid_keras1)
        say(
            "`hard_sigmoid` was clip(0.2 x + 0.5) when `inner_activation` was written, and still "
            "is here; today's `recurrent_activation='hard_sigmoid'` is clip(x / 6 + 0.5)"
        )
    else:
        call.put(old, "recurrent_activation", value)


def _decay(call: Call, old: str, value: Any) -> None:
    """`decay` still lowers the rate as it did; today a schedule says so."""
    if value:
        rate = shown(call.keywords.get("learning_rate", call.keywords.get("lr", 0.01)))
        say(
            f"`decay` is now a schedule: {call.name}(learning_rate=schedules.InverseTimeDecay("
            f"{rate}, decay_steps=1, decay_rate={shown(value)})), which is what it does here"
        )
    call.keywords[old] = value


def _period(call: Call, old: str, value: Any) -> None:
    """Every so many epochs, which is kept; today it is said as a number of batches."""
    if value != 1:
        say(
            f"`period` of {call.name} is now said in batches: save_freq={shown(value)} * "
            "steps_per_epoch, where steps_per_epoch is the number of batches an epoch"
        )
    call.keywords[old] = value


#: By class, bases included: the rows of its old arguments.
ARGUMENTS: dict[str, dict[str, Row]] = {
    "Layer": {
        "input_dim": _first_layer,
        "input_length": _first_layer,
        "batch_size": _first_layer,
        "batch_shape": _first_layer,
        "input_dtype": renamed("dtype"),
        "weights": _initial_weights,
        "autocast": dropped(),
        "dynamic": dropped(),
    },
    "RecurrentLayer": {
        "inner_activation": _gates,
        "forget_bias_init": _forget_bias,
        "consume_less": dropped("recurra finds the fastest way by itself"),
        "implementation": dropped(),
        "use_cudnn": dropped(),
        "time_major": only(
            False, "leave it out and give X.transpose(1, 0, 2): (batch, timesteps, features)"
        ),
        "truncate_gradient": only(-1, "leave it out and cut the sequences into shorter windows"),
    },
    "Embedding": {
        "dropout": only(0.0, "leave it out and add SpatialDropout1D(rate) after it"),
        "input_length": lambda call, old, value: call.keywords.update(input_length=value),
    },
    "BatchNormalization": {
        "mode": only(0, "leave it out: each feature is normalized over batch and timesteps"),
    },
    "Model": {"input": renamed("inputs"), "output": renamed("outputs")},
    "Optimizer": {"decay": _decay},
    "ModelCheckpoint": {"period": _period},
}


def translate(cls: type, keywords: dict[str, Any]) -> dict[str, Any]:
    """A constructor's keywords in today's spelling.

    Args:
        cls: the class that is being made, with its declared arguments.
        keywords: what was given; what nobody knows is left in place.
    """
    declared = getattr(cls, "_arguments", {})
    rows: dict[str, Row] = {}
    for base in reversed(cls.__mro__):
        rows.update(
            {
                old: renamed(a.name)
                for a in base.__dict__.get("_own_arguments", {}).values()
                for old in a.old
            }
        )
        rows.update(ARGUMENTS.get(base.__name__, {}))
    known = [name for name, a in declared.items() if not a.hidden]
    return apply_rows(Call(cls.__name__, keywords, known, cls), rows)


def _axes(cls: type | None) -> int:
    """How many axes a layer's input has: 3 for sequences, else 2."""
    line = getattr(cls, "shape_rule", None)
    if not isinstance(line, str):
        return 3 if isinstance(line, property) else 2
    return 3 if "timesteps" in rule.parse(line).inputs[0] else 2
