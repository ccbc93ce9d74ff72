"""recurra: sequence models that run fast on the machine you have and explain themselves.

    import recurra as rc

    model = rc.Sequential([rc.Input((20, 1)), rc.layers.LSTM(32), rc.layers.Dense(1)])
    model.compile("adam", "mse")
    model.fit(X, y, epochs=10)

What is not needed by every model (optimizers, losses, callbacks, ...) is imported when used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from recurra import compat as _compat  # noqa: F401 - constructors take old spellings
from recurra import explain as _explain  # noqa: F401 - errors get their words
from recurra.engine.errors import ArgumentError as ArgumentError
from recurra.engine.errors import DataError as DataError
from recurra.engine.errors import FileError as FileError
from recurra.engine.errors import RecurraError as RecurraError
from recurra.engine.errors import ShapeError as ShapeError
from recurra.engine.errors import StateError as StateError
from recurra.engine.suggestions import names_of as _names_of
from recurra.engine.symbolic import SymbolicTensor as KerasTensor
from recurra.engine.tracebacks import tracebacks as tracebacks
from recurra.engine.variable import Variable as Variable
from recurra.explain.advice import advice as advice
from recurra.layers import Input as Input
from recurra.layers import Layer as Layer
from recurra.models import Model as Model
from recurra.models import Sequential as Sequential

if TYPE_CHECKING:
    from recurra import activations as activations
    from recurra import backend as backend
    from recurra import callbacks as callbacks
    from recurra import constraints as constraints
    from recurra import data as data
    from recurra import drawing as drawing
    from recurra import forecasting as forecasting
    from recurra import initializers as initializers
    from recurra import layers as layers
    from recurra import losses as losses
    from recurra import metrics as metrics
    from recurra import models as models
    from recurra import ops as ops
    from recurra import optimizers as optimizers
    from recurra import random as random
    from recurra import regularizers as regularizers
    from recurra import saving as saving
    from recurra import utils as utils

__version__ = "0.1.0"

__all__ = [
    "ArgumentError",
    "DataError",
    "FileError",
    "Input",
    "KerasTensor",
    "Layer",
    "Model",
    "RecurraError",
    "Sequential",
    "ShapeError",
    "StateError",
    "Variable",
    "activations",
    "advice",
    "backend",
    "callbacks",
    "constraints",
    "data",
    "drawing",
    "forecasting",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "models",
    "ops",
    "optimizers",
    "random",
    "regularizers",
    "saving",
    "tracebacks",
    "utils",
]


def _about_missing(name: str, near: str) -> str:
    """Where a name stands that is looked for here, or `near`, which suggests another."""
    spaces = ("data", "layers", "optimizers", "losses", "metrics", "callbacks")
    more = ("initializers", "utils")
    homes = [s for s in spaces + more if name in dir(importlib.import_module(f"recurra.{s}"))]
    return f". It is recurra.{homes[0]}.{name}." if homes else near


#: Imports a public namespace when it is first used.
__getattr__ = _names_of(__name__, __all__)


def __dir__() -> list[str]:
    return sorted(__all__)
