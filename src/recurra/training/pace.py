"""How many steps one call of the device takes, learnt from how long calls last."""

from __future__ import annotations

#: Seconds that a call lasts, about: the bar moves this often, and Ctrl-C waits no longer. The start
#: of a call costs 0.1 ms; within one, a step of two LSTMs with 5 and 4 units takes 0.06 ms.
CALL = 0.05


class Pace:
    """As many steps a call as last about `CALL`.

    Attributes:
        steps: of the next call; one at first, since what has not run yet has to be compiled.
    """

    steps = 1

    def took(self, count: int, seconds: float) -> None:
        """Learn from a call of `count` steps that lasted so long."""
        if seconds > 2 * CALL:
            self.steps = max(1, int(count * CALL / seconds))
        elif seconds < CALL and count == self.steps:  # the last call of an epoch has fewer
            self.steps *= 2
