"""Weights before, between and after trainings."""

import warnings

import numpy as np
import pytest

import recurra as rc
from tests.training.line import X, Y, descend, line

# Weights -----------------------------------------------------------------------------------------


def test_copies_of_the_weights_stay_as_they_were():
    model = line()
    model.fit(X, Y, verbose=0)
    taken = model.get_weights()
    value, as_array = model.weights[0].numpy(), np.asarray(model.weights[0])
    kept = taken[0].copy()
    model.fit(X, Y, epochs=2, verbose=0)
    np.testing.assert_array_equal(taken[0], kept)
    np.testing.assert_array_equal(value, kept)
    assert not np.array_equal(model.get_weights()[0], kept)
    np.testing.assert_array_equal(as_array, kept)
    taken[0][:] = 7.0  # and writing into the copy does not reach the model
    assert not np.any(model.get_weights()[0] == 7.0)


def test_weights_that_are_set_are_trained_from_there():
    model = line()
    model.fit(X, Y, verbose=0)
    start = np.array([[1.0], [2.0], [3.0]])
    model.set_weights([start])
    model.fit(X, Y, batch_size=4, shuffle=False, verbose=0)
    np.testing.assert_allclose(model.get_weights()[0], descend(start, X, Y, 4)[0], rtol=1e-5)
    np.testing.assert_array_equal(start, [[1.0], [2.0], [3.0]])


def test_a_frozen_layer_keeps_its_weights():
    def build():
        return rc.Sequential([rc.Input((3,)), rc.layers.Dense(4), rc.layers.Dense(1)])

    model = build()
    model.layers[0].trainable = False
    model.compile("adam", "mse")
    frozen, free = model.layers[0].get_weights()[0], model.layers[1].get_weights()[0]
    model.fit(X, Y, verbose=0)
    np.testing.assert_array_equal(model.layers[0].get_weights()[0], frozen)
    assert not np.array_equal(model.layers[1].get_weights()[0], free)
    assert len(model.trainable_weights) == 2 and len(model.non_trainable_weights) == 2

    model.layers[0].trainable = True  # thawed: counts from the next compile on
    model.compile("adam", "mse")
    model.fit(X, Y, verbose=0)
    assert not np.array_equal(model.layers[0].get_weights()[0], frozen)

    model.trainable = False
    model.compile("adam", "mse")
    all_of_them = model.get_weights()
    model.fit(X, Y, verbose=0)
    for now, before in zip(model.get_weights(), all_of_them):
        np.testing.assert_array_equal(now, before)


def test_freezing_after_training_began_is_said_to_need_compile():
    model = line()
    model.fit(X, Y, verbose=0)
    model.layers[0].trainable = False
    with pytest.warns(UserWarning) as caught:
        model.fit(X, Y, verbose=0)
    assert str(caught[0].message) == (
        f"{model.label}: `trainable` was changed after training began, which counts from the next "
        "compile on."
    )
    assert caught[0].filename == __file__
    model.compile("sgd", "mse")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(X, Y, verbose=0)


def test_a_frozen_batch_normalization_keeps_its_statistics():
    model = rc.Sequential(
        [rc.Input((3,)), rc.layers.BatchNormalization(trainable=False), rc.layers.Dense(1)]
    )
    model.compile("sgd", "mse")
    model.fit(X + 5, Y, verbose=0)
    np.testing.assert_array_equal(model.layers[0].moving_mean, np.zeros(3))


def test_models_that_share_a_layer_are_trained_in_turn():
    shared = rc.layers.Dense(4)
    inputs = rc.Input((3,))
    hidden = shared(inputs)
    one = rc.Model(inputs, rc.layers.Dense(1)(hidden))
    two = rc.Model(inputs, rc.layers.Dense(2)(hidden))
    one.compile("adam", "mse")
    two.compile("sgd", "mse")
    for _ in range(2):
        for model, y in ((one, Y), (two, np.hstack([Y, Y]))):
            before = shared.get_weights()[0]
            model.fit(X, y, verbose=0)
            assert not np.array_equal(shared.get_weights()[0], before)
            np.testing.assert_array_equal(one.get_weights()[0], two.get_weights()[0])
    assert np.isfinite(one.predict(X, verbose=0)).all()


def test_one_optimizer_for_two_models_is_refused_in_words():
    optimizer = rc.optimizers.Adam()
    first = line(optimizer)
    first.fit(X, Y, verbose=0)
    second = line(optimizer)
    with pytest.raises(rc.RecurraError) as error:
        second.fit(X, Y, verbose=0)
    assert str(error.value) == (
        f"Adam was built for other variables than '{second.weights[0].path}': "
        "make a new Adam(...) for another model."
    )
    first.fit(X, Y, verbose=0)
    second.compile(rc.optimizers.Adam(), "mse")
    second.fit(X, Y, verbose=0)
