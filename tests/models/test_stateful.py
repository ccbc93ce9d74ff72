"""States that stateful layers carry from batch to batch, through every method of a model."""

import numpy as np
import pytest

import recurra as rc

RNG = np.random.default_rng(0)
CLOSE = {"rtol": 1e-5, "atol": 1e-6}
SERIES = RNG.normal(size=(2, 12, 1)).astype("float32")


def counter(batch=2, steps=None, return_sequences=False, **rnn):
    """h = h + x: the state is the sum of everything seen since the last reset."""
    model = rc.Sequential(
        [
            rc.Input(batch_shape=(batch, steps, 1)),
            rc.layers.SimpleRNN(
                1,
                activation=None,
                kernel_initializer="ones",
                recurrent_initializer="ones",
                stateful=True,
                return_sequences=return_sequences,
                **rnn,
            ),
        ]
    )
    model.compile(rc.optimizers.SGD(0.0), "mse", metrics=["mae"])
    return model


def state(model, layer=0):
    return np.asarray(model.layers[layer].states[0]).ravel()


# Carrying ----------------------------------------------------------------------------------------


def test_predict_goes_on_where_it_stopped():
    model = counter()
    ones = np.ones((2, 3, 1))
    np.testing.assert_allclose(model.predict(ones, verbose=0), [[3], [3]])
    np.testing.assert_allclose(model.predict(ones, verbose=0), [[6], [6]])
    np.testing.assert_allclose(state(model), [6, 6])
    model.reset_states()
    np.testing.assert_allclose(model.predict(ones, verbose=0), [[3], [3]])


def test_the_kth_sample_of_a_batch_goes_on_from_the_kth_of_the_batch_before():
    model = counter()
    x = np.array([1.0, 2.0, 10.0, 20.0])[:, None, None]  # two batches of 2 samples of 1 step
    np.testing.assert_allclose(model.predict(x, batch_size=2, verbose=0), [[1], [2], [11], [22]])


def test_every_method_carries_the_state_on():
    model, ones = counter(), np.ones((2, 3, 1))
    y = np.zeros((2, 1))
    calls = {
        "fit": lambda: model.fit(ones, y, shuffle=False, verbose=0),
        "evaluate": lambda: model.evaluate(ones, y, verbose=0),
        "predict": lambda: model.predict(ones, verbose=0),
        "train_on_batch": lambda: model.train_on_batch(ones, y),
        "test_on_batch": lambda: model.test_on_batch(ones, y),
        "predict_on_batch": lambda: model.predict_on_batch(ones),
        "call": lambda: model(ones),
    }
    for k, call in enumerate(calls.values()):
        call()
        np.testing.assert_allclose(state(model), 3.0 * (k + 1), err_msg=list(calls)[k])


def test_fit_carries_it_through_batches_epochs_and_into_validation():
    model = counter()
    x = np.ones((4, 1, 1))  # two batches
    history = model.fit(
        x, np.zeros(4), batch_size=2, epochs=2, shuffle=False, verbose=0,
        validation_data=(x, np.zeros(4)), validation_batch_size=2,
    ).history  # fmt: skip
    # outputs: 1 2 in epoch 1, 3 4 in its validation, 5 6 in epoch 2, 7 8 in its validation
    np.testing.assert_allclose(history["mae"], [1.5, 5.5])
    np.testing.assert_allclose(history["val_mae"], [3.5, 7.5])
    np.testing.assert_allclose(state(model), [8, 8])


def test_a_callback_resets_between_epochs():
    model = counter()
    reset = rc.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: model.reset_states())
    x = np.ones((2, 4, 1))
    history = model.fit(x, np.zeros(2), epochs=3, callbacks=[reset], verbose=0).history
    np.testing.assert_allclose(history["mae"], [4, 4, 4])


@pytest.mark.parametrize("kind", ["SimpleRNN", "LSTM", "GRU"])
def test_a_long_series_in_pieces_is_the_series_in_one(kind):
    def build(stateful):
        layer = getattr(rc.layers, kind)
        return rc.Sequential(
            [
                rc.Input(batch_shape=(2, None, 1)),
                layer(3, return_sequences=True, stateful=stateful),
                layer(2, return_sequences=True, stateful=stateful),
            ]
        )

    pieces, whole = build(True), build(False)
    whole.set_weights(pieces.get_weights())
    expected = whole.predict(SERIES, verbose=0)
    found = [pieces.predict(SERIES[:, k : k + 4], verbose=0) for k in (0, 4, 8)]
    np.testing.assert_allclose(np.concatenate(found, axis=1), expected, **CLOSE)
    pieces.reset_states()
    one_by_one = [pieces.predict_on_batch(SERIES[:, k : k + 1]) for k in range(12)]
    np.testing.assert_allclose(np.concatenate(one_by_one, axis=1), expected, **CLOSE)


