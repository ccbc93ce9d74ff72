"""Optimizers, and the schedules of their learning rates."""

from recurra.engine.suggestions import names_of as _names_of
from recurra.optimizers import schedules as schedules
from recurra.training.optimizers import SGD as SGD
from recurra.training.optimizers import Adagrad as Adagrad
from recurra.training.optimizers import Adam as Adam
from recurra.training.optimizers import Adamax as Adamax
from recurra.training.optimizers import AdamW as AdamW
from recurra.training.optimizers import Nadam as Nadam
from recurra.training.optimizers import Optimizer as Optimizer
from recurra.training.optimizers import RMSprop as RMSprop
from recurra.training.optimizers import deserialize as deserialize
from recurra.training.optimizers import get as get
from recurra.training.optimizers import serialize as serialize

__getattr__ = _names_of(__name__)
