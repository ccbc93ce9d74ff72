"""Training: the linear part in closed form, the network on what it leaves, the best of both."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from recurra.engine.lazy import Windows
from recurra.forecasting.linear import refit, ridge
from recurra.forecasting.networks import Network, Plan, build, names
from recurra.forecasting.own_models import own
from recurra.forecasting.samples import Samples, thinned
from recurra.forecasting.scores import tilted
from recurra.training.callbacks import EarlyStopping, ReduceLROnPlateau
from recurra.training.optimizers import Adam

#: The linear part is solved from so many windows at most, and validation looks at so many.
SOLVED_FROM, VALIDATED_ON = 20_000, 5_000
#: An epoch reads so many rows of windows at most; the next one goes on with other windows.
EPOCH = 4_000_000
#: Windows that are forecast at once.
AT_ONCE = 512
#: Shares of the network's correction that are tried.
SHARES = np.linspace(0, 1, 11)


@dataclass(frozen=True)
class Settings:
    """How a network is trained.

    Args:
        epochs: at most.
        batch_size: windows a step, at most; None takes 32 for few and up to 512 for many.
        learning_rate: of Adam, at first.
        patience: epochs without a better forecast of the held-out part until training stops.
        verbose: 0, 1 or 2, as in `Model.fit`.
        callbacks: others that are told of the training.
    """

    epochs: int = 100
    batch_size: int | None = None
    learning_rate: float = 0.005
    patience: int = 12
    verbose: Any = 0
    callbacks: tuple[Any, ...] = ()


@dataclass
class Trained:
    """A network that was trained, and what is known of its errors.

    Args:
        network: with its linear part.
        plan: its sizes.
        share: of the correction that is kept; 0 where the line alone is best.
        errors: (n, horizon, targets), what came minus what was forecast, on the held-out windows.
        bounds: (n, horizon, targets, quantiles), the quantiles that were forecast there less the
            forecast itself, or None.
        history: of the training: `loss` and `val_loss`, a value an epoch.
    """

    network: Network
    plan: Plan
    share: float
    errors: np.ndarray = field(repr=False)
    bounds: np.ndarray | None = field(default=None, repr=False)
    history: dict[str, list[float]] = field(default_factory=dict)

    def ahead(self, samples: Samples, origins: np.ndarray, steps: int) -> np.ndarray:
        """Scaled forecasts from some origins, (n, steps, targets[, quantiles]).

        Steps beyond the horizon are forecast from the forecasts before them, block by block.
        """
        model, plan = self.network.model, self.plan
        wanted = names(model)
        if steps <= plan.horizon:
            return forecasts(model, plan, samples.inputs(origins, wanted))[:, :steps]
        arrays, back, ahead = samples.arrays, plan.lookback, plan.horizon
        blocks = -(-steps // ahead)
        rows = np.minimum(origins[:, None] + np.arange(-back, blocks * ahead), len(arrays.past) - 1)
        past, still = arrays.past[rows], samples.inputs(origins, ("static", "static_codes"))
        made = []
        for first in range(0, blocks * ahead, ahead):
            future = slice(first + back, first + back + ahead)
            inputs = {
                "past": past[:, first : first + back],
                "future": past[:, future, plan.columns - plan.known :],
                "codes": arrays.codes[rows[:, first : first + back + ahead]],
                **{name: np.asarray(values) for name, values in still.items()},
            }
            made.append(forecasts(model, plan, {name: inputs[name] for name in wanted}))
            past[:, future, : plan.targets] = middle(made[-1], plan)
        return np.concatenate(made, axis=1)[:, :steps]


def train(
    what: Any, plan: Plan, samples: Samples, train: np.ndarray, held_out: np.ndarray, how: Settings
) -> Trained:
    """Train one network.

    Args:
        what: "lstm", "gru", "tcn", "seq2seq", a recurra model, or a function that makes one.
        plan: the sizes.
        samples: the windows.
        train: origins to learn from.
        held_out: some later origins, see `validated`, on which training is stopped, chosen and
            calibrated.
        how: the settings.
    """
    network = build(what, plan) if isinstance(what, str) else Network(own(what, plan))
    model = network.model
    train, size = in_batches(train, how.batch_size or usual_batch_size(len(train), plan.lookback))
    y_held, y = samples.answers(held_out), _answers(samples, train, model, plan)
    inputs = [samples.inputs(o, names(model)) for o in (train, held_out)]
    if network.features is not None:
        strength, at_first = _solve(network, samples, train, held_out, plan)
    loss = Pinball(plan.quantiles) if plan.quantiles else "mae"
    history = fit(
        model,
        plan,
        (_given(model, inputs[0]), y),
        (_given(model, inputs[1]), _answers(samples, held_out, model, plan)),
        loss,
        replace(how, batch_size=size),
    )
    forecast, share = forecasts(model, plan, inputs[1]), 1.0
    if network.features is not None:
        share = _best_share(at_first, forecast, y_held, plan)
        forecast = at_first + share * (forecast - at_first)
        _scale(network.correction, share)
        _solve_again(network, samples, np.concatenate([train, held_out]), strength)
    point = middle(forecast, plan)
    bounds = forecast - point[..., None] if plan.quantiles else None
    return Trained(network, plan, share, y_held - point, bounds, history)


def fit(
    model: Any,
    plan: Plan,
    data: tuple[Any, Any],
    held_out: tuple[Any, Any],
    loss: Any,
    how: Settings,
) -> dict[str, list[float]]:
    """Train a model until the held-out part is not forecast any better.

    Args:
        model: is compiled here, unless a user's function has compiled it.
        plan: its sizes.
        data: inputs and targets.
        held_out: the same of the held-out part.
        loss: what is minimised.
        how: the settings, with the batch size.

    Returns:
        `loss`, `val_loss`, ..., a value an epoch.
    """
    if not getattr(model, "compiled", False):
        model.compile(Adam(how.learning_rate), loss=loss, advice=False)
    assert how.batch_size is not None
    steps = max(1, windows_an_epoch(plan.lookback) // how.batch_size)
    return model.fit(
        *data,
        validation_data=held_out,
        epochs=how.epochs,
        batch_size=how.batch_size,
        steps_per_epoch=steps if steps * how.batch_size < len(data[1]) else None,
        validation_batch_size=even_size(len(held_out[1]), AT_ONCE),
        verbose=how.verbose,
        callbacks=[
            EarlyStopping(patience=how.patience, restore_best_weights=True),
            ReduceLROnPlateau(patience=max(1, how.patience // 2), factor=0.5),
            *how.callbacks,
        ],
    ).history


def forecasts(model: Any, plan: Plan, inputs: dict[str, Any]) -> np.ndarray:
    """What a model forecasts, (n, horizon, targets) or (n, horizon, targets, quantiles)."""
    return predicted(model, inputs).reshape(-1, *plan.shape)


def predicted(model: Any, inputs: dict[str, Any]) -> np.ndarray:
    """What a model makes of windows; they are filled up so that few sizes are compiled."""
    count = len(next(iter(inputs.values())))
    size = 1 << (count - 1).bit_length() if count < AT_ONCE else -(-count // AT_ONCE) * AT_ONCE
    index = np.minimum(np.arange(size), count - 1)
    filled = {name: values[index] for name, values in inputs.items()}
    made = model.predict(_given(model, filled), batch_size=AT_ONCE, verbose=0)
    return np.asarray(made)[:count]


def middle(forecast: np.ndarray, plan: Plan) -> np.ndarray:
    """The forecast itself: of several quantiles the one in the middle."""
    return forecast[..., len(plan.quantiles) // 2] if plan.quantiles else forecast


def _given(model: Any, inputs: dict[str, Any]) -> Any:
    """The windows as the model takes them: a dict, or the one array that it has an input for."""
    if len(inputs) == 1 and not isinstance(getattr(model._graph, "inputs", None), dict):
        return next(iter(inputs.values()))
    return inputs


def _answers(samples: Samples, origins: np.ndarray, model: Any, plan: Plan) -> Windows:
    """What came, as windows of the shape that the model gives."""
    table = samples.arrays.targets
    if plan.quantiles:
        table = np.repeat(table, len(plan.quantiles), axis=1)
    windows = Windows(table, origins, plan.horizon)
    return windows.like(np.empty((0, *model.output_shape[1:]), np.float32))


def _solve(
    network: Network, samples: Samples, train: np.ndarray, held_out: np.ndarray, plan: Plan
) -> tuple[float, np.ndarray]:
    """Solve the linear part: the strength of its penalty, its forecast of the held-out windows."""
    some = thinned(train, SOLVED_FROM)
    x, y = _linear_samples(network, samples, some)
    features, change = _linear_samples(network, samples, held_out)
    found = ridge(x, y, (features, change))
    network.linear.set_weights([found.kernel, found.bias])
    error = (change - found(features)).reshape(-1, plan.horizon, plan.targets)
    forecast = samples.answers(held_out) - error
    return found.strength, forecast[..., None] if plan.quantiles else forecast


def _solve_again(network: Network, samples: Samples, origins: np.ndarray, strength: float) -> None:
    x, y = _linear_samples(network, samples, thinned(origins, SOLVED_FROM))
    found = refit(x, y, strength)
    network.linear.set_weights([found.kernel, found.bias])


def _linear_samples(
    network: Network, samples: Samples, origins: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The features at some origins, and how far each target went from its last value."""
    inputs = samples.inputs(origins, names(network.features))
    x = predicted(network.features, inputs)
    last = np.asarray(Windows(samples.arrays.past, origins - 1, None))
    answers = samples.answers(origins)
    change = answers - last[:, None, : answers.shape[2]]
    return x, change.reshape(len(origins), -1)


