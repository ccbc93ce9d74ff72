"""The errors that recurra raises: facts here, words in `recurra.explain`.

An error carries what went wrong as facts. The text is made when somebody reads it, by the renderer
that `recurra.explain` installs, so the engine needs no wording for fixes and layouts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

renderer: Callable[[RecurraError], str] | None = None


class RecurraError(Exception):
    """Any mistake that recurra found and can explain.

    Args:
        problem: one sentence that names the layer, argument or file and what is wrong with it.
        came: what was given.
        expected: what was needed.
        set_by: the line of the user's program which set the expectation.
        fixes: what to type instead, most likely first.
    """

    #: The argument that holds what is wrong, where that came in another one than usual.
    within: str | None = None

    def __init__(
        self,
        problem: str,
        *,
        came: str | None = None,
        expected: str | None = None,
        set_by: str | None = None,
        fixes: Sequence[str] = (),
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.came = came
        self.expected = expected
        self.set_by = set_by
        self.fixes = tuple(fixes)

    def add_note(self, note: str, /) -> None:
        """Keep a note, but not JAX's remark on frames of its own that it has left out."""
        if "internal frames" not in note:
            super().add_note(note)

    def __str__(self) -> str:
        return renderer(self) if renderer else self.problem

    def __reduce__(self) -> Any:
        """What another process needs to raise it there: all facts but the layer at fault."""
        facts = {k: v for k, v in vars(self).items() if k not in ("path", "accepts", "because")}
        return _again, (type(self), self.problem, facts)


def _again(kind: type[RecurraError], problem: str, facts: dict[str, Any]) -> RecurraError:
    error = kind.__new__(kind, problem)
    error.__dict__.update(facts)
    return error


class ArgumentError(RecurraError, ValueError, TypeError):
    """An argument of a constructor or method is unknown, missing or has an unusable value."""


class ShapeError(RecurraError, ValueError):
    """An array has the wrong number of axes or a wrong size along one of them.

    Args:
        subject: who refuses it, such as "LSTM 'lstm_1'".
        argument: the name of the argument that holds the array.
        came: a `recurra.engine.shapes.Shape`.
        expected: the axes the subject's shape rule asks for.
        origin: where the expectation was set.
        path: the `recurra.engine.sources.Step`s that the array came by, from the data on.
        accepts: whether an array of other sizes would do, to prove fixes before they are offered.
        because: the error inside that made these sizes unusable.
        problem: one sentence, if the two shapes do not say it all.
        fixes: what to type instead; without `problem`, `recurra.explain` finds further ones from
            the shapes.
    """

    path: tuple[Any, ...] = ()
    accepts: Callable[[tuple[Any, ...]], bool] | None = None
    because: RecurraError | None = None
    #: How many targets came beside the data, None where there are none.
    targets: int | None = None
    #: Whether the sequence has fewer timesteps than a layer needs.
    too_short = False
    #: Whether what is wrong is a size that is not known.
    unknown = False

    def __init__(
        self,
        subject: str,
        argument: str,
        came: Any,
        expected: Any,
        *,
        origin: Any = None,
        path: Sequence[Any] = (),
        accepts: Callable[[tuple[Any, ...]], bool] | None = None,
        because: RecurraError | None = None,
        problem: str | None = None,
        fixes: Sequence[str] = (),
    ) -> None:
        super().__init__(
            problem or f"{subject} cannot take `{argument}` of shape {came}: {expected} is needed.",
            came=f"{argument} {came}",
            expected=str(expected),
            set_by=str(origin) if origin else None,
            fixes=fixes,
        )
        self.subject, self.argument = subject, argument
        self.came_shape, self.expected_shape = came, expected
        self.path, self.accepts, self.because = tuple(path), accepts, because
        self.said = problem is not None

    @property
    def source(self) -> Any:
        """The layer that gave the array; None for data."""
        layer = self.path[-1].layer if self.path else None
        return None if getattr(layer, "for_data", False) else layer  # an Input made for data

    def rename(self, argument: str, came: Any) -> None:
        """Say under which name, and with which sizes, the data came that was refused."""
        if not self.said:
            needed = f"{self.expected_shape} is needed."
            self.problem = f"{self.subject} cannot take `{argument}` of shape {came}: {needed}"
        self.argument, self.came_shape, self.came = argument, came, f"{argument} {came}"


class DataError(RecurraError, ValueError):
    """Data for training or prediction that cannot mean anything: NaN, no samples, bad labels."""


class StateError(RecurraError, ValueError, AttributeError):
    """Something was asked of a layer or model that is not built or not compiled yet."""


class FileError(RecurraError, ValueError):
    """A file that cannot be read or written as asked."""
