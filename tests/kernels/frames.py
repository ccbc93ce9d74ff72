"""Calls the library's functions as XLA does, without XLA: nothing is compiled.

`call` takes the place of `jax.ffi.ffi_call` in `calls.py`, over NumPy arrays. The structures are
those of XLA's `c_api.h`. There is one thread. Results start as NaN, so that one that is not
written shows.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import POINTER, Structure, addressof, c_char_p, c_int, c_int64, c_size_t, c_void_p
from typing import Any

import jax
import numpy as np
import pytest

from recurra.kernels import library

DTYPES = {"bool": 1, "int64": 5, "float32": 11, "float64": 12}
ARRAY = 1  # the kind of an attribute


class Refused(Exception):
    """A function answered with an error; says which."""


def _structure(name: str, *fields: tuple[str, Any]) -> type[Structure]:
    """A structure that starts as all of them do: with its size and a pointer to extensions."""
    return type(name, (Structure,), {"_fields_": [("size", c_size_t), ("more", c_void_p), *fields]})


Buffer = _structure(
    "Buffer", ("dtype", c_int), ("data", c_void_p), ("rank", c_int64), ("dims", c_void_p)
)
List = _structure("List", ("count", c_int64), ("types", c_void_p), ("items", c_void_p))
Attributes = _structure(
    "Attributes",
    ("count", c_int64),
    ("types", c_void_p),
    ("names", c_void_p),
    ("items", c_void_p),
)
Frame = _structure(
    "Frame",
    ("api", c_void_p),
    ("context", c_void_p),
    ("stage", c_int),
    ("arguments", List),
    ("results", List),
    ("attributes", Attributes),
    ("future", c_void_p),
)
Error = _structure("Error", ("message", c_char_p), ("code", c_int))
Threads = _structure("Threads", ("context", c_void_p), ("number", POINTER(c_int64)))


class Array(Structure):
    _fields_ = [("dtype", c_int), ("count", c_size_t), ("data", c_void_p)]


class Text(Structure):
    _fields_ = [("data", c_char_p), ("length", c_size_t)]


Function = ctypes.CFUNCTYPE(c_void_p, c_void_p)
#: All functions in their order; of these a call on one thread needs two.
Api = _structure(
    "Api",
    ("version", c_int64 * 3),
    ("internal", c_void_p),
    ("error_create", Function),
    *((f"unused{k}", c_void_p) for k in range(11)),
    ("number_of_threads", Function),
    *((f"later{k}", c_void_p) for k in range(5)),
)

_said: list[str] = []


@Function
def _create_error(arguments: int) -> int:
    _said.append(Error.from_address(arguments).message.decode())  # type: ignore[attr-defined]
    return 1  # whatever is not null


@Function
def _one_thread(arguments: int) -> None:
    Threads.from_address(arguments).number[0] = 1  # type: ignore[attr-defined]


_api = Api(error_create=_create_error, number_of_threads=_one_thread)


def _pointers(items: list[Any]) -> Any:
    return (c_void_p * max(len(items), 1))(*map(addressof, items))


def _list(arrays: list[Any], shapes: list[tuple]) -> tuple[Any, list]:
    """Buffers, and what has to stay alive with them."""
    dims = [(c_int64 * max(len(s), 1))(*s) for s in shapes]
    buffers = [
        Buffer(
            dtype=DTYPES[str(a.dtype)],
            data=a.ctypes.data,
            rank=len(shape),
            dims=addressof(its),
        )
        for a, shape, its in zip(arrays, shapes, dims)
    ]
    types, items = (c_int * max(len(arrays), 1))(*[1] * len(arrays)), _pointers(buffers)
    made = List(count=len(arrays), types=addressof(types), items=addressof(items))
    return made, [arrays, dims, buffers, types, items]


def run(
    name: str, given: list[Any], results: list[Any], numbers: Any, shapes: list[tuple] | None = None
) -> None:
    """Call a function of the library on arrays.

    Args:
        name: one of `library.HANDLERS`.
        given: its arguments.
        results: arrays to write into.
        numbers: its attribute `how`.
        shapes: said to be those of the arguments, if not their own.

    Raises:
        Refused: where the function answers with an error.
    """
    loaded = library.library()
    assert loaded is not None, library.why_missing()
    function = getattr(loaded, name)
    function.restype, function.argtypes = c_void_p, [c_void_p]
    arguments, kept = _list(given, shapes or [a.shape for a in given])
    written, kept_too = _list(results, [a.shape for a in results])
    how = Array(dtype=DTYPES["int64"], count=len(numbers), data=numbers.ctypes.data)
    text, types = Text(b"how", 3), (c_int * 1)(ARRAY)
    names, items = _pointers([text]), _pointers([how])
    attributes = Attributes(
        count=1, types=addressof(types), names=addressof(names), items=addressof(items)
    )
    frame = Frame(api=addressof(_api), arguments=arguments, results=written, attributes=attributes)
    if function(addressof(frame)):
        raise Refused(_said.pop())
    del kept, kept_too


def call(name: str, results: Any, vmap_method: Any = None) -> Callable[..., list]:
    """As `jax.ffi.ffi_call`, at once and over NumPy arrays."""

    def run_now(*given: Any, how: Any) -> list:
        made = [np.full(r.shape, np.nan, r.dtype) for r in results]
        run(name, [np.ascontiguousarray(a) for a in given], made, how)
        return made

    return run_now


@contextmanager
def instead_of_xla() -> Iterator[None]:
    """`calls.py` calls the library without XLA, over NumPy arrays."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jax.ffi, "ffi_call", call)
        yield
