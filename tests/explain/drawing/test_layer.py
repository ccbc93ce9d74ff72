"""`layer.draw()` of every other layer: what goes in, what goes out."""

import inspect
import subprocess
import sys

import numpy as np
import pytest

import recurra as rc
from recurra import Input, Layer
from recurra.layers import Add, Dense, Dropout, Embedding, Lambda
from tests.explain.drawing.readable import boxes, faults, texts


def test_a_layer_that_was_called_has_its_shapes_and_weights():
    layer = Dense(3)
    layer(Input((20, 5)))
    scene = layer.draw().scene
    assert boxes(scene) == [["Dense(3)", "18 parameters"]]
    assert "batch timesteps=20 features=5" in texts(scene)
    assert "batch timesteps=20 units=3" in texts(scene)
    assert texts(scene)[-1] == "kernel 5 x 3 + bias 3 = 18 parameters."
    assert faults(scene) == []


def test_a_layer_that_was_not_called_has_its_rule():
    scene = Dense(4).draw().scene
    assert boxes(scene) == [["Dense(4)", "parameters not made yet"]]
    assert "batch ... features" in texts(scene) and "batch ... units=4" in texts(scene)
    assert boxes(Dropout(0.2).draw().scene) == [["Dropout", "no parameters"]]


def test_data_tell_the_shapes_too():
    layer = Embedding(100, 8)
    layer(np.ones((2, 20), int))
    scene = layer.draw().scene
    assert "batch timesteps=20 output_dim=8" in texts(scene)


def test_several_inputs_are_several_arrows():
    layer = Add()
    layer([Input((3, 2)), Input((3, 2))])
    scene = layer.draw().scene
    assert texts(scene).count("batch timesteps=3 features=2") == 3
    assert faults(scene) == []


class Scale(Layer):
    """Multiplies by two."""

    def call(self, x):
        return x * 2


def test_a_layer_of_ones_own_says_what_its_documentation_does():
    layer = Scale()
    assert "known once it is called" in texts(layer.draw().scene)
    layer(Input((4, 1)))
    scene = layer.draw().scene
    assert "Multiplies by two." in texts(scene) and "known once it is called" not in texts(scene)


def test_an_input_has_what_it_gives():
    words = texts(Input((3, 1)).node.operation.draw().scene)
    assert "your data" in words and "batch timesteps=3 features=1" in words


def _plain():
    """Every layer that can be made without arguments."""
    for name, kind in inspect.getmembers(rc.layers, inspect.isclass):
        needed = [
            p
            for p in inspect.signature(kind).parameters.values()
            if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
        ]
        if issubclass(kind, Layer) and not needed and name != "InputLayer":
            yield pytest.param(kind, id=name)


@pytest.mark.parametrize("kind", list(_plain()))
def test_every_layer_can_be_drawn(kind):
    assert faults(kind().draw().scene) == []


def test_the_file_is_written(tmp_path):
    Lambda(lambda x: x).draw(tmp_path / "layer.svg")
    assert (tmp_path / "layer.svg").read_text(encoding="utf-8").startswith("<svg")


def test_nothing_of_it_is_imported_before_it_is_used():
    program = (
        "import sys, recurra\n"
        "assert not [m for m in sys.modules if 'drawing' in m]\n"
        "recurra.drawing.windows(9, 3).svg\n"
        "assert 'matplotlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
