"""SequenceRegressor: a number, or several, for each sequence."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.validation import check_array

from recurra import layers
from recurra.data.scaling import mean_and_deviation
from recurra.engine.errors import DataError
from recurra.forecasting.sequences.estimator import SequenceEstimator
from recurra.forecasting.sequences.parts import Part
from recurra.models import Model


class SequenceRegressor(RegressorMixin, SequenceEstimator):
    """Learns a number, or several, for each sequence, as a scikit-learn estimator.

    Features and targets are scaled by the mean and the standard deviation of the training part, in
    layers of the model. A share of the samples is held out: training stops when their squared error
    gets no smaller, and ends with the weights of the best epoch.

    Args:
        model: "lstm", "gru", "tcn" (convolutions that look back twice as far each), a recurra model
            that ends in `Dense(targets)` (its weights are drawn anew), or a function
            `(timesteps, features, outputs)` that makes one; timesteps is None for sequences of
            several lengths.
        units: the width of the networks with a name.
        epochs: how often the samples are gone through at most.
        batch_size: samples a step.
        learning_rate: of Adam.
        validation: the share of the samples to hold out; 0 for none.
        patience: epochs without a smaller error after which training stops.
        random_state: a whole number makes everything repeatable.
        verbose: 0 for silence, 1 for a bar, 2 for a line an epoch.

    Attributes:
        model_: the trained model: sequences to targets in their own unit, (samples, targets).
        history_: the losses of each epoch, by name, in squared standard deviations.
        n_iter_: the number of epochs.
        n_features_in_: numbers at each timestep; for a table (samples, timesteps), its columns.
        error_: the root mean squared error on the samples held out, (targets,).
        baseline_: that of always saying the training part's mean, (targets,).
        comparison_: both in a sentence. Fitting warns where the model is not the better one.

    Example:
        >>> import numpy as np
        >>> X = np.random.default_rng(0).normal(size=(200, 10, 2))
        >>> y = 100 + X[:, :, 0].sum(axis=1)
        >>> regressor = SequenceRegressor(random_state=0).fit(X, y)
        >>> bool(regressor.score(X, y) > 0.9)
        True
    """

    activation = "linear"
    loss = "mse"
    least_gain = 1e-5
    baseline = "the mean"

    def predict(self, X: Any) -> np.ndarray:
        """The targets of each sequence.

        Args:
            X: sequences, as in `fit`.

        Returns:
            (samples,), or (samples, targets) if `fit` was given such.
        """
        found = self._predictions(X)
        return found[:, 0] if self._one else found

    def _read_targets(self, y: Any) -> np.ndarray:
        """(samples, targets) float32."""
        if y is None:
            raise DataError(
                "SequenceRegressor requires y to be passed, but the target y is None: a number for "
                "each sample is needed."
            )
        targets = check_array(
            y, dtype=np.float64, ensure_2d=False, ensure_all_finite=False, input_name="y"
        )
        if not np.isfinite(targets).all():
            place = np.argwhere(~np.isfinite(targets))[0]
            kind = "NaN" if np.isnan(targets[tuple(place)]) else "infinity"
            raise DataError(
                f"SequenceRegressor: y holds {kind} at sample {place[0]}.",
                fixes=["keep = np.isfinite(y)  # and leave out the samples of X and y without"],
            )
        self._one = targets.ndim == 1
        return targets.reshape(len(targets), -1)

    @property
    def _outputs(self) -> int:
        return len(self._mean)

    def _learn(self, targets: np.ndarray) -> None:
        self._mean, self._deviation = np.transpose([mean_and_deviation(c) for c in targets.T])

    def _scaled(self, targets: np.ndarray) -> np.ndarray:
        return (targets - self._mean) / self._deviation

    def _finish(self, inputs: Any, outputs: Any) -> Model:
        unit = layers.Normalization(mean=self._mean, variance=self._deviation**2, invert=True)
        return Model(inputs, unit(outputs))

    def _compare(self, measured: Part, found: np.ndarray, trained: Part, where: str) -> str:
        self.error_ = _rmse(measured, found)
        self.baseline_ = _rmse(measured, trained.mean(trained.targets))
        self.beats_baseline_ = bool((self.error_ < self.baseline_).all())
        return (
            f"the error (RMSE) on {where} is {_listed(self.error_)}; that of the mean is "
            f"{_listed(self.baseline_)}."
        )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def _rmse(measured: Part, found: np.ndarray) -> np.ndarray:
    """The root of the mean squared error of each target, (targets,)."""
    return np.asarray(np.sqrt(measured.mean((measured.targets - found) ** 2)))


def _listed(values: np.ndarray) -> str:
    return ", ".join(f"{v:.4g}" for v in values)
