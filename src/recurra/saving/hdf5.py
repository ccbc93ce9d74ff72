"""HDF5 files, read without trusting them and written whole or not at all.

A file may come from a stranger. Only plain datasets of numbers are read, and only once their shape
is known to be the one asked for, so that no more memory is taken than the model already has.
HDF5 itself could be led to other files (links, external and virtual datasets), to unpack far more
than is stored (filters, chunks) or to load plug-ins (filters); files of weights need none of it.
"""

from __future__ import annotations

import io
import mmap
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from recurra.engine.errors import FileError, RecurraError
from recurra.saving.files import first_bytes, replacing

#: What h5py raises for files that are damaged or made to look so.
H5_ERRORS = (
    OSError,
    ValueError,
    TypeError,
    KeyError,
    RuntimeError,
    SystemError,
    OverflowError,
    MemoryError,
)
#: HDF5 has no bfloat16: its values are two bytes without a type.
BFLOAT16 = np.dtype("V2")
TEXT_LIMIT = 1 << 20
UNPACKED_LIMIT = 1 << 30


#: The first bytes of every such file.
MARK = b"\x89HDF\r\n\x1a\n"


@contextmanager
def reading(path: Path, image: bytes | None = None) -> Iterator[h5py.File]:
    """Open a file to read; whatever is wrong with it becomes a `FileError`.

    Args:
        path: of the file. One with links, which could lead out of it, is refused.
        image: the file's bytes, where they stand in an archive at `path`.
    """
    if image is None:
        first_bytes(path, "weights")
    try:
        with h5py.File(path, "r") if image is None else _opened(image, path) as file:
            _refuse_links(file)
            yield file
    except RecurraError:
        raise
    except H5_ERRORS as error:
        raise FileError(f"{path} cannot be read: it is damaged or no HDF5 file.") from error


def _opened(image: bytes, path: Path) -> h5py.File:
    """A file whose bytes are in memory; nothing goes to the disk.

    Messages call it `model.keras/model.weights.h5`, which HDF5 finds no other file under.
    """
    access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    access.set_fapl_core(backing_store=False)
    access.set_file_image(image)
    name = os.fsencode(path / "model.weights.h5")
    return h5py.File(h5py.h5f.open(name, h5py.h5f.ACC_RDONLY, access))


@contextmanager
def writing(path: Path, overwrite: bool) -> Iterator[h5py.File]:
    """Write a file under another name beside it and rename it when it is complete."""
    with replacing(path, overwrite) as temporary, h5py.File(temporary, "x") as file:
        yield file


def image_of(fill: Callable[[h5py.File], None]) -> bytes:
    """The bytes of a new file that a function has filled."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        fill(file)
    return buffer.getvalue()


def paths(file: h5py.File) -> list[str]:
    """The paths of all datasets in a file."""
    found: list[str] = []

    def note(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            found.append(name)

    file.visititems(note)
    return found


def _refuse_links(file: h5py.File) -> None:
    """Refuse names that lead elsewhere, possibly out of the file."""

    def other(name: str, link: Any) -> str | None:
        return None if isinstance(link, h5py.HardLink) else f"{name!r} is a {type(link).__name__}"

    found = file.visititems_links(other)  # h5py cannot pass on an error from within
    if found:
        raise FileError(f"{file.filename}: {found}, and files with links are refused.")


def check_dataset(dataset: h5py.Dataset) -> None:
    """Refuse a dataset that is more than plain numbers stored in this file."""
    made = dataset.id.get_create_plist()
    if made.get_layout() not in (h5py.h5d.CONTIGUOUS, h5py.h5d.COMPACT):
        what = "virtual" if dataset.is_virtual else "chunked or compressed"
    elif made.get_external_count():
        what = "kept in another file"
    elif dataset.dtype.kind not in "fiub" and dataset.dtype != BFLOAT16:
        what = f"of type {dataset.dtype}"
    else:
        return
    raise FileError(
        f"{dataset.file.filename}: the dataset {dataset.name!r} is {what}, which is refused: "
        "weights are plain numbers."
    )


def read(dataset: h5py.Dataset) -> np.ndarray:
    """The values of a dataset whose shape has been checked."""
    check_dataset(dataset)
    values = dataset[()]
    return values.view("bfloat16") if dataset.dtype == BFLOAT16 else np.asarray(values)


def write(group: h5py.Group, name: str, values: np.ndarray) -> None:
    """Write an array as a dataset."""
    if str(values.dtype) == "bfloat16":
        group.create_dataset(name, data=values.view(BFLOAT16)).attrs["dtype"] = "bfloat16"
    else:
        group.create_dataset(name, data=values)


def texts(item: Any, name: str, heap: int) -> list[str]:
    """An attribute that is a list of strings; empty where there is none.

    Args:
        item: the group or dataset that has it.
        name: of the attribute.
        heap: the `largest_heap` of the file. Strings of any length are kept there, and many
            entries of a list could name the same long one.
    """
    kept = item.attrs.get_id(name) if name in item.attrs else None
    count = int(np.prod(kept.shape)) if kept is not None and kept.shape is not None else 0
    if kept is None or count == 0:
        return []
    file = item.file.filename
    if h5py.check_string_dtype(kept.dtype) is None or kept.get_storage_size() > TEXT_LIMIT:
        raise FileError(f"{file}: the attribute {name!r} is no list of names.")
    if kept.dtype.kind == "O" and (count - 1) * heap > UNPACKED_LIMIT:
        raise FileError(
            f"{file}: the {count} names in {name!r} could take {count * heap:,} bytes, "
            "which is refused."
        )
    values = np.ravel(item.attrs[name])
    return [v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for v in values]


def largest_heap(path: Path) -> int:
    """The size of the largest place where a file keeps strings of any length."""
    mark = b"GCOL\1\0\0\0"
    largest = 0
    with (
        path.open("rb") as plain,
        mmap.mmap(plain.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        at = data.find(mark)
        while at >= 0:
            largest = max(largest, int.from_bytes(data[at + 8 : at + 16], "little"))
            at = data.find(mark, at + 1)
    return largest
