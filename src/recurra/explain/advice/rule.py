"""The list of rules: each is a function with an id, a moment at which it looks, and a page."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from recurra.engine.errors import ArgumentError
from recurra.explain.advice.finding import Finding
from recurra.explain.advice.seen import Seen

#: When a rule looks: at data and model before the first step, at the losses after each epoch, at
#: their curve after each from the third on, at everything after the last one if there is a curve,
#: or at what `predict` was given and gives back.
Moment = Literal["data", "epoch", "curve", "end", "predict"]
Function = Callable[[Seen], Iterator[Finding]]


class Rule(NamedTuple):
    """A rule: its id, when it looks, what it does, and the rules whose findings explain its own.

    Its page, for `recurra why` and the documentation, is the function's docstring.
    """

    id: str
    at: Moment
    function: Function
    unless: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The first line of the page."""
        return self.page.partition("\n")[0]

    @property
    def page(self) -> str:
        """The whole page, as Markdown."""
        return inspect.cleandoc(self.function.__doc__ or "")


RULES: dict[str, Rule] = {}


def rule(name: str, at: Moment, unless: tuple[str, ...] = ()) -> Callable[[Function], Function]:
    """Add a function to the rules.

    Args:
        name: the id, words joined by hyphens.
        at: when it looks.
        unless: ids of rules that explain what it would find: it keeps quiet where one has spoken.
    """

    def add(function: Function) -> Function:
        if name in RULES:
            raise ArgumentError(f"two rules have the id {name!r}.")
        RULES[name] = Rule(name, at, function, unless)
        return function

    return add


def load_rules(*moments: Moment) -> dict[str, Rule]:
    """The rules that look at these moments, imported when they are first needed.

    Args:
        moments: without any, all.
    """
    from recurra.explain.advice.rules import ORDER

    chosen = [moment for moment in ORDER if moment in moments or not moments]
    for moment in chosen:
        for name in ORDER[moment]:
            importlib.import_module(f"recurra.explain.advice.rules.{name}")
    return {name: r for at in chosen for name, r in RULES.items() if r.at == at}
