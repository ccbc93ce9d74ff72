"""What scripts of ten years wrote, and what it is called today: one table a kind.

`modules` (import paths), `names` (classes and functions), `arguments` (of constructors), `methods`
(their keywords), `attributes` (methods and attributes that are gone), `backend` (`K.dot`) and
`tensorflow` (the few names of `tf` itself) are tables; `importer` lets `import keras` mean recurra
and `run` runs a script so.

Importing this package lets constructors, methods and names in strings take old spellings. The
tables are read when an old spelling is met.
"""

from __future__ import annotations

from typing import Any

from recurra.compat.said import OldSpelling as OldSpelling
from recurra.engine import arguments


def _constructor(cls: type, keywords: dict[str, Any]) -> dict[str, Any]:
    from recurra.compat.arguments import translate

    return translate(cls, keywords)


def _method(owner: Any, method: str, keywords: dict[str, Any]) -> dict[str, Any]:
    from recurra.compat.methods import translate

    return translate(owner, method, keywords)


def _name(namespace: str, name: str) -> str | None:
    from recurra.compat.names import today
    from recurra.compat.steep import hard_sigmoid_keras1

    if namespace == "activations" and name == hard_sigmoid_keras1.__name__:
        return name  # known from here on: it is in the files of models that came from old ones
    return today(namespace, name)


def _objects(version: Any) -> dict[str, Any]:
    from recurra.compat.steep import objects

    return objects(version)


def install() -> None:
    """Accept old spellings from here on."""
    arguments.legacy_hook = _constructor
    arguments.legacy_method_hook = _method
    arguments.legacy_name_hook = _name
    arguments.legacy_objects_hook = _objects
    from recurra.compat.attributes import attach

    attach()


install()
