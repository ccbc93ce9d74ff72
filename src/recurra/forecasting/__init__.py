"""From a table to a forecast: estimators, their baselines and scores."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from recurra.engine.errors import StateError
from recurra.engine.suggestions import names_of

if TYPE_CHECKING:
    from recurra.forecasting.backtest import Backtest as Backtest
    from recurra.forecasting.baselines import Baseline as Baseline
    from recurra.forecasting.baselines import find_season as find_season
    from recurra.forecasting.forecaster import Forecaster as Forecaster
    from recurra.forecasting.keeping import load_forecaster as load_forecaster
    from recurra.forecasting.sequences.classifier import SequenceClassifier as SequenceClassifier
    from recurra.forecasting.sequences.classifying import classify as classify
    from recurra.forecasting.sequences.regressor import SequenceRegressor as SequenceRegressor
    from recurra.forecasting.tables.table import Table as Table

#: What is imported when it is asked for, and from where: scikit-learn is not needed by the scores.
WHERE = {
    "Backtest": "backtest",
    "Baseline": "baselines",
    "Forecaster": "forecaster",
    "SequenceClassifier": "sequences.classifier",
    "SequenceRegressor": "sequences.regressor",
    "Table": "tables.table",
    "classify": "sequences.classifying",
    "find_season": "baselines",
    "load_forecaster": "keeping",
}

__all__ = [*WHERE]


_others = names_of(__name__)


def __getattr__(name: str) -> Any:
    if name not in WHERE:
        return _others(name)
    try:
        return getattr(importlib.import_module(f"{__name__}.{WHERE[name]}"), name)
    except ModuleNotFoundError as error:
        if error.name != "sklearn":
            raise
        raise StateError(
            f"recurra.forecasting.{name} needs scikit-learn, which is not installed.",
            fixes=["pip install 'recurra[forecast]'"],
        ) from None


def __dir__() -> list[str]:
    return sorted(WHERE)
