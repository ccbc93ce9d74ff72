"""Random recurrent models against the real Keras: outputs, and gradients by weights and inputs."""

from typing import Any, NamedTuple

import jax
import keras
import numpy as np
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import recurra as rc
from recurra.engine.scope import pure
from tests.hurried import hurried

# float32 through at most three layers of 6 steps, summed in two orders.
TOLERANCE = {"rtol": 2e-4, "atol": 2e-6}
VOCABULARY = 5


class Block(NamedTuple):
    """One recurrent layer; only the last one may give its last step alone."""

    kind: str
    units: int
    options: dict[str, Any]
    sequences: bool
    merge_mode: str | None  # None is one direction

    def make(self, k, last):
        options = {**self.options, "return_sequences": self.sequences or not last}
        layer = getattr(k.layers, self.kind)(self.units, **options)
        if self.merge_mode is None:
            return layer
        return k.layers.Bidirectional(layer, merge_mode=self.merge_mode)


class Spec(NamedTuple):
    """A model and the size of its data."""

    head: str  # "plain", "Masking" or "Embedding"
    batch: int
    steps: int
    lengths: list[int]  # the first so many steps of each sample are real
    blocks: list[Block]
    dense: bool
    seed: int

    def make(self, k):
        if self.head == "Embedding":
            embedding = k.layers.Embedding(VOCABULARY, 3, mask_zero=True)
            layers = [k.Input((None,), dtype="int32"), embedding]
        else:
            layers = [k.Input((None, 2))]
            layers += [k.layers.Masking(0.0)] if self.head == "Masking" else []
        last = len(self.blocks) - 1
        layers += [block.make(k, i == last) for i, block in enumerate(self.blocks)]
        return k.Sequential([*layers, k.layers.Dense(2)] if self.dense else layers)

    def data(self, rng):
        if self.head == "Embedding":
            x = rng.integers(1, VOCABULARY, size=(self.batch, self.steps)).astype("int32")
        else:
            x = rng.normal(size=(self.batch, self.steps, 2)).astype("float32")
        if self.head != "plain":
            for sample, length in zip(x, self.lengths):
                sample[length:] = 0
        return x


@st.composite
def blocks(draw):
    kind = draw(st.sampled_from(["SimpleRNN", "LSTM", "GRU"]))
    merge = draw(st.sampled_from([None, None, "concat", "sum", "mul", "ave"]))
    options = {"go_backwards": draw(st.booleans())} if merge is None else {}
    if kind == "GRU":
        options["reset_after"] = draw(st.booleans())
    return Block(kind, draw(st.integers(1, 3)), options, draw(st.booleans()), merge)


@st.composite
def specs(draw):
    batch, steps = draw(st.integers(1, 3)), draw(st.integers(1, 6))
    return Spec(
        head=draw(st.sampled_from(["plain", "Masking", "Embedding"])),
        batch=batch,
        steps=steps,
        lengths=draw(st.lists(st.integers(0, steps), min_size=batch, max_size=batch)),
        blocks=draw(st.lists(blocks(), min_size=1, max_size=3)),
        dense=draw(st.booleans()),
        seed=draw(st.integers(0, 1000)),
    )


def outputs_and_gradients(run, weights, x, rng):
    """What a model gives, and the gradients of its weighted sum by weights and float inputs."""

    def loss(weights, x):
        out = run(weights, x)
        return (out * scale).sum(), out

    scale = rng.normal(size=jax.eval_shape(run, weights, x).shape).astype("float32")
    wanted = (0, 1) if x.dtype == np.float32 else (0,)
    gradients, out = jax.jit(jax.grad(loss, wanted, has_aux=True))(weights, x)
    return [out, *jax.tree.leaves(gradients)]


EMPTY = Block("LSTM", 2, {}, True, "concat"), Block("GRU", 2, {}, False, None)


@settings(
    max_examples=16,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@example(Spec("Masking", 2, 3, [0, 2], list(EMPTY), True, 0))
@example(Spec("Embedding", 1, 1, [0], [Block("SimpleRNN", 1, {}, False, None)], False, 1))
@given(specs())
def test_a_random_model_computes_what_keras_computes(spec):
    rng = np.random.default_rng(spec.seed)
    mine = spec.make(rc)
    with hurried():
        theirs = spec.make(keras)
    assert mine.output_shape == theirs.output_shape
    assert mine.count_params() == theirs.count_params()
    assert [w.shape for w in mine.weights] == [w.shape for w in theirs.weights]
    weights = [rng.normal(size=w.shape, scale=0.6).astype("float32") for w in theirs.weights]
    x = spec.data(rng)
    mine.set_weights(weights)
    pure_mine = pure(mine, mine.weights)
    found = outputs_and_gradients(
        lambda w, x: pure_mine(w, x)[0], weights, x, np.random.default_rng(0)
    )
    fixed = [v.value for v in theirs.non_trainable_variables]
    with hurried():
        expected = outputs_and_gradients(
            lambda w, x: theirs.stateless_call(w, fixed, x)[0], weights, x, np.random.default_rng(0)
        )
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, **TOLERANCE)
