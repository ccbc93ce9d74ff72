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
        facts = {k: v for k, v in vars(self).items() if k != "source"}
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
        source: the layer that gave the array, where one did.
        problem: one sentence, if the two shapes do not say it all.
        fixes: what to type instead; without `problem`, `recurra.explain` finds further ones from
            the shapes.
    """

    source: Any = None

    def __init__(
        self,
        subject: str,
        argument: str,
        came: Any,
        expected: Any,
        *,
        origin: Any = None,
        source: Any = None,
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
        self.source = source
        self.said = problem is not None


class DataError(RecurraError, ValueError):
    """Data for training or prediction that cannot mean anything: NaN, no samples, bad labels."""


class StateError(RecurraError, ValueError, AttributeError):
    """Something was asked of a layer or model that is not built or not compiled yet."""


class FileError(RecurraError, ValueError):
    """A file that cannot be read or written as asked."""
