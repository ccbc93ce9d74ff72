"""Models: layers put together, trained by `recurra.training`."""

from recurra.engine.suggestions import names_of as _names_of
from recurra.models.cloning import clone_model as clone_model
from recurra.models.configuration import model_from_json as model_from_json
from recurra.models.model import Model as Model
from recurra.models.sequential import Sequential as Sequential
from recurra.saving.whole import load_model as load_model
from recurra.saving.whole import save_model as save_model

__getattr__ = _names_of(__name__)
