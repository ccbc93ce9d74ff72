"""Errors of targets name the layer that sets what is expected, and its line, in every model."""

import inspect

import numpy as np
import pytest

import recurra as rc
from recurra.layers import (
    GRU,
    LSTM,
    Bidirectional,
    Conv1D,
    Dense,
    Dropout,
    MaxPooling1D,
    RepeatVector,
    TimeDistributed,
)
from recurra.training.ends import End

X = np.random.default_rng(0).normal(size=(8, 6, 2)).astype("float32")


def sequential(*layers):
    return rc.Sequential([rc.Input((6, 2)), *layers])


def functional(*layers):
    x = inputs = rc.Input((6, 2))
    for layer in layers:
        x = layer(x)
    return rc.Model(inputs, x)


class Subclassed(rc.Model):
    def __init__(self, *layers):
        super().__init__()
        self.all = list(layers)

    def call(self, x):
        for layer in self.all:
            x = layer(x)
        return x


KINDS = {"sequential": sequential, "functional": functional, "subclassed": Subclassed}


def refuse(model, y, loss="mse", x=X):
    """The message, and each `set by` and place in it checked and cut out."""
    model.compile("sgd", loss)
    with pytest.raises(rc.RecurraError) as error:
        model.fit(x, y, verbose=0)
    return str(error.value)


def place(layer):
    return layer.origin.place


def line(layer):
    return str(layer.origin)


@pytest.mark.parametrize("kind", ["sequential", "functional"])
def test_one_target_for_a_model_of_sequences(kind):
    lstm = LSTM(4, return_sequences=True, name="memory")
    dense = Dense(1, name="last")
    assert refuse(KINDS[kind](lstm, Dropout(0.1), dense), np.zeros(8)) == (
        "`y` does not fit the output: it has one number a sample, and Dense 'last' gives 6 "
        "timesteps of 1 number.\n"
        "  came:     y (samples=8,)\n"
        "  expected: (samples=8, timesteps=6, features=1)\n"
        f"  set by:   {line(lstm)}\n"
        f"  fix:      return_sequences=False in LSTM 'memory' ({place(lstm)}) gives one output a "
        "sample\n"
        "  fix:      targets for every timestep, y of shape (8, 6, 1)"
    )


def test_a_subclassed_model_is_known_by_its_call():
    message = refuse(Subclassed(LSTM(4, return_sequences=True), Dense(1)), np.zeros(8))
    number = inspect.getsourcelines(Subclassed.call)[1]
    assert message == (
        "`y` does not fit the output: it has one number a sample, and the output gives 6 timesteps "
        "of 1 number.\n"
        "  came:     y (samples=8,)\n"
        "  expected: (samples=8, timesteps=6, features=1)\n"
        f"  set by:   test_ends.py:{number}  def call(self, x):\n"
        "  fix:      return_sequences=False in the last recurrent layer gives one output a sample\n"
        "  fix:      targets for every timestep, y of shape (8, 6, 1)"
    )


def test_ten_targets_for_one_output():
    dense = Dense(1, name="last")
    assert refuse(sequential(LSTM(4), dense), np.zeros((8, 10))) == (
        "`y` does not fit the output: it has 10 numbers a sample, and Dense 'last' gives one "
        "number.\n"
        "  came:     y (samples=8, features=10)\n"
        "  expected: (samples=8, features=1)\n"
        f"  set by:   {line(dense)}\n"
        "  fix:      end the model with 10 outputs: Dense(10)\n"
        "  fix:      y = y[:, :1]  # the first of them alone"
    )


def test_the_new_last_layer_keeps_its_activation():
    dense = Dense(3, activation="softmax", name="last")
    y = np.eye(5)[[0, 1, 2, 3, 4, 0, 1, 2]]
    message = refuse(sequential(LSTM(4), dense), y, "categorical_crossentropy")
    assert "  fix:      end the model with 5 outputs: Dense(5, activation='softmax')" in message


def test_one_hot_rows_of_more_classes_are_no_timesteps():
    dense = Dense(3, activation="softmax", name="last")
    y = np.eye(5)[[0, 1, 2, 3, 4, 0, 1, 2]]
    assert refuse(sequential(LSTM(4), dense), y, "sparse_categorical_crossentropy") == (
        "`y` for the output has a column for each of 5 classes, and the output has 3 classes: "
        "sparse_categorical_crossentropy takes one class number a sample.\n"
        "  came:     y (samples=8, features=5)\n"
        "  expected: whole numbers from 0 to 4, y (samples=8,)\n"
        f"  set by:   {line(dense)}\n"
        "  fix:      end the model with 5 outputs: Dense(5, activation='softmax')\n"
        "  fix:      loss='categorical_crossentropy'\n"
        "  fix:      y = y.argmax(-1)"
    )


