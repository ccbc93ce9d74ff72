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
from recurra.forecasting.sequences.held_out import hold_out
from recurra.forecasting.sequences.inputs import Sequences, read_sequences, sizes
from recurra.forecasting.sequences.networks import make_network
from recurra.forecasting.sequences.parts import Part, read_groups, read_weights
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
    def _compare(self, measured: Part, found: np.ndarray, trained: Part, where: str) -> str:
        """Set the baseline; returns the sentence that compares predictions with it.

        Args:
            measured: the samples to measure on.
            found: what the model gives for them, (samples, outputs).
            trained: the training part, which the baseline knows.
            where: the samples in words.
        """

    # Training ------------------------------------------------------------------------------------

    def fit(self, X: Any, y: Any, sample_weight: Any = None, groups: Any = None) -> Any:
        """Train a new network.

        Args:
            X: sequences: (samples, timesteps, features), (samples, timesteps), a list of arrays
                (timesteps, features) or (timesteps,) of several lengths, or `Windows`.
            y: what is to be learnt, one entry a sample.
            sample_weight: how much each sample counts, (samples,) from 0 on, in training and in
                the comparison with the baseline; None for all the same.
            groups: what each sample belongs to, (samples,): a person, a machine, a recording. All
                samples of a group are trained on or all are held out, since those of one group
                resemble each other more than new ones do. None where each stands for itself.

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
        self._say_if_turned(data)
        who, samples = type(self).__name__, len(data)
        weights = None if sample_weight is None else read_weights(who, sample_weight, samples)
        group = None if groups is None else read_groups(who, groups, samples)
        random = check_random_state(self.random_state)
        train, held = self._divide(data, targets, random, group)
        self._learn(targets[train])
        parts = [self._part(data, targets, weights, part) for part in (train, held)]
        with seeds.seeded(int(random.randint(2**31 - 1))):
            self._train(data, train, *parts)
        self._say(*parts)
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

    def _say_if_turned(self, data: Sequences) -> None:
        """Say that there is nothing to go through, as where timesteps stand as features."""
        if data.timesteps == 1 < data.features:
            warn(
                f"{type(self).__name__}: each sequence has one timestep of {data.features:,} "
                "features, so that nothing comes before anything else.\n"
                "  fix:      X.swapaxes(1, 2)  # if these are the timesteps of one feature"
            )

    def _divide(
        self,
        data: Sequences,
        targets: np.ndarray,
        random: np.random.RandomState,
        groups: np.ndarray | None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """The numbers of the samples to train on and of those to hold out."""
        return hold_out(data.values, self.validation, random, groups=groups)

    def _part(
        self, data: Sequences, targets: np.ndarray, weights: np.ndarray | None, part: np.ndarray
    ) -> Part:
        """Some of the samples, with the product of all that weighs them."""
        own = self._weights(targets[part])
        given = None if weights is None else weights[part]
        both = own if given is None else given if own is None else own * given
        return Part(data.values[part], targets[part], both)

    def _train(self, data: Sequences, samples: np.ndarray, train: Part, held: Part) -> None:
        mean, deviation = np.transpose([mean_and_deviation(c) for c in data.rows(samples).T])
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
        if not isinstance(self.model, str):
            self._check_outputs(self._run(train.values[: self.batch_size]))
        stop = EarlyStopping(
            monitor="val_loss" if len(held) else "loss",
            min_delta=self.least_gain,
            patience=self.patience,
            restore_best_weights=True,
        )
        validation = (held.values, self._scaled(held.targets), held.weights) if len(held) else None
        history = trained.fit(
            train.values,
            self._scaled(train.targets),
            sample_weight=train.weights,
            batch_size=self.batch_size,
            epochs=self.epochs,
            validation_data=validation,
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

    def _say(self, train: Part, held: Part) -> None:
        """Compare with the baseline on what was held out, and say so."""
        measured = held if len(held) else train
        where = f"{amount(len(measured), 'sample')} {'held out' if len(held) else 'trained on'}"
        found = self._run(measured.values)
        self.comparison_ = self._compare(measured, found, train, where)
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