def _best_share(at_first: np.ndarray, trained: np.ndarray, y: np.ndarray, plan: Plan) -> float:
    """How much of the network's correction forecasts the held-out windows best."""
    losses = [_loss(y, at_first + s * (trained - at_first), plan) for s in SHARES]
    return float(SHARES[int(np.argmin(losses))])


def _loss(y: np.ndarray, forecast: np.ndarray, plan: Plan) -> float:
    if not plan.quantiles:
        return float(np.abs(y - forecast).mean())
    return float(tilted(y[..., None] - forecast, np.array(plan.quantiles)).mean())


def _scale(layer: Any, share: float) -> None:
    layer.set_weights([share * w for w in layer.get_weights()])


@dataclass(frozen=True)
class Pinball:
    """The loss that quantiles minimise, for forecasts (batch, ..., quantiles).

    Args:
        quantiles: rising.
    """

    quantiles: tuple[float, ...]
    __name__ = "pinball"

    def __call__(self, y_true: Any, y_pred: Any) -> Any:
        """The mean over the quantiles, (batch, ...)."""
        import jax.numpy as jnp

        return jnp.mean(tilted(y_true - y_pred, jnp.array(self.quantiles, "float32")), axis=-1)


def in_batches(origins: np.ndarray, most: int) -> tuple[np.ndarray, int]:
    """Batches of one size, since each size is compiled; the first origins that are over go.

    Args:
        origins: windows.
        most: windows a batch at most.

    Returns:
        The windows, and how many a batch has.
    """
    size = even_size(len(origins), most)
    return origins[len(origins) % size :], size


def even_size(count: int, most: int) -> int:
    """Windows a batch, `most` at most, so that the fewest of so many are over."""
    sizes = most, count // -(-count // most)  # the second makes all batches alike
    return min(sizes, key=lambda size: count % size)


def validated(held_out: np.ndarray, lookback: int) -> np.ndarray:
    """Some of the windows that are held out, evenly spread, in batches of one size."""
    most = int(np.clip(windows_an_epoch(lookback) // 4, AT_ONCE, VALIDATED_ON))
    return in_batches(thinned(held_out, most), AT_ONCE)[0]


def windows_an_epoch(lookback: int) -> int:
    """How many windows an epoch learns from at most."""
    return max(1, EPOCH // lookback)


def usual_batch_size(windows: int, lookback: int) -> int:
    """32 for up to 3,200 windows an epoch, then about a hundredth of them, up to 512."""
    some = min(windows, windows_an_epoch(lookback))
    return int(2 ** np.clip(np.floor(np.log2(max(some, 1) / 100)), 5, 9))
