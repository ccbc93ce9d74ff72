"""Words that messages are made of."""

from __future__ import annotations


def amount(number: int | None, one: str, many: str | None = None) -> str:
    """`1 sample`, `1000 samples`, `12,000 samples`; where the number is not known `samples`."""
    several = many or one + "s"
    if number is None:
        return several
    digits = f"{number:,}" if number >= 10_000 else str(number)
    return f"{digits} {one if number == 1 else several}"
