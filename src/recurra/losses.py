"""Losses by class, by function and by name: the public namespace of `recurra.training.losses`."""

from recurra.engine.suggestions import names_of as _names_of
from recurra.training.losses import BinaryCrossentropy as BinaryCrossentropy
from recurra.training.losses import BinaryFocalCrossentropy as BinaryFocalCrossentropy
from recurra.training.losses import CategoricalCrossentropy as CategoricalCrossentropy
from recurra.training.losses import CategoricalHinge as CategoricalHinge
from recurra.training.losses import CosineSimilarity as CosineSimilarity
from recurra.training.losses import Hinge as Hinge
from recurra.training.losses import Huber as Huber
from recurra.training.losses import KLDivergence as KLDivergence
from recurra.training.losses import LogCosh as LogCosh
from recurra.training.losses import Loss as Loss
from recurra.training.losses import MeanAbsoluteError as MeanAbsoluteError
from recurra.training.losses import MeanAbsolutePercentageError as MeanAbsolutePercentageError
from recurra.training.losses import MeanSquaredError as MeanSquaredError
from recurra.training.losses import MeanSquaredLogarithmicError as MeanSquaredLogarithmicError
from recurra.training.losses import Poisson as Poisson
from recurra.training.losses import SparseCategoricalCrossentropy as SparseCategoricalCrossentropy
from recurra.training.losses import SquaredHinge as SquaredHinge
from recurra.training.losses import binary_crossentropy as binary_crossentropy
from recurra.training.losses import binary_focal_crossentropy as binary_focal_crossentropy
from recurra.training.losses import categorical_crossentropy as categorical_crossentropy
from recurra.training.losses import categorical_hinge as categorical_hinge
from recurra.training.losses import cosine_similarity as cosine_similarity
from recurra.training.losses import deserialize as deserialize
from recurra.training.losses import get as get
from recurra.training.losses import hinge as hinge
from recurra.training.losses import huber as huber
from recurra.training.losses import kl_divergence as kl_divergence
from recurra.training.losses import log_cosh as log_cosh
from recurra.training.losses import mean_absolute_error as mean_absolute_error
from recurra.training.losses import mean_absolute_percentage_error as mean_absolute_percentage_error
from recurra.training.losses import mean_squared_error as mean_squared_error
from recurra.training.losses import mean_squared_logarithmic_error as mean_squared_logarithmic_error
from recurra.training.losses import poisson as poisson
from recurra.training.losses import serialize as serialize
from recurra.training.losses import (
    sparse_categorical_crossentropy as sparse_categorical_crossentropy,
)
from recurra.training.losses import squared_hinge as squared_hinge

mse = MSE = mean_squared_error
mae = MAE = mean_absolute_error
mape = MAPE = mean_absolute_percentage_error
msle = MSLE = mean_squared_logarithmic_error
bce = BCE = binary_crossentropy
kld = KLD = kl_divergence

__getattr__ = _names_of(__name__)
