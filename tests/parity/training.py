"""Trains the same model in recurra and in Keras, from the same weights on the same batches."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

import recurra as rc


def twins(build: Callable[[Any], Any], *shapes: tuple[int, ...]) -> tuple[Any, Any]:
    """`build(rc)` and `build(keras)` with equal weights; both see inputs of these shapes first."""
    mine, theirs = build(rc), build(keras)
    if shapes:
        inputs = [np.zeros(s, "float32") for s in shapes]
        for model in (mine, theirs):
            model(inputs if len(inputs) > 1 else inputs[0])
    mine.set_weights([np.asarray(w) for w in theirs.get_weights()])
    return mine, theirs


def curves(
    models: tuple[Any, Any], x: Any, y: Any, compile_with: Callable[[Any], dict], steps: int = 30
) -> tuple[np.ndarray, np.ndarray]:
    """The losses of both over so many steps on the same batches of 8."""
    losses = []
    for model, library in zip(models, (rc, keras)):
        model.compile(**compile_with(library))
        own = []
        count = len(y if isinstance(y, np.ndarray) else next(iter(_flat(y))))
        for step in range(steps):
            at = np.arange(8 * step, 8 * step + 8) % count
            own.append(model.train_on_batch(_take(x, at), _take(y, at), return_dict=True)["loss"])
        losses.append(np.array([float(v) for v in own]))
    return losses[0], losses[1]


def assert_weights_agree(models: tuple[Any, Any], rtol: float, atol: float) -> None:
    """Every weight of one is that of the other."""
    for a, b in zip(models[0].weights, models[1].weights, strict=True):
        np.testing.assert_allclose(
            a.numpy(), np.asarray(b), rtol=rtol, atol=atol, err_msg=f"{a.path} / {b.path}"
        )


def _take(data: Any, at: np.ndarray) -> Any:
    if isinstance(data, dict):
        return {k: v[at] for k, v in data.items()}
    if isinstance(data, list):
        return [v[at] for v in data]
    return data[at]


def _flat(data: Any) -> Any:
    return data.values() if isinstance(data, dict) else data
