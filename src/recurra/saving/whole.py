"""Whole models in one file: architecture, weights, and how they were trained."""

from __future__ import annotations

from typing import Any

from recurra.engine import endings, registry
from recurra.engine.arguments import keywords_checked
from recurra.engine.errors import ArgumentError, FileError
from recurra.engine.objects import to_json
from recurra.saving.files import as_path, first_bytes
from recurra.saving.making import configuring, make_model
from recurra.saving.weights import check_built


@keywords_checked
def save_model(model: Any, filepath: Any, overwrite: bool = True, zipped: Any = None) -> None:
    """Write a whole model to a `.keras` file, which `load_model` of recurra and Keras reads.

    The file appears complete or not at all.

    Args:
        model: a built model.
        filepath: a name that ends in `.keras`.
        overwrite: whether an existing file may be replaced.
        zipped: accepted as in Keras; a file is always one zip archive.

    Raises:
        ArgumentError: where the configuration holds what no file can.
        FileError: where the file cannot be written, or exists and `overwrite` is False.
        StateError: where the model is not built.

    Example:
        >>> import os, tempfile
        >>> from recurra import Input, Sequential, layers
        >>> path = os.path.join(tempfile.mkdtemp(), "model.keras")
        >>> save_model(Sequential([Input((20, 1)), layers.LSTM(4)]), path)
        >>> load_model(path).output_shape
        (None, 4)

    Source: Keras's `models.save_model`.
    """
    from recurra.saving import archive, groups, hdf5

    path = as_path(filepath)
    if zipped not in (None, True):
        raise ArgumentError(f"save: zipped={zipped!r}: a model is one file, a zip archive.")
    check_name(filepath)
    check_built(model, "save")
    config = to_json(_configuration(model))
    image = hdf5.image_of(lambda file: groups.write(model, file))
    archive.write(path, config, image, overwrite)


def check_name(filepath: Any) -> None:
    """Refuse a name that does not end in `.keras`, with the name to use."""
    name = str(filepath)
    if name.endswith(endings.MODEL):
        return
    no_directory = "" if as_path(filepath).suffix else ": a whole model is one file, no directory"
    problem = f"save: {name!r} does not end in .keras{no_directory}."
    fixes = [f"model.save({endings.with_ending(filepath, endings.MODEL)!r})"]
    if name.endswith(endings.OLD):
        problem = (
            f"save: whole models go into .keras files; {name!r} would be one of Keras 2, which "
            "recurra reads and does not write."
        )
        fixes.append(f"model.save_weights({name!r}) writes the weights alone")
    raise FileError(problem, fixes=fixes)


def _configuration(model: Any) -> dict[str, Any]:
    """The model as plain data, with what it was built for and compiled with."""
    config = registry.of("layers").serialize(model)
    if model._graph is None:
        config["build_config"] = model.get_build_config()
    return {**config, "compile_config": model.get_compile_config()}


@keywords_checked
def load_model(
    filepath: Any,
    custom_objects: dict[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """A model from a file that recurra or Keras wrote: `.keras`, or `.h5` as Keras 2 wrote it.

    Files may come from strangers: no code in a file is run and nothing is imported by name.

    Args:
        filepath: of the file.
        custom_objects: your own layers, losses and functions by name.
        compile: whether to compile the model as it was, and to go on with the optimizer's state.
        safe_mode: accepted as in Keras; with False no code is run either.

    Returns:
        The model.

    Raises:
        ArgumentError: where the file names what is not known, or is not in `custom_objects`.
        FileError: where the file cannot be read, or was made to do harm.

    Source: Keras's `models.load_model`.
    """
    from recurra.saving import archive, groups, hdf5
    from recurra.saving.old_models import load_old_model

    path = as_path(filepath)
    start = first_bytes(path, "a model")
    with registry.custom_objects(custom_objects):
        if start == hdf5.MARK:
            return load_old_model(path, compile)
        if not start.startswith(archive.MARK):
            raise FileError(f"{path} is no file of a model, which is .keras, or .h5 of Keras 2.")
        config, image = archive.read(path)
        with configuring(path, len(image)):
            model = make_model(config, path)
            if compile and config.get("compile_config"):
                _compile(model, config["compile_config"])
        with hdf5.reading(path, image) as file:
            groups.read(model, file, path)
    return model


def _compile(model: Any, config: Any) -> None:
    try:
        model.compile_from_config(config)
    except ArgumentError as error:
        error.fixes += ("load_model(..., compile=False) leaves out how the model was trained",)
        raise