def test_a_horizon_of_several_steps():
    dense = Dense(3, name="last")
    assert refuse(sequential(LSTM(4), dense), np.zeros((8, 3, 2))) == (
        "`y` does not fit the output: it has 3 timesteps of 2 numbers a sample, and Dense 'last' "
        "gives 3 numbers.\n"
        "  came:     y (samples=8, timesteps=3, features=2)\n"
        "  expected: (samples=8, features=3)\n"
        f"  set by:   {line(dense)}\n"
        "  fix:      end the model with Dense(6) and Reshape((3, 2))"
    )


def test_targets_for_every_timestep_and_one_output():
    """Six timesteps go in, and y has six: they are targets of the timesteps."""
    gru = GRU(4, name="memory")
    assert refuse(sequential(gru, Dense(1, name="last")), np.zeros((8, 6, 3))) == (
        "`y` does not fit the output: it has 6 timesteps of 3 numbers a sample, and Dense 'last' "
        "gives one number.\n"
        "  came:     y (samples=8, timesteps=6, features=3)\n"
        "  expected: (samples=8, features=1)\n"
        f"  set by:   {line(gru)}\n"
        f"  fix:      return_sequences=True in GRU 'memory' ({place(gru)}) gives an output a "
        "timestep; end the model with 3 outputs: Dense(3)"
    )


def test_layers_that_drop_timesteps_are_named():
    """6 steps, kernel 3: 4; pooled by 2: 2."""
    conv, pool = Conv1D(4, 3, name="filters"), MaxPooling1D(2, name="halves")
    assert refuse(sequential(conv, pool, Dense(1, name="last")), np.zeros((8, 6, 1))) == (
        "`y` does not fit the output: it has 6 timesteps of 1 number a sample, and Dense 'last' "
        "gives 2 timesteps of 1 number.\n"
        "  came:     y (samples=8, timesteps=6, features=1)\n"
        "  expected: (samples=8, timesteps=2, features=1)\n"
        f"  set by:   {line(conv)}\n"
        f"  fix:      padding='causal' (or 'same') in Conv1D 'filters' ({place(conv)}) and "
        f"strides=1 and padding='same' in MaxPooling1D 'halves' ({place(pool)}), which drop 4 of 6 "
        "timesteps"
    )


def test_timesteps_that_a_convolution_drops_can_be_left_out():
    conv = Conv1D(4, 3, name="filters")
    assert refuse(sequential(conv, Dense(1)), np.zeros((8, 6, 1))).endswith(
        f"  fix:      padding='causal' (or 'same') in Conv1D 'filters' ({place(conv)}), which "
        "drops 2 of 6 timesteps\n"
        "  fix:      y = y[:, 2:]  # without the targets of the first 2 timesteps"
    )


def test_several_outputs_by_list_and_by_name():
    inputs = rc.Input((6, 2))
    steps = LSTM(4, return_sequences=True)(inputs)
    level = Dense(1, name="level")
    model = rc.Model(inputs, [level(steps), Dense(2, activation="softmax", name="mood")(steps)])
    good, bad = np.zeros((8, 6), int), np.zeros((8, 7))
    losses = ["mse", "sparse_categorical_crossentropy"]
    for y in ([bad, good], {"mood": good, "level": bad}):
        assert refuse(model, y, losses) == (
            "`y` does not fit output 'level': it has 7 numbers a sample, and Dense 'level' gives 6 "
            "timesteps of 1 number.\n"
            "  came:     y (samples=8, features=7)\n"
            "  expected: (samples=8, timesteps=6, features=1)\n"
            f"  set by:   {line(model.layers[1])}\n"
            f"  fix:      return_sequences=False in LSTM 'lstm' ({place(model.layers[1])}) gives "
            "one output a sample; end the model with 7 outputs: Dense(7)"
        )


def test_a_generator_is_told_the_same():
    dense = Dense(5, name="last")
    model = sequential(LSTM(4), dense)
    arrays = refuse(model, np.zeros((8, 3)))
    assert refuse(model, None, x=iter([(X, np.zeros((8, 3)))])) == arrays


# The way back ------------------------------------------------------------------------------------


def test_the_way_goes_through_wrappers_and_models_inside():
    inner = functional(Bidirectional(LSTM(3, return_sequences=True)), Dropout(0.1))
    model = functional(inner, TimeDistributed(Dense(2)))
    end = End(model, 0)
    assert type(end.recurrent).__name__ == "Bidirectional"
    assert type(end.width).__name__ == "TimeDistributed"
    assert (end.timesteps, end.shortened) == (6, [])


def test_the_last_recurrent_layer_of_an_encoder_and_decoder_is_the_decoder():
    decoder = LSTM(3, return_sequences=True)
    end = End(sequential(LSTM(4), RepeatVector(3), decoder, Dense(1)), 0)
    assert end.recurrent is decoder and end.timesteps == 3
