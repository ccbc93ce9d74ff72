"""Layers without a recurrence against the real Keras: weights, numbers, masks, configs."""

import jax
import keras
import numpy as np
import pytest

import recurra.layers as ours
from recurra.engine.masks import get_mask
from recurra.engine.scope import pure

pytestmark = pytest.mark.filterwarnings("ignore:.*(mask attached|__array__)")

RNG = np.random.default_rng(0)
# float32: sums over up to 60 values in another order.
TOLERANCE = {"rtol": 2e-5, "atol": 2e-6}

LONG, SHORT = (3, 7, 4), (3, 4)
# name: (class, arguments, keywords, input shapes)
CASES = {
    "activation": ("Activation", ("softsign",), {}, [LONG]),
    "relu": ("ReLU", (1.0, 0.1, 0.2), {}, [LONG]),
    "leaky relu": ("LeakyReLU", (), {}, [LONG]),
    "elu": ("ELU", (0.5,), {}, [LONG]),
    "prelu": ("PReLU", (), {}, [LONG]),
    "prelu shared": ("PReLU", (), {"shared_axes": [1]}, [LONG]),
    "softmax": ("Softmax", (), {}, [LONG]),
    "softmax two axes": ("Softmax", ([1, 2],), {}, [LONG]),
    "dropout": ("Dropout", (0.5,), {}, [LONG]),
    "spatial dropout": ("SpatialDropout1D", (0.5,), {}, [LONG]),
    "gaussian dropout": ("GaussianDropout", (0.5,), {}, [LONG]),
    "gaussian noise": ("GaussianNoise", (0.5,), {}, [LONG]),
    "flatten": ("Flatten", (), {}, [LONG]),
    "flatten first": ("Flatten", ("channels_first",), {}, [LONG]),
    "flatten batch": ("Flatten", (), {}, [(3,)]),
    "reshape": ("Reshape", ((4, 7),), {}, [LONG]),
    "reshape -1": ("Reshape", ((2, -1, 2),), {}, [LONG]),
    "permute": ("Permute", ((2, 1),), {}, [LONG]),
    "repeat": ("RepeatVector", (3,), {}, [SHORT]),
    "masking": ("Masking", (0.5,), {}, [LONG]),
    "embedding": ("Embedding", (9, 3), {}, ["ids"]),
    "embedding zero": ("Embedding", (9, 3), {"mask_zero": True}, ["ids"]),
    "conv": ("Conv1D", (6, 3), {}, [LONG]),
    "conv same": ("Conv1D", (6, 2), {"padding": "same", "activation": "relu"}, [LONG]),
    "conv causal": ("Conv1D", (6, 3), {"padding": "causal", "use_bias": False}, [LONG]),
    "conv strides": ("Conv1D", (6, 3, 2), {"padding": "same"}, [LONG]),
    "conv causal strides": ("Conv1D", (6, 3, 2), {"padding": "causal"}, [LONG]),
    "conv dilated": ("Conv1D", (6, 3), {"dilation_rate": 2}, [LONG]),
    "conv dilated causal": ("Conv1D", (6, 3), {"dilation_rate": 2, "padding": "causal"}, [LONG]),
    "conv groups": ("Conv1D", (6, 3), {"groups": 2}, [LONG]),
    "max pooling": ("MaxPooling1D", (), {}, [LONG]),
    "max pooling same": ("MaxPooling1D", (3, 2, "same"), {}, [LONG]),
    "average pooling": ("AveragePooling1D", (2,), {}, [LONG]),
    "average pooling same": ("AveragePooling1D", (3, 2, "same"), {}, [LONG]),
    "pooling first": ("MaxPooling1D", (3,), {"data_format": "channels_first"}, [LONG]),
    "global max": ("GlobalMaxPooling1D", (), {}, [LONG]),
    "global average": ("GlobalAveragePooling1D", (), {}, [LONG]),
    "global average first": ("GlobalAveragePooling1D", ("channels_first", True), {}, [LONG]),
    "batch norm": ("BatchNormalization", (), {}, [LONG]),
    "batch norm plain": ("BatchNormalization", (), {"center": False, "scale": False}, [SHORT]),
    "batch norm axis": ("BatchNormalization", (1, 0.8, 0.1), {}, [LONG]),
    "layer norm": ("LayerNormalization", (), {}, [LONG]),
    "layer norm axes": ("LayerNormalization", ([1, 2],), {"center": False}, [LONG]),
    "normalization": (
        "Normalization",
        (-1, [1.0, 2.0, 0.0, 3.0], [4.0, 1.0, 0.0, 9.0]),
        {},
        [LONG],
    ),
    "normalization of all": ("Normalization", (None, 2.0, 4.0, True), {}, [LONG]),
    "normalization axes": ("Normalization", ((1, 2), [[1.0]] * 7, [[4.0]] * 7), {}, [LONG]),
    "add": ("Add", (), {}, [LONG, LONG, LONG]),
    "add broadcast": ("Add", (), {}, [LONG, SHORT]),
    "subtract": ("Subtract", (), {}, [LONG, LONG]),
    "multiply": ("Multiply", (), {}, [LONG, LONG, LONG]),
    "average": ("Average", (), {}, [LONG, LONG, LONG]),
    "maximum": ("Maximum", (), {}, [LONG, LONG, LONG]),
    "minimum": ("Minimum", (), {}, [LONG, LONG, LONG]),
    "concatenate": ("Concatenate", (), {}, [LONG, (3, 7, 2)]),
    "concatenate time": ("Concatenate", (1,), {}, [LONG, (3, 2, 4)]),
    "dot": ("Dot", (2,), {}, [LONG, (3, 5, 4)]),
    "dot vectors": ("Dot", (1,), {"normalize": True}, [SHORT, SHORT]),
    "dot pair": ("Dot", ((2, 1),), {}, [LONG, SHORT]),
    "dot four axes": ("Dot", ((1, 2),), {}, [(3, 5, 2, 4), (3, 6, 5)]),
    "padding": ("ZeroPadding1D", ((1, 2),), {}, [LONG]),
    "padding first": ("ZeroPadding1D", (1, "channels_first"), {}, [LONG]),
    "cropping": ("Cropping1D", ((1, 2),), {}, [LONG]),
    "cropping start": ("Cropping1D", ((2, 0),), {}, [LONG]),
    "upsampling": ("UpSampling1D", (3,), {}, [LONG]),
}


