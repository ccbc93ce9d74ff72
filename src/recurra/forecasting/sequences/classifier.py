"""SequenceClassifier: which class a sequence belongs to."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils import column_or_1d
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from recurra.engine.errors import ArgumentError, DataError
from recurra.forecasting.sequences.estimator import SequenceEstimator
from recurra.forecasting.sequences.held_out import hold_out
from recurra.forecasting.sequences.inputs import Sequences
from recurra.forecasting.sequences.parts import Part
from recurra.models import Model


class SequenceClassifier(ClassifierMixin, SequenceEstimator):
    """Learns from labelled sequences which class others belong to, as a scikit-learn estimator.

    Features are scaled by the mean and the standard deviation of the training part, in a layer of
    the model. A share of the samples of each class is held out: training stops when their loss gets
    no better, and ends with the weights of the best epoch.

    Args:
        model: "lstm", "gru", "tcn" (convolutions that look back twice as far each), a recurra model
            that gives a probability for each class (its weights are drawn anew), or a function
            `(timesteps, features, outputs)` that makes one; timesteps is None for sequences of
            several lengths.
        units: the width of the networks with a name.
        epochs: how often the samples are gone through at most.
        batch_size: samples a step.
        learning_rate: of Adam.
        validation: the share of the samples to hold out; 0 for none.
        patience: epochs without a better loss after which training stops.
        class_weight: None, "balanced" for classes that count the same however rare they are, or a
            dict with a weight for each label.
        random_state: a whole number makes everything repeatable.
        verbose: 0 for silence, 1 for a bar, 2 for a line an epoch.

    Attributes:
        classes_: the labels, (classes,), in order.
        model_: the trained model: sequences to probabilities (samples, classes).
        history_: the losses of each epoch, by name.
        n_iter_: the number of epochs.
        n_features_in_: numbers at each timestep; for a table (samples, timesteps), its columns.
        score_: the accuracy on the samples held out, by weight where samples or classes have one.
        baseline_: the accuracy on them of always saying the most frequent class.
        comparison_: both in a sentence. Fitting warns where the model is not the better one.

    Example:
        >>> import numpy as np
        >>> t = np.linspace(0, 1, 30)
        >>> X = [np.sin(2 * np.pi * f * t + p) for f in (2, 4) for p in np.linspace(0, 6, 40)]
        >>> labels = ["slow"] * 40 + ["fast"] * 40
        >>> classifier = SequenceClassifier(random_state=0).fit(X, labels)
        >>> classifier.predict([np.sin(2 * np.pi * 4 * t + 1)]).tolist()
        ['fast']
    """

    activation = "softmax"
    loss = "sparse_categorical_crossentropy"
    least_gain = 5e-4
    baseline = "a guess"

    def __init__(
        self,
        model: Any = "lstm",
        *,
        units: int = 32,
        epochs: int = 200,
        batch_size: int = 32,
        learning_rate: float = 0.005,
        validation: float = 0.2,
        patience: int = 20,
        class_weight: Any = None,
        random_state: Any = None,
        verbose: int = 0,
    ) -> None:
        super().__init__(
            model,
            units=units,
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
            validation=validation,
            patience=patience,
            random_state=random_state,
            verbose=verbose,
        )
        self.class_weight = class_weight

    def predict(self, X: Any) -> np.ndarray:
        """The likeliest label of each sequence.

        Args:
            X: sequences, as in `fit`.

        Returns:
            (samples,).
        """
        chances = self._predictions(X)
        return self.classes_[chances.argmax(axis=1)]

    def predict_proba(self, X: Any) -> np.ndarray:
        """The probability of each class for each sequence.

        Args:
            X: sequences, as in `fit`.

        Returns:
            (samples, classes), in the order of `classes_`.
        """
        chances = self._predictions(X)
        return chances / chances.sum(axis=1, keepdims=True)  # in float32 1 but for rounding

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The share of sequences whose label is found, the accuracy.

        Args:
            X: sequences, as in `fit`.
            y: their labels, (samples,).
            sample_weight: a weight for each sample, (samples,).
        """
        check_is_fitted(self)
        new = set(np.unique(np.asarray(y)).tolist()) - set(self.classes_.tolist())
        if new:
            raise DataError(
                f"SequenceClassifier: y holds {sorted(new, key=str)[0]!r}, which is none of the "
                f"{len(self.classes_)} labels it was fitted to.",
                expected=_listed(self.classes_),
            )
        return super().score(X, y, sample_weight)

    # Labels and numbers --------------------------------------------------------------------------

    def _read_targets(self, y: Any) -> np.ndarray:
        """The number of each sample's class, (samples,)."""
        if y is None:
            raise DataError(
                "SequenceClassifier requires y to be passed, but the target y is None: a label for "
                "each sample is needed."
            )
        if isinstance(y, (list, tuple)) and len({isinstance(v, str) for v in y}) > 1:
            y = np.array(y, object)  # NumPy would make text of numbers
        shape: Any = getattr(y, "shape", ())
        if len(shape) == 2 and shape[1] > 1:
            raise DataError(
                f"SequenceClassifier: y should be a 1d array, and has the shape {shape}.",
                expected="one label for each sample",
                fixes=["y = y.argmax(axis=1)  # if its rows are one-hot"],
            )
        labels = column_or_1d(y, warn=True)
        missing = [k for k, v in enumerate(labels.tolist()) if v is None or v != v]
        if missing:
            raise DataError(
                f"SequenceClassifier: y holds no label at sample {missing[0]}, and in "
                f"{len(missing)} of {len(labels):,} places.",
                fixes=["leave those samples out of X and y, and predict them later"],
            )
        if labels.dtype == object:
            _check_kinds(labels.tolist())
        check_classification_targets(labels)
        self.classes_, numbers = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise DataError(
                f"SequenceClassifier: y holds one class only, {self.classes_.tolist()[0]!r}; at "
                "least two are needed."
            )
        return numbers.astype(np.int32)

    @property
    def _outputs(self) -> int:
        return len(self.classes_)

    def _divide(
        self,
        data: Sequences,
        targets: np.ndarray,
        random: np.random.RandomState,
        groups: np.ndarray | None,
    ) -> tuple[np.ndarray, np.ndarray]:
        return hold_out(data.values, self.validation, random, targets, groups)

    def _learn(self, targets: np.ndarray) -> None:
        """The weight of each class, by the training part."""
        self.class_weight_ = None
        if self.class_weight is None:
            return
        if isinstance(self.class_weight, dict):
            unknown = [k for k in self.class_weight if k not in self.classes_.tolist()]
            if unknown:
                raise ArgumentError(
                    f"SequenceClassifier: class_weight names {unknown[0]!r}, which is no label.",
                    expected=_listed(self.classes_),
                )
        elif self.class_weight != "balanced":
            raise ArgumentError(
                f"SequenceClassifier: class_weight={self.class_weight!r}.",
                expected="None, 'balanced' or a dict with a weight for each label",
            )
        self.class_weight_ = compute_class_weight(
            self.class_weight, classes=self.classes_, y=self.classes_[targets]
        )

    def _weights(self, targets: np.ndarray) -> np.ndarray | None:
        return None if self.class_weight_ is None else self.class_weight_[targets]

    def _check_outputs(self, found: np.ndarray) -> None:
        if (found < 0).any() or (np.abs(found.sum(axis=1) - 1) > 1e-3).any():
            raise ArgumentError(
                "SequenceClassifier: the model gives numbers that are no probabilities: for the "
                f"first sample {', '.join(f'{v:.3g}' for v in found[0])}.",
                expected="numbers from 0 to 1 that sum to 1",
                fixes=[f"Dense({self._outputs}, 'softmax')  # as its last layer"],
            )

    def _finish(self, inputs: Any, outputs: Any) -> Model:
        return Model(inputs, outputs)

    def _compare(self, measured: Part, found: np.ndarray, trained: Part, where: str) -> str:
        most = int(np.bincount(trained.targets, trained.weights).argmax())
        self.score_ = float(measured.mean(found.argmax(axis=1) == measured.targets))
        self.baseline_ = float(measured.mean(measured.targets == most))
        self.beats_baseline_ = self.score_ > self.baseline_
        always = f"always saying {self.classes_.tolist()[most]!r} finds {self.baseline_:.1%}"
        weighted = " by weight" if measured.weights is not None else ""
        return f"{self.score_:.1%} of the labels of {where} are found{weighted}; {always}."


def _check_kinds(labels: list[Any]) -> None:
    """Refuse text beside labels of another kind: they have no order."""
    text = next((v for v in labels if isinstance(v, str)), None)
    other = next((v for v in labels if not isinstance(v, str)), None)
    if text is not None and other is not None:
        raise DataError(
            f"SequenceClassifier: y holds labels of two kinds, {text!r} and {other!r}.",
            fixes=["y = [str(label) for label in y]"],
        )


def _listed(labels: np.ndarray) -> str:
    names = [repr(v) for v in labels[:10].tolist()]
    return ", ".join(names) + (", ..." if len(labels) > 10 else "")
