"""Picture: what every `draw` returns, shown by a notebook and saved to a file."""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

from recurra.engine.errors import ArgumentError, FileError
from recurra.explain.drawing.png import to_png
from recurra.explain.drawing.scene import Scene
from recurra.explain.drawing.svg import to_svg


class Picture:
    """A picture, which a notebook shows by itself.

    Args:
        scene: what it shows.

    Example:
        >>> from recurra import drawing
        >>> drawing.windows(steps=100, lookback=20).svg[:4]
        '<svg'
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    @property
    def svg(self) -> str:
        """The picture as the text of an SVG file."""
        return to_svg(self.scene)

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"<Picture: {self.scene.name}; .save('picture.svg') writes it to a file>"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture to a file, whole or not at all.

        Args:
            path: ends in `.svg`, or in `.png`, which matplotlib draws.

        Raises:
            FileError: for another ending, and where the file cannot be written.
        """
        if not isinstance(path, (str, os.PathLike)):
            raise ArgumentError(
                f"`path` has to be a string or a path, not {path!r} ({type(path).__name__}).",
                fixes=['"picture.svg"'],
            )
        target = Path(os.fspath(path)).expanduser()
        ending = target.suffix.lower()
        if target.is_dir():
            raise FileError(
                f"{path} is a directory; the name of a file is needed.",
                fixes=[repr(str(target / "picture.svg"))],
            )
        if ending not in (".svg", ".png"):
            raise FileError(
                f"{path} cannot be written: pictures are .svg or .png files.",
                fixes=[repr(str(target.with_suffix(ending))) for ending in (".svg", ".png")],
            )
        _write(target, self.svg.encode() if ending == ".svg" else to_png(self.scene))


def _write(path: Path, data: bytes) -> None:
    """Write a file under another name beside it and rename it when it is complete."""
    target = path.resolve()  # a link keeps pointing at the file
    temporary = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
        os.replace(temporary, target)
    except OSError as error:
        where = f"{path.name} cannot be written in {target.parent}"
        raise FileError(f"{where}: {error.strerror}.") from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def finish(scene: Scene, path: Any) -> Picture:
    """The picture of a scene, saved if there is a path."""
    picture = Picture(scene)
    if path is not None:
        picture.save(path)
    return picture