def data(shapes):
    draw = lambda shape: RNG.normal(size=shape).astype("float32")
    arrays = [RNG.integers(0, 9, (3, 7)).astype("int32") if s == "ids" else draw(s) for s in shapes]
    return arrays if len(arrays) > 1 else arrays[0]


def shape_of(x):
    return [a.shape for a in x] if isinstance(x, list) else x.shape


def unbuilt(case):
    kind, args, kwargs, _ = CASES[case]
    return [getattr(layers, kind)(*args, **kwargs) for layers in (ours, keras.layers)]


def twins(case):
    """The same layer of ours and of Keras with the same random weights, and data for it."""
    mine, theirs = unbuilt(case)
    x = data(CASES[case][3])
    if "masking" in case:
        x[0, 2], x[1, 5, 1:] = 0.5, 0.5
    for layer in (mine, theirs):
        layer.build(shape_of(x))
    # between 0.5 and 1.5, for a variance cannot be negative
    weights = [RNG.uniform(0.5, 1.5, size=w.shape).astype("float32") for w in theirs.weights]
    mine.set_weights(weights)
    theirs.set_weights(weights)
    return mine, theirs, x


@pytest.mark.parametrize("case", CASES)
def test_weights_are_called_and_shaped_as_keras_does(case):
    mine, theirs, _ = twins(case)
    expected = [(w.name, tuple(w.shape), w.trainable) for w in theirs.weights]
    assert [(w.name, w.shape, w.trainable) for w in mine.weights] == expected


@pytest.mark.parametrize("case", CASES)
def test_outputs(case):
    mine, theirs, x = twins(case)
    np.testing.assert_allclose(mine(x), theirs(x), **TOLERANCE)


@pytest.mark.parametrize("case", CASES)
def test_gradients_by_weights_and_inputs(case):
    mine, theirs, x = twins(case)
    want = np.asarray(theirs(x))
    scale = RNG.normal(size=want.shape).astype("float32")
    run = pure(mine, mine.weights)
    trained = [w.trainable for w in mine.weights]

    def loss(w, x):
        return (run(w, x)[0] * scale).sum()

    def their_loss(trainable, x):
        frozen = [v.value for v in theirs.non_trainable_variables]
        return (theirs.stateless_call(trainable, frozen, x)[0] * scale).sum()

    by = (0,) if "embedding" in case else (0, 1)
    got = jax.grad(loss, by)([w.value for w in mine.weights], x)
    by_weights = [g for g, t in zip(got[0], trained) if t]
    expected = jax.grad(their_loss, by)([v.value for v in theirs.trainable_variables], x)
    for a, b in zip(
        jax.tree.leaves((by_weights, *got[1:])), jax.tree.leaves(expected), strict=True
    ):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("case", CASES)
def test_configurations_are_understood_both_ways(case):
    mine, theirs = unbuilt(case)
    again = type(mine).from_config(theirs.get_config())
    assert again.get_config() == mine.get_config() | {"name": theirs.name, "dtype": "float32"}
    assert type(theirs).from_config(mine.get_config()).get_config() == (
        theirs.get_config() | {"name": mine.name}
    )


@pytest.mark.parametrize("case", ("batch norm", "batch norm plain", "batch norm axis"))
@pytest.mark.parametrize("masked", (False, True))
def test_batch_normalization_in_training(case, masked):
    mine, theirs, x = twins(case)
    mask = RNG.random(x.shape[:-1]) < 0.6 if masked and case != "batch norm axis" else None
    mine_out, their_out = (layer(x, training=True, mask=mask) for layer in (mine, theirs))
    np.testing.assert_allclose(mine_out, their_out, **TOLERANCE)
    for a, b in zip(mine.weights, theirs.weights, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), **TOLERANCE)


