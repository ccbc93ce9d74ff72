"""Shapes whose axes have names: `(batch=None, timesteps=20, features=1)`.

An axis has a name for people and a size. A size is a whole number, or a symbol such as `"batch"`
or `"5*timesteps"` where it is not known; the public `.shape` shows None for those.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from recurra.engine.errors import ArgumentError

Size = int | str


class Axis(NamedTuple):
    """One axis: its name and its size, which is a symbol where it is unknown."""

    name: str
    size: Size | None

    def __str__(self) -> str:
        return f"{self.name}={self.size if isinstance(self.size, int) else None}"


class Shape(tuple[Axis, ...]):
    """The axes of an array, printed with their names.

    Args:
        sizes: whole numbers, symbols or None.
        names: of the axes; by default those that an array of this rank usually has.
    """

    def __new__(cls, sizes: Iterable[Any], names: Sequence[str] | None = None) -> Shape:
        """Pair sizes with names."""
        sizes = [None if s is None else s if isinstance(s, str) else int(s) for s in sizes]
        names = usual_names(len(sizes)) if names is None else names
        return super().__new__(cls, [Axis(n, s) for n, s in zip(names, sizes, strict=True)])

    def __getnewargs__(self) -> tuple[list[Any], list[str]]:
        """What a copy is made from."""
        return [a.size for a in self], [a.name for a in self]

    @property
    def sizes(self) -> tuple[int | None, ...]:
        """As Keras shows them: whole numbers and None."""
        return tuple(a.size if isinstance(a.size, int) else None for a in self)

    @property
    def names(self) -> tuple[str, ...]:
        """The axes' names."""
        return tuple(a.name for a in self)

    def __str__(self) -> str:
        inner = ", ".join(map(str, self))
        return f"({inner},)" if len(self) == 1 else f"({inner})"

    __repr__ = __str__


def usual_names(rank: int) -> tuple[str, ...]:
    """What the axes of data of that rank are called where nobody says otherwise."""
    named = {
        0: (),
        1: ("batch",),
        2: ("batch", "features"),
        3: ("batch", "timesteps", "features"),
    }
    return (
        named[rank]
        if rank in named
        else ("batch", *(f"axis{k}" for k in range(1, rank - 1)), "features")
    )


def of_samples(sizes: Sequence[Any], names: Sequence[str] | None = None) -> Shape:
    """The shape of data: all samples along the first axis, `(samples=100, timesteps=20)`.

    Args:
        sizes: of all axes.
        names: of all axes, of which the first is not used; by default the usual ones.
    """
    return Shape(sizes, ("samples", *(usual_names(len(sizes)) if names is None else names)[1:]))


def symbols(sizes: Sequence[Any], names: Sequence[str]) -> tuple[Size, ...]:
    """Sizes in which each unknown one is a symbol: the same one for the same axis of all inputs.

    Axis 0 is `batch` and axis 1 `timesteps` whatever they are called, so that the unknown lengths
    of two inputs can be added; further axes take a symbol of their position.
    """
    standard = ("batch", "timesteps")
    return tuple(
        s if s is not None else (standard[k] if k < 2 else f"axis{k}") for k, s in enumerate(sizes)
    )


def as_shape(value: Any, argument: str = "shape") -> tuple[int | None, ...]:
    """A tuple of sizes from what a user wrote, or an `ArgumentError`."""
    if not hasattr(value, "__iter__"):
        number = hasattr(value, "__index__")
        raise ArgumentError(
            f"`{argument}` has to be a tuple of sizes, not {value!r}"
            + (f": without a comma, ({value}) is a number." if number else "."),
            fixes=[
                f"({value}, 1)  # {value} timesteps of 1 feature",
                f"({value},)  # {value} features",
            ]
            if number
            else ["(timesteps, features)"],
        )
    sizes = tuple(value)
    for size in sizes:
        if size is not None and (isinstance(size, bool) or not hasattr(size, "__index__")):
            raise ArgumentError(
                f"`{argument}`={sizes}: each size has to be a whole number or None, not {size!r}."
            )
        if size is not None and size < 0:
            raise ArgumentError(f"`{argument}`={sizes}: a size cannot be negative.")
    return tuple(None if s is None else int(s) for s in sizes)
