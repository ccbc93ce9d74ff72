"""Models of a user's own in place of a Forecaster's networks."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from recurra.engine.errors import ArgumentError
from recurra.engine.suggestions import did_you_mean
from recurra.engine.words import amount
from recurra.forecasting.networks import KINDS, Plan, names
from recurra.models import Model, clone_model


def own(what: Any, plan: Plan) -> Any:
    """A user's own model for whole windows: a copy of it, or what a function of theirs makes."""
    model = own_model(what, plan)
    _check_shape(model, plan)
    return model


def own_model(what: Any, plan: Plan) -> Any:
    """A copy of a user's own model, or what a function of theirs makes.

    Raises:
        ArgumentError: where the function makes something else.
    """
    if isinstance(what, Model):
        model = clone_model(what)
        if what.built:
            model.set_weights(what.get_weights())
        return model
    sizes = {
        "lookback": plan.lookback,
        "features": plan.columns,
        "horizon": plan.horizon,
        "targets": plan.targets,
    }
    taken = inspect.signature(what).parameters
    model = what(**{k: v for k, v in sizes.items() if k in taken})
    if not isinstance(model, Model):
        raise ArgumentError(
            f"Forecaster: the function {getattr(what, '__name__', what)!r} returned "
            f"{type(model).__name__}, not a model.",
            fixes=["return rc.Sequential([...])"],
        )
    return model


def check_model(what: Any) -> None:
    """Refuse what is no model and makes none.

    Raises:
        ArgumentError: which names what would be one.
    """
    needed = f"{', '.join(map(repr, KINDS))}, a recurra model, or a function that makes one"
    if isinstance(what, str) and what not in KINDS:
        near = did_you_mean(what, KINDS) or "."
        raise ArgumentError(f"Forecaster: there is no model {what!r}{near}", expected=needed)
    if not isinstance(what, (str, Model)) and not callable(what):
        raise ArgumentError(f"Forecaster: model={what!r} is no model.", expected=needed)


def _check_shape(model: Any, plan: Plan) -> None:
    if not model.built:
        model.build((None, plan.lookback, plan.columns))
    given, taken = (plan.lookback, plan.columns), model.input_shape
    if names(model) == ["past"] and isinstance(taken, tuple) and not _fits(taken[1:], given):
        raise ArgumentError(
            f"Forecaster: the model takes {taken}, and a window has "
            f"{amount(plan.lookback, 'row')} and {amount(plan.columns, 'column')}: targets, past "
            "and known columns, and those of season and calendar.",
            expected=f"(None, {plan.lookback}, {plan.columns})",
            fixes=[f"rc.layers.Input({given})", *_other_lookback(taken, given)],
        )
    needed = plan.outputs
    shape = model.output_shape
    if not isinstance(shape, tuple) or None in shape[1:] or int(np.prod(shape[1:])) != needed:
        raise ArgumentError(
            f"Forecaster: the model gives {shape}, and {amount(needed, 'number')} a window "
            f"{'is' if needed == 1 else 'are'} needed: horizon {plan.horizon} x "
            + amount(plan.targets, "target")
            + (f" x {len(plan.quantiles)} quantiles." if plan.quantiles else "."),
            fixes=[f"rc.layers.Dense({needed}) as the last layer"],
        )


def _fits(taken: tuple[int | None, ...], given: tuple[int, int]) -> bool:
    return len(taken) == 2 and all(t in (None, g) for t, g in zip(taken, given))


def _other_lookback(taken: tuple[int | None, ...], given: tuple[int, int]) -> list[str]:
    """What to type where the columns fit and the rows do not."""
    fits = len(taken) == 3 and taken[2] == given[1]
    return [f"Forecaster(lookback={taken[1]}, ...)"] if fits else []
