"""Random targets for random outputs and losses train, or are refused in words of recurra's."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import recurra as rc
from recurra.layers import Dense, Flatten

SAMPLES, STEPS = 6, 5
X = np.random.default_rng(0).normal(size=(SAMPLES, STEPS, 2)).astype("float32")
#: Words that only someone who knows JAX, XLA or NumPy from inside understands.
FOREIGN = ("jax", "jnp", "xla", "tracer", "broadcast", "operand", "dot_general", "aval", "float32[")
NUMBERS = ("mse", "mae", "mape", "msle", "huber", "log_cosh", "cosine_similarity", "hinge")
CLASSES = ("binary_crossentropy", "categorical_crossentropy", "kl_divergence", "categorical_hinge")
SPARSE = "sparse_categorical_crossentropy"


KINDS = {
    "normal": lambda rng, sizes: rng.normal(size=sizes),
    "far": lambda rng, sizes: rng.normal(size=sizes) * 10 + 1000,
    "labels": lambda rng, sizes: rng.integers(0, 4, sizes),
    "labels from 1": lambda rng, sizes: rng.integers(1, 4, sizes),
    "signs": lambda rng, sizes: rng.choice([-1, 1], sizes),
    "bits": lambda rng, sizes: rng.integers(0, 2, sizes).astype(bool),
    "shares": lambda rng, sizes: rng.random(sizes),
    "rows": lambda rng, sizes: np.eye(sizes[-1])[rng.integers(0, sizes[-1], sizes[:-1])],
}
WIDTH = st.integers(1, 4)
TIME = st.sampled_from([STEPS, STEPS, STEPS - 1, 1])
#: Shapes that somebody may take for the right one.
SHAPES = st.one_of(
    st.just(()),
    st.tuples(WIDTH),
    st.tuples(TIME),
    st.tuples(TIME, WIDTH),
    st.tuples(TIME, WIDTH, st.just(1)),
)


@settings(max_examples=40, deadline=None)
@given(
    shape=SHAPES,
    kind=st.sampled_from(sorted(KINDS)),
    loss=st.sampled_from([*NUMBERS, *CLASSES, SPARSE]),
    units=st.integers(1, 4),
    activation=st.sampled_from(["sigmoid", "softmax", "tanh", "relu", None]),
    sequences=st.booleans(),
)
def test_random_targets(shape, kind, loss, units, activation, sequences):
    rc.utils.set_random_seed(0)
    if loss not in NUMBERS and activation in ("tanh", "relu", None):
        activation = "softmax"  # others may give 0 / 0, on which there is advice
    y = KINDS[kind](np.random.default_rng(0), (SAMPLES, *shape))
    model = rc.Sequential(
        [rc.Input((STEPS, 2)), *([] if sequences else [Flatten()]), Dense(units, activation)]
    )
    model.compile("sgd", loss, run_eagerly=True, advice=False)
    before = model.get_weights()
    try:
        history = model.fit(X, y, verbose=0)
    except rc.RecurraError as error:
        text = str(error)
        assert not [word for word in FOREIGN if word in text.lower()], text
        assert "  fix:      " in text
        for was, now in zip(before, model.get_weights()):
            np.testing.assert_array_equal(was, now)
    else:
        assert np.isfinite(history.history["loss"]).all()
        outputs = (STEPS,) * sequences + (units,) * (loss != SPARSE)
        assert y.size == SAMPLES * math.prod(outputs)  # each target met its own output


@pytest.mark.parametrize("loss", [*NUMBERS, *CLASSES, SPARSE])
def test_the_right_targets_are_always_taken(loss):
    """What the test above lets pass as an error would show here."""
    labels = np.arange(SAMPLES) % 3
    y = labels if loss == SPARSE else np.eye(3)[labels]
    model = rc.Sequential([rc.Input((STEPS, 2)), Flatten(), Dense(3, "softmax")])
    model.compile("sgd", loss, run_eagerly=True, advice=False)
    assert np.isfinite(model.fit(X, y, verbose=0).history["loss"]).all()
