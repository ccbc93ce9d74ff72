"""A fitted Forecaster in one file, without the history that it learnt from.

The file is a NumPy archive (`.npz`, nothing in it compressed or pickled): the weights and errors as
arrays, all else as JSON in the array `forecaster`. Reading it runs no code of it.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np

from recurra.data import Step
from recurra.engine.errors import ArgumentError, FileError, StateError
from recurra.forecasting.apart import Apart
from recurra.forecasting.intervals import Errors
from recurra.forecasting.learned import Learned
from recurra.forecasting.learning import Trained
from recurra.forecasting.networks import Network, Plan, build
from recurra.forecasting.options import options_of
from recurra.forecasting.preparation import Preparation
from recurra.forecasting.recursive import Recursive, build_recursive
from recurra.forecasting.tables.roles import Roles
from recurra.models import model_from_json
from recurra.saving.files import as_path, first_bytes, replacing

FORMAT = 2
#: Types of series ids and categories that JSON gives back as they were.
PLAIN = (str, int, float, bool, type(None))


def save_forecaster(forecaster: Any, path: Any, overwrite: bool = True) -> None:
    """Write a fitted `Forecaster` to a file; the history that it learnt from is not in it.

    Args:
        forecaster: that has been fitted.
        path: of the file, with any ending.
        overwrite: whether an existing file may be replaced.

    Raises:
        StateError: where it is not fitted.
        ArgumentError: for series ids or categories that are no text or numbers.
        FileError: where the file cannot be written.
    """
    if not hasattr(forecaster, "learned_"):
        raise StateError(
            "save_forecaster: nothing was learnt yet.", fixes=["forecaster.fit(table)"]
        )
    learned: Learned = forecaster.learned_
    own = not isinstance(forecaster.model, str)
    parameters = forecaster.get_params(deep=False) | ({"model": "own"} if own else {})
    data = {
        "format": FORMAT,
        "parameters": {k: _plain(v, k) for k, v in parameters.items()},
        "model": learned.trained[0].network.model.to_json() if own else None,
        "roles": asdict(forecaster.roles_),
        "step": asdict(forecaster.step_),
        "apart": asdict(forecaster.apart_) if forecaster.apart_ is not None else None,
        "plan": asdict(learned.plan),
        "preparation": _preparation(learned.preparation),
        "held_from": _times(learned.held_from),
        "ends": _times(learned.ends),
        "counts": learned.counts,
        "notes": learned.notes,
        "shares": [t.share for t in learned.trained],
        "history": [t.history for t in learned.trained],
    }
    arrays: dict[str, Any] = {n: a for n, a in vars(learned.held_out).items() if a is not None}
    for m, trained in enumerate(learned.trained):
        for k, weight in enumerate(trained.network.model.get_weights()):
            arrays[f"weight_{m}_{k}"] = np.asarray(weight)
    text = json.dumps(data).encode()
    with replacing(as_path(path), overwrite) as beside, beside.open("wb") as file:
        np.savez(file, forecaster=np.frombuffer(text, np.uint8), **arrays)


def load_forecaster(path: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """A fitted `Forecaster` from a file that `save_forecaster` wrote.

    It has no history: `predict(table)` forecasts what follows a table.

    Args:
        path: of the file.
        custom_objects: your own layers by name, where the model was your own.

    Raises:
        FileError: where the file cannot be read, or is none of a forecaster.
    """
    path = as_path(path)
    if not first_bytes(path, "a forecaster").startswith(b"PK\x03\x04"):
        raise FileError(f"{path} is no file of a forecaster.")
    try:
        data, arrays = _read(path)
        return _made(data, arrays, custom_objects)
    except (KeyError, TypeError, ValueError, IndexError, zipfile.BadZipFile, OSError) as error:
        if isinstance(error, (ArgumentError, FileError)):
            raise
        raise FileError(f"{path} is damaged or no file of a forecaster.") from error


def _read(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What the file holds; nothing is unpacked to more than the file's own size."""
    with zipfile.ZipFile(path) as archive:
        packed = [i for i in archive.infolist() if i.compress_type != zipfile.ZIP_STORED]
        if packed or sum(i.file_size for i in archive.infolist()) > path.stat().st_size:
            raise FileError(f"{path} holds compressed parts, which is refused.")
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    data = json.loads(arrays.pop("forecaster").tobytes())
    if data["format"] != FORMAT:
        raise FileError(
            f"{path} was written by another version of recurra (format {data['format']}).",
            expected=f"format {FORMAT}",
            fixes=["learn again, and write the file anew: forecaster.save(path), or --save FILE"],
        )
    return data, arrays


