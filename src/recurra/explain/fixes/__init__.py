"""Rules that find what to type instead from the two shapes of an error, the likeliest first.

Each rule takes the facts and gives `Fix`es. A new rule is a function in one of these files and a
word in `RULES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from recurra.explain.facts import Facts
from recurra.explain.fixes.arranged import counted_batch, flattened, surplus_axis, swapped_axes
from recurra.explain.fixes.before import previous_layer, sequence_to_vector, vector_to_sequence
from recurra.explain.fixes.code import Fix
from recurra.explain.fixes.missing import (
    feature_axis,
    missing_batch,
    one_series,
    one_step_each,
    other_sequences,
    sample_axis,
    windows,
)
from recurra.explain.fixes.sizes import other_features, other_length

RULES: tuple[Callable[[Facts], Iterator[Fix]], ...] = (
    previous_layer,
    sample_axis,
    windows,
    swapped_axes,
    flattened,
    one_step_each,
    one_series,
    counted_batch,
    surplus_axis,
    feature_axis,
    other_sequences,
    missing_batch,
    vector_to_sequence,
    sequence_to_vector,
    other_length,
    other_features,
)


def find_fixes(facts: Facts) -> list[Fix]:
    """Every fix that the rules know for these facts.

    Data are first brought to what was declared. Where no rule can, another number of timesteps
    will do if the layers take it.
    """
    exact = _found(facts)
    if any(fix.on_data for fix in exact) or not facts.is_data:
        return exact
    loose = [fix for fix in _found(facts._replace(exact=False)) if fix.on_data]
    return list(dict.fromkeys(loose + exact))


def _found(facts: Facts) -> list[Fix]:
    return [fix for rule in RULES for fix in rule(facts)]
