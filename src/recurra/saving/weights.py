"""Weights in files, in Keras 3's own `.weights.h5` layout."""

from __future__ import annotations

import warnings
from typing import Any

import h5py

from recurra.engine.errors import FileError, StateError
from recurra.saving import hdf5, legacy
from recurra.saving.layout import Entry, entries, optimizer_entry
from recurra.saving.matching import Matching

ENDINGS = (".h5", ".hdf5")
#: Groups of parts that are no layers, which other versions of Keras write too.
OTHER_PARTS = frozenset(("optimizer", "metrics", "_compile_metrics", "seed_generator"))


def save_weights(model: Any, filepath: Any, overwrite: bool = True) -> None:
    """Write a model's weights, and its optimizer's state if it is compiled.

    The real Keras loads the file into the same architecture. It appears complete or not at all.

    Args:
        model: a built model.
        filepath: a name that ends in `.weights.h5`; `.h5` and `.hdf5`, as in old scripts, too.
        overwrite: whether an existing file may be replaced.

    Raises:
        FileError: where the file cannot be written, or exists and `overwrite` is False.
        StateError: where the model is not built.

    Source: Keras's `Model.save_weights`.
    """
    path = hdf5.as_path(filepath)
    if not path.name.endswith(ENDINGS):
        raise FileError(
            f"save_weights: {str(filepath)!r} does not end in .weights.h5.",
            fixes=[f"model.save_weights('{path.name.removesuffix(path.suffix)}.weights.h5')"],
        )
    _check_built(model, "save_weights")
    with hdf5.writing(path, overwrite) as file:
        for entry in [*entries(model), optimizer_entry(model)]:
            if entry is not None:
                group = file.create_group(entry.group)
                group.attrs["name"] = entry.name
                for k, variable in enumerate(entry.variables):
                    hdf5.write(group, str(k), variable.numpy())


def load_weights(
    model: Any, filepath: Any, skip_mismatch: bool = False, by_name: bool = False
) -> None:
    """Load a model's weights, and its optimizer's state if it is compiled.

    The file may come from recurra, from Keras 3, or from Keras 1 and 2 (`.h5` with groups by
    layer). Nothing in the model is changed unless everything fits.

    Args:
        model: a built model of the architecture that was saved.
        filepath: of the file.
        skip_mismatch: load the layers that fit and warn of the others.
        by_name: for files of Keras 1 and 2, match layers by their names, not by their order.

    Raises:
        FileError: where the file cannot be read, is unsafe or does not fit the model.
        StateError: where the model is not built.

    Source: Keras's `Model.load_weights`.
    """
    path = hdf5.as_path(filepath)
    _check_built(model, "load_weights")
    with hdf5.reading(path) as file:
        matching = Matching(model, path)
        old = legacy.weights_group(file)
        if old is not None:
            legacy.match(matching, old, by_name)
        elif by_name:
            raise FileError(
                f"load_weights: {path} was written by Keras 3 or recurra and holds layers by their "
                "place; by_name=True only works for files of Keras 1 and 2.",
                fixes=["leave out by_name, or use skip_mismatch=True"],
            )
        else:
            _match(matching, file)
        matching.load(skip_mismatch)


def _check_built(model: Any, method: str) -> None:
    if not model.built:
        raise StateError(
            f"{method}: {model.label} has no weights yet: nothing says what goes into it.",
            fixes=["begin with Input((timesteps, features)), or call the model on data first"],
        )


def _match(matching: Matching, file: h5py.File) -> None:
    """Pair a model with a file of today's layout."""
    groups = _groups(file)
    for entry in entries(matching.model):
        datasets = groups.pop(entry.group, [])
        if entry.variables or datasets:
            matching.add(entry.label, entry.path or "vars", entry.variables, datasets)
    optimizer = optimizer_entry(matching.model)
    if optimizer is not None:
        _match_optimizer(matching, optimizer, groups.get(optimizer.group, []))
    for group in groups:
        if OTHER_PARTS.isdisjoint(group.split("/")):
            where = group.removesuffix("/vars")
            matching.note(f"the file has weights for a layer at {where!r} that is not there")


def _groups(file: h5py.File) -> dict[str, list[h5py.Dataset]]:
    """The datasets `vars/0`, `vars/1`, ... of each group, in the order of their numbers."""
    found: dict[str, dict[int, h5py.Dataset]] = {}
    for path in hdf5.paths(file):
        group, _, number = path.rpartition("/")
        if group.split("/")[-1] == "vars" and number.isdecimal():
            found.setdefault(group, {})[int(number)] = file[path]
    return {g: [numbered[k] for k in sorted(numbered)] for g, numbered in found.items()}


def _match_optimizer(matching: Matching, optimizer: Entry, datasets: list[h5py.Dataset]) -> None:
    """Take the optimizer's state where it is one of the same kind, and say so where it is not."""
    have = [d.shape for d in datasets]
    if have == [v.shape for v in optimizer.variables]:
        matching.add(optimizer.label, optimizer.path, optimizer.variables, datasets)
    elif datasets:
        warnings.warn(
            f"{matching.path}: the optimizer's state is not loaded, since it does not fit "
            f"{optimizer.label}, which keeps its own.",
            stacklevel=6,
        )
