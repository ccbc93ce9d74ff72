"""`.keras` files: a zip archive of a model's configuration and its weights, as Keras 3 writes it.

A file may come from a stranger. It has three members with fixed names, each as it is, so that no
more is read than the file is long, and nothing is unpacked to the disk.
"""

from __future__ import annotations

import json
import stat
import struct
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, NoReturn
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from recurra.engine.errors import FileError
from recurra.saving.files import replacing

METADATA, CONFIG, WEIGHTS = "metadata.json", "config.json", "model.weights.h5"
MEMBERS = (METADATA, CONFIG, WEIGHTS)
#: The version of Keras whose format this is.
KERAS_VERSION = "3.15.1"
#: How every zip archive begins that has something in it.
MARK = b"PK\x03\x04"
TEXT_LIMIT = 64 << 20
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_ERRORS = (BadZipFile, OSError, EOFError, ValueError, RuntimeError, struct.error, OverflowError)


class Archive(NamedTuple):
    """What a file holds: the configuration as plain data, and the bytes of a file of weights.

    The version of Keras that wrote the file stands in the configuration, as `keras_version`.
    """

    config: dict[str, Any]
    weights: bytes


def write(path: Path, config: str, weights: bytes, overwrite: bool) -> None:
    """Write a file; it appears complete or not at all.

    Args:
        path: of the file.
        config: the model's configuration as JSON.
        weights: the bytes of a file of weights.
        overwrite: whether an existing file may be replaced.
    """
    saved = f"{datetime.now():%Y-%m-%d@%H:%M:%S}"
    metadata = json.dumps({"keras_version": KERAS_VERSION, "date_saved": saved})
    with replacing(path, overwrite) as temporary, ZipFile(temporary, "x", ZIP_STORED) as archive:
        for name, content in zip(
            MEMBERS, (metadata.encode(), config.encode(), weights), strict=True
        ):
            archive.writestr(ZipInfo(name), content)


def read(path: Path) -> Archive:
    """Read a file without trusting it.

    Raises:
        FileError: where it is damaged, or holds more or other things than a model's file does.
    """
    try:
        with ZipFile(path) as archive:
            members = _checked(archive, path)
            metadata, config, weights = (archive.read(members[name]) for name in MEMBERS)
    except FileError:
        raise
    except _ERRORS as error:
        raise FileError(f"{path} cannot be read: it is damaged or no file of a model.") from error
    version = as_data(metadata, path).get("keras_version")
    return Archive({"keras_version": version, **as_data(config, path)}, weights)


def as_data(text: str | bytes, path: Path) -> dict[str, Any]:
    """The configuration that stands in a file as JSON."""
    try:
        config = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileError(f"{path}: its configuration is no JSON ({error}).") from error
    if not isinstance(config, dict):
        raise FileError(f"{path}: its configuration is not that of a model.")
    return config


def _checked(archive: ZipFile, path: Path) -> dict[str, ZipInfo]:
    """The members by name, once nothing is wrong with any of them."""
    found: dict[str, ZipInfo] = {}
    length = path.stat().st_size
    for member in archive.infolist():
        name = member.filename
        if name not in MEMBERS:
            _refuse(path, f"it holds {name!r}")
        if name in found:
            _refuse(path, f"it holds {name!r} twice")
        if stat.S_ISLNK(member.external_attr >> 16):
            _refuse(path, f"{name!r} is a link")
        if member.flag_bits & _ENCRYPTED:
            _refuse(path, f"{name!r} is encrypted")
        if member.compress_type != ZIP_STORED:
            _refuse(path, f"{name!r} is compressed", f"zip -0 model.keras {' '.join(MEMBERS)}")
        if member.file_size != member.compress_size or member.file_size > length:
            _refuse(path, f"{name!r} says that it is longer than it is")
        if name != WEIGHTS and member.file_size > TEXT_LIMIT:
            _refuse(path, f"{name!r} has {member.file_size:,} bytes, more than {TEXT_LIMIT:,}")
        found[name] = member
    for name in MEMBERS:
        if name not in found:
            _refuse(path, f"it lacks {name!r}")
    return found


def _refuse(path: Path, what: str, *fixes: str) -> NoReturn:
    raise FileError(
        f"{path}: {what}, which is refused: a model's file is a zip archive of "
        f"{', '.join(MEMBERS)}, each stored as it is.",
        fixes=fixes,
    )
