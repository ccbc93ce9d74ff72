"""Callbacks: what is called while a model is trained."""

from recurra.engine.suggestions import names_of as _names_of
from recurra.training.callbacks import Callback as Callback
from recurra.training.callbacks import CallbackList as CallbackList
from recurra.training.callbacks import CSVLogger as CSVLogger
from recurra.training.callbacks import EarlyStopping as EarlyStopping
from recurra.training.callbacks import LambdaCallback as LambdaCallback
from recurra.training.callbacks import LearningRateScheduler as LearningRateScheduler
from recurra.training.callbacks import ModelCheckpoint as ModelCheckpoint
from recurra.training.callbacks import ReduceLROnPlateau as ReduceLROnPlateau
from recurra.training.callbacks import TerminateOnNaN as TerminateOnNaN
from recurra.training.history import History as History

__getattr__ = _names_of(__name__)
