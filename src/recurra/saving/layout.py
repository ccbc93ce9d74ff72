"""Where each variable of a model stands in a `.weights.h5` file of Keras 3.

Every layer has a group, named by how it is reached from the model: by the attribute that holds it
(`lstm/cell`) or, in a list or dict, by its class in snake case and a number (`layers/dense_1`).
Its own variables are the datasets `vars/0`, `vars/1`, ... in it. Attributes are walked in
alphabetic order, those that begin with an underscore last, and each layer is written once, where
it is met first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from recurra.engine.holder import INTERNAL
from recurra.engine.layer import Layer
from recurra.engine.registry import snake_case
from recurra.engine.variable import Variable

#: Attributes of models that hold what is in `layers` already.
LISTS = frozenset(("_list", "_graph_layers"))


class Entry(NamedTuple):
    """The variables that a file keeps in one group.

    Attributes:
        path: of the group, `""` for the model itself.
        name: of the layer or optimizer, written beside the variables.
        label: how messages call the owner.
        variables: the owner's own, in the order of the file.
    """

    path: str
    name: str
    label: str
    variables: list[Variable]

    @property
    def group(self) -> str:
        """The path of the group that holds the datasets."""
        return _join(self.path, "vars")


def entries(model: Any) -> list[Entry]:
    """Each layer in the model with its own variables, the model first."""
    found: list[Entry] = []
    seen: set[int] = set()

    def visit(layer: Layer, path: str) -> None:
        if id(layer) in seen:
            return
        seen.add(id(layer))
        found.append(Entry(path, str(layer.name), layer.label, layer._own_variables()))
        for name, value in _attributes(layer):
            if isinstance(value, Layer):
                visit(value, _join(path, name))
            else:
                walk(value, _join(path, name), ())

    def walk(container: Any, path: str, outer: tuple[int, ...]) -> None:
        if not isinstance(container, (list, tuple, dict)) or id(container) in outer:
            return
        names: Counter[str] = Counter()
        for value in container.values() if isinstance(container, dict) else container:
            if isinstance(value, Layer):
                visit(value, _join(path, _numbered(_class_name(value), names)))
            elif isinstance(value, (list, tuple, dict)):
                inner = _join(path, _numbered("container", names))
                walk(value, inner, (*outer, id(container)))

    visit(model, "")
    return found


def optimizer_entry(model: Any) -> Entry | None:
    """The variables of a compiled model's optimizer, which is built if it was not."""
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None:
        return None
    if not optimizer.built:
        optimizer.build(model.trainable_variables)
    name = type(optimizer).__name__
    return Entry("optimizer", str(optimizer.name), f"optimizer {name}", list(optimizer.variables))


def _attributes(layer: Any) -> Iterator[tuple[str, Any]]:
    """What a layer holds, by attribute; a model's `layers` count as one."""
    skipped = INTERNAL | layer._untracked | LISTS
    held = {k: v for k, v in vars(layer).items() if k not in skipped}
    layers = getattr(layer, "layers", None)
    if isinstance(layers, list):
        if getattr(layer, "_graph", None) is not None:
            yield "layers", layers
        else:
            held["layers"] = layers
    yield from sorted(held.items(), key=lambda item: (item[0].startswith("_"), item[0]))


def _class_name(layer: Layer) -> str:
    """The class in snake case; Keras calls a model of inputs and outputs `Functional`."""
    name = type(layer).__name__
    return "functional" if name == "Model" else snake_case(name)


def _numbered(name: str, names: Counter[str]) -> str:
    number = names[name]
    names[name] += 1
    return f"{name}_{number}" if number else name


def _join(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name
