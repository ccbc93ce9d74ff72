"""What a Forecaster is asked for: its parameters, checked."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from recurra.data.missing import WAYS
from recurra.engine.arguments import COUNT, INTEGER
from recurra.engine.errors import ArgumentError
from recurra.engine.suggestions import did_you_mean
from recurra.forecasting.learning import Settings
from recurra.forecasting.own_models import check_model


@dataclass(frozen=True)
class Options:
    """What a Forecaster was asked for.

    Args: see `Forecaster`; `members` networks begin at the seeds `seed`, `seed` + 1, ...
    """

    model: Any
    horizon: int
    lookback: int | None
    season: int | None
    levels: tuple[float, ...]
    quantiles: tuple[float, ...]
    missing: str
    validation: float
    units: int
    members: int
    seed: int | None
    settings: Settings
    strategy: str = "direct"

    @property
    def shown_levels(self) -> tuple[float, ...]:
        """Of the intervals: those asked for, or those of the pairs of quantiles."""
        q = self.quantiles
        if not q:
            return self.levels
        return tuple(round(q[-1 - k] - q[k], 12) for k in range(len(q) // 2))


def options_of(forecaster: Any) -> Options:
    """What was asked for, checked.

    Raises:
        ArgumentError: for arguments that mean nothing.
    """
    check_model(forecaster.model)
    refuse_unless(
        forecaster.strategy in ("direct", "recursive"),
        forecaster,
        "strategy",
        "'direct' or 'recursive'",
    )
    for name in ("horizon", "units", "members", "epochs", "patience"):
        refuse_unless(
            COUNT.ok(getattr(forecaster, name)), forecaster, name, "a whole number from 1 on"
        )
    for name in ("lookback", "season", "batch_size"):
        value = getattr(forecaster, name)
        needed = "None or a whole number from 1 on"
        refuse_unless(value is None or COUNT.ok(value), forecaster, name, needed)
    seed = forecaster.random_state
    refuse_unless(
        seed is None or (INTEGER.ok(seed) and seed >= 0),
        forecaster,
        "random_state",
        "None or a whole number from 0 on",
    )
    rate = forecaster.learning_rate
    refuse_unless(
        float(rate) > 0
        if isinstance(rate, Real)
        else not isinstance(rate, str) and rate is not None,
        forecaster,
        "learning_rate",
        "a number above 0, or a schedule,",
    )
    refuse_unless(
        is_share(forecaster.validation), forecaster, "validation", "a share between 0 and 1"
    )
    levels, quantiles = _shares(forecaster.levels), _shares(forecaster.quantiles)
    refuse_unless(
        all(map(is_share, levels)), forecaster, "levels", "a tuple of shares such as (0.8, 0.9)"
    )
    middle = quantiles[len(quantiles) // 2] if quantiles else 0.5
    odd = not quantiles or len(quantiles) % 2 == 1
    rising = all(map(is_share, quantiles)) and list(quantiles) == sorted(set(quantiles))
    refuse_unless(
        middle == 0.5 and odd and rising,
        forecaster,
        "quantiles",
        "rising, as many below 0.5 as above, such as (0.05, 0.5, 0.95)",
    )
    ways = (*WAYS, "skip")
    if forecaster.missing not in ways:
        near = did_you_mean(forecaster.missing, ways) or "."
        known = ", ".join(map(repr, ways))
        raise ArgumentError(f"Forecaster: missing={forecaster.missing!r} is none of {known}{near}")
    return Options(
        forecaster.model,
        int(forecaster.horizon),
        forecaster.lookback,
        forecaster.season,
        levels,
        quantiles,
        forecaster.missing,
        forecaster.validation,
        int(forecaster.units),
        int(forecaster.members),
        forecaster.random_state,
        Settings(
            forecaster.epochs,
            forecaster.batch_size,
            forecaster.learning_rate,
            forecaster.patience,
            forecaster.verbose,
            forecaster._callbacks,
        ),
        forecaster.strategy,
    )


def rows_to_forecast(horizon: Any) -> int:
    """A `horizon` that `forecast` was given, checked.

    Raises:
        ArgumentError: for what is no whole number; a table has another place.
    """
    if COUNT.ok(horizon):
        return int(horizon)
    if np.ndim(horizon) or isinstance(horizon, dict):
        raise ArgumentError(
            "Forecaster: `horizon` has to be a whole number from 1, and a "
            f"{type(horizon).__name__} came.",
            fixes=[
                "forecaster.forecast(future=table)  # what is known of the rows to forecast",
                "forecaster.predict(table)  # forecasts what follows a table",
            ],
        )
    raise ArgumentError(f"Forecaster: horizon={horizon!r} has to be a whole number from 1.")


def is_share(value: Any) -> bool:
    """Whether a value is a number between 0 and 1."""
    return isinstance(value, Real) and 0 < float(value) < 1


def _shares(value: Any) -> tuple[Any, ...]:
    """None, one share or several as a tuple."""
    if value is None:
        return ()
    return (value,) if isinstance(value, (Real, str)) else tuple(value)


def refuse_unless(good: bool, forecaster: Any, name: str, needed: str, value: Any = None) -> None:
    """Refuse a parameter of a forecaster, or an argument `value`, and say what is needed."""
    if not good:
        value = getattr(forecaster, name, value)
        raise ArgumentError(f"Forecaster: {name}={value!r}: {needed} is needed.")
