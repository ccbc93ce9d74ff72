"""The native library: found, loaded and made known to XLA at the first recurrence.

RECURRA_NATIVE=0 leaves it out; RECURRA_ISA=avx2 or baseline lowers the instruction set, and
RECURRA_THREADS the number of threads. All three are read once. `hatch_build.py` compiles it.
"""

from __future__ import annotations

import ctypes
import os
from functools import cache
from pathlib import Path

import jax
import jax.numpy as jnp

PATH = Path(__file__).with_name("_native.so")
#: What was wrong when the package was built without the library: a line, then the details.
REASON = Path(__file__).with_name("_native_missing.txt")
#: The functions in `src/` that XLA calls, by the names under which it knows them.
HANDLERS = (
    "recurra_forward",
    "recurra_backward",
    "recurra_update",
    "recurra_threads",
)
ISAS = ("baseline", "avx2", "avx512")


class _Missing(Exception):
    """There is no library to compute with; says why."""


def library() -> ctypes.CDLL | None:
    """The loaded library, or None where `why_missing` has a reason."""
    return _library_or_reason()[0]


def why_missing() -> str:
    """Why the reference path computes everything; empty where the library is loaded."""
    return _library_or_reason()[1]


def isa() -> str:
    """The instruction set that the kernels run with; empty without them."""
    return _text("recurra_isa")


def activations() -> str:
    """The activations that the kernels have, as `recurra_activations` in `src/` lists them."""
    return _text("recurra_activations")


def threads() -> int:
    """How many threads share a large call; 0 without the kernels."""
    if library() is None:
        return 0
    with jax.default_device(jax.devices("cpu")[0]):
        return int(jax.ffi.ffi_call("recurra_threads", jax.ShapeDtypeStruct((), jnp.int32))())


def older_than_sources() -> bool:
    """Whether a source tree has changed since its library was compiled."""
    sources = (PATH.parent / "src").glob("*.*")
    return PATH.exists() and any(s.stat().st_mtime > PATH.stat().st_mtime for s in sources)


@cache
def _library_or_reason() -> tuple[ctypes.CDLL | None, str]:
    try:
        return _load(), ""
    except _Missing as missing:
        return None, str(missing)


def _load() -> ctypes.CDLL:
    if os.environ.get("RECURRA_NATIVE") == "0":
        raise _Missing("RECURRA_NATIVE=0 turns it off")
    lowered = os.environ.get("RECURRA_ISA")
    if lowered and lowered not in ISAS:
        raise _Missing(f"RECURRA_ISA={lowered} is not an instruction set, {', '.join(ISAS)} are")
    if not PATH.exists():
        raise _Missing(_why_not_built())
    try:
        loaded = ctypes.CDLL(str(PATH))
        handlers = [getattr(loaded, name) for name in HANDLERS]
    except (OSError, AttributeError) as error:
        raise _Missing(f"it does not load: {error}") from error
    for name, handler in zip(HANDLERS, handlers):
        jax.ffi.register_ffi_target(name, jax.ffi.pycapsule(handler), platform="cpu")
    return loaded


def _why_not_built() -> str:
    if not REASON.exists():
        return "it has not been compiled; `python hatch_build.py` in recurra's folder does"
    first, *_ = REASON.read_text().splitlines()
    return f"it was not compiled: {first}"


def _text(name: str) -> str:
    loaded = library()
    if loaded is None:
        return ""
    function = getattr(loaded, name)
    function.restype = ctypes.c_char_p
    return function().decode()
