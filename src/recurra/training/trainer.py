"""compile, fit, evaluate, predict: what every model can do."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np

from recurra.engine import seeds
from recurra.engine.arguments import keywords_checked
from recurra.engine.errors import DataError, RecurraError, StateError
from recurra.engine.origin import warn
from recurra.engine.tree import dicts_as, map_leaves
from recurra.engine.variable import Variable
from recurra.training import optimizers
from recurra.training.advised import Advised, Advisor
from recurra.training.batches import ArrayBatches, Batch, Batches
from recurra.training.callbacks import CallbackList
from recurra.training.checks import (
    check_counts,
    check_epochs,
    check_roles,
    check_split,
    check_switches,
)
from recurra.training.dispatch import device_calls
from recurra.training.feeding import Feed
from recurra.training.history import History
from recurra.training.objectives import Objectives
from recurra.training.on_batch import OnBatch, floats
from recurra.training.predictions import as_predictions
from recurra.training.progress import Progress
from recurra.training.reach import check_reach
from recurra.training.recompiling import Recompiles
from recurra.training.runner import Runner
from recurra.training.steps import Steps


class Trainer(Steps, OnBatch, Advised, Recompiles):
    """What `Model` adds to `Layer`: training, evaluation and prediction."""

    #: Attributes that are no part of the network.
    untracked = (
        "optimizer",
        "loss",
        "_objectives",
        "_runners",
        "_feeds",
        "_trained",
        "_advisor",
        "history",
    )

    def prepare(self) -> None:
        """Start uncompiled."""
        self.optimizer: Any = None
        self.loss: Any = None
        self.stop_training = False
        self.history: History | None = None
        self.run_eagerly = False
        self._objectives: Any = None
        self._runners: dict[tuple[str, str], Runner] = {}
        self._feeds: dict[str, Feed] = {}
        self._trained: set[Variable] | None = None
        self._steps_taken: int | None = None
        self._advisor: Advisor | None = None

    @keywords_checked
    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        metrics: Any = None,
        loss_weights: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: Any = "auto",
        auto_scale_loss: bool = True,
        advice: bool = True,
    ) -> None:
        """Say how the model learns. Weights stay as they are.

        Args:
            optimizer: a name such as "adam", or an optimizer.
            loss: a name such as "mse", a loss or a function `(y_true, y_pred)`; for several outputs
                a list, or a dict by output name.
            metrics: names, metrics or functions; for several outputs a list of lists or a dict.
            loss_weights: numbers by which the outputs' losses are multiplied.
            weighted_metrics: metrics that take the sample weights into account.
            run_eagerly: run each step without compiling it, for debugging.
            steps_per_execution: accepted as in Keras; how many steps one call takes is found out.
            jit_compile: accepted as in Keras; steps are always compiled unless `run_eagerly`.
            auto_scale_loss: accepted as in Keras; only float32 and wider types are trained.
            advice: whether `fit` and `predict` say what looks wrong in data, model and training.

        Raises:
            ArgumentError: for unknown names, with the nearest known one.
        """
        check_roles(optimizer, loss)
        check_counts("compile", steps_per_execution=steps_per_execution)
        check_switches("compile", run_eagerly=run_eagerly, advice=advice)
        objectives = Objectives(loss, loss_weights, metrics, weighted_metrics)
        self.optimizer = optimizers.get(optimizer)
        self.loss, self.run_eagerly = loss, bool(run_eagerly)
        self._objectives = objectives
        self._advisor = Advisor(self) if advice else None
        self.prepare_steps()
        self.stop_training = False

    @property
    def compiled(self) -> bool:
        """Whether `compile` was called."""
        return self._objectives is not None

    # Training ------------------------------------------------------------------------------------

    @keywords_checked
    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: dict[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int = 1,
    ) -> History:
        """Train the model.

        Args:
            x: samples (batch, ...): an array, a list or dict of arrays for several inputs, or a
                source of batches (generator, DataLoader) that yields (x, y) or (x, y, weights).
            y: targets, (batch, ...), a list or dict for several outputs.
            batch_size: samples a step, 32 by default.
            epochs: the number of the last epoch: how often the data are gone through.
            verbose: 1 a bar, 2 a line an epoch, 0 nothing, "auto" what fits the output.
            callbacks: called at the ends of epochs and batches.
            validation_split: the share of the samples, taken from their end, that is held out.
            validation_data: `(x, y)`, `(x, y, weights)` or a source of batches to measure on.
            shuffle: whether each epoch takes the samples in another order.
            class_weight: a weight for each class.
            sample_weight: a weight for each sample, or for each timestep of it.
            initial_epoch: the number of epochs already done.
            steps_per_epoch: batches an epoch, for a source that does not end.
            validation_steps: batches of `validation_data` to measure on.
            validation_batch_size: by default `batch_size`.
            validation_freq: measure after every so many epochs.

        Returns:
            The `History`: losses and metrics of every epoch. Also kept as `model.history`, where it
            stays after Ctrl-C.

        Raises:
            DataError: for data that cannot mean anything.
            ShapeError: for arrays that do not fit the model.
        """
        self._check_compiled("fit")
        check_counts(
            "fit",
            batch_size=batch_size,
            epochs=epochs,
            initial_epoch=initial_epoch,
            steps_per_epoch=steps_per_epoch,
            validation_steps=validation_steps,
            validation_batch_size=validation_batch_size,
            validation_freq=validation_freq,
        )
        check_switches("fit", shuffle=shuffle == "batch" or shuffle)  # so said by old scripts
        check_epochs(epochs, initial_epoch)
        check_split(validation_split)
        feed = self._feed("train")
        options: dict[str, Any] = {"batch_size": batch_size, "shuffle": bool(shuffle)}
        options |= {"steps": steps_per_epoch, "classes": class_weight}
        train: Batches
        validation: Batches | None = None
        if validation_split and validation_data is None:
            train, validation = feed.divided(x, y, sample_weight, validation_split, **options)
            self._feed("test").structure = feed.structure
        else:
            train = feed.batches(x, y, sample_weight, **options)
        if validation_data is not None:
            validation = self._validation(
                validation_data, validation_batch_size or batch_size, validation_steps
            )
        check_reach(self, train)
        if self._advisor is not None:
            weighted = class_weight is not None or sample_weight is not None
            self._advisor.begin(train, validation, x, epochs=epochs, weighted=weighted)
        return self._fit_loop(
            train, validation, callbacks, verbose, range(initial_epoch, epochs), validation_freq
        )

    def _validation(self, data: Any, batch_size: int | None, steps: int | None) -> Batches:
        feed = self._feed("test")
        arrays = isinstance(data, (tuple, list)) and 2 <= len(data) <= 3
        if not arrays and isinstance(data, (tuple, list, np.ndarray)):
            raise DataError(
                "fit: `validation_data` has to be (x_val, y_val).",
                fixes=["validation_data=(x_val, y_val); (x_val) is no tuple in Python"],
            )
        try:
            given = data if arrays else (data,)
            return feed.batches(*given, batch_size=batch_size, steps=steps)
        except RecurraError as error:
            error.within = "validation_data"
            raise

    def _fit_loop(
        self,
        train: Batches,
        validation: Batches | None,
        callbacks: Any,
        verbose: Any,
        epochs: range,
        validation_freq: int,
    ) -> History:
        """Epoch after epoch, until the last one or until a callback says stop."""
        trained: list[Variable] = self.trainable_variables  # type: ignore[attr-defined]
        self.optimizer.build(trained)
        if self._trained not in (None, set(trained)):
            warn(
                f"{self.label}: `trainable` was changed after training began, which counts from "  # type: ignore[attr-defined]
                "the next compile on."
            )
        self.history = History()
        params = {"epochs": epochs.stop, "steps": train.steps, "verbose": verbose}
        params["do_validation"] = validation is not None
        params |= {k: getattr(train, k, None) for k in ("samples", "batch_size")}
        calls = CallbackList(callbacks, history=self.history, model=self, params=params)
        self.stop_training = False
        progress = Progress(epochs.stop, train.steps, verbose)
        calls.on_train_begin()
        logs: dict[str, float] = {}
        with progress:
            for epoch in epochs:
                calls.on_epoch_begin(epoch)
                progress.epoch_begin(epoch)
                logs = self.run_epoch(train, calls, progress)
                if validation is not None and (epoch + 1) % validation_freq == 0:
                    measured = self._measure(validation, calls, None)
                    logs |= {f"val_{k}": v for k, v in measured.items()}
                progress.epoch_end(logs)
                calls.on_epoch_end(epoch, logs)
                if self._advisor is not None:
                    self._advisor.epoch(self.history.history)
                if self.stop_training:
                    break
        self.optimizer.finalize_variable_values(trained)
        calls.on_train_end(logs)
        if self._advisor is not None:
            self._advisor.end(self.history.history, calls.callbacks)
        return self.history

    def run_epoch(self, batches: Batches, calls: Any, progress: Any) -> dict[str, float]:
        """Go through the batches once; returns the epoch's logs."""
        self._reset_metrics()
        runner, single = self._runner("train"), calls.needs_batches
        logs: Any = None
        for first, count, take in device_calls(runner, batches, single, self._may_pad(batches)):
            if single:
                calls.on_train_batch_begin(first)
            logs = take(self._number_steps(count))
            if single:
                calls.on_train_batch_end(first, floats(logs))
            progress.step(first + count, lambda logs=logs: floats(logs))
            if self.stop_training:
                break
        values = floats(logs)
        progress.steps_end()
        return values

    def _may_pad(self, batches: Batches) -> bool:
        """Whether there is a short last batch that may be filled up: rows do not depend on rows."""
        if not isinstance(batches, ArrayBatches) or batches.samples % batches.batch_size == 0:
            return False
        own = type(self)
        plain = all(
            getattr(own, name) is getattr(Trainer, name)
            for name in ("train_step", "test_step", "compute_loss", "compute_metrics")
        )
        objectives = self._objectives
        return plain and self.per_sample and objectives is not None and objectives.per_sample  # type: ignore[attr-defined]

    # Evaluation and prediction -------------------------------------------------------------------

    @keywords_checked
    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """Measure the model on data it is not trained by.

        Args:
            x: as in `fit`.
            y: as in `fit`.
            batch_size: samples a step, 32 by default.
            verbose: as in `fit`.
            sample_weight: as in `fit`.
            steps: batches to take from a source.
            callbacks: called at the ends of batches.
            return_dict: return a dict by name.

        Returns:
            The loss, or a list of it and the metrics in the order of `metrics_names`.
        """
        self._check_compiled("evaluate")
        check_counts("evaluate", batch_size=batch_size, steps=steps)
        batches = self._feed("test").batches(
            x, y, sample_weight, batch_size=batch_size, steps=steps
        )
        calls = CallbackList(callbacks, model=self)
        with Progress(1, batches.steps, verbose) as progress:
            progress.epoch_begin(0)
            logs = self._measure(batches, calls, progress)
            progress.epoch_end(logs)
        values = list(logs.values())
        return logs if return_dict else values if len(values) > 1 else values[0]

    def _measure(self, batches: Batches, calls: Any, progress: Any) -> dict[str, float]:
        calls.on_test_begin()
        self._reset_metrics()
        logs: Any = None
        runner, single = self._runner("test"), calls.needs_test_batches
        for first, count, take in device_calls(runner, batches, single, self._may_pad(batches)):
            if single:
                calls.on_test_batch_begin(first)
            logs = take(first)
            if single:
                calls.on_test_batch_end(first, floats(logs))
            if progress is not None:
                progress.step(first + count, lambda logs=logs: floats(logs))
        measured = floats(logs)
        batches.rewind()
        calls.on_test_end(measured)
        return measured

    @keywords_checked
    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        steps: int | None = None,
        callbacks: Any = None,
    ) -> Any:
        """The model's outputs.

        Args:
            x: samples, as in `fit`.
            batch_size: samples a step, 32 by default.
            verbose: as in `fit`.
            steps: batches to take from a source.
            callbacks: called at the ends of batches.

        Returns:
            NumPy arrays (batch, ...) in the structure of the outputs.
        """
        check_counts("predict", batch_size=batch_size, steps=steps)
        batches = self._feed("predict").batches(x, batch_size=batch_size, steps=steps)
        calls = CallbackList(callbacks, model=self)
        calls.on_predict_begin()
        collected: list[Any] = []
        with Progress(1, batches.steps, verbose) as progress:
            progress.epoch_begin(0)
            for k, batch in enumerate(batches):
                calls.on_predict_batch_begin(k)
                collected.append(self._predict_batch(batch, batches))
                calls.on_predict_batch_end(k, {"outputs": collected[-1]})
                progress.step(k + 1, dict)
            progress.epoch_end({})
        calls.on_predict_end()
        if len(collected) > 1 or hasattr(x, "in_order"):
            in_order = getattr(x, "in_order", np.concatenate)  # of a source that sorts its samples
            collected[:1] = [map_leaves(lambda *parts: in_order(parts), *collected)]
        if self._advisor is not None and isinstance(batches, ArrayBatches):
            self._advisor.predicted(batches.data.x, collected[0])
        return dicts_as(dict, map_leaves(as_predictions, collected[0]))

    def _predict_batch(self, batch: Batch, batches: Batches) -> Any:
        """Outputs for one batch; a short one is filled up to the size that is compiled already."""
        size, xs = batch.size, batch.x
        full = batches.batch_size if isinstance(batches, ArrayBatches) else size
        if size < full and self.per_sample:  # type: ignore[attr-defined]
            xs = [np.concatenate([a, np.repeat(a[-1:], full - size, axis=0)]) for a in xs]
        outputs = self._runner("predict").on_batch(Batch(xs, [], []))
        return map_leaves(lambda a: np.array(np.asarray(a)[:size]), outputs)

    # Behind them ---------------------------------------------------------------------------------

    def prepare_steps(self) -> None:
        """Forget compiled steps, for example after `trainable` was changed."""
        self._runners, self._feeds, self._trained = {}, {}, None

    def __getstate__(self) -> dict[str, Any]:
        """What a copy takes along: all but the compiled steps."""
        return {**self.__dict__, "_runners": {}, "_feeds": {}, "_trained": None}

    def _number_steps(self, count: int) -> int:
        """The number of the first of the next steps, counted from a seed: dropout follows it."""
        if self._steps_taken is None:
            self._steps_taken = seeds.new_seed() // 2
        first, self._steps_taken = self._steps_taken, (self._steps_taken + count) % 2**31
        return first

    def _feed(self, kind: str) -> Feed:
        if kind not in self._feeds:
            self._feeds[kind] = Feed(self, None if kind == "predict" else self._objectives)
        return self._feeds[kind]

    def _runner(self, kind: str) -> Runner:
        version = self.optimizer.version if kind == "train" else None
        key = kind, repr(self._feed(kind).structure)  # a step is traced for one order of inputs
        if key not in self._runners or self._runners[key].version != version:
            carried = [
                v
                for layer in self._flatten_layers()  # type: ignore[attr-defined]
                for v in getattr(layer, "state_variables", list)()
            ]
            weights: list[Variable] = self.weights  # type: ignore[attr-defined]
            changing, variables = carried, [*weights, *carried]
            if kind != "predict":
                counted = [v for m in self.metrics for v in m.variables]
                changing, variables = [*carried, *counted], [*variables, *counted]
            if kind == "train":
                trained = [*self.trainable_variables, *self.optimizer.variables]  # type: ignore[attr-defined]
                changing, variables = [*trained, *changing], [*variables, *trained]
                self._trained = set(self.trainable_variables)  # type: ignore[attr-defined]
            step = {"train": self._train, "test": self._test, "predict": self._predict}[kind]
            reuse = kind != "predict"
            self._runners[key] = Runner(step, variables, changing, self.run_eagerly, reuse)
            self._runners[key].version = version
        return self._runners[key]

    def _data(self, kind: str, batch: Batch) -> tuple[Any, Any, Any]:
        """A batch as `train_step` sees it: in the user's structure, None for what is not there."""
        y = batch.y[0] if len(batch.y) == 1 else batch.y or None
        weights = batch.weights[0] if len(batch.weights) == 1 else batch.weights or None
        return self._feed(kind).pack(batch.x), y, weights

    def _train(self, batch: Batch, rows: Any) -> Any:
        self._objectives.rows = rows
        return self._logs("train_step", self.train_step(self._data("train", batch)))

    def _test(self, batch: Batch, rows: Any) -> Any:
        self._objectives.rows = rows
        return self._logs("test_step", self.test_step(self._data("test", batch)))

    def _predict(self, batch: Batch, rows: Any) -> Any:
        return dicts_as(OrderedDict, self.predict_step(self._feed("predict").pack(batch.x)))

    def _check_compiled(self, method: str) -> None:
        if not self.compiled:
            raise StateError(
                f"{self.label}: `{method}` needs to know how to learn.",  # type: ignore[attr-defined]
                fixes=["model.compile(optimizer='adam', loss='mse') first"],
            )
        if self.optimizer is None and method in ("fit", "train_on_batch"):
            raise StateError(
                f"{self.label}: `{method}` needs an optimizer, and compile was given None.",  # type: ignore[attr-defined]
                fixes=["model.compile(optimizer='adam', loss='mse')"],
            )
