"""The layout of a message: the problem, what came, what was expected, who set it, how to fix it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from recurra.engine.errors import RecurraError, ShapeError
from recurra.explain.chain import declared_steps, flattened, shrinking, through_flatten
from recurra.explain.facts import Facts, facts_of, place
from recurra.explain.fixes import find_fixes
from recurra.explain.fixes.unknown import stated_size

_PLURALS = ("timesteps", "features", "units", "channels", "filters", "states", "steps", "classes")


def render(error: RecurraError) -> str:
    """The whole message of an error.

    Args:
        error: any of recurra's errors.

    Returns:
        One line that says what is wrong, then aligned lines `came:`, `expected:`, `set by:` and
        one `fix:` for each remedy, the most likely first. Lines without content are left out.

    Example:
        >>> print(render(RecurraError("LSTM: units is missing", fixes=["LSTM(32)"])))
        LSTM: units is missing
          fix:      LSTM(32)
    """
    facts = facts_of(error) if isinstance(error, ShapeError) else None
    rows = [("came", error.came), ("expected", error.expected), ("set by", error.set_by)]
    fixes = list(error.fixes)
    headline = error.problem
    if isinstance(error, ShapeError):
        rows[0] = ("came", _came(error))
        if error.too_short:
            rows.insert(1, ("timesteps", shrinking(error.path)))
        if error.unknown:
            fixes += map(str, stated_size(error))
    if facts is not None and not facts.said:
        fixes += map(str, find_fixes(facts))
        headline = difference(facts) or headline
        reason = _reason(facts.error)
        headline = f"{headline.removesuffix('.')}: {reason}." if reason else headline
    if error.within:
        headline = f"{error.within}: {headline}"
    rows += [("fix", fix) for fix in dict.fromkeys(fixes)]
    lines = [f"  {f'{label}:':<9} {text}" for label, text in rows if text]
    return "\n".join([tidy(headline), *lines])


def _reason(error: ShapeError) -> str | None:
    """Why a layer behind a Flatten cannot take another number of timesteps."""
    inner = error.because or error
    if not isinstance(inner, ShapeError) or not through_flatten(inner):
        return None if error.because is None else error.because.problem.removesuffix(".")
    wanted = inner.expected_shape[-1].size
    if error.because is None:
        return flattened(inner, wanted, declared_steps(error))
    sizes = flattened(inner, wanted, declared_steps(error), " features")
    return f"{inner.subject} needs {sizes}"


def _came(error: ShapeError) -> str:
    """What came, and which layer gave it."""
    source = error.source
    if source is None or type(source).__name__ == "InputLayer" or not hasattr(source, "label"):
        return str(error.came)
    made = place(getattr(source, "origin", None))
    return f"{error.came} from {source.label}" + (f", made in {made}" if made else "")


def difference(facts: Facts) -> str | None:
    """One sentence that says in which axis two shapes differ; None where they do not."""
    who, argument = facts.error.subject, f"`{facts.error.argument}`"
    fixed, have = facts.least, len(facts.came)
    if have < fixed or (have > fixed and not facts.expected.open):
        least = "at least " if facts.expected.open else ""
        axes = f"{fixed} axes" if fixed != 1 else "1 axis"
        return f"{who} takes {least}{axes}, and {argument} has {have}."
    differing = facts.differing()
    if not differing:
        return None
    wanted = " and ".join(_amount(want.name, want.size) for want, _ in differing)
    came = " and ".join(str(axis.size) for _, axis in differing)
    return f"{who} takes {wanted}, and {argument} has {came}."


def _amount(name: str, size: object) -> str:
    """`4 features`, `1 timestep`, `a batch of 52`, `axis2=5`."""
    if name in _PLURALS:
        singular = {"classes": "class"}.get(name, name[:-1])
        return f"{size} {name if size != 1 else singular}"
    return f"a batch of {size}" if name == "batch" else f"{name}={size}"


def tidy(text: str) -> str:
    """A sentence without doubled full stops, and each `Did you mean` said once."""
    text = re.sub(r"([?!])[.;]|(?<!\.)(\.)\.(?![./\\])", r"\1\2", text)
    return " ".join(_once(re.split(r"(?<=[.?;])\s+", text)))


def _once(sentences: Iterable[str]) -> Iterable[str]:
    seen: set[str] = set()
    for sentence in sentences:
        if not (sentence.startswith("Did you mean") and sentence.rstrip("?;.") in seen):
            yield sentence
        seen.add(sentence.rstrip("?;."))
