"""Weight files of Keras 1 and 2: one group for each layer, arrays in the layer's old order."""

from __future__ import annotations

from typing import Any

import h5py

from recurra.engine.errors import FileError
from recurra.engine.variable import Variable
from recurra.saving import hdf5
from recurra.saving.matching import Matching

NAMES = "layer_names"


def weights_group(file: h5py.File) -> h5py.Group | None:
    """The group with the layers, of a file of weights or of a whole model; None for a new file."""
    for group in (file, file.get("model_weights")):
        if isinstance(group, h5py.Group) and not {NAMES, f"{NAMES}0"}.isdisjoint(group.attrs):
            return group
    return None


def match(matching: Matching, root: h5py.Group, by_name: bool) -> None:
    """Pair layers with groups, in order or by name; those without weights do not count."""
    layers = [layer for layer in matching.model.layers if layer.weights]
    groups = _groups(root, hdf5.largest_heap(matching.path))
    if by_name:
        named = [(layer, layer.name) for layer in layers if layer.name in groups]
    else:
        named = list(zip(layers, groups, strict=False))
    for layer, name in named:
        matching.add(layer.label, name, _old_order(layer), groups[name])
    if by_name:
        return
    for layer in layers[len(groups) :]:
        matching.note(f"the file has nothing for {layer.label}")
    for name in list(groups)[len(layers) :]:
        matching.note(f"the file has weights for a layer {name!r} that is not there")


def _old_order(layer: Any) -> list[Variable]:
    """Trained weights came first in Keras 1 and 2, also in the layers of a nested model."""
    return [*layer.trainable_weights, *layer.non_trainable_weights]


def _groups(root: h5py.Group, heap: int) -> dict[str, list[h5py.Dataset]]:
    """The datasets of each layer that has some, in the order in which the file lists them."""

    def names(group: h5py.Group, attribute: str) -> list[str]:
        # long lists are spread over `layer_names0`, `layer_names1`, ...
        found = hdf5.texts(group, attribute, heap)
        number = 0
        while f"{attribute}{number}" in group.attrs:
            found += hdf5.texts(group, f"{attribute}{number}", heap)
            number += 1
        return found

    found: dict[str, list[h5py.Dataset]] = {}
    for layer in names(root, NAMES):
        group = _item(root, layer, h5py.Group)
        datasets = [_item(group, name, h5py.Dataset) for name in names(group, "weight_names")]
        if datasets:
            found[layer] = datasets
    return found


def _item(group: h5py.Group, name: str, kind: type) -> Any:
    item = group.get(name)
    if not isinstance(item, kind):
        raise FileError(f"{group.file.filename} is damaged: it lists {name!r} and has it not.")
    return item
