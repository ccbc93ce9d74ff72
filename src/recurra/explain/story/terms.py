"""Arithmetic that is told twice: once in numbers, once in words."""

from __future__ import annotations

from typing import Any

#: How tightly arithmetic holds together: what holds less tightly than its surroundings needs ().
SUM, PRODUCT, ATOM = range(3)


class Term:
    """A number with a name, or arithmetic on such.

    Args:
        words: what it is.
        value: the number; None where it is not known yet, and then its name stands for it.
        numbers: how it is written in numbers, by default as the value.
        binding: `SUM`, `PRODUCT` or `ATOM`.

    Example:
        >>> units, features = Term("units", 5), Term("features", 1)
        >>> count = 4 * (units * (features + units) + Term("biases", 5))
        >>> count.numbers, count.words, count.value
        ('4 x (5 x (1 + 5) + 5)', '4 x (units x (features + units) + biases)', 140)
    """

    def __init__(
        self, words: str, value: int | None, numbers: str | None = None, binding: int = ATOM
    ) -> None:
        self.words, self.value, self.binding = words, value, binding
        self.numbers = numbers or (words if value is None else str(value))

    def __add__(self, other: Any) -> Term:
        return self._with("+", other, SUM, SUM, SUM, lambda a, b: a + b)

    def __sub__(self, other: Any) -> Term:
        return self._with("-", other, SUM, SUM, PRODUCT, lambda a, b: a - b)

    def __mul__(self, other: Any) -> Term:
        return self._with("x", other, PRODUCT, PRODUCT, PRODUCT, lambda a, b: a * b)

    def __rmul__(self, other: int) -> Term:
        return _term(other) * self

    def __floordiv__(self, other: Any) -> Term:
        return self._with("//", other, PRODUCT, PRODUCT, ATOM, lambda a, b: a // b)

    def _with(
        self, sign: str, other: Any, binding: int, left: int, right: int, compute: Any
    ) -> Term:
        other = _term(other)
        known = self.value is not None and other.value is not None

        def join(mine: str, theirs: str) -> str:
            mine = f"({mine})" if self.binding < left else mine
            theirs = f"({theirs})" if other.binding < right else theirs
            return f"{mine} {sign} {theirs}"

        return Term(
            join(self.words, other.words),
            compute(self.value, other.value) if known else None,
            join(self.numbers, other.numbers),
            binding,
        )

    def __str__(self) -> str:
        result = "" if self.value is None else f" = {self.value:,}"
        return self.numbers + (result if self.binding != ATOM else "")


def _term(value: Any) -> Term:
    return value if isinstance(value, Term) else Term(str(value), value)