def test_training_in_pieces_has_the_gradients_of_each_piece():
    """The state comes in as a constant: truncated backpropagation through time."""
    model = counter(steps=1)
    model.compile(rc.optimizers.SGD(0.1), "mse")
    x, y = np.array([[[1.0]], [[2.0]]]), np.zeros((2, 1))
    model.fit(x, y, batch_size=2, epochs=2, shuffle=False, verbose=0)
    w = np.ones(2)  # kernel, recurrent kernel
    bias, h = 0.0, np.zeros(2)
    for _ in range(2):
        out = w[0] * x[:, 0, 0] + w[1] * h + bias
        slope = 2 * out / 2
        w, bias = w - 0.1 * np.array([slope @ x[:, 0, 0], slope @ h]), bias - 0.1 * slope.sum()
        h = out
    found = np.array([v.ravel()[0] for v in model.get_weights()])
    np.testing.assert_allclose(found, [*w, bias], **CLOSE)
    np.testing.assert_allclose(state(model), h, **CLOSE)


# Resetting and setting ---------------------------------------------------------------------------


def test_states_are_reset_on_the_layer_and_on_the_model():
    model = rc.Sequential(
        [
            rc.Input(batch_shape=(2, None, 1)),
            rc.layers.LSTM(3, stateful=True, return_sequences=True),
            rc.layers.GRU(2, stateful=True),
        ]
    )
    x = SERIES[:, :3]
    first = model.predict(x, verbose=0)
    model.layers[0].reset_states()
    assert all(np.all(np.asarray(s) == 0) for s in model.layers[0].states)
    assert np.any(np.asarray(model.layers[1].states[0]) != 0)
    model.reset_states()
    assert np.all(np.asarray(model.layers[1].states[0]) == 0)
    np.testing.assert_allclose(model.predict(x, verbose=0), first, **CLOSE)


def test_keras_3_calls_it_reset_state():
    model = counter()
    model.predict(np.ones((2, 3, 1)), verbose=0)
    model.layers[0].reset_state()
    np.testing.assert_array_equal(state(model), [0, 0])


def test_states_may_be_set():
    model = counter()
    model.layers[0].reset_states(states=np.array([[10.0], [20.0]]))
    np.testing.assert_allclose(model.predict(np.ones((2, 1, 1)), verbose=0), [[11], [21]])
    model.layers[0].states[0].assign([[5.0], [6.0]])
    np.testing.assert_allclose(model.predict(np.ones((2, 1, 1)), verbose=0), [[6], [7]])


def test_states_may_be_kept_and_brought_back():
    model = counter()
    ones = np.ones((2, 1, 1))
    model.predict(ones, verbose=0)
    kept = [np.array(s) for s in model.layers[0].states]
    model.predict(ones, verbose=0)
    model.predict(ones, verbose=0)
    for variable, value in zip(model.layers[0].states, kept):
        variable.assign(value)
    np.testing.assert_allclose(model.predict(ones, verbose=0), [[2], [2]])


def test_states_of_another_shape_are_refused():
    model = counter()
    label = model.layers[0].label
    with pytest.raises(rc.ArgumentError) as error:
        model.layers[0].reset_states(states=np.zeros((2, 7)))
    assert str(error.value) == (
        f"{label}: state 0 is (batch=2, units=1), and an array (batch=2, units=7) was given for it."
    )
    with pytest.raises(rc.ArgumentError) as error:
        model.layers[0].reset_states([np.zeros((2, 1)), np.zeros((2, 1))])
    assert str(error.value) == f"{label} carries 1 state, and 2 were given."
    np.testing.assert_allclose(model.predict(np.ones((2, 1, 1)), verbose=0), [[1], [1]])


def test_states_are_no_weights():
    model = counter()
    assert len(model.get_weights()) == 3 and model.count_params() == 3
    model.predict(np.ones((2, 3, 1)), verbose=0)
    model.set_weights([2 * w for w in model.get_weights()])
    np.testing.assert_allclose(state(model), [3, 3])


