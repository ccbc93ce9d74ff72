"""Endings of the names of files, and the names that fixes suggest."""

from __future__ import annotations

import os
from typing import Any

#: A whole model, a file of weights, and what older Keras called either.
MODEL = ".keras"
WEIGHTS = ".weights.h5"
OLD = (".h5", ".hdf5")

_KNOWN = (MODEL, WEIGHTS, *OLD, ".weights", ".ckpt", ".tf", ".pb", ".json", ".pkl", ".zip")


def with_ending(path: Any, ending: str) -> str:
    """The name with another ending: `out/model.ckpt` -> `out/model.keras`."""
    name = os.fspath(path).rstrip("/\\")
    known = next((k for k in _KNOWN if name.endswith(k)), "")
    return name.removesuffix(known) + ending
