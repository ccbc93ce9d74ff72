import numpy as np

from recurra import layers as L
from recurra.engine.errors import ArgumentError, ShapeError
from recurra.engine.masks import get_mask
from recurra.models import Sequential
from tests.layers.facts import said

X = np.random.default_rng(0).normal(size=(2, 4, 5, 3)).astype("float32")


def test_every_timestep_is_what_the_layer_makes_of_it():
    for inner in (L.Conv1D(2, 3), L.LSTM(3), L.Flatten(), L.GlobalMaxPooling1D()):
        out = L.TimeDistributed(inner)(X)
        for t in range(4):
            np.testing.assert_allclose(out[:, t], inner(X[:, t]), rtol=1e-5, atol=1e-6)


def test_weights_are_those_of_the_layer_under_its_name():
    layer = L.TimeDistributed(L.Dense(2, name="inner"), name="outer")
    layer.build((None, None, 3))
    assert [w.path for w in layer.weights] == ["outer/inner/kernel", "outer/inner/bias"]
    assert layer.built and layer.layer.built


def test_a_model_may_stand_inside():
    inner = Sequential([L.Input((5, 3)), L.Flatten(), L.Dense(2)])
    assert L.TimeDistributed(inner)(L.Input((None, 5, 3))).shape == (None, None, 2)
    np.testing.assert_allclose(L.TimeDistributed(inner)(X)[:, 1], inner(X[:, 1]), rtol=1e-5)


def test_batch_normalization_inside_takes_all_samples_and_timesteps():
    inner = L.BatchNormalization(momentum=0.0)
    x = X[:, :, 0]
    L.TimeDistributed(inner)(x, training=True)
    np.testing.assert_allclose(inner.moving_mean.numpy(), x.mean((0, 1)), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(inner.moving_variance.numpy(), x.var((0, 1)), rtol=1e-5)


def test_batch_normalization_inside_leaves_out_masked_timesteps():
    inner, x = L.BatchNormalization(momentum=0.0), X[:, :, 0]
    mask = np.array([[1, 1, 1, 0], [1, 0, 0, 0]], bool)
    L.TimeDistributed(inner)(x, training=True, mask=mask)
    np.testing.assert_allclose(inner.moving_mean.numpy(), x[mask].mean(0), rtol=1e-5, atol=1e-6)


def test_dropout_inside_follows_the_training_of_the_call():
    layer = L.TimeDistributed(L.Dropout(0.5))
    np.testing.assert_array_equal(layer(X), X)
    assert (np.asarray(layer(X, training=True)) == 0).any()


def test_sizes_and_names_of_unknown_batch_and_timesteps():
    out = L.TimeDistributed(L.LSTM(7))(L.Input((None, None, 3)))
    assert out.shape == (None, None, 7) and out.axes.names == ("batch", "timesteps", "units")
    out = L.TimeDistributed(L.Flatten())(L.Input((None, 5, 3)))
    assert out.shape == (None, None, 15)
    out = L.TimeDistributed(L.Dropout(0.5))(L.Input((6, 3)))
    assert out.shape == (None, 6, 3) and out.axes.names == ("batch", "timesteps", "features")


def test_words_make_sentences_and_their_mask():
    ids = np.array([[[1, 2, 0], [3, 0, 0], [0, 0, 0]]])
    words = L.TimeDistributed(L.Embedding(5, 3, mask_zero=True))(ids)
    np.testing.assert_array_equal(get_mask(words), ids != 0)
    lstm = L.LSTM(2)
    sentences = L.TimeDistributed(lstm)(words)
    # a sentence is real where one of its words is
    np.testing.assert_array_equal(get_mask(sentences), [[True, True, False]])
    np.testing.assert_allclose(
        np.asarray(sentences)[0, 0], np.asarray(lstm(words[:, 0, :2]))[0], rtol=1e-5
    )


def test_a_mask_of_timesteps_goes_on():
    mask = np.array([[1, 1, 1, 0], [1, 0, 0, 0]], bool)
    for inner in (L.Dense(2), L.Flatten()):
        x = X[:, :, 0] if isinstance(inner, L.Dense) else X
        np.testing.assert_array_equal(get_mask(L.TimeDistributed(inner)(x, mask=mask)), mask)


def test_what_does_not_fit_is_said_before_anything_is_made():
    layer = L.TimeDistributed(L.Dense(2), name="t")
    assert said(ShapeError, layer, X[:, 0, 0])[0] == (
        "TimeDistributed 't' cannot take `inputs` of shape (batch=2, features=3): "
        "(batch, timesteps, ..., features) is needed."
    )
    inner = L.TimeDistributed(L.Conv1D(2, 3, name="c"))
    assert said(ShapeError, inner, X[:, 0])[0] == (
        f"{inner.label} gives Conv1D 'c' each timestep by itself, (batch=2, features=3), and "
        "Conv1D 'c' takes (batch, timesteps, features)."
    )
    assert inner.weights == []
    assert said(ShapeError, layer, X[:, :, 0], mask=np.ones((2, 3), bool))[0] == (
        "TimeDistributed 't' cannot take `mask` of shape (batch=2, timesteps=3): "
        "(batch=2, timesteps=4) is needed."
    )
    assert said(ArgumentError, L.TimeDistributed, "dense")[0] == (
        "TimeDistributed: layer='dense' (str): a layer such as Dense(1) is needed."
    )


def test_rows_are_independent_where_they_are_inside():
    assert L.TimeDistributed(L.Dense(2)).per_sample
    assert not L.TimeDistributed(L.BatchNormalization()).per_sample