def test_a_layer_that_is_not_stateful_forgets():
    model = rc.Sequential([rc.Input((None, 1)), rc.layers.GRU(2)])
    x = SERIES[:, :3]
    np.testing.assert_array_equal(model.predict(x, verbose=0), model.predict(x, verbose=0))
    model.reset_states()  # nothing to forget


# Bidirectional, masks, several layers ------------------------------------------------------------


def test_bidirectional_layers_carry_both_states():
    model = rc.Sequential(
        [
            rc.Input(batch_shape=(2, None, 1)),
            rc.layers.Bidirectional(
                rc.layers.SimpleRNN(
                    1,
                    activation=None,
                    kernel_initializer="ones",
                    recurrent_initializer="ones",
                    stateful=True,
                )
            ),
        ]
    )
    ones = np.ones((2, 3, 1))
    np.testing.assert_allclose(model.predict(ones, verbose=0), [[3, 3]] * 2)
    np.testing.assert_allclose(model.predict(ones, verbose=0), [[6, 6]] * 2)
    model.reset_states()
    np.testing.assert_allclose(model.predict(ones, verbose=0), [[3, 3]] * 2)


def test_masked_steps_do_not_change_the_state():
    model = rc.Sequential(
        [rc.Input(batch_shape=(2, None, 1)), rc.layers.Masking(0.0), *counter().layers]
    )
    x = np.array([[1.0, 1, 0], [1.0, 0, 0]])[..., None]
    np.testing.assert_allclose(model.predict(x, verbose=0), [[2], [1]])
    np.testing.assert_allclose(model.predict(x, verbose=0), [[4], [2]])
    np.testing.assert_allclose(model.predict(0 * x, verbose=0), [[4], [2]])


def test_shuffling_a_stateful_model_is_still_possible():
    model = counter()
    model.fit(np.ones((6, 1, 1)), np.zeros(6), batch_size=2, verbose=0)
    np.testing.assert_allclose(state(model), [3, 3])


# Batches that do not fit -------------------------------------------------------------------------


def test_another_number_of_samples_a_batch():
    model = counter(batch=4)
    with pytest.raises(rc.DataError) as error:
        model.predict(np.ones((6, 3, 1)), verbose=0)
    assert str(error.value) == (
        f"{model.label} is stateful for batches of 4 samples, and 6 samples in batches of 4 do not "
        "come out even.\n"
        "  fix:      X[:4], y[:4]  # leaves out 2\n"
        "  fix:      Input(batch_shape=(b, timesteps, features))  # b one of 1, 2, 3, 6\n"
        "  fix:      leave out stateful=True if samples do not continue each other"
    )
    with pytest.raises(rc.DataError, match="in batches of 2 do not come out even"):
        model.fit(np.ones((4, 3, 1)), np.zeros(4), batch_size=2, verbose=0)
    with pytest.raises(rc.RecurraError, match="4"):
        model.predict_on_batch(np.ones((3, 3, 1)))
    with pytest.raises(rc.RecurraError, match="4"):
        model(np.ones((3, 3, 1)))
    np.testing.assert_array_equal(state(model), np.zeros(4))
    assert model.predict(np.ones((8, 3, 1)), verbose=0).shape == (8, 1)


def test_a_split_that_does_not_come_out_even():
    model = counter(batch=4)
    with pytest.raises(rc.DataError, match="batches of 4"):
        model.fit(np.ones((12, 3, 1)), np.zeros(12), validation_split=0.25, batch_size=4, verbose=0)


def test_the_batch_size_is_needed():
    with pytest.raises(rc.RecurraError) as error:
        rc.Sequential([rc.Input((5, 1)), rc.layers.LSTM(2, stateful=True)])
    message = str(error.value)
    assert ("stateful" in message and "batch_shape" in message) or "batch_size" in message


def test_a_model_without_input_takes_the_batch_of_its_first_data():
    x = SERIES[:, :3]
    called, built = (rc.Sequential([rc.layers.SimpleRNN(1, stateful=True)]) for _ in range(2))
    built.build((2, None, 1))
    for model in (called, built):
        first = np.asarray(model(x))
        assert not np.allclose(model.predict(x, verbose=0), first)
        model.reset_states()
        np.testing.assert_allclose(model.predict(x, verbose=0), first, **CLOSE)
