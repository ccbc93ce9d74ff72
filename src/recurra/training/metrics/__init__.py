"""Metrics: `Metric`, those of Keras by class and name, and `get`."""

from recurra.training.metrics.accuracy import Accuracy as Accuracy
from recurra.training.metrics.accuracy import BinaryAccuracy as BinaryAccuracy
from recurra.training.metrics.accuracy import CategoricalAccuracy as CategoricalAccuracy
from recurra.training.metrics.accuracy import SparseCategoricalAccuracy as SparseCategoricalAccuracy
from recurra.training.metrics.accuracy import (
    SparseTopKCategoricalAccuracy as SparseTopKCategoricalAccuracy,
)
from recurra.training.metrics.accuracy import TopKCategoricalAccuracy as TopKCategoricalAccuracy
from recurra.training.metrics.accuracy import accuracy as accuracy
from recurra.training.metrics.accuracy import binary_accuracy as binary_accuracy
from recurra.training.metrics.accuracy import categorical_accuracy as categorical_accuracy
from recurra.training.metrics.accuracy import (
    sparse_categorical_accuracy as sparse_categorical_accuracy,
)
from recurra.training.metrics.accuracy import (
    sparse_top_k_categorical_accuracy as sparse_top_k_categorical_accuracy,
)
from recurra.training.metrics.accuracy import (
    top_k_categorical_accuracy as top_k_categorical_accuracy,
)
from recurra.training.metrics.auc import AUC as AUC
from recurra.training.metrics.base import Metric as Metric
from recurra.training.metrics.base import registry as registry
from recurra.training.metrics.confusion import Precision as Precision
from recurra.training.metrics.confusion import Recall as Recall
from recurra.training.metrics.errors import BinaryCrossentropy as BinaryCrossentropy
from recurra.training.metrics.errors import CategoricalCrossentropy as CategoricalCrossentropy
from recurra.training.metrics.errors import MeanAbsoluteError as MeanAbsoluteError
from recurra.training.metrics.errors import (
    MeanAbsolutePercentageError as MeanAbsolutePercentageError,
)
from recurra.training.metrics.errors import MeanSquaredError as MeanSquaredError
from recurra.training.metrics.errors import (
    MeanSquaredLogarithmicError as MeanSquaredLogarithmicError,
)
from recurra.training.metrics.errors import RootMeanSquaredError as RootMeanSquaredError
from recurra.training.metrics.errors import (
    SparseCategoricalCrossentropy as SparseCategoricalCrossentropy,
)
from recurra.training.metrics.fscore import F1Score as F1Score
from recurra.training.metrics.fscore import FBetaScore as FBetaScore
from recurra.training.metrics.reductions import Mean as Mean
from recurra.training.metrics.reductions import MeanMetricWrapper as MeanMetricWrapper
from recurra.training.metrics.reductions import Sum as Sum
from recurra.training.metrics.resolve import ACCURACIES as ACCURACIES
from recurra.training.metrics.resolve import as_metric as as_metric
from recurra.training.metrics.resolve import get as get
from recurra.training.metrics.resolve import resolve_accuracy as resolve_accuracy

serialize = registry.serialize
deserialize = registry.deserialize
