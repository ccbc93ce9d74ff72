"""Where advice is given: before and after `fit`, after its first epochs, in `predict`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from recurra.engine.tree import leaves
from recurra.training.batches import ArrayBatches, Batch, Batches

if TYPE_CHECKING:
    from recurra.explain.advice import Array, Finding, Findings, Output, Seen

#: After so many epochs since compile the rules look at the losses, and then at the end alone.
FIRST_EPOCHS = 5
#: So many losses are a curve.
CURVE = 3


class Advisor:
    """Lets the rules look at a model's training, and says each finding once.

    The data are looked at in the first `fit` after `compile`, losses in the first five and in those
    number 8, 16, 32, ..., and predictions in the calls number 1, 2, 4, 8, ..., so that many short
    ones cost nothing.

    Args:
        model: the model.

    Attributes:
        found: all that was found since `compile`.
    """

    def __init__(self, model: Any) -> None:
        from recurra.explain.advice import Findings

        self.model = model
        self.found = Findings()
        self._seen: Seen | None = None
        self._fits = self._epochs = self._predictions = 0
        self._looks = False
        self._before: Any = None

    def begin(
        self,
        train: Batches,
        validation: Batches | None,
        given: Any,
        *,
        epochs: int,
        weighted: bool,
    ) -> None:
        """Before the first step.

        Args:
            train: what is trained on.
            validation: what is held out.
            given: `x` as the user gave it.
            epochs: how many there will be.
            weighted: whether samples or classes have weights.
        """
        self._fits += 1
        self._looks = self._fits <= FIRST_EPOCHS or _is_power_of_two(self._fits)
        if self._looks:
            self._seen = seen_of(self.model, train, validation)
            self._seen.given, self._seen.weighted = given, weighted
            self._seen.epochs = epochs
            if self._fits == 1:
                self._say("data")
            self._seen.release()

    def epoch(self, history: Mapping[str, Sequence[float]]) -> None:
        """After an epoch."""
        self._epochs += 1
        if self._looks and self._epochs <= FIRST_EPOCHS:
            self._after(history)

    def end(self, history: Mapping[str, Sequence[float]], callbacks: Iterable[Any]) -> None:
        """After the last epoch.

        Args:
            history: losses and metrics of this fit's epochs.
            callbacks: that ran.
        """
        if self._looks and self._seen is not None:
            kinds = (base.__name__ for c in callbacks for base in type(c).__mro__)
            self._seen.callbacks = frozenset(kinds)
            self._after(history, "end")

    def _after(self, history: Mapping[str, Sequence[float]], *more: Any) -> None:
        if self._seen is not None:
            self._seen.history = history
            self._say(*moments_of(history, *more))

    def predicted(self, x: Any, predictions: Any) -> None:
        """After a call of `predict` on arrays.

        Args:
            x: what was given.
            predictions: what is given back.
        """
        self._predictions += 1
        if _is_power_of_two(self._predictions):
            from recurra.explain.advice import Seen

            trained = self._seen
            seen = Seen(
                self.model,
                _arrays("x", x),
                trained.outputs if trained else [],
                history=trained.history if trained else {},
                predictions=[np.asarray(p) for p in leaves(predictions)],
                before=_arrays("x", self._before),
                trained=trained.x if trained else [],
                calls=self._predictions,
            )
            self._say("predict", seen=seen)
        self._before = x

    def __getstate__(self) -> dict[str, Any]:
        """What a copy of the model takes along: no data."""
        return {**vars(self), "_seen": None, "_before": None}

    def _say(self, *moments: Any, seen: Seen | None = None) -> None:
        from recurra.explain.advice import look

        looked_at = seen or self._seen
        assert looked_at is not None
        new = look(looked_at, *moments, said=frozenset(self.found.rules))
        new.say(more=not self.found)
        self.found += new


def moments_of(history: Mapping[str, Sequence[float]], *more: Any) -> tuple[Any, ...]:
    """The moments at which rules look at such losses, and those of `more` that need a curve."""
    return ("epoch", "curve", *more) if len(history.get("loss", ())) >= CURVE else ("epoch",)


def _is_power_of_two(number: int) -> bool:
    return number & (number - 1) == 0


def seen_of(model: Any, train: Batches, validation: Batches | None) -> Seen:
    """What there is to look at before the first step."""
    from recurra.explain.advice import Seen

    data: Batch = train.data
    held_out = validation.data if validation is not None else None
    return Seen(
        model,
        _arrays("x", data.x),
        _outputs(model, data, held_out),
        _arrays("x_val", held_out.x) if held_out else [],
        batch_size=train.batch_size if isinstance(train, ArrayBatches) else None,
        shuffle=isinstance(train, ArrayBatches) and train.shuffle,
        holds_all=isinstance(validation, ArrayBatches),
    )


def _arrays(name: str, arrays: Any) -> list[Array]:
    from recurra.explain.advice import Array

    flat = [] if arrays is None else list(leaves(arrays))
    names = [name] if len(flat) == 1 else [f"{name}[{k}]" for k in range(len(flat))]
    return [Array(n, a) for n, a in zip(names, flat)]


def _outputs(model: Any, data: Batch, held_out: Batch | None) -> list[Output]:
    """The outputs that have a loss or metrics, as `compile` settled them."""
    from recurra.explain.advice import Array, Output
    from recurra.explain.advice.seen import final_layer
    from recurra.training.targets import function_of

    settled = model._objectives.outputs
    if not settled:  # a model of steps alone
        return []
    shapes = [o.shape for o in leaves(model._feed("train").outputs(data.x))]
    outputs = []
    for k, (output, shape) in enumerate(zip(settled, shapes)):
        several = len(settled) > 1
        name = f"y[{k}]" if several else "y"
        loss = function_of(output.loss) if output.loss is not None else None
        options = getattr(output.loss, "options", None) or vars(output.loss or object)
        held = held_out.y[k] if held_out and len(held_out.y) > k else None
        given = data.y[k] if len(data.y) > k else None
        outputs.append(
            Output(
                output.name,
                tuple(shape),
                getattr(loss, "__name__", "") if _is_ours(loss) else "",
                bool(options.get("from_logits", False)),
                tuple(_metric_name(m) for m in (*output.metrics, *output.weighted)),
                final_layer(model, k),
                None if given is None else Array(name, given),
                None if held is None else Array(f"{name}_val", held),
                several,
            )
        )
    return outputs


def _is_ours(function: Any) -> bool:
    return getattr(function, "__module__", "").startswith("recurra.")


def _metric_name(metric: Any) -> str:
    from recurra.engine.registry import snake_case

    function = getattr(metric, "fn", None)
    return getattr(function, "__name__", None) or snake_case(type(metric).__name__)


class Advised:
    """What advice adds to a model."""

    _advisor: Advisor | None

    def check(
        self, x: Any, y: Any = None, validation_data: Any = None, sample_weight: Any = None
    ) -> list[Finding]:
        """Look at data and model as `fit` would, without training, and print what is found.

        Rules that need the losses of a training look at the last one, where there was any.

        Args:
            x: samples, as in `fit`.
            y: targets, as in `fit`.
            validation_data: `(x_val, y_val)`, as in `fit`.
            sample_weight: as in `fit`.

        Returns:
            The findings; each has `rule`, `problem`, `why` and `fixes`.

        Raises:
            ShapeError: for arrays that do not fit the model.
            DataError: for data that cannot mean anything.

        Example:
            >>> import numpy as np
            >>> from recurra import Input, Sequential
            >>> from recurra.layers import LSTM, Dense
            >>> model = Sequential([Input((20, 1)), LSTM(4), Dense(1)])
            >>> model.compile("adam", "mse")
            >>> x = np.random.default_rng(0).normal(5000, 1000, (100, 20, 1))
            >>> [finding.rule for finding in model.check(x, np.zeros(100))]  # also printed
            ['unscaled-inputs']
        """
        from recurra.explain.advice import look

        model: Any = self
        model._check_compiled("check")
        train = model._feed("train").batches(x, y, sample_weight)
        validation = (
            None if validation_data is None else model._validation(validation_data, None, None)
        )
        seen = seen_of(model, train, validation)
        seen.given, seen.weighted = x, sample_weight is not None
        seen.history = model.history.history if model.history is not None else {}
        found: Findings = look(seen, "data", *moments_of(seen.history, "end"))
        print(found)
        return found
