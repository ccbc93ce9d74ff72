"""Metrics by class, by function and by name: the public namespace of `recurra.training.metrics`."""

from recurra.engine.suggestions import names_of as _names_of
from recurra.training.losses import binary_crossentropy as binary_crossentropy
from recurra.training.losses import categorical_crossentropy as categorical_crossentropy
from recurra.training.losses import kl_divergence as kl_divergence
from recurra.training.losses import mean_absolute_error as mean_absolute_error
from recurra.training.losses import mean_absolute_percentage_error as mean_absolute_percentage_error
from recurra.training.losses import mean_squared_error as mean_squared_error
from recurra.training.losses import mean_squared_logarithmic_error as mean_squared_logarithmic_error
from recurra.training.losses import (
    sparse_categorical_crossentropy as sparse_categorical_crossentropy,
)
from recurra.training.metrics import AUC as AUC
from recurra.training.metrics import Accuracy as Accuracy
from recurra.training.metrics import BinaryAccuracy as BinaryAccuracy
from recurra.training.metrics import BinaryCrossentropy as BinaryCrossentropy
from recurra.training.metrics import CategoricalAccuracy as CategoricalAccuracy
from recurra.training.metrics import CategoricalCrossentropy as CategoricalCrossentropy
from recurra.training.metrics import F1Score as F1Score
from recurra.training.metrics import FBetaScore as FBetaScore
from recurra.training.metrics import Mean as Mean
from recurra.training.metrics import MeanAbsoluteError as MeanAbsoluteError
from recurra.training.metrics import MeanAbsolutePercentageError as MeanAbsolutePercentageError
from recurra.training.metrics import MeanMetricWrapper as MeanMetricWrapper
from recurra.training.metrics import MeanSquaredError as MeanSquaredError
from recurra.training.metrics import MeanSquaredLogarithmicError as MeanSquaredLogarithmicError
from recurra.training.metrics import Metric as Metric
from recurra.training.metrics import Precision as Precision
from recurra.training.metrics import Recall as Recall
from recurra.training.metrics import RootMeanSquaredError as RootMeanSquaredError
from recurra.training.metrics import SparseCategoricalAccuracy as SparseCategoricalAccuracy
from recurra.training.metrics import SparseCategoricalCrossentropy as SparseCategoricalCrossentropy
from recurra.training.metrics import SparseTopKCategoricalAccuracy as SparseTopKCategoricalAccuracy
from recurra.training.metrics import Sum as Sum
from recurra.training.metrics import TopKCategoricalAccuracy as TopKCategoricalAccuracy
from recurra.training.metrics import binary_accuracy as binary_accuracy
from recurra.training.metrics import categorical_accuracy as categorical_accuracy
from recurra.training.metrics import deserialize as deserialize
from recurra.training.metrics import get as get
from recurra.training.metrics import serialize as serialize
from recurra.training.metrics import sparse_categorical_accuracy as sparse_categorical_accuracy
from recurra.training.metrics import (
    sparse_top_k_categorical_accuracy as sparse_top_k_categorical_accuracy,
)
from recurra.training.metrics import top_k_categorical_accuracy as top_k_categorical_accuracy

__getattr__ = _names_of(__name__)
