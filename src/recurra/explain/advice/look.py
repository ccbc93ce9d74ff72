"""Let the rules look."""

from __future__ import annotations

from recurra.engine.origin import warn
from recurra.explain.advice.finding import Findings
from recurra.explain.advice.rule import Moment, load_rules
from recurra.explain.advice.seen import Seen
from recurra.explain.advice.switch import speaks


def look(seen: Seen, *moments: Moment, said: frozenset[str] = frozenset()) -> Findings:
    """What the rules find.

    Args:
        seen: data, model and training.
        moments: the rules of these moments look.
        said: ids of rules that have spoken already.

    A rule that fails itself is reported as a warning: advice never stops a training.
    """
    found = Findings()
    for rule in load_rules(*moments).values():
        spoken = said.union(found.rules)
        if spoken.isdisjoint((rule.id, *rule.unless)) and speaks(rule.id):
            try:
                found += [finding._replace(rule=rule.id) for finding in rule.function(seen)]
            except Exception as error:
                warn(f"the advice rule {rule.id!r} failed, a mistake of recurra's: {error!r}")
    return found
