"""Which recurrences are run natively, and what is said where one is not."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from recurra import layers
from recurra.compat import steep
from recurra.engine.scope import Scope
from recurra.kernels import Recurrence, library, native, recurrence
from recurra.layers import GRU, LSTM, RNN, Bidirectional, GRUCell, LSTMCell, SimpleRNN

X = np.ones((2, 3, 4), "float32")


def calls_in(layer, x=X):
    """How many native recurrences the program of a layer has."""
    x = jnp.asarray(x)
    layer(x)
    return jax.jit(lambda x: layer(x)).lower(x).as_text().count("@recurra_forward")


def calls_back_in(layer, x=X):
    x = jnp.asarray(x)
    layer(x)
    gradient = jax.jit(jax.grad(lambda x: layer(x).sum()))
    return gradient.lower(x).as_text().count("@recurra_backward")


def reason(layer, dtype=None):
    """Why a layer is not run natively."""
    layer(X)
    step = layer.cell.step(2, training=False)
    x = jnp.asarray(X, dtype or layer.compute_dtype)
    return native.reason(step, x, layer.get_initial_state(2), Recurrence(unroll=layer.unroll))


def double(x):
    return 2 * x


NATIVE = {
    "lstm": lambda: LSTM(3),
    "gru": lambda: GRU(3),
    "gru, reset before": lambda: GRU(3, reset_after=False),
    "simple": lambda: SimpleRNN(3, "relu"),
    "cells": lambda: RNN(LSTMCell(3)),
    "backwards": lambda: GRU(3, go_backwards=True, return_sequences=True, return_state=False),
    "with all kinds of dropout": lambda: LSTM(3, dropout=0.5, recurrent_dropout=0.5),
    "without a bias": lambda: SimpleRNN(3, use_bias=False),
    "other activations": lambda: LSTM(3, "softsign", "hard_sigmoid"),
    "keras 1": lambda: LSTM(3, recurrent_activation=steep.hard_sigmoid_keras1),
}


@pytest.mark.parametrize("kind", NATIVE)
def test_what_is_native(kind):
    assert calls_in(NATIVE[kind]()) == 1
    assert calls_back_in(NATIVE[kind]()) == 1


def test_double_precision():
    with jax.enable_x64(True):
        assert calls_in(LSTM(3, dtype="float64"), X.astype("float64")) == 1


DIRECTIONS = {
    "one call": (1, lambda: Bidirectional(LSTM(3), merge_mode=None)),
    "two units": (
        1,
        lambda: Bidirectional(GRU(3), None, backward_layer=SimpleRNN(5, go_backwards=True)),
    ),
    "dropout": (2, lambda: Bidirectional(LSTM(3, dropout=0.5), None)),
    "one of two": (
        1,
        lambda: Bidirectional(LSTM(3), None, backward_layer=LSTM(3, double, go_backwards=True)),
    ),
    "types": (
        1,
        lambda: Bidirectional(
            LSTM(3), None, backward_layer=GRU(3, go_backwards=True, dtype="bfloat16")
        ),
    ),
}


@pytest.mark.parametrize("kind", DIRECTIONS)
def test_both_directions_are_each_as_alone(kind):
    calls, make = DIRECTIONS[kind]
    layer = make()
    masks = np.array([[1, 1, 0], [0, 1, 1]], bool)
    found = layer(X, mask=masks)
    for one, each in zip(found, (layer.forward_layer, layer.backward_layer), strict=True):
        alone = each(X, mask=masks)
        assert one.dtype == alone.dtype == each.compute_dtype
        np.testing.assert_array_equal(one, alone)
    program = jax.jit(lambda x: layer(x, mask=masks, training=True)).lower(jnp.asarray(X))
    assert program.as_text().count("@recurra_forward") == calls


def test_recurrent_dropout_in_training():
    layer = GRU(3, recurrent_dropout=0.5)
    layer(X)
    program = jax.jit(lambda x: layer(x, training=True)).lower(X)
    assert program.as_text().count("@recurra_forward") == 1


def test_the_gradient_of_inputs_is_computed_where_it_is_wanted():
    layer = LSTM(3)
    layer(X)
    inputs = "tensor<3x2x4xf32>"  # timesteps first

    def results(by):
        def loss(kernel, x):
            with Scope({layer.trainable_variables[0]: kernel}, jax.random.key(0)):
                return layer(x).sum()

        gradient = jax.jit(jax.grad(loss, by)).lower(layer.trainable_variables[0].value, X)
        (line,) = (t for t in gradient.as_text().splitlines() if "@recurra_backward" in t)
        return line.split("->")[-1]

    assert inputs in results(1)
    assert inputs not in results(0)


class OwnGates(LSTMCell):
    def gates(self, x, states):
        return super().gates(x, states)


class OwnCall(GRUCell):
    def call(self, inputs, states, training=False):
        return super().call(inputs, states, training)


class OwnStep(GRUCell):
    def step(self, batch, training):
        return super().step(batch, training)


class OwnMethods(LSTMCell):
    def more(self):
        return 1


OTHERS = {
    "own gates": (lambda: RNN(OwnGates(3)), "OwnGates has a gates of its own"),
    "own call": (lambda: RNN(OwnCall(3)), "OwnCall has a call of its own"),
    "own step": (lambda: RNN(OwnStep(3)), "OwnStep has a step of its own"),
    "own activation": (
        lambda: LSTM(3, activation=double),
        "its activation is a function of one's own",
    ),
    "own recurrent activation": (
        lambda: GRU(3, recurrent_activation=double),
        "its activation is a function of one's own",
    ),
    "another activation": (
        lambda: LSTM(3, activation="softplus"),
        "softplus is not among the kernels' activations",
    ),
    "unrolled": (
        lambda: SimpleRNN(3, unroll=True),
        "unroll=True asks for a loop that is written out",
    ),
    "half": (lambda: LSTM(3, dtype="float16"), "it computes in float16"),
    "brain": (lambda: LSTM(3, dtype="bfloat16"), "it computes in bfloat16"),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_what_is_not_native_and_why(kind):
    make, why = OTHERS[kind]
    assert reason(make()) == why
    assert calls_in(make(), jnp.asarray(X, make().compute_dtype)) == 0


def test_there_is_no_reason_for_what_is_native():
    for kind in ("lstm", "gru", "gru, reset before", "simple", "cells", "keras 1"):
        assert reason(NATIVE[kind]()) is None
    assert reason(RNN(OwnMethods(3))) is None


def test_types_that_do_not_agree():
    layer = LSTM(3)
    layer(X)
    with jax.enable_x64(True):
        assert reason(layer, "float64") == "it computes in float32 and float64"
        step, x, states = (
            layer.cell.step(2, training=False),
            jnp.asarray(X),
            jnp.zeros((2, 3), X.dtype),
        )
        for name in ("bias", "recurrent_bias", "dropout"):
            mixed = replace(step, **{name: jnp.zeros((2, 12), "float64")})
            why = native.reason(mixed, x, (states, states), Recurrence())
            assert why == "it computes in float32 and float64"


def test_a_library_that_is_missing_is_the_reason(monkeypatch):
    monkeypatch.setattr(library, "_library_or_reason", lambda: (None, "it is on holiday"))
    layer = LSTM(3)
    assert reason(layer) == "it is on holiday"
    assert calls_in(layer) == 0
    monkeypatch.undo()
    assert calls_in(layers.LSTM(3)) == 1


def test_arrays_that_do_not_fit_each_other_never_reach_the_kernels():
    layer = LSTM(3)
    layer(X)
    step, states = layer.cell.step(2, training=False), tuple(layer.get_initial_state(2))
    run = lambda step, states, mask=None: recurrence(
        step, jnp.asarray(X).swapaxes(0, 1), states, mask
    )
    with pytest.raises(ValueError, match=r"^lstm: `bias` has shape \(4,\), and \(12,\) fits\.$"):
        run(replace(step, bias=jnp.zeros(4)), states)
    with pytest.raises(ValueError, match=r"^lstm: `h` has shape \(1, 3\), and \(2, 3\) fits\.$"):
        run(step, (states[0][:1], states[1]))
    with pytest.raises(ValueError, match=r"^lstm: `mask` has shape \(2, 3\), and \(3, 2\) fits\.$"):
        run(step, states, jnp.ones((2, 3), bool))
    with pytest.raises(ValueError, match=r"^lstm: two states are needed, and one was given\.$"):
        run(step, states[:1])
