"""The closed list of layers that a configuration or file may name."""

from recurra.engine.registry import Registry

LAYERS = Registry("layer", "layers")
