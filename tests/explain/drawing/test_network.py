"""`model.draw()`: every layer and shape is there, and nothing lies on anything else."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recurra import ArgumentError, Input, Layer, Model, Sequential, StateError
from recurra.layers import (
    GRU,
    LSTM,
    Add,
    Bidirectional,
    Concatenate,
    Dense,
    Dropout,
    TimeDistributed,
)
from recurra.utils import plot_model
from tests.explain.drawing.readable import boxes, faults, texts


def test_a_sequential_model_has_its_layers_and_shapes_in_order():
    model = Sequential([Input((20, 1)), LSTM(5, return_sequences=True), Dropout(0.1), LSTM(4)])
    scene = model.draw().scene
    # 4 * 5 * (1 + 5 + 1) = 140, 4 * 4 * (5 + 4 + 1) = 160
    assert boxes(scene) == [
        ["input_layer", "Input"],
        ["lstm", "LSTM(5) · 140 parameters"],
        ["dropout", "Dropout · no parameters"],
        ["lstm_1", "LSTM(4) · 160 parameters"],
        ["output"],
    ]
    assert [t for t in texts(scene) if t.startswith("batch")] == [
        "batch timesteps=20 features=1",
        "batch timesteps=20 units=5",
        "batch timesteps=20 units=5",
        "batch units=4",
    ]
    assert texts(scene)[-2:] == ["sequential", "Sequential · 3 layers · 300 parameters"]
    assert faults(scene) == []


def test_several_inputs_and_outputs_branches_and_functions():
    weather, shop = Input((20, 3), name="weather"), Input((5,), name="shop")
    sequence, h, _ = LSTM(8, return_state=True)(weather)
    together = Concatenate()([sequence, h, Dense(8)(shop)])
    outputs = {"level": together * 2 + Dense(24)(shop), "kind": Dense(3)(together)}
    scene = Model([weather, shop], outputs).draw().scene
    found = boxes(scene)
    assert boxes(scene, "input") == [["weather", "Input"], ["shop", "Input"]]
    assert boxes(scene, "output") == [["output 'level'"], ["output 'kind'"]]
    assert ["Multiply", "function"] in found and ["Add", "function"] in found
    # two of the LSTM's three outputs are used, and each arrow says its own
    assert texts(scene).count("batch units=8") == 3
    assert faults(scene) == []


def test_a_model_inside_is_drawn_inside_and_a_layer_used_twice_says_so():
    one, two = Input((6, 1), name="one"), Input((6, 1), name="two")
    encoder = Sequential([Input((6, 1)), GRU(4), Dense(2)], name="encoder")
    scene = Model([one, two], Add()([encoder(one), encoder(two)])).draw().scene
    # GRU: 3 * (1 * 4 + 4 * 4 + 2 * 4) = 84; Dense: 4 * 2 + 2 = 10
    assert texts(scene).count("encoder") == 2
    assert "Sequential · 94 parameters" in texts(scene)
    assert "Sequential · used again, the same weights" in texts(scene)
    assert ["gru", "GRU(4) · 84 parameters"] in boxes(scene)
    assert sum(getattr(part, "frame", False) for part in scene.parts) == 1
    assert faults(scene) == []


class Mine(Model):
    def __init__(self):
        super().__init__()
        self.first = Bidirectional(LSTM(3))
        self.last = TimeDistributed(Dense(1))
        self.head = Sequential([Dense(2)])

    def call(self, x):
        return self.head(self.first(x))


def test_a_class_of_its_own_is_a_list_and_says_so():
    model = Mine()
    model(np.ones((2, 5, 4), "float32"))
    scene = model.draw().scene
    # each direction 4 * 3 * (4 + 3 + 1) = 96
    assert boxes(scene)[0] == [
        "bidirectional",
        "Bidirectional(LSTM(3)) · 192 parameters",
        "batch timesteps=5 features=4 → batch units=6",
    ]
    assert ["time_distributed", "TimeDistributed(Dense(1)) · parameters not made yet"] in boxes(
        scene
    )
    assert "Mine is a class of its own" in " ".join(texts(scene))
    assert faults(scene) == []


def test_models_that_are_not_built_say_what_to_type():
    with pytest.raises(StateError) as caught:
        Sequential([LSTM(3)]).draw()
    assert str(caught.value) == (
        "Sequential 'sequential' cannot be drawn yet: nothing says what goes into it, so no shape "
        "is known.\n"
        "  fix:      Sequential([Input((timesteps, features)), ...])  # begin with the shape of "
        "one sample\n"
        "  fix:      model.build((None, timesteps, features)) before draw\n"
        "  fix:      call fit or predict first"
    )
    with pytest.raises(StateError) as caught:
        Mine().draw()
    assert str(caught.value) == (
        "Mine 'mine' cannot be drawn yet: its layers are made when it is first called.\n"
        "  fix:      model(X[:1]) before draw\n"
        "  fix:      call fit or predict first"
    )


def test_the_suggested_build_works():
    model = Sequential([LSTM(3)])
    model.build((None, 20, 1))
    assert ["lstm", "LSTM(3) · 60 parameters"] in boxes(model.draw().scene)


def test_timesteps_are_for_a_layer():
    model = Sequential([Input((4, 1)), LSTM(3)])
    with pytest.raises(ArgumentError) as caught:
        model.draw(timesteps=9)
    assert str(caught.value) == (
        "draw: `timesteps` is for a layer, and Sequential 'sequential' is a model.\n"
        "  fix:      draw()\n"
        "  fix:      layers[0].draw(timesteps=9)"
    )


def test_weights_that_are_not_trained_are_marked():
    layer = Dense(1)
    model = Sequential([Input((3,)), layer])
    layer.trainable = False
    assert ["dense", "Dense(1) · 4 parameters, not trained"] in boxes(model.draw().scene)


def test_plot_model_takes_what_keras_does(tmp_path):
    model = Sequential([Input((20, 1), name="a<b"), LSTM(5)])
    plot_model(model, to_file=tmp_path / "m.svg", show_shapes=True, rankdir="LR", dpi=96)
    root = ET.parse(tmp_path / "m.svg").getroot()
    words = [e.text for e in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "a<b" in words and "batch units=5" in words
    plot_model(model, tmp_path / "m.png")
    assert (tmp_path / "m.png").read_bytes()[:4] == b"\x89PNG"


class Two(Layer):
    """Gives two outputs."""

    def call(self, x):
        return x * 2, x + 1


@st.composite
def models(draw):
    """Functional models with branches, long edges, several inputs, outputs and models inside."""
    count = draw(st.integers(1, 3))
    tensors = [
        Input((4, 3), name=f"input_{'x' * draw(st.integers(0, 20))}_{k}") for k in range(count)
    ]
    for _ in range(draw(st.integers(1, 7))):
        kind = draw(st.sampled_from(["lstm", "dense", "add", "two", "function", "model"]))
        x = draw(st.sampled_from(tensors))
        if kind == "lstm":
            tensors.append(LSTM(3, return_sequences=True)(x))
        elif kind == "dense":
            tensors.append(Dense(3)(x))
        elif kind == "add":
            tensors.append(Add()([x, draw(st.sampled_from(tensors)), tensors[0]]))
        elif kind == "two":
            tensors += Two()(x)
        elif kind == "function":
            tensors.append(x * 2)
        else:
            tensors.append(Sequential([Input((4, 3)), Dense(3)])(x))
    outputs = draw(st.lists(st.sampled_from(tensors), min_size=1, max_size=3, unique_by=id))
    return Model(tensors[:count], outputs)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(models())
def test_no_model_makes_a_picture_in_which_things_lie_on_each_other(model):
    scene = model.draw().scene
    assert faults(scene) == []
    names = {str(o.name) for o in model.layers}
    assert names <= set(texts(scene))
    ET.fromstring(model.draw().svg)


def test_a_long_model_stays_readable():
    layers = [Dense(3, name=f"layer_number_{k}") for k in range(40)]
    scene = Sequential([Input((3,)), *layers]).draw().scene
    assert faults(scene) == [] and len(boxes(scene)) == 42
