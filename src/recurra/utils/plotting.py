"""`plot_model`, as Keras's scripts call it."""

from __future__ import annotations

import os
from typing import Any


def plot_model(
    model: Any,
    to_file: str | os.PathLike[str] = "model.png",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int = 200,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    **kwargs: Any,
) -> Any:
    """Draw a model to a file, as `model.draw(to_file)` does.

    The picture shows names, shapes and the layers of models inside whatever is asked for.

    Args:
        model: built.
        to_file: ends in `.png` or `.svg`.
        show_shapes: accepted as in Keras.
        show_dtype: accepted.
        show_layer_names: accepted.
        rankdir: accepted; inputs are at the top.
        expand_nested: accepted.
        dpi: accepted.
        show_layer_activations: accepted.
        show_trainable: accepted.
        kwargs: further arguments of Keras, accepted.

    Returns:
        The picture, which a notebook shows.

    Raises:
        StateError: for a model that is not built.
        FileError: where the file cannot be written.

    Source: Keras's `utils.plot_model`.
    """
    return model.draw(to_file)
