"""`import keras` and `import tensorflow` mean recurra while the finder here is installed."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from recurra.compat import names
from recurra.compat.modules import MODULES, ROOTS, VERSION
from recurra.engine.arguments import did_you_mean
from recurra.engine.errors import RecurraError

_TOPS = frozenset(root.partition(".")[0] for root in ROOTS)
#: The last parts of all import paths: `layers`, `recurrent`, ...
_CHILDREN = frozenset(path.rpartition(".")[2] for path in (*MODULES, *ROOTS)) - {""}


class MissingModule(RecurraError, ModuleNotFoundError):
    """`import keras.x`, or `from keras import x`, where recurra has no x."""


class MissingName(RecurraError, AttributeError):
    """`keras.x`, where recurra has no x."""


def namespaces_of(path: str) -> tuple[str, ...] | None:
    """The namespaces behind an import path; None where nobody ever imported that."""
    for root in sorted(ROOTS, key=len, reverse=True):
        if path == root or path.startswith(root + "."):
            found = MODULES.get(path[len(root) + 1 :])
            if found is not None:
                return found
    if path.startswith("tensorflow") and any(p.startswith(path + ".") for p in _tensorflow_paths()):
        return ()
    return () if any(root.startswith(path + ".") for root in ROOTS) else None


@cache
def _tensorflow_paths() -> dict[str, Any]:
    """TensorFlow's own names by their whole path."""
    from recurra.compat.tensorflow import TENSORFLOW

    before = ("tensorflow.", "tensorflow.compat.v1.", "tensorflow.compat.v2.")
    return {start + path: what for start in before for path, what in TENSORFLOW.items()}


@cache
def _namespace(name: str) -> ModuleType | None:
    """One of recurra's modules, if there is one of that name."""
    path = f"recurra.{name}".rstrip(".")
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError as error:
        if error.name is None or not path.startswith(error.name):
            raise
        return None


class AliasModule(ModuleType):
    """A module of Keras or TensorFlow whose names are looked up in recurra.

    Args:
        name: its whole path.
        namespaces: where to look, first to last.
    """

    def __init__(self, name: str, namespaces: tuple[str, ...]) -> None:
        super().__init__(name, f"What scripts import from {name}, as recurra has it.")
        self.__namespaces = namespaces
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        path = f"{self.__name__}.{name}"
        if name == "__all__":  # `import *`: old names come along, and nothing is said of them
            vars(self).update(self._old_names())
            return sorted(self._names())
        if name == "__version__" and self.__namespaces == MODULES[""]:
            return VERSION
        if self.__name__.startswith("tensorflow") and path in _tensorflow_paths():
            return _tensorflow_paths()[path]
        if not name.startswith("_"):
            for namespace in self.__namespaces:
                found = _lookup(namespace, name)
                if found is not None:
                    return found
            if namespaces_of(path) is not None:
                return importlib.import_module(path)
        raise MissingName(self.missing(name))

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        """`keras.layers.merge` was a function before it was a module."""
        if not self.__name__.endswith(".layers.merge"):
            raise TypeError(f"the module {self.__name__} cannot be called")
        from recurra.compat.merging import merge

        return merge(*args, **keywords)

    def missing(self, name: str) -> str:
        """Why there is no such name."""
        for namespace in self.__namespaces:
            instead = names.GONE.get(namespace, {}).get(name)
            if instead:
                return f"{self.__name__}.{name} is gone. Write {instead}"
        return f"{self.__name__} has no {name!r} in recurra" + did_you_mean(name, dir(self))

    def __dir__(self) -> list[str]:
        path = self.__name__ + "."
        return sorted(self._names() | {name for name in _CHILDREN if namespaces_of(path + name)})

    def _names(self) -> set[str]:
        """The public names that are no modules."""
        found = {name for name in vars(self) if not name.startswith("_")} - _CHILDREN
        for module in filter(None, map(_namespace, self.__namespaces)):
            candidates = set(dir(module)) - _CHILDREN
            found |= {name for name in candidates if _public(module, name) is not None}
        return found

    def _old_names(self) -> dict[str, Any]:
        pairs = [
            (namespace, old, new)
            for namespace in self.__namespaces
            for old, new in names.NAMES.get(namespace, {}).items()
        ]
        return {old: _public(_namespace(namespace), new) for namespace, old, new in pairs}


def _public(module: ModuleType | None, name: str) -> Any:
    """Something of a module that is neither private nor another module."""
    found = None if name.startswith("_") else getattr(module, name, None)
    return None if isinstance(found, ModuleType) else found


def _lookup(namespace: str, name: str) -> Any:
    """Something public of a namespace, by today's name or an old one; None where it has none."""
    module = _namespace(namespace)
    found = _public(module, name)
    if found is None and name in names.NAMES.get(namespace, {}):
        found = _public(module, names.NAMES[namespace][name])
        names.today(namespace, name)
    return found


class Finder(MetaPathFinder, Loader):
    """Answers for every module of Keras and TensorFlow, so that the real ones stay asleep."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A specification for one of our modules; None for everybody else's."""
        if fullname.partition(".")[0] not in _TOPS:
            return None
        if namespaces_of(fullname) is None:
            parent, _, name = fullname.rpartition(".")
            raise MissingModule(sys.modules[parent].missing(name))  # type: ignore[attr-defined]
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The module itself; there is nothing to run."""
        return AliasModule(spec.name, namespaces_of(spec.name) or ())

    def exec_module(self, module: ModuleType) -> None:
        """Names are looked up when they are asked for."""


def _ours() -> list[str]:
    return [name for name in sys.modules if name.partition(".")[0] in _TOPS]


@contextmanager
def keras_means_recurra() -> Iterator[None]:
    """Within the block, imports of Keras and TensorFlow give recurra's namesakes."""
    finder = Finder()
    before = {name: sys.modules.pop(name) for name in _ours()}
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in _ours():
            del sys.modules[name]
        sys.modules.update(before)
