"""Losses: `Loss`, those of Keras by class, function and name, and `get`."""

from recurra.training.losses.base import Loss as Loss
from recurra.training.losses.base import registry as registry
from recurra.training.losses.binary import BinaryCrossentropy as BinaryCrossentropy
from recurra.training.losses.binary import BinaryFocalCrossentropy as BinaryFocalCrossentropy
from recurra.training.losses.binary import binary_crossentropy as binary_crossentropy
from recurra.training.losses.binary import (
    binary_focal_crossentropy as binary_focal_crossentropy,
)
from recurra.training.losses.categorical import CategoricalCrossentropy as CategoricalCrossentropy
from recurra.training.losses.categorical import (
    SparseCategoricalCrossentropy as SparseCategoricalCrossentropy,
)
from recurra.training.losses.categorical import (
    categorical_crossentropy as categorical_crossentropy,
)
from recurra.training.losses.categorical import (
    sparse_categorical_crossentropy as sparse_categorical_crossentropy,
)
from recurra.training.losses.functions import LossFunctionWrapper as LossFunctionWrapper
from recurra.training.losses.functions import as_loss as as_loss
from recurra.training.losses.hinge import CategoricalHinge as CategoricalHinge
from recurra.training.losses.hinge import Hinge as Hinge
from recurra.training.losses.hinge import SquaredHinge as SquaredHinge
from recurra.training.losses.hinge import categorical_hinge as categorical_hinge
from recurra.training.losses.hinge import hinge as hinge
from recurra.training.losses.hinge import squared_hinge as squared_hinge
from recurra.training.losses.probabilistic import KLDivergence as KLDivergence
from recurra.training.losses.probabilistic import Poisson as Poisson
from recurra.training.losses.probabilistic import kl_divergence as kl_divergence
from recurra.training.losses.probabilistic import poisson as poisson
from recurra.training.losses.regression import CosineSimilarity as CosineSimilarity
from recurra.training.losses.regression import Huber as Huber
from recurra.training.losses.regression import LogCosh as LogCosh
from recurra.training.losses.regression import MeanAbsoluteError as MeanAbsoluteError
from recurra.training.losses.regression import (
    MeanAbsolutePercentageError as MeanAbsolutePercentageError,
)
from recurra.training.losses.regression import MeanSquaredError as MeanSquaredError
from recurra.training.losses.regression import (
    MeanSquaredLogarithmicError as MeanSquaredLogarithmicError,
)
from recurra.training.losses.regression import cosine_similarity as cosine_similarity
from recurra.training.losses.regression import huber as huber
from recurra.training.losses.regression import log_cosh as log_cosh
from recurra.training.losses.regression import mean_absolute_error as mean_absolute_error
from recurra.training.losses.regression import (
    mean_absolute_percentage_error as mean_absolute_percentage_error,
)
from recurra.training.losses.regression import mean_squared_error as mean_squared_error
from recurra.training.losses.regression import (
    mean_squared_logarithmic_error as mean_squared_logarithmic_error,
)

get = registry.get
serialize = registry.serialize
deserialize = registry.deserialize
