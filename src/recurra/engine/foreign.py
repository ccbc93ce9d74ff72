"""Errors of Python, NumPy and JAX in the user's code that can be recognised, in plain words."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from types import FrameType
from typing import Any, NamedTuple

import jax

from recurra.engine.suggestions import did_you_mean


class Help(NamedTuple):
    """What an error means, and what to type instead."""

    sentence: str
    fixes: tuple[str, ...] = ()


class Case(NamedTuple):
    """A foreign error and what is known of it.

    Args:
        error: of Python, NumPy or JAX.
        text: what it says.
        source: the user's line it arose in.
        frame: of that line.
        layer: the layer whose `call` or `build` it is; None elsewhere.
        recording: whether the layer was being put into a model's graph.
    """

    error: BaseException
    text: str
    source: str
    frame: FrameType
    layer: Any
    recording: bool

    @property
    def eagerly(self) -> tuple[str, ...]:
        """The way to have values while a step runs; a graph is made before there are any."""
        if self.recording:
            return ()
        return ("model.compile(..., run_eagerly=True)  # each step line by line, which is slow",)


def recognise(case: Case) -> Help | None:
    """What an error means, if it is one of the known kinds."""
    return next((found for rule in _RULES if (found := rule(case))), None)


def _before_values(case: Case) -> Help | None:
    """Python or NumPy asks for a value while the step is only being written down."""
    errors = jax.errors
    if isinstance(case.error, errors.TracerArrayConversionError):
        return Help(
            "NumPy needs values, and these are known only when the step runs.",
            ("recurra.ops has the function, and jax.numpy, which is like NumPy", *case.eagerly),
        )
    if isinstance(case.error, errors.NonConcreteBooleanIndexError):
        return Help(
            "How many values the condition picks is known only when the step runs.",
            ("recurra.ops.where(condition, x, 0)  # the others become 0", *case.eagerly),
        )
    if isinstance(case.error, errors.TracerBoolConversionError):
        return Help(
            "`if`, `while`, `and`, `or` and `not` need a value, and this one is known only when "
            "the step runs.",
            ("recurra.ops.where(condition, a, b)  # a where it holds, b elsewhere", *case.eagerly),
        )
    if isinstance(
        case.error, (errors.ConcretizationTypeError, errors.TracerIntegerConversionError)
    ):
        return Help(
            "`range`, `int`, `float` and sizes need a number, and this one is known only when the "
            "step runs.",
            ("leave out float() and int(); x.shape[1] is known before", *case.eagerly),
        )
    return None


def _kept_from_before(case: Case) -> Help | None:
    if not isinstance(case.error, jax.errors.UnexpectedTracerError):
        return None
    return Help(
        "This uses a value that was kept from an earlier step, for example as an attribute.",
        (
            'self.last = self.add_weight("last", shape, trainable=False) in `build`, and '
            "self.last.assign(value) in `call`",
        ),
    )


def _item_assigned(case: Case) -> Help | None:
    if "item assignment" not in case.text and "JAX arrays are immutable" not in case.text:
        return None
    found = re.match(r"\s*(\w[\w.]*)\[(.*)\]\s*=\s*(.+)", case.source)
    name, index, value = found.groups() if found else ("x", "index", "value")
    return Help(
        "The values of a tensor cannot be changed; another tensor can be made from it.",
        (f"{name} = {name}.at[{index}].set({value})",),
    )


def _nothing(case: Case) -> Help | None:
    """Something in the line is None."""
    if "NoneType" not in case.text:
        return None
    names = dict.fromkeys(re.findall(r"(?<![\w.\"'])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", case.source))
    parts = [name.split(".")[:k] for name in names for k in range(1, name.count(".") + 2)]
    nothing = next((".".join(p) for p in parts if _is_none(case.frame, p)), None)
    if nothing is None:
        return None
    if nothing == "mask":
        return Help("`mask` is None: no mask came.", ("if mask is not None: ...",))
    if nothing.startswith("self."):
        return Help(f"`{nothing}` is None: nothing has set it yet.", ("set it in `build`",))
    return Help(f"`{nothing}` is None.")


def _is_none(frame: FrameType, path: list[str]) -> bool:
    """Whether a name of a frame, or an attribute of one, is there and None."""
    if path[0] not in frame.f_locals or path[0] == "None":
        return False
    value = frame.f_locals[path[0]]
    for attribute in path[1:]:
        value = inspect.getattr_static(value, attribute, ...)
    return value is None


def _matrices(case: Case) -> Help | None:
    found = re.search(r"contracting dimensions.*got \((\d+),\) and \((\d+),\)", case.text)
    if found is None:
        return None
    first, second = found.groups()
    return Help(
        f"In a matrix product the last axis of the first factor, here {first}, has to be as long "
        f"as the first axis of the second, here {second}.",
        ('self.add_weight("kernel", (input_shape[-1], units)) in `build`',)
        if case.layer is not None
        else (),
    )


def _broadcast(case: Case) -> Help | None:
    shapes = r"(\([\d, ]*\)), (\([\d, ]*\))"
    found = re.search(rf"ncompatible shapes for broadcasting: (?:shapes=\[)?{shapes}", case.text)
    if found is None:
        return None
    return Help(
        f"Shapes {found[1]} and {found[2]} do not go together: counted from the last axis, two "
        "sizes have to be equal, or one of them 1.",
        ("x[..., None] puts an axis of size 1 at the end, x[:, None] behind the batch",),
    )


def _size_as_object(case: Case) -> Help | None:
    if not re.match(r"'(int|NoneType)' object has no attribute 'value'", case.text):
        return None
    return Help(
        "A size is a number here, or None where it is not known.",
        (case.source.replace(".value", ""),),
    )


def _list_and_tuple(case: Case) -> Help | None:
    if "can only concatenate" not in case.text:
        return None
    fix = re.sub(r"(?<![\w\])])\[([^\[\]]+)\] *\+ *(\w)", r"(\1,) + \2", case.source)
    fix = re.sub(r"\+ *\[([^\[\]]+)\]", r"+ (\1,)", fix)
    return Help(
        "A list and a tuple do not add up, and shapes are tuples.",
        (fix,) if fix != case.source else (),
    )


def _unpacked(case: Case) -> Help | None:
    if "values to unpack" not in case.text or not re.search(r"=\s*data\b", case.source):
        return None
    return Help(
        "`data` is (x, y, sample_weight), with None for what was not given.",
        ("x, y, sample_weight = data",),
    )


def _attribute_of_tensor(case: Case) -> Help | None:
    found = re.search(r"(?:Tracer|ArrayImpl)'?\S*(?: object)? has no attribute '?(\w+)", case.text)
    if found is None:
        return None
    name = found[1]
    known = [n for n in dir(jax.Array) if not n.startswith("_")]
    if name in ("numpy", "eval"):
        return Help(
            f"A tensor has no `{name}`: its values are known only when the step runs.",
            case.eagerly,
        )
    if name in ("get_shape", "as_list", "dims"):
        return Help(f"A tensor has no `{name}`.", ("x.shape is a tuple of sizes",))
    return Help(f"A tensor has no `{name}`{did_you_mean(name, known) or '.'}")


_RULES: tuple[Callable[[Case], Help | None], ...] = (
    _before_values,
    _kept_from_before,
    _item_assigned,
    _size_as_object,
    _nothing,
    _matrices,
    _broadcast,
    _list_and_tuple,
    _unpacked,
    _attribute_of_tensor,
)
