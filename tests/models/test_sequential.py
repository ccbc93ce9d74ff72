"""Sequential models as a user of Keras expects them."""

import copy
import pickle

import numpy as np
import pytest

import recurra as rc

L = rc.layers
RNG = np.random.default_rng(0)
X = RNG.normal(size=(6, 4, 3)).astype("float32")
CLOSE = {"rtol": 1e-5, "atol": 1e-6}


# Making ------------------------------------------------------------------------------------------


def test_a_list_and_add_make_the_same():
    listed = rc.Sequential([rc.Input((4, 3)), L.LSTM(5), L.Dense(1)])
    added = rc.Sequential()
    added.add(rc.Input((4, 3)))
    added.add(L.LSTM(5))
    added.add(L.Dense(1))
    for model in (listed, added):
        assert [type(layer).__name__ for layer in model.layers] == ["LSTM", "Dense"]
        assert model.input_shape == (None, 4, 3) and model.output_shape == (None, 1)
        assert model.built
        # LSTM: 4 gates of 3 + 5 + 1 rows for 5 units; Dense: 5 + 1
        assert model.count_params() == 4 * 5 * (3 + 5 + 1) + 6
        assert [w.shape for w in model.weights] == [(3, 20), (5, 20), (20,), (5, 1), (1,)]


@pytest.mark.parametrize(
    ("first", "shape"),
    [
        (rc.Input((None, 3)), (None, None, 3)),
        (rc.Input((4, 3), batch_size=6), (6, 4, 3)),
        (rc.Input(batch_shape=(None, 4, 3)), (None, 4, 3)),
    ],
)
def test_what_an_input_leaves_open(first, shape):
    model = rc.Sequential([first, L.GRU(2, return_sequences=True)])
    assert model.input_shape == shape and model.output_shape == (*shape[:2], 2)
    assert model.predict(X, verbose=0).shape == (6, 4, 2)


def test_the_same_weights_for_any_number_of_steps():
    model = rc.Sequential([rc.Input((None, 3)), L.SimpleRNN(2), L.Dense(1)])
    whole = model.predict(X, verbose=0)
    assert model.predict(X[:, :2], verbose=0).shape == (6, 1)
    np.testing.assert_array_equal(model.predict(X, verbose=0), whole)


def test_a_model_without_input_is_built_by_data_or_build():
    def fresh():
        return rc.Sequential([L.LSTM(2), L.Dense(1)])

    assert not fresh().built and fresh().weights == [] and fresh().layers[0].weights == []
    called, predicted, fitted, built = (fresh() for _ in range(4))
    assert called(X).shape == (6, 1)
    assert predicted.predict(X, verbose=0).shape == (6, 1)
    fitted.compile("sgd", "mse")
    fitted.fit(X, np.zeros(6), verbose=0)
    built.build((None, 4, 3))
    for model in (called, predicted, fitted, built):
        assert model.built and model.count_params() == 4 * 2 * (3 + 2 + 1) + 3


def test_a_model_may_grow_after_it_was_used():
    model = rc.Sequential([rc.Input((4, 3)), L.LSTM(2)])
    before = model.predict(X, verbose=0)
    model.add(L.Dense(1, kernel_initializer="ones"))
    np.testing.assert_allclose(model.predict(X, verbose=0), before.sum(1, keepdims=True), **CLOSE)
    model.compile("sgd", "mse")
    model.fit(X, np.zeros(6), verbose=0)
    popped = model.pop()
    assert type(popped).__name__ == "Dense" and model.output_shape == (None, 2)
    assert model.predict(X, verbose=0).shape == (6, 2)
    model.fit(X, np.zeros((6, 2)), verbose=0)


def test_a_layer_that_does_not_fit_is_not_added():
    model = rc.Sequential([rc.Input((4, 3)), L.LSTM(2)])
    with pytest.raises(rc.ShapeError, match=r"LSTM\(2, return_sequences=True\)"):
        model.add(L.LSTM(2))
    assert len(model.layers) == 1
    model.add(L.Dense(1))
    assert model.predict(X, verbose=0).shape == (6, 1)


def test_models_within_models():
    encoder = rc.Sequential([rc.Input((4, 3)), L.LSTM(2)], name="encoder")
    model = rc.Sequential([encoder, L.Dense(1)])
    assert model.input_shape == (None, 4, 3)
    assert model.count_params() == encoder.count_params() + 3
    inner = encoder.predict(X, verbose=0)
    kernel, bias = model.layers[1].get_weights()
    np.testing.assert_allclose(model.predict(X, verbose=0), inner @ kernel + bias, **CLOSE)
    model.compile("sgd", "mse")
    model.fit(X, np.ones(6), verbose=0)
    assert not np.allclose(encoder.predict(X, verbose=0), inner)  # trained with the whole


# What it holds -----------------------------------------------------------------------------------


