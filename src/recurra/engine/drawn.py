"""`draw`, which every layer and model has; `recurra.explain` installs what draws."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

drawer: Callable[..., Any] | None = None


class Drawn:
    """What can be drawn."""

    def draw(self, path: str | os.PathLike[str] | None = None, timesteps: int | None = None) -> Any:
        """Draw what a layer does with its input, or the layers of a model.

        A recurrent layer is unrolled: one cell for each timestep, and the state that goes from
        one to the next. A convolution shows which timesteps each output sees; a model, its layers
        with the shapes between them.

        Args:
            path: of a file to write, `.svg` or `.png` (by matplotlib).
            timesteps: how many to draw for a layer; by default as many as it was built for.

        Returns:
            The picture: a notebook shows it, `.svg` is its text and `.save(path)` writes it.

        Raises:
            StateError: for a model that is not built.
            FileError: where the file cannot be written.

        Example:
            >>> from recurra.layers import LSTM
            >>> LSTM(64).draw(timesteps=20)
            <Picture: lstm unrolled over its timesteps; .save('picture.svg') writes it to a file>
        """
        assert drawer is not None, "`import recurra` installs it"
        return drawer(self, path, timesteps)
