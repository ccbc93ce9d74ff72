"""Scores of a tuning in a file, so that one that was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from recurra.engine.errors import ArgumentError, FileError
from recurra.forecasting.options import Options
from recurra.forecasting.tables.table import Table
from recurra.saving.files import as_path


class KeptTrials:
    """Scores in a file, a line each, of one table and one forecaster.

    Args:
        path: of the file; None keeps the scores in memory alone.
        table: that is tuned for.
        options: what a forecaster is asked for otherwise.

    Raises:
        FileError: where the file holds something else, or the scores of another search.
    """

    def __init__(self, path: Any, table: Table, options: Options) -> None:
        self.path: Path | None = None if path is None else as_path(path)
        #: Tells searches apart: the same for the same table and options.
        self.of = _digest(table, options)
        self.found: dict[str, float] = {}
        if self.path is not None and self.path.exists():
            self._read()

    def _read(self) -> None:
        assert self.path is not None
        lines = self.path.read_bytes().split(b"\n")
        whole = sum(len(line) + 1 for line in lines[:-1])
        for k, line in enumerate(lines[:-1]):
            try:
                row = json.loads(line)
                of, key, mase = row["of"], row["key"], float(row["mase"])
            except (ValueError, KeyError, TypeError):
                raise FileError(
                    f"tune: line {k + 1} of {self.path} is no trial.",
                    fixes=["give the name of a new file, or delete the line"],
                ) from None
            if of != self.of:
                raise FileError(
                    f"tune: {self.path} holds the scores of another search: its table, or what the "
                    "forecaster is asked for beside what is tuned, was another.",
                    fixes=[
                        "give the name of a new file",
                        "tune with the table and the parameters of that search, which then goes on",
                    ],
                )
            self.found[key] = mase
        if lines[-1]:  # a line that was being written when the tuning was stopped
            with self.path.open("r+b") as file:
                file.truncate(whole)

    def find(self, parameters: Mapping[str, Any], epochs: int) -> float | None:
        """What is known of a setting."""
        return self.found.get(_key(parameters, epochs))

    def add(self, parameters: Mapping[str, Any], epochs: int, mase: float) -> None:
        """Write down a score."""
        key = _key(parameters, epochs)
        self.found[key] = mase
        if self.path is not None:
            with self.path.open("a") as file:
                file.write(json.dumps({"of": self.of, "key": key, "mase": mase}) + "\n")


def shown(parameters: Mapping[str, Any]) -> str:
    """A setting for people: `lookback=8, model='gru'`."""
    return ", ".join(f"{k}={getattr(v, '__name__', v)!r}" for k, v in parameters.items())


def check_names(values: Sequence[Any], path: Any) -> None:
    """Refuse models that cannot be told apart, by the file or at all.

    Args:
        values: of the models to try.
        path: of the file that keeps the scores, or None.

    Raises:
        ArgumentError: for functions of one name; with a file, also for one without a name.
    """
    seen: set[str] = set()
    for value in values:
        name = shown({"model": value})
        nameless = path is not None and getattr(value, "__name__", "") == "<lambda>"
        if name in seen or nameless:
            many = f"two values of space['model'] are both {name.removeprefix('model=')}"
            none = "a function of space['model'] has no name, by which `file` would know it again"
            raise ArgumentError(
                f"tune: {none if nameless else many}.",
                fixes=["def small(lookback, features, horizon): ...  # a name for each function"],
            )
        seen.add(name)


def _key(parameters: Mapping[str, Any], epochs: int) -> str:
    model = parameters.get("model")
    layers = f" {_hash(_name(model).encode())}" if hasattr(model, "to_json") else ""
    return f"epochs={epochs}, {shown(dict(sorted(parameters.items())))}{layers}"


def _digest(table: Table, options: Options) -> str:
    """Tells a table and options from others; how progress is shown does not count."""
    asked = replace(
        options,
        model=_name(options.model),
        settings=replace(options.settings, verbose=0, callbacks=()),
    )
    digest = hashlib.sha256(repr((asked, table.roles, table.ids)).encode())
    for values in (table.offsets, table.times, *table.columns.values(), *table.static.values()):
        plain = values.dtype != object
        digest.update(
            np.ascontiguousarray(values).tobytes() if plain else repr(list(values)).encode()
        )
    return digest.hexdigest()[:16]


def _hash(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()[:16]


def _name(model: Any) -> str:
    if isinstance(model, str):
        return model
    if hasattr(model, "to_json"):
        return str(model.to_json())
    return str(getattr(model, "__qualname__", type(model).__qualname__))