@pytest.mark.parametrize("axis", [-1, 1, None, (1, 2)])
@pytest.mark.parametrize("invert", [False, True])
def test_normalization_adapts(axis, invert):
    x, more = data([LONG, LONG])
    mine, theirs = (k.Normalization(axis, invert=invert) for k in (ours, keras.layers))
    for layer in (mine, theirs):
        layer.adapt(x)
    np.testing.assert_allclose(mine(more), theirs(more), **TOLERANCE)
    assert [(w.name, w.shape, w.dtype) for w in mine.weights] == [
        (w.name, tuple(w.shape), w.dtype) for w in theirs.weights
    ]


def test_a_frozen_batch_normalization_does_not_learn():
    mine, theirs, x = twins("batch norm")
    mine.trainable = theirs.trainable = False
    before = mine.get_weights()
    np.testing.assert_allclose(mine(x, training=True), theirs(x, training=True), **TOLERANCE)
    assert all((a == b).all() for a, b in zip(before, mine.get_weights()))


MASKED = {
    "activation": True,
    "dropout": True,
    "layer norm": True,
    "global average": None,
    "masking": True,
    "add": True,
    "subtract": True,
    "multiply": True,
    "average": True,
    "maximum": True,
    "minimum": True,
    "concatenate": True,
    "concatenate time": True,
    "conv": None,
    "flatten": None,
    "max pooling": None,
}


@pytest.mark.parametrize("how", ("all", "first"))
@pytest.mark.parametrize("case", MASKED)
def test_masks_are_used_and_handed_on(case, how):
    mine, theirs, x = twins(case)
    several = isinstance(x, list)
    arrays = x if several else [x]
    rng = np.random.default_rng(1)
    padded = [np.where(rng.random((3, a.shape[1], 1)) < 0.4, 9.0, a) for a in arrays]
    padded = [a.astype("float32") for a in padded]
    if how == "first":
        padded[1:] = arrays[1:]
    # Masking(9.0) of each side makes the masks
    marked = [[layers.Masking(9.0)(a) for a in padded] for layers in (ours, keras.layers)]
    got, want = (
        layer(each if several else each[0])
        for layer, each in zip((mine, theirs), marked, strict=True)
    )
    np.testing.assert_allclose(got, want, **TOLERANCE)
    mask, expected = get_mask(got), getattr(want, "_keras_mask", None)
    assert (mask is None) == (expected is None)
    if mask is not None:
        np.testing.assert_array_equal(mask, expected)


INSIDE = {
    "dense": (("Dense", (3,)), (3, 7, 4)),
    "conv": (("Conv1D", (3, 2)), (3, 7, 5, 4)),
    "lstm": (("LSTM", (3,)), (3, 7, 5, 4)),
    "pooling": (("GlobalMaxPooling1D", ()), (3, 7, 5, 4)),
    "flatten": (("Flatten", ()), (3, 7, 5, 4)),
}


@pytest.mark.parametrize("case", INSIDE)
def test_time_distributed(case):
    (kind, args), shape = INSIDE[case]
    mine = ours.TimeDistributed(getattr(ours, kind)(*args))
    theirs = keras.layers.TimeDistributed(getattr(keras.layers, kind)(*args))
    x = data([shape])
    mine.build(shape)
    theirs.build(shape)
    assert [w.shape for w in mine.weights] == [tuple(w.shape) for w in theirs.weights]
    mine.set_weights(theirs.get_weights())
    np.testing.assert_allclose(mine(x), theirs(x), **TOLERANCE)


def test_time_distributed_hands_a_mask_of_words_to_the_layer_inside():
    mine, theirs = (m.TimeDistributed(m.LSTM(3)) for m in (ours, keras.layers))
    x, mask = data([(2, 4, 5, 3)]), RNG.random((2, 4, 5)) < 0.6
    for layer in (mine, theirs):
        layer.build(x.shape)
    mine.set_weights(theirs.get_weights())
    np.testing.assert_allclose(mine(x, mask=mask), theirs(x, mask=mask), **TOLERANCE)


@pytest.mark.parametrize(
    "kind", ("Dropout", "SpatialDropout1D", "GaussianDropout", "GaussianNoise")
)
def test_noise_has_keras_mean_and_deviation(kind):
    x = np.ones((100, 1, 400), "float32")
    got, want = (np.asarray(getattr(m, kind)(0.4)(x, training=True)) for m in (ours, keras.layers))
    # 40000 draws of deviation 0.8: the means differ by 0.0057 at one standard error
    np.testing.assert_allclose(got.mean(), want.mean(), atol=0.03)
    np.testing.assert_allclose(got.std(), want.std(), atol=0.03)
