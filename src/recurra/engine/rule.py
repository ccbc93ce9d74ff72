"""The shape rule: one line that says what a layer does to axes, in its users' words.

    batch timesteps features -> batch timesteps?return_sequences units

- a word is an axis; `features` is fixed once the layer has weights for it;
- a word that is also a layer's argument (`units`, `filters`) has that size in the output;
- `...` stands for any number of axes, kept as they are where both sides have it;
- `timesteps?return_sequences` is there only if that argument is true;
- `a ..., b ... -> ...` separates inputs by commas, and `same` repeats the (first) input;
- with nothing on the right, axes are named by where their sizes come from.

From it come the check at the boundary, the axes' names and the words of errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from recurra.engine.errors import ArgumentError
from recurra.engine.shapes import Axis, Shape, Size

Side = tuple[tuple[str, ...], ...]


class Expected(tuple[Axis, ...]):
    """The axes that a rule asks for; size None is any size, the name `...` any axes."""

    def __str__(self) -> str:
        words = [f"{a.name}={a.size}" if a.size is not None else a.name for a in self]
        return f"({words[0]},)" if len(words) == 1 else f"({', '.join(words)})"

    @property
    def open(self) -> bool:
        """Whether further axes may stand where `...` is."""
        return any(a.name == "..." for a in self)

    def fit(self, shape: Shape) -> bool:
        """Whether a shape has these axes and sizes. An unknown size fits."""
        fixed = [a for a in self if a.name != "..."]
        if len(shape) < len(fixed) or (not self.open and len(shape) != len(fixed)):
            return False
        return all(
            axis.size in (None, have.size) or not isinstance(have.size, int)
            for axis, have in self.paired(shape)
        )

    def paired(self, shape: Shape) -> list[tuple[Axis, Axis]]:
        """Each asked-for axis beside the one it meets in a shape of fitting rank."""
        names = [a.name for a in self]
        if "..." not in names:
            return list(zip(self, shape, strict=True))
        split = names.index("...")
        tail = len(names) - split - 1
        ends = list(zip(self[:split], shape[:split], strict=True))
        return ends + (list(zip(self[-tail:], shape[-tail:], strict=True)) if tail else [])


class Rule(NamedTuple):
    """A parsed shape rule: the axes of each input and of each output."""

    inputs: Side
    outputs: Side

    def expected(self, index: int, layer: Any, sizes: Mapping[str, int]) -> Expected:
        """What input number `index` has to look like, with the sizes known so far."""
        words = present(self.inputs[min(index, len(self.inputs) - 1)], layer)
        return Expected(Axis(w, sizes.get(w)) for w in words)

    def name(self, layer: Any, inputs: list[Shape], outputs: list[tuple[Size, ...]]) -> list[Shape]:
        """The outputs' shapes, their axes named by the right side of the rule."""
        named = []
        for k, sizes in enumerate(outputs):
            side = self.outputs[min(k, len(self.outputs) - 1)]
            words = inputs[0].names if side == ("same",) else present(side, layer)
            names = self._spread(words, len(sizes), layer, inputs[0])
            named.append(Shape(sizes, names) if names else follow(inputs, sizes))
        return named

    def _spread(
        self, words: tuple[str, ...], rank: int, layer: Any, given: Shape
    ) -> tuple[str, ...] | None:
        """Replace `...` by the names of the input's axes that it stands for."""
        if "..." in words:
            taken = [w for w in present(self.inputs[0], layer) if w != "..."]
            start = present(self.inputs[0], layer).index("...") if "..." in self.inputs[0] else 0
            middle = given.names[start : len(given) - (len(taken) - start)]
            at = words.index("...")
            words = (*words[:at], *middle, *words[at + 1 :])
        return words if len(words) == rank else None


def follow(inputs: list[Shape], sizes: tuple[Size, ...]) -> Shape:
    """Name the axes of a result by where its sizes come from.

    An axis keeps the name of the input's axis at the same place, or else of the only one with its
    size; an axis that cannot be traced is called `axis1`, `axis2`, ...
    """
    placed = [
        next((s[k].name for s in inputs if len(s) == len(sizes) and s[k].size == size), None)
        for k, size in enumerate(sizes)
    ]
    names: list[str] = []
    for k, (size, name) in enumerate(zip(sizes, placed)):
        if name is None:
            same_size = {a.name for s in inputs for a in s if a.size == size}
            name = same_size.pop() if len(same_size) == 1 else None
            name = None if name in placed else name
        if name is None or name in names:
            name = "batch" if k == 0 and size == "batch" else f"axis{k}"
        names.append(name)
    return Shape(sizes, names)


@cache
def parse(text: str) -> Rule:
    """Read a rule from its line; an `ArgumentError` says what is wrong with it."""
    sides = text.split("->")
    if len(sides) != 2 or not all(part.split() for part in sides[0].split(",")):
        raise ArgumentError(
            f"the shape rule {text!r} needs one `->` with axes before it, such as "
            "'batch timesteps features -> batch units'."
        )
    if any(part.split().count("...") > 1 for part in text.replace("->", ",").split(",")):
        raise ArgumentError(f"the shape rule {text!r} has two `...` in one shape.")
    return Rule(_side(sides[0]), _side(sides[1]))


def _side(text: str) -> Side:
    return tuple(tuple(part.split()) for part in text.split(","))


def present(words: tuple[str, ...], layer: Any) -> tuple[str, ...]:
    """The words that apply, those with a `?condition` only if the layer's argument is true."""
    split = [w.partition("?") for w in words]
    return tuple(word for word, _, flag in split if not flag or getattr(layer, flag))
