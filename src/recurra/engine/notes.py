"""What recurra adds to an error that comes from the user's own code: where it was, and what helps.

The error keeps its type and its text. A note says which layer, loss or callback was being run, on
what, and explains what can be recognised (`recurra.engine.foreign`).
"""

from __future__ import annotations

import linecache
from collections.abc import Callable
from types import FrameType
from typing import Any

from recurra.engine import foreign, tracebacks
from recurra.engine.calls import spec_of
from recurra.engine.errors import RecurraError
from recurra.engine.origin import Origin, is_internal
from recurra.engine.shapes import Shape
from recurra.engine.symbolic import SymbolicTensor, is_symbolic, known_size
from recurra.engine.tree import leaves


class Note(str):
    """A note of ours; an error gets one, where it is closest to the mistake.

    Attributes:
        of_user: whether code of the user was being called.
    """

    of_user = False


class noting:
    """A `with` block around code of the user: an error in it gets a note.

    Args:
        where: says what is being run, such as "in the loss weighted"; called if it fails.
    """

    def __init__(self, where: Callable[[], str]) -> None:
        self.where = where

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if error is not None and wants_note(error):
            add(error, self.where())


def wants_note(error: BaseException) -> bool:
    """Whether an error is a foreign one that has no note of ours yet."""
    return (
        isinstance(error, Exception)
        and not isinstance(error, RecurraError)
        and not any(isinstance(n, Note) for n in getattr(error, "__notes__", ()))
    )


def of_call(error: BaseException, layer: Any, args: tuple, kwargs: dict[str, Any]) -> None:
    """Note on an error in a layer's `call` or `build`: the layer, its arguments, its line."""
    if not wants_note(error):
        return
    names = spec_of(type(layer).call).names[1:]
    given = {**dict(zip(names or ("inputs",), args)), **kwargs}
    with_what = f", called with {shapes}" if (shapes := listed(given)) else ""
    origin = vars(layer).get("origin")
    made = f", made in {origin.place}" if origin else ""
    who = layer.label if "name" in vars(layer) else type(layer).__name__
    of_user = not type(layer).__module__.startswith("recurra.")
    add(error, f"in {who}{with_what}{made}", layer, of_user, is_symbolic((args, kwargs)))


def of_method(error: BaseException, model: Any, method: str) -> None:
    """Note on an error in code of the user that a method such as `fit` has called."""
    if wants_note(error) and tracebacks.has_user_line(error):
        add(error, f"in `{method}` of {getattr(model, 'label', type(model).__name__)}")


def in_function(kind: str, name: Any, y_true: Any, y_pred: Any) -> str:
    """`in the loss 'mine', called with y_true (batch=32, features=1) and y_pred (...)`."""
    given = listed({"y_true": y_true, "y_pred": y_pred})
    return f"in the {kind} {name!r}, called with {given}"


def listed(given: dict[str, Any]) -> str:
    """`x (batch=32, features=1) and y (batch=32, features=1)`: the tensors among arguments."""
    return " and ".join(f"{name} {s}" for name, x in given.items() if (s := _shape(x)))


def _shape(x: Any) -> str:
    """The axes of a tensor or an array, or of each in a list; empty for anything else."""
    if isinstance(x, SymbolicTensor):
        return str(x.axes)
    if hasattr(x, "shape"):
        return str(Shape(tuple(map(known_size, x.shape))))
    inner = [_shape(a) for a in leaves(x)] if isinstance(x, (list, tuple, dict)) else []
    return f"[{', '.join(inner)}]" if inner and all(inner) else ""


def add(
    error: BaseException,
    where: str,
    layer: Any = None,
    of_user: bool = True,
    recording: bool = False,
) -> None:
    """Add the note: where it was, the user's line, what that means and what to type instead.

    Args:
        error: a foreign one.
        where: such as "in Scale 'scale'".
        layer: the layer it was in, where it was in one.
        of_user: whether what was called is the user's.
        recording: whether the layer was being put into a model's graph.
    """
    lines, help_ = [where], None
    frame, number = _user_frame(error)
    if frame is not None:
        origin = Origin(frame.f_code.co_filename, number)
        case = foreign.Case(error, str(error), origin.source, frame, layer, recording)
        help_ = foreign.recognise(case)
    if help_ is not None:
        lines += [f"  {origin}", f"  {help_.sentence}"]
        lines += [f"  fix:      {fix}" for fix in help_.fixes]
    note = Note("\n".join(lines))
    note.of_user = of_user
    error.add_note(note)


def _user_frame(error: BaseException) -> tuple[FrameType | None, int]:
    """The innermost frame of the user's program that the error passed, and its line."""
    found: tuple[FrameType | None, int] = (None, 0)
    for link in tracebacks.links(error.__traceback__):
        filename = link.tb_frame.f_code.co_filename
        if not is_internal(filename) and linecache.getline(filename, link.tb_lineno):
            found = link.tb_frame, link.tb_lineno
    return found
