"""Weights and models in files, and the names of the user's own classes in them."""

from recurra.engine.objects import deserialize_keras_object as deserialize_keras_object
from recurra.engine.objects import serialize_keras_object as serialize_keras_object
from recurra.engine.suggestions import names_of as _names_of
from recurra.saving.registration import custom_object_scope as CustomObjectScope
from recurra.saving.registration import custom_object_scope as custom_object_scope
from recurra.saving.registration import get_custom_objects as get_custom_objects
from recurra.saving.registration import get_registered_name as get_registered_name
from recurra.saving.registration import get_registered_object as get_registered_object
from recurra.saving.registration import (
    register_keras_serializable as register_keras_serializable,
)
from recurra.saving.weights import load_weights as load_weights
from recurra.saving.weights import save_weights as save_weights
from recurra.saving.whole import load_model as load_model
from recurra.saving.whole import save_model as save_model

__all__ = [
    "CustomObjectScope",
    "custom_object_scope",
    "deserialize_keras_object",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "load_model",
    "load_weights",
    "register_keras_serializable",
    "save_model",
    "save_weights",
    "serialize_keras_object",
]

__getattr__ = _names_of(__name__)
