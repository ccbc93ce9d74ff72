"""Whole models in `.h5` files, as Keras 2 wrote them: configuration as text, weights by layer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py

from recurra.engine.errors import FileError, RecurraError
from recurra.engine.origin import warn
from recurra.saving import archive, groups, hdf5, legacy
from recurra.saving.making import configuring, make_model

#: Arguments of Keras 2's optimizers that say how they are computed.
_WITHOUT_EFFECT = ("is_legacy_optimizer", "jit_compile")


def load_old_model(path: Path, compile: bool) -> Any:
    """The model in a file, with its weights, compiled as it was but for the optimizer's state.

    Args:
        path: of the file.
        compile: whether to compile it.

    Raises:
        FileError: where the file has no whole model, is damaged or was made to do harm.
    """
    heap = hdf5.largest_heap(path)
    with hdf5.reading(path) as file:
        config, training = (_data(file, f"{k}_config", heap, path) for k in ("model", "training"))
        version = hdf5.texts(file, "keras_version", heap)
        has_state = "optimizer_weights" in file
        if config is None or legacy.weights_group(file) is None:
            raise FileError(
                f"{path} holds weights alone, and not the model that they belong to.",
                fixes=[f"make the model as it was, and then model.load_weights({str(path)!r})"],
            )
    with configuring(path, path.stat().st_size):
        model = make_model({"keras_version": "".join(version), **config}, path)
    with hdf5.reading(path) as file:
        groups.read(model, file, path, legacy.weights_group(file))
    if compile and training is not None:
        _compile(model, training, path, has_state)
    return model


def _data(file: h5py.File, name: str, heap: int, path: Path) -> dict[str, Any] | None:
    """The plain data of an attribute that is JSON; None where there is none."""
    text = "".join(hdf5.texts(file, name, heap))
    return archive.as_data(text, path) if text else None


def _compile(model: Any, training: dict[str, Any], path: Path, has_state: bool) -> None:
    config = _todays({**training, "optimizer": training.get("optimizer_config")})
    try:
        with configuring(path, path.stat().st_size):
            model.compile_from_config(config)
    except RecurraError as error:
        warn(f"{error.problem} The model is not compiled: call compile.")
        return
    if has_state:
        warn(
            f"{path}: the optimizer's state in a file of Keras 2 is not read; training goes on "
            "with the weights and a new state."
        )


def _todays(data: Any) -> Any:
    """Plain data of Keras 2 without what has another name, or none, today."""
    if isinstance(data, list):
        return [_todays(item) for item in data]
    if not isinstance(data, dict):
        return data
    kept = {k: _todays(v) for k, v in data.items() if k not in _WITHOUT_EFFECT}
    if kept.get("reduction") == "auto":
        kept["reduction"] = "sum_over_batch_size"
    return kept