def test_layers_and_weights_have_kerass_names():
    rc.backend.clear_session()
    model = rc.Sequential([rc.Input((4, 3)), L.LSTM(2, return_sequences=True), L.LSTM(2)])
    assert model.name == "sequential"
    assert [layer.name for layer in model.layers] == ["lstm", "lstm_1"]
    assert [w.name for w in model.layers[0].weights] == ["kernel", "recurrent_kernel", "bias"]
    assert model.get_layer("lstm_1") is model.layers[1] is model.get_layer(index=1)


def test_two_layers_of_one_name_are_refused():
    with pytest.raises(rc.ArgumentError) as error:
        rc.Sequential([rc.Input((3,)), L.Dense(1, name="a"), L.Dense(1, name="a")], name="s")
    assert str(error.value) == (
        "Sequential 's' already has a layer named 'a'.\n  fix:      give this one another name"
    )


def test_weights_go_from_one_model_to_another():
    one, other = (rc.Sequential([rc.Input((4, 3)), L.GRU(2), L.Dense(1)]) for _ in range(2))
    assert not np.allclose(one.predict(X, verbose=0), other.predict(X, verbose=0))
    other.set_weights(one.get_weights())
    np.testing.assert_array_equal(one.predict(X, verbose=0), other.predict(X, verbose=0))
    other.layers[1].set_weights([np.zeros((2, 1)), np.full(1, 7.0)])
    np.testing.assert_array_equal(other.predict(X, verbose=0), np.full((6, 1), 7.0))


def test_trainable_reaches_every_layer():
    model = rc.Sequential([rc.Input((4, 3)), L.LSTM(2), L.BatchNormalization(), L.Dense(1)])
    assert (len(model.trainable_weights), len(model.non_trainable_weights)) == (7, 2)
    model.layers[0].trainable = False
    assert (len(model.trainable_weights), len(model.non_trainable_weights)) == (4, 5)
    model.trainable = False
    assert (len(model.trainable_weights), len(model.weights)) == (0, 9)
    assert not any(layer.trainable for layer in model.layers)
    model.trainable = True
    assert len(model.trainable_weights) == 7


def test_symbolic_inputs_and_outputs_make_a_part_of_the_model():
    model = rc.Sequential([rc.Input((4, 3)), L.LSTM(2, name="memory"), L.Dense(1)])
    part = rc.Model(model.inputs, model.get_layer("memory").output)
    kernel, bias = model.layers[1].get_weights()
    np.testing.assert_allclose(
        part.predict(X, verbose=0) @ kernel + bias, model.predict(X, verbose=0), **CLOSE
    )


# Calling -----------------------------------------------------------------------------------------


def test_training_is_told_to_every_layer():
    model = rc.Sequential([rc.Input((1000,)), L.Dropout(0.5)])
    ones = np.ones((1, 1000))
    np.testing.assert_array_equal(model(ones), ones)
    np.testing.assert_array_equal(model(ones, training=False), ones)
    trained = np.asarray(model(ones, training=True))
    assert set(np.unique(trained)) == {0.0, 2.0} and 350 < (trained == 0).sum() < 650


def test_masks_go_from_layer_to_layer():
    model = rc.Sequential(
        [
            rc.Input((None,), dtype="int32"),
            L.Embedding(4, 2, mask_zero=True),
            L.Dropout(0.5),
            L.LSTM(3, return_sequences=True),
            L.Bidirectional(L.GRU(2)),
        ]
    )
    ids = np.array([[1, 2, 0, 0, 0], [3, 1, 2, 1, 0]])
    short = model.predict(ids[:1, :2], verbose=0)
    np.testing.assert_allclose(model.predict(ids, verbose=0)[:1], short, **CLOSE)
    ids[0, 4] = 3  # a real step after the gap is no padding
    assert not np.allclose(model.predict(ids, verbose=0)[:1], short)


def test_symbolic_operators_and_layers_take_its_output():
    model = rc.Sequential([rc.Input((4, 3)), L.LSTM(2)])
    x = rc.Input((4, 3))
    doubled = rc.Model(x, model(x) * 2)
    np.testing.assert_allclose(
        doubled.predict(X, verbose=0), 2 * model.predict(X, verbose=0), **CLOSE
    )


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_copy_is_trained_by_itself(copied):
    model = rc.Sequential([rc.Input((4, 3)), L.LSTM(2), L.Dropout(0.1), L.Dense(1)])
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(X, np.zeros(6), verbose=0)
    other = copied(model)
    np.testing.assert_array_equal(other.predict(X, verbose=0), model.predict(X, verbose=0))
    assert int(other.optimizer.iterations) == 1
    kept = model.get_weights()
    other.fit(X, np.ones(6), verbose=0)
    for a, b, c in zip(model.get_weights(), kept, other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
        assert not np.array_equal(a, c)


def test_get_config_makes_a_like_model():
    model = rc.Sequential([rc.Input((4, 3)), L.GRU(2, reset_after=False), L.Dense(1)], name="m")
    like = rc.Sequential.from_config(model.get_config())
    assert like.name == "m" and like.layers[0].reset_after is False
    like.set_weights(model.get_weights())
    np.testing.assert_array_equal(like.predict(X, verbose=0), model.predict(X, verbose=0))
