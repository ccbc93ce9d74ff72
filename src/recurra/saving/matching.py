"""Which dataset of a file belongs to which variable, and what does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from recurra.engine.errors import FileError
from recurra.engine.origin import warn
from recurra.engine.variable import Variable
from recurra.saving import hdf5

#: So many problems are listed; the rest is counted.
LISTED = 5


class Matching:
    """Pairs of variables and datasets, collected before anything is assigned.

    Args:
        model: the model that is loaded into.
        path: of the file, for messages.
    """

    def __init__(self, model: Any, path: Path) -> None:
        self.model, self.path = model, path
        self.pairs: list[tuple[Variable, h5py.Dataset]] = []
        self.problems: list[str] = []
        self.came: list[str] = []
        self.expected: list[str] = []

    def add(
        self, label: str, where: str, variables: list[Variable], datasets: Sequence[h5py.Dataset]
    ) -> None:
        """Pair the variables of one layer with the datasets of one group, or note why not."""
        if not datasets:
            self.note(f"the file has nothing for {label}, which it would keep at {where!r}")
        elif len(variables) != len(datasets):
            own = ", ".join(v.name for v in variables) or "none"
            self.note(
                f"{label} has {len(variables)} weights ({own}), and the file holds {len(datasets)} "
                f"for it at {where!r}"
            )
        else:
            pairs = list(zip(variables, datasets, strict=True))
            if all([self._fit(v, d) for v, d in pairs]):  # noqa: C419 - each one is to be noted
                self.pairs += pairs

    def _fit(self, variable: Variable, dataset: h5py.Dataset) -> bool:
        """Whether a dataset has a variable's shape and kind of numbers."""
        hdf5.check_dataset(dataset)
        have, want = dataset.shape, variable.shape
        if have != want:
            self.note(f"{variable.path!r} is {have} in the file and {want} in the model")
            self.came.append(f"{dataset.name} of shape {have}")
            self.expected.append(f"{variable.path} of shape {want}")
            return False
        kind = np.dtype(variable.dtype)
        if dataset.dtype.kind == "V" or np.can_cast(dataset.dtype, kind, "same_kind"):
            return True
        self.note(f"{variable.path!r} is of {dataset.dtype} in the file and {kind} in the model")
        return False

    def note(self, problem: str) -> None:
        """Something does not fit."""
        self.problems.append(problem)

    def load(self, skip_mismatch: bool) -> None:
        """Read everything, and only then assign it.

        Raises:
            FileError: where something does not fit, unless `skip_mismatch`.
        """
        if self.problems and not skip_mismatch:
            raise FileError(
                self._words(),
                came=", ".join(self.came[:LISTED]) or None,
                expected=", ".join(self.expected[:LISTED]) or None,
                fixes=[
                    "make the layers as they were when the file was written, in the same order",
                    "load_weights(..., skip_mismatch=True) loads what fits and leaves the rest",
                ],
            )
        values = [(variable, hdf5.read(dataset)) for variable, dataset in self.pairs]
        for variable, value in values:
            variable.assign(value)
        if self.problems:
            warn(self._words() + " The rest was loaded.")

    def _words(self) -> str:
        listed = "; ".join(self.problems[:LISTED])
        more = len(self.problems) - LISTED
        rest = f"; and {more} more" if more > 0 else ""
        return f"{self.path} does not fit {self.model.label}: {listed}{rest}."
