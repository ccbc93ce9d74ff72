"""Weights in files, in Keras 3's own `.weights.h5` layout."""

from __future__ import annotations

from typing import Any

from recurra.engine import endings
from recurra.engine.errors import FileError, StateError
from recurra.saving.files import as_path, first_bytes


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
    from recurra.saving import groups, hdf5

    path = as_path(filepath)
    if not path.name.endswith(endings.OLD):
        name = endings.with_ending(filepath, endings.WEIGHTS)
        raise FileError(
            f"save_weights: {str(filepath)!r} does not end in .weights.h5.",
            fixes=[f"model.save_weights({name!r})"],
        )
    check_built(model, "save_weights")
    with hdf5.writing(path, overwrite) as file:
        groups.write(model, file)


def load_weights(
    model: Any, filepath: Any, skip_mismatch: bool = False, by_name: bool = False
) -> None:
    """Load a model's weights, and its optimizer's state if it is compiled.

    The file may come from recurra, from Keras 3 (weights alone, or a whole model in a `.keras`
    file), or from Keras 1 and 2 (`.h5` with groups by layer). Nothing in the model is changed
    unless everything fits.

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
    from recurra.saving import archive, groups, hdf5, legacy

    path = as_path(filepath)
    check_built(model, "load_weights")
    image = None
    if first_bytes(path, "weights").startswith(archive.MARK):
        image = archive.read(path).weights
    with hdf5.reading(path, image) as file:
        old = legacy.weights_group(file) if image is None else None
        if old is None and by_name:
            raise FileError(
                f"load_weights: {path} was written by Keras 3 or recurra and holds layers by their "
                "place; by_name=True only works for files of Keras 1 and 2.",
                fixes=["leave out by_name, or use skip_mismatch=True"],
            )
        groups.read(model, file, path, old, skip_mismatch, by_name)


def check_built(model: Any, method: str) -> None:
    """Refuse a model that has no weights yet."""
    if not model.built:
        raise StateError(
            f"{method}: {model.label} has no weights yet: nothing says what goes into it.",
            fixes=["begin with Input((timesteps, features)), or call the model on data first"],
        )
