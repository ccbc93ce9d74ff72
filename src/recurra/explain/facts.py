"""What is known about a shape that does not fit, ready for the rules in `recurra.explain.fixes`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from recurra.engine.errors import ShapeError
from recurra.engine.origin import Origin
from recurra.engine.rule import Expected
from recurra.engine.shapes import Axis, Shape


class Facts(NamedTuple):
    """Two shapes that do not go together, and where they come from.

    Args:
        error: the error that tells of them.
        came: the axes of the array.
        expected: the axes that are needed; size None is any size.
        exact: whether a fix has to give what was declared, or what the layers can take will do.
    """

    error: ShapeError
    came: Shape
    expected: Expected
    exact: bool = True

    @property
    def said(self) -> bool:
        """Whether the error says itself what is wrong, so that the two shapes do not have to."""
        return self.error.said

    @property
    def source(self) -> Any:
        """The layer that gave the array, None for data."""
        return self.error.source

    @property
    def is_data(self) -> bool:
        """Whether real data came, not the symbolic tensor of a model that is being built."""
        return self.source is None

    @property
    def from_input(self) -> bool:
        """Whether it is what the user declared as the model's input."""
        return type(self.source).__name__ == "InputLayer"

    @property
    def kind(self) -> str:
        """The class that refuses it: `LSTM`."""
        return self.error.subject.partition(" ")[0]

    @property
    def rank(self) -> int | None:
        """How many axes are needed; None where any number from some on will do."""
        return None if self.expected.open else len(self.expected)

    @property
    def least(self) -> int:
        """How many axes have to be there."""
        return len([a for a in self.expected if a.name != "..."])

    @property
    def lacking(self) -> int:
        """How many axes are missing."""
        return max(self.least - len(self.came), 0)

    def differing(self) -> list[tuple[Axis, Axis]]:
        """Needed and given axis, wherever both have a size and the two differ."""
        if len(self.came) < self.least or (self.rank not in (None, len(self.came))):
            return []
        return [
            (want, have)
            for want, have in self.expected.paired(self.came)
            if isinstance(have.size, int) and want.size not in (None, have.size)
        ]

    def would_fit(self, sizes: tuple[Any, ...]) -> bool:
        """Whether an array of these sizes would be accepted."""
        fits, accepts = self.expected.fit(Shape(sizes)), self.error.accepts
        if accepts is None or (self.exact and not fits):
            return fits
        return accepts(sizes)


def facts_of(error: ShapeError) -> Facts | None:
    """The facts of an error whose two shapes are both known by their axes."""
    came, expected = error.came_shape, error.expected_shape
    if isinstance(expected, Shape):
        expected = Expected(
            Axis(a.name, a.size if isinstance(a.size, int) else None) for a in expected
        )
    if not isinstance(came, Shape) or not isinstance(expected, Expected):
        return None
    return Facts(error, came, expected)


def place(origin: Origin | None) -> str:
    """`train.py:12`, or the empty string."""
    return f"{Path(origin.filename).name}:{origin.line}" if origin else ""
