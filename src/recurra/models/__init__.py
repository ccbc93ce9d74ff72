"""Models: layers put together, trained by `recurra.training`."""

from recurra.models.model import Model as Model
from recurra.models.sequential import Sequential as Sequential
