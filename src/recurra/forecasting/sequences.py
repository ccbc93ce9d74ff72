"""What the estimators over sequences have in common: parameters, training, prediction."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from recurra.data.scaling import mean_and_deviation
from recurra.engine import seeds
from recurra.engine.arguments import COUNT, POSITIVE, Check, is_count
from recurra.engine.errors import ArgumentError, DataError
from recurra.engine.origin import warn
from recurra.engine.words import amount
from recurra.forecasting.held_out import hold_out
from recurra.forecasting.sequence_input import Sequences, read_sequences, sizes
from recurra.forecasting.sequence_networks import make_network
from recurra.models import Model
from recurra.training.callbacks import EarlyStopping
from recurra.training.optimizers import Adam

#: What the parameters have to be, asked at `fit`, as scikit-learn wants it.
CHECKS = {
    "units": COUNT,
    "epochs": COUNT,
    "batch_size": COUNT,
    "learning_rate": POSITIVE,
    "patience": COUNT,
    "validation": Check(
        "a number from 0 to below 1", lambda v: not isinstance(v, str) and 0 <= v < 1
    ),
    "verbose": Check("0, 1 or 2", lambda v: v in (0, 1, 2) or is_count(v)),
}
#: So few samples held out say nothing about a model.
FEW = 10


class SequenceEstimator(BaseEstimator):
    """A network over sequences as a scikit-learn estimator."""

    #: What the network's outputs are, and what it learns by.
    activation: str
    loss: str
    #: What its predictions are compared with.
    baseline: str
    #: By how much the loss has to fall within `patience` epochs.
    least_gain: float

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
        random_state: Any = None,
        verbose: int = 0,
    ) -> None:
        self.model = model
        self.units = units
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.validation = validation
        self.patience = patience
        self.random_state = random_state
        self.verbose = verbose

    # What the two kinds differ in ----------------------------------------------------------------

    @abstractmethod
    def _read_targets(self, y: Any) -> np.ndarray:
        """The targets in numbers, checked."""

    @abstractmethod
    def _finish(self, inputs: Any, outputs: Any) -> Model:
        """The model that predicts, from the input and output of the one that is trained."""

    @abstractmethod
    def _compare(
        self, targets: np.ndarray, found: np.ndarray, trained: np.ndarray, where: str
    ) -> str:
        """Set the baseline; returns the sentence that compares predictions with it.

        Args:
            targets: of the samples to measure on.
            found: what the model gives for them, (samples, outputs).
            trained: the targets of the training part, which the baseline knows.
            where: the samples in words.
        """

    # Training ------------------------------------------------------------------------------------

    def fit(self, X: Any, y: Any) -> Any:
        """Train a new network.

        Args:
            X: sequences: (samples, timesteps, features), (samples, timesteps), a list of arrays
                (timesteps, features) or (timesteps,) of several lengths, or `Windows`.
            y: what is to be learnt, one entry a sample.

        Returns:
            The estimator itself.

        Raises:
            DataError: for numbers that are missing or infinite, and for targets of no use.
            ShapeError: for arrays with another number of axes.
            ArgumentError: for parameters that cannot be.
        """
        self._check_parameters()
        data = read_sequences(self, X, fitted=False)
        targets = self._read_targets(y)
        self._check_lengths(data, targets)
        random = check_random_state(self.random_state)
        train, held = self._divide(data, targets, random)
        with seeds.seeded(int(random.randint(2**31 - 1))):
            self._train(data, targets, train, held)
        self._say(data, targets, train, held)
        return self

    def _check_parameters(self) -> None:
        wrong = [
            f"{name}={getattr(self, name)!r}: {check.expected} is needed"
            for name, check in CHECKS.items()
            if not _holds(check, getattr(self, name))
        ]
        if wrong:
            raise ArgumentError(f"{type(self).__name__}: {'; '.join(wrong)}.")

    def _check_lengths(self, data: Sequences, targets: np.ndarray) -> None:
        if len(data) == len(targets):
            return
        turned = data.timesteps == len(targets)
        raise DataError(
            f"{type(self).__name__}: X holds {amount(len(data), 'sample')}, and y "
            f"{amount(len(targets), 'target')}.",
            came=f"X {sizes(data.values)}",
            fixes=["X.swapaxes(0, 1)  # samples come first"] if turned else (),
        )

    def _divide(
        self, data: Sequences, targets: np.ndarray, random: np.random.RandomState
    ) -> tuple[np.ndarray, np.ndarray]:
        """The numbers of the samples to train on and of those to hold out."""
        return hold_out(data.values, self.validation, random)

    def _train(
        self, data: Sequences, targets: np.ndarray, train: np.ndarray, held: np.ndarray
    ) -> None:
        self._learn(targets[train])
        mean, deviation = np.transpose([mean_and_deviation(c) for c in data.rows(train).T])
        inputs, outputs = make_network(
            type(self).__name__,
            self.model,
            units=self.units,
            timesteps=self.timesteps_,
            longest=data.timesteps,
            features=self.features_,
            outputs=self._outputs,
            activation=self.activation,
            mean=mean,
            deviation=deviation,
        )
        trained = Model(inputs, outputs)
        self.model_ = self._finish(inputs, outputs)
        trained.compile(Adam(self.learning_rate, clipnorm=1.0), self.loss, advice=False)
        parts = [
            (data.values[part], self._scaled(targets[part]), self._weights(targets[part]))
            for part in (train, held)
        ]
        (x, y, weights), validation = parts
        if not isinstance(self.model, str):
            self._check_outputs(self._run(x[: self.batch_size]))
        stop = EarlyStopping(
            monitor="val_loss" if len(held) else "loss",
            min_delta=self.least_gain,
            patience=self.patience,
            restore_best_weights=True,
        )
        history = trained.fit(
            x,
            y,
            sample_weight=weights,
            batch_size=self.batch_size,
            epochs=self.epochs,
            validation_data=validation if len(held) else None,
            callbacks=[stop],
            verbose=self.verbose,
        )
        self.history_ = history.history
        self.n_iter_ = len(history.history["loss"])

    def _check_outputs(self, found: np.ndarray) -> None:
        """Refuse a network of the user's whose outputs, (samples, outputs), are of no use."""

    @property
    @abstractmethod
    def _outputs(self) -> int:
        """The number of outputs of the network."""

    def _learn(self, targets: np.ndarray) -> None:
        """Take from the training part what `_scaled` and `_weights` need."""

    def _scaled(self, targets: np.ndarray) -> np.ndarray:
        """The targets as the network is trained to give them."""
        return targets

    def _weights(self, targets: np.ndarray) -> np.ndarray | None:
        """A weight for each sample."""
        return None

    def _say(
        self, data: Sequences, targets: np.ndarray, train: np.ndarray, held: np.ndarray
    ) -> None:
        """Compare with the baseline on what was held out, and say so."""
        measured = held if len(held) else train
        found = self._run(data.values[measured])
        where = f"{amount(len(measured), 'sample')} {'held out' if len(held) else 'trained on'}"
        self.comparison_ = self._compare(targets[measured], found, targets[train], where)
        few, fails = len(measured) < FEW, not self.beats_baseline_
        if few:
            self.comparison_ += " So few tell little about others."
        elif fails:
            self.comparison_ = f"no better than {self.baseline}: {self.comparison_}"
        if self.verbose:
            print(self.comparison_)
        elif fails and not few:
            warn(f"{type(self).__name__}: {self.comparison_}")

    # Prediction ----------------------------------------------------------------------------------

    def _predictions(self, X: Any) -> np.ndarray:
        """What the model gives for `X`, (samples, outputs)."""
        check_is_fitted(self)
        return self._run(read_sequences(self, X, fitted=True).values)

    def _run(self, values: Any) -> np.ndarray:
        """What the model gives, (samples, outputs), in the type that scikit-learn computes in."""
        found = self.model_.predict(values, batch_size=self.batch_size, verbose=0)
        return np.asarray(found, np.float64)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.non_deterministic = self.random_state is None
        return tags


def _holds(check: Check, value: Any) -> bool:
    try:
        return bool(check.ok(value))
    except (TypeError, ValueError):
        return False
