"""Weights and models in files, and the names of the user's own classes in them."""

from recurra.engine.suggestions import names_of as _names_of
from recurra.saving.registration import custom_object_scope as CustomObjectScope
from recurra.saving.registration import custom_object_scope as custom_object_scope
from recurra.saving.registration import get_custom_objects as get_custom_objects
from recurra.saving.registration import (
    register_keras_serializable as register_keras_serializable,
)

__all__ = [
    "CustomObjectScope",
    "custom_object_scope",
    "get_custom_objects",
    "register_keras_serializable",
]

__getattr__ = _names_of(__name__)
