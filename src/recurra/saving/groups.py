"""The variables of a model in an open file, in the groups of Keras 3's `.weights.h5` layout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py

from recurra.engine.origin import warn
from recurra.saving import hdf5, legacy
from recurra.saving.layout import Entry, entries, optimizer_entry
from recurra.saving.matching import Matching

#: Groups of parts that are no layers, which other versions of Keras write too.
OTHER_PARTS = frozenset(("optimizer", "metrics", "_compile_metrics", "seed_generator"))


def write(model: Any, file: h5py.File) -> None:
    """Write the weights, and the optimizer's state, into an empty file."""
    for entry in [*entries(model), optimizer_entry(model)]:
        if entry is not None:
            group = file.create_group(entry.group)
            group.attrs["name"] = entry.name
            for k, variable in enumerate(entry.variables):
                hdf5.write(group, str(k), variable.numpy())


def read(
    model: Any,
    file: h5py.File,
    path: Path,
    old: h5py.Group | None = None,
    skip_mismatch: bool = False,
    by_name: bool = False,
) -> None:
    """Read the weights, and the optimizer's state, from an open file.

    Args:
        model: a built model.
        file: of today's layout.
        path: of the file or of the archive that it is in.
        old: the group with the layers, where Keras 1 or 2 wrote the file.
        skip_mismatch: see `load_weights`.
        by_name: see `load_weights`.
    """
    matching = Matching(model, path)
    if old is not None:
        legacy.match(matching, old, by_name)
    else:
        _match(matching, file)
    matching.load(skip_mismatch)


def _match(matching: Matching, file: h5py.File) -> None:
    """Pair a model with a file of today's layout."""
    groups = _groups(file)
    for entry in entries(matching.model):
        datasets = groups.pop(entry.group, [])
        if entry.variables or datasets:
            matching.add(entry.label, entry.path or "vars", entry.variables, datasets)
    optimizer = optimizer_entry(matching.model)
    if optimizer is not None and optimizer.group in groups:
        _match_optimizer(matching, optimizer, groups[optimizer.group])
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
    wanted = [v.shape for v in optimizer.variables]
    unused = all(shape == () for shape in have)  # steps and rate; the rest comes with use
    if have == wanted or (unused and have == wanted[: len(have)]):
        variables = optimizer.variables[: len(have)]
        matching.add(optimizer.label, optimizer.path, variables, datasets)
    else:
        warn(
            f"{matching.path}: the optimizer's state is not loaded, since it does not fit "
            f"{optimizer.label}, which keeps its own."
        )
