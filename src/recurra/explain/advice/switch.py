"""Which rules speak."""

from __future__ import annotations

import os

from recurra.engine.arguments import did_you_mean
from recurra.engine.errors import ArgumentError

_silent: set[str] = set()
_all_silent = os.environ.get("RECURRA_ADVICE", "on").lower() in ("off", "0", "false")


def advice(mode: str, *rules: str) -> None:
    """Silence advice, or let it speak again.

    Args:
        mode: "off" or "on".
        rules: ids such as "unscaled-inputs"; without any, all rules are meant.

    Raises:
        ArgumentError: for another mode, or an id that no rule has.

    Example:
        >>> advice("off", "unscaled-inputs")
        >>> advice("on")

    The environment variable `RECURRA_ADVICE=off` silences it for a whole program, and
    `compile(advice=False)` for a model.
    """
    from recurra.explain.advice.rule import RULES, load_rules

    global _all_silent
    if mode not in ("on", "off"):
        raise ArgumentError(f'advice: "on" or "off" is needed, not {mode!r}.')
    load_rules()
    for name in rules:
        if name not in RULES:
            suggestion = did_you_mean(name, list(RULES)) or "."
            raise ArgumentError(f"advice: there is no rule {name!r}{suggestion}")
    if not rules:
        _all_silent = mode == "off"
        _silent.clear()
    elif mode == "off":
        _silent.update(rules)
    else:
        _silent.difference_update(rules)


def speaks(rule: str | None = None) -> bool:
    """Whether a rule may speak; without one, whether any may."""
    return not _all_silent and rule not in _silent