def _made(data: dict[str, Any], arrays: dict[str, np.ndarray], objects: Any) -> Any:
    from recurra.forecasting.forecaster import Forecaster

    plan = Plan(**_tuples(data["plan"]))
    parameters = data["parameters"]
    networks = []
    for m, share in enumerate(data["shares"]):
        recursive = parameters["strategy"] == "recursive"
        if data["model"] is None:
            kind = parameters["model"]
            network = Network(build_recursive(kind, plan)) if recursive else build(kind, plan)
        else:
            network = Network(model_from_json(data["model"], objects))
        count = len(network.model.get_weights())
        network.model.set_weights([arrays[f"weight_{m}_{k}"] for k in range(count)])
        way = Recursive if recursive else Trained
        networks.append(
            way(network, plan, errors=arrays["errors"], share=share, history=data["history"][m])
        )
    if data["model"] is not None:
        parameters["model"] = networks[0].network.model
    forecaster = Forecaster(**parameters)
    forecaster.roles_ = Roles(**_tuples(data["roles"]))
    forecaster.step_ = Step(**data["step"])
    forecaster.apart_ = Apart(**data["apart"]) if data["apart"] is not None else None
    forecaster.learned_ = Learned(
        options_of(forecaster),
        _preparation_of(data["preparation"]),
        plan,
        networks,
        Errors(arrays["errors"], arrays.get("bounds"), arrays["series"], arrays["places"]),
        _times_of(data["held_from"]),
        _times_of(data["ends"]),
        tuple(data["counts"]),
        data["notes"],
    )
    return forecaster


def _tuples(data: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}


# Parts that JSON does not know ------------------------------------------------------------------


def _preparation(preparation: Preparation) -> dict[str, Any]:
    plain = {f.name: getattr(preparation, f.name) for f in fields(preparation)}
    for name in ("centre", "scale"):
        pairs = plain[name].items()
        plain[name] = [[_plain(i, "an id"), np.asarray(v).tolist()] for i, v in pairs]
    for column, values in preparation.categories.items():
        _plain(values, column)
    return plain


def _preparation_of(data: dict[str, Any]) -> Preparation:
    for name in ("centre", "scale"):
        data[name] = {i: np.array(v) for i, v in data[name]}
    data["numbers"] = {k: tuple(v) for k, v in data["numbers"].items()}
    return Preparation(**data)


def _times(times: dict[Any, Any]) -> list[list[Any]]:
    """(id, "time" or "number", value) of each series."""
    found = []
    for name, time in times.items():
        if isinstance(time, np.datetime64):
            found.append([_plain(name, "an id"), "time", int(time.astype("M8[ns]").astype(int))])
        else:
            found.append([_plain(name, "an id"), "number", np.asarray(time).item()])
    return found


def _times_of(data: list[list[Any]]) -> dict[Any, Any]:
    return {n: np.datetime64(v, "ns") if kind == "time" else v for n, kind, v in data}


def _plain(value: Any, what: str) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, (np.number, np.bool_, np.str_)):
        value = value.item()
    if isinstance(value, (list, tuple)):
        return [_plain(v, what) for v in value]
    if not isinstance(value, PLAIN):
        raise ArgumentError(
            f"save_forecaster: {what} is {value!r} ({type(value).__name__}), and the file holds "
            "text and numbers alone.",
            fixes=["turn the column into text first"],
        )
    return value
