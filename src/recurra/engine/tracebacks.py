"""Tracebacks that show the user's own lines, without the frames of recurra and of JAX."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, TypeVar

import jax

from recurra.engine.errors import ArgumentError, RecurraError
from recurra.engine.origin import is_internal

F = TypeVar("F", bound=Callable[..., Any])

KINDS = ("short", "full")
_full = os.environ.get("RECURRA_TRACEBACKS", "").lower() == "full"

#: Python's own file through which errors pass where a `with` block ends.
_WITH = contextlib.__file__


def tracebacks(kind: str) -> None:
    """Choose what the traceback of an error shows.

    The environment variable RECURRA_TRACEBACKS=full does the same for a whole program.

    Args:
        kind: "short" for the lines of the user's program, which is what holds at first, or "full"
            for those of recurra and JAX as well.

    Raises:
        ArgumentError: for another word.

    Example:
        >>> import recurra as rc
        >>> rc.tracebacks("full")
        >>> rc.tracebacks("short")
    """
    global _full
    if kind not in KINDS:
        raise ArgumentError(f"tracebacks: {kind!r}: one of 'short', 'full' is needed.")
    _full = kind == "full"
    jax.config.update("jax_traceback_filtering", "off" if _full else "auto")


def public(function: F) -> F:
    """Let the errors that leave a function or method show only the user's lines."""

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            shorten(error)
            raise  # which adds no line of this function to the traceback

    return called  # type: ignore[return-value]


def shorten(error: BaseException) -> None:
    """Take the internal frames out of an error's traceback, and of those it came from.

    A foreign error that no line of the user has part in keeps all of them, unless it arose where
    code of the user was called: it may be a mistake of recurra's.
    """
    if _full:
        return
    error.__traceback__ = _shortened(error, error.__traceback__)
    _drop_remark(error)
    for before in _causes(error):
        before.__traceback__ = _shortened(before, before.__traceback__)
        _drop_remark(before)


def _shortened(error: BaseException, trace: TracebackType | None) -> TracebackType | None:
    kept = [t for t in links(trace) if not _is_hidden(t.tb_frame.f_code.co_filename)]
    if not (kept or isinstance(error, RecurraError) or _is_theirs(error)):
        return trace
    out = None
    for t in reversed(kept):
        out = TracebackType(out, t.tb_frame, t.tb_lasti, t.tb_lineno)
    return out


def _is_theirs(error: BaseException) -> bool:
    """Whether a foreign error is known to be the user's: Ctrl-C, or one with such a note."""
    notes = getattr(error, "__notes__", ())
    return not isinstance(error, Exception) or any(getattr(n, "of_user", False) for n in notes)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The errors it came from, cut off before the first one that is none of the user's."""
    seen = {id(error)}
    while True:
        cause = error.__cause__
        before = cause or (None if error.__suppress_context__ else error.__context__)
        if before is None or id(before) in seen:
            return
        if not has_user_line(before):
            error.__cause__, error.__suppress_context__ = None, True
            return
        seen.add(id(before))
        yield before
        error = before


def has_user_line(error: BaseException) -> bool:
    """Whether an error passed through a line of the user's program before it got here."""
    return any(not _is_hidden(t.tb_frame.f_code.co_filename) for t in links(error.__traceback__))


def links(trace: TracebackType | None) -> Iterator[TracebackType]:
    """The lines of a traceback, the outermost first."""
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _is_hidden(filename: str) -> bool:
    return is_internal(filename) or filename == _WITH


def _drop_remark(error: BaseException) -> None:
    """JAX remarks on the frames that it has left out; so do all the others."""
    notes = getattr(error, "__notes__", None)
    if notes:
        notes[:] = [note for note in notes if "JAX_TRACEBACK_FILTERING" not in note]
