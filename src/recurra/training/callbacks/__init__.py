"""Callbacks: what is called while a model is trained."""

from recurra.training.callbacks.callback import Callback as Callback
from recurra.training.callbacks.callback import CallbackList as CallbackList
from recurra.training.callbacks.csv_logger import CSVLogger as CSVLogger
from recurra.training.callbacks.early_stopping import EarlyStopping as EarlyStopping
from recurra.training.callbacks.lambda_callback import LambdaCallback as LambdaCallback
from recurra.training.callbacks.learning_rate import LearningRateScheduler as LearningRateScheduler
from recurra.training.callbacks.learning_rate import ReduceLROnPlateau as ReduceLROnPlateau
from recurra.training.callbacks.model_checkpoint import ModelCheckpoint as ModelCheckpoint
from recurra.training.callbacks.terminate_on_nan import TerminateOnNaN as TerminateOnNaN
