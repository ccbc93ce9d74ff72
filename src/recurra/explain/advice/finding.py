"""What a rule has found, and how it reads."""

from __future__ import annotations

import sys
from typing import NamedTuple

#: What stands once below the first findings of a model.
MORE = (
    '(`recurra why {0}` says more; recurra.advice("off", "{0}") silences one rule, '
    'recurra.advice("off") all.)'
)


class Finding(NamedTuple):
    """Something that is probably not what was meant.

    Args:
        problem: one sentence with the evidence: what was seen, in numbers.
        why: the reason in one sentence.
        fixes: what to type, the likeliest first.
        rule: the id of the rule that found it.

    Example:
        >>> print(Finding("`x` is 0.", "nothing can be learnt from it.", ("fill it",), "zeros"))
        advice: `x` is 0. [zeros]
          why:      nothing can be learnt from it.
          fix:      fill it
    """

    problem: str
    why: str
    fixes: tuple[str, ...] = ()
    rule: str = ""

    def __str__(self) -> str:
        rows = [("why", self.why), *(("fix", fix) for fix in self.fixes)]
        lines = [f"  {f'{label}:':<9} {text}" for label, text in rows]
        return "\n".join([f"advice: {self.problem} [{self.rule}]", *lines])


class Findings(list[Finding]):
    """Findings in a list, printed one below the other."""

    def __str__(self) -> str:
        return "\n".join(map(str, self)) or "advice: nothing found."

    def __repr__(self) -> str:
        return f"<findings: {', '.join(f.rule for f in self) or 'none'}>"

    @property
    def rules(self) -> list[str]:
        """The ids of the rules that found something."""
        return [f.rule for f in self]

    def say(self, more: bool) -> None:
        """Print them where errors go, so that a program's own output stays as it is.

        Args:
            more: whether to say how to learn more and how to silence them.
        """
        if self and sys.stderr is not None:
            footer = [MORE.format(self[0].rule)] if more else []
            try:
                print(*self, *footer, sep="\n", file=sys.stderr, flush=True)
            except (OSError, ValueError):  # closed: no reason to stop training
                return
