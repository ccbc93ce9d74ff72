"""Helpers around models, by Keras's names."""

from recurra.engine.names import clear_session as clear_session
from recurra.engine.seeds import set_random_seed as set_random_seed
from recurra.engine.suggestions import names_of as _names_of
from recurra.saving import CustomObjectScope as CustomObjectScope
from recurra.saving import custom_object_scope as custom_object_scope
from recurra.saving import get_custom_objects as get_custom_objects
from recurra.saving import register_keras_serializable as register_keras_serializable
from recurra.utils.categories import normalize as normalize
from recurra.utils.categories import to_categorical as to_categorical
from recurra.utils.padding import pad_sequences as pad_sequences
from recurra.utils.plotting import plot_model as plot_model
from recurra.utils.timeseries import TimeseriesGenerator as TimeseriesGenerator
from recurra.utils.timeseries import (
    timeseries_dataset_from_array as timeseries_dataset_from_array,
)

__getattr__ = _names_of(__name__)
