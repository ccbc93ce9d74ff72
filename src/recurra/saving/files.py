"""Files are there whole or not at all, and those that are not there are named."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from recurra.engine.arguments import did_you_mean
from recurra.engine.errors import ArgumentError, FileError


def as_path(path: Any) -> Path:
    """A path from what a user gave."""
    if not isinstance(path, (str, os.PathLike)):
        raise ArgumentError(
            f"`filepath` has to be a string or a path, not {path!r} ({type(path).__name__})."
        )
    return Path(path).expanduser()


def first_bytes(path: Path, what: str) -> bytes:
    """How a file begins, which says of what kind it is.

    Args:
        path: of the file.
        what: should be in it, for the message where `path` is a directory.
    """
    if path.is_dir():
        raise FileError(f"{path} is a directory, not a file of {what}.")
    if not path.exists():
        folder = path.parent
        names = os.listdir(folder) if folder.is_dir() else []
        where = "" if names or folder.is_dir() else f"; there is no directory {folder} either"
        raise FileError(f"There is no file {path}{where}{did_you_mean(path.name, names) or '.'}")
    try:
        with path.open("rb") as file:
            return file.read(8)
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error}.") from error


@contextmanager
def replacing(path: Path, overwrite: bool) -> Iterator[Path]:
    """A name beside `path` to write to; the file is renamed when the block has ended well."""
    target = path.resolve()  # a link keeps pointing at the file
    if target.is_dir():
        raise FileError(f"{path} is a directory; the name of a file is needed.")
    if target.exists() and not overwrite:
        raise FileError(
            f"{path} exists and `overwrite` is False; nothing was written.",
            fixes=["give another name, or overwrite=True"],
        )
    temporary = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(temporary, target)
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error}.") from error
    finally:
        temporary.unlink(missing_ok=True)
