"""Advice: short findings about data, model and training, each with its numbers, reason and fix.

A rule is one small file in `recurra.explain.advice.rules`. It looks at what is `Seen`, a bounded
part of the data, and yields a `Finding` where something is probably not what was meant.
"""

from recurra.explain.advice.finding import Finding as Finding
from recurra.explain.advice.finding import Findings as Findings
from recurra.explain.advice.look import look as look
from recurra.explain.advice.seen import Array as Array
from recurra.explain.advice.seen import Output as Output
from recurra.explain.advice.seen import Seen as Seen
from recurra.explain.advice.switch import advice as advice
