"""Recurrent layers against the real Keras: outputs, states, masks and gradients."""

import itertools

import jax
import keras
import numpy as np
import pytest

import recurra.layers as ours
from recurra.engine.scope import pure

RNG = np.random.default_rng(0)
# float32: products over up to 8 steps in another order than XLA's for Keras.
TOLERANCE = {"rtol": 2e-5, "atol": 2e-6}

CELLS = {
    "SimpleRNN": {},
    "SimpleRNN relu": {"activation": "relu"},
    "LSTM": {},
    "LSTM no bias": {"use_bias": False},
    "LSTM hard": {"recurrent_activation": "hard_sigmoid", "activation": "softsign"},
    "GRU": {},
    "GRU before": {"reset_after": False},
    "GRU before no bias": {"reset_after": False, "use_bias": False},
    "GRU no bias": {"use_bias": False},
}
MASKS = {
    "none": None,
    "right": [[1, 1, 1, 1, 0], [1, 1, 0, 0, 0], [1, 1, 1, 1, 1]],
    "left and holes": [[0, 1, 1, 0, 1], [0, 0, 1, 1, 1], [1, 0, 0, 0, 0]],
    "empty": [[0, 0, 0, 0, 0], [1, 1, 1, 1, 1], [0, 0, 0, 0, 1]],
}


def twins(name, **options):
    """The same layer of ours and of Keras, with the same random weights for (3, 5, 4) inputs."""
    kind = name.split()[0]
    arguments = CELLS[name] | options
    mine, theirs = getattr(ours, kind)(6, **arguments), getattr(keras.layers, kind)(6, **arguments)
    mine.build((3, 5, 4))
    theirs.build((3, 5, 4))
    weights = [RNG.normal(size=w.shape, scale=0.5).astype("float32") for w in theirs.weights]
    mine.set_weights(weights)
    theirs.set_weights(weights)
    return mine, theirs


def flat(result):
    return [np.asarray(r) for r in (result if isinstance(result, (list, tuple)) else [result])]


def assert_same(mine, theirs):
    mine, theirs = flat(mine), flat(theirs)
    assert len(mine) == len(theirs)
    for a, b in zip(mine, theirs):
        np.testing.assert_allclose(a, b, **TOLERANCE)


@pytest.mark.parametrize("name", CELLS)
def test_weights_have_keras_names_and_shapes(name):
    mine, theirs = twins(name)
    assert [w.shape for w in mine.weights] == [tuple(w.shape) for w in theirs.weights]
    assert [w.name for w in mine.weights] == [w.name for w in theirs.weights]


@pytest.mark.parametrize(
    ("name", "sequences", "backwards"), list(itertools.product(CELLS, (False, True), (False, True)))
)
def test_outputs_and_states(name, sequences, backwards):
    options = {"return_sequences": sequences, "go_backwards": backwards, "return_state": True}
    mine, theirs = twins(name, **options)
    x = RNG.normal(size=(3, 5, 4)).astype("float32")
    assert_same(mine(x), theirs(x))


@pytest.mark.parametrize("name", ("SimpleRNN", "LSTM", "GRU", "GRU before"))
@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("zero", (False, True))
@pytest.mark.parametrize("sequences", (False, True))
def test_masks_with_an_initial_state(name, mask, zero, sequences):
    mine, theirs = twins(
        name, return_sequences=sequences, return_state=True, zero_output_for_mask=zero
    )
    x = RNG.normal(size=(3, 5, 4)).astype("float32")
    m = None if MASKS[mask] is None else np.array(MASKS[mask], bool)
    states = [RNG.normal(size=(3, 6)).astype("float32") for _ in range(2 if name == "LSTM" else 1)]
    assert_same(
        mine(x, initial_state=states, mask=m),
        theirs(x, initial_state=[keras.ops.convert_to_tensor(s) for s in states], mask=m),
    )


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("mask", ("none", "left and holes"))
@pytest.mark.parametrize("sequences", (False, True))
def test_gradients_by_weights_inputs_and_states(name, mask, sequences):
    mine, theirs = twins(name, return_sequences=sequences)
    x = RNG.normal(size=(3, 5, 4)).astype("float32")
    m = None if MASKS[mask] is None else np.array(MASKS[mask], bool)
    h = [RNG.normal(size=(3, 6)).astype("float32") for _ in range(2 if "LSTM" in name else 1)]
    scale = RNG.normal(size=(3, 5, 6) if sequences else (3, 6)).astype("float32")

    run = pure(lambda x, h: mine(x, initial_state=h, mask=m), mine.weights)
    loss = lambda w, x, h: (run(w, x, h)[0] * scale).sum()
    got = jax.grad(loss, (0, 1, 2))([w.numpy() for w in mine.weights], x, h)

    def their_loss(w, x, h):
        fixed = [v.value for v in theirs.non_trainable_variables]
        out, _ = theirs.stateless_call(w, fixed, x, initial_state=h, mask=m)
        return (out * scale).sum()

    want = jax.grad(their_loss, (0, 1, 2))([v.value for v in theirs.trainable_variables], x, h)
    for a, b in zip(jax.tree.leaves(got), jax.tree.leaves(want), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
