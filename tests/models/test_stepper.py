"""A stepper gives after each timestep what `predict` gives for the timesteps so far."""

import numpy as np
import pytest

from recurra import Input, Model, Sequential, layers, ops
from recurra.engine.errors import ArgumentError, DataError, ShapeError
from recurra.layers import GRU, LSTM, RNN, Dense, SimpleRNN

STEPS, FEATURES = 4, 3


class Doubled(layers.Layer):
    """A layer of one's own that treats each timestep alone."""

    def call(self, x):
        return x * 2


class Gated(layers.Layer):
    """Adds the mean over time, times a weight that is zero at first."""

    def build(self, input_shape):
        self.gate = self.add_weight("gate", (1,), initializer="zeros")

    def call(self, x):
        return x + self.gate * ops.mean(x, axis=1, keepdims=True)


class Counter(layers.Layer):
    """A cell whose output is no state: how far it is, and the largest feature."""

    state_size = 1

    def call(self, inputs, states):
        count = states[0] + 1.0
        return ops.concatenate([count, ops.max(inputs, axis=-1, keepdims=True)], axis=-1), [count]


def residual():
    """Two outputs, one of each timestep and one of the last; layers beside each other."""
    x = Input((None, FEATURES))
    h = LSTM(3, return_sequences=True)(x)
    h = layers.Concatenate()([h + x, layers.Activation("tanh")(x)])
    last, state = GRU(2, return_state=True)(h)
    return Model(x, {"each": Dense(2)(h), "last": layers.Add()([last, state])})


def nested():
    inner = Sequential([Input((None, FEATURES)), SimpleRNN(2, return_sequences=True), Dense(3)])
    return Sequential([Input((None, FEATURES)), inner, LSTM(2)])


def shared():
    x = Input((None, FEATURES))
    rnn = SimpleRNN(FEATURES, return_sequences=True)
    return Model(x, rnn(rnn(x)))


def of(*stack, shape=(None, FEATURES)):
    return lambda: Sequential([Input(shape), *(layer() for layer in stack)])


MODELS = {
    "SimpleRNN": of(lambda: SimpleRNN(3)),
    "LSTM": of(lambda: LSTM(3), lambda: Dense(1)),
    "GRU": of(lambda: GRU(3, return_sequences=True)),
    "GRU, reset before": of(lambda: GRU(3, reset_after=False)),
    "fixed length": of(lambda: LSTM(3), shape=(STEPS, FEATURES)),
    "stack": of(
        lambda: LSTM(4, return_sequences=True, dropout=0.5),
        lambda: layers.LayerNormalization(),
        lambda: layers.Dropout(0.5),
        lambda: GRU(3, return_sequences=True),
        lambda: layers.BatchNormalization(),
        lambda: layers.TimeDistributed(Dense(2, "relu")),
        lambda: Doubled(),
        lambda: layers.Conv1D(2, 1),
    ),
    "behind the last": of(lambda: LSTM(4), lambda: layers.RepeatVector(2), lambda: LSTM(3)),
    "cells": of(lambda: RNN([layers.LSTMCell(3), layers.GRUCell(2)])),
    "own cell": of(lambda: RNN(Counter(), return_sequences=True)),
    "masks": of(
        lambda: layers.Masking(0.0), lambda: LSTM(3, return_sequences=True), lambda: GRU(2)
    ),
    "residual": residual,
    "nested": nested,
    "shared": shared,
}


def prefixes(model, x):
    """What `predict` gives for the first timestep, the first two, ...; at the last of them."""
    for t in range(1, x.shape[1] + 1):
        outputs = model.predict(x[:, :t], verbose=0)
        yield {
            name: y[:, -1] if y.ndim == 3 else y
            for name, y in (outputs.items() if isinstance(outputs, dict) else [("", outputs)])
        }


def data(batch, seed=0):
    x = np.random.default_rng(seed).normal(size=(batch, STEPS, FEATURES)).astype("float32")
    x[0, 1] = 0.0  # a masked timestep where there is a Masking
    return x


@pytest.mark.filterwarnings("ignore::UserWarning")  # of lengths that were not declared
@pytest.mark.parametrize("name", MODELS)
def test_every_prefix_is_as_predicted(name):
    model, x = MODELS[name](), data(2)
    stepper = model.stepper(batch_size=2)
    for t, want in enumerate(prefixes(model, x)):
        got = stepper(x[:, t])
        got = got if isinstance(got, dict) else {"": got}
        assert got.keys() == want.keys()
        for key in want:
            np.testing.assert_allclose(got[key], want[key], rtol=1e-5, atol=1e-6)


def test_ids_are_looked_up_and_masked():
    model = Sequential([Input((None,), dtype="int32"), layers.Embedding(5, 3, mask_zero=True)])
    model.add(LSTM(2))
    ids = np.array([[3, 0, 4, 1]])
    stepper = model.stepper()
    for t in range(4):
        want = model.predict(ids[:, : t + 1], verbose=0)[0]
        np.testing.assert_allclose(stepper(ids[0, t]), want, atol=1e-6)
    with pytest.raises(DataError) as error:
        stepper(5)
    assert "`x` holds the id 5 at (0,)" in str(error.value)


def test_an_input_without_timesteps_is_given_each_time():
    x, place = Input((None, FEATURES), name="x"), Input((2,), name="place")
    y = Dense(1)(layers.Concatenate()([LSTM(3)(x), Dense(2)(place)]))
    model = Model({"x": x, "place": place}, y)
    sequence, where = data(1), np.ones((1, 2), "float32")
    stepper = model.stepper()
    for t in range(STEPS):
        want = model.predict({"x": sequence[:, : t + 1], "place": where}, verbose=0)
        np.testing.assert_allclose(stepper({"x": sequence[:, t], "place": where}), want, atol=1e-6)


def test_one_sample_may_come_without_batch_and_one_feature_without_its_axis():
    stepper = of(lambda: SimpleRNN(2), shape=(None, 1))().stepper()
    ways = [np.ones((1, 1)), np.ones(1, "float32"), [1.0], 1.0, np.float64(1)]
    shapes, values = [], []
    for x in ways:
        stepper.reset()
        y = stepper(x)
        shapes.append(y.shape)
        values.append(y.reshape(-1))
    assert shapes == [(1, 2), (2,), (2,), (2,), (2,)]
    assert np.ptp(values, axis=0).max() == 0


def test_states_are_kept_given_back_and_reset():
    model, x = MODELS["LSTM"](), data(1)[0]
    stepper = model.stepper()
    first = stepper(x[0])
    kept = stepper.states
    name = model.layers[0].name
    assert {k: [s.shape for s in v] for k, v in kept.items()} == {name: [(1, 3), (1, 3)]}
    second = stepper(x[1])
    stepper(x[2])
    stepper.states = kept
    np.testing.assert_array_equal(stepper(x[1]), second)
    stepper.reset()
    assert all((s == 0).all() for s in stepper.states[name])
    np.testing.assert_array_equal(stepper(x[0]), first)


def test_two_steppers_and_carried_states_do_not_meet():
    model = Sequential([Input(batch_shape=(1, None, FEATURES)), LSTM(2, stateful=True)])
    x = data(1)
    one, other = model.stepper(), model.stepper()
    one(x[0, 0])
    np.testing.assert_allclose(other(x[0, 0]), model.predict(x[:, :1], verbose=0)[0], atol=1e-6)
    carried = [np.array(s) for s in model.layers[0].states]
    one(x[0, 1])
    for before, now in zip(carried, model.layers[0].states):
        np.testing.assert_array_equal(before, now)


def test_weights_are_the_models_own_after_training_too():
    model, x = MODELS["LSTM"](), data(1)
    stepper = model.stepper()
    stepper(x[0, 0])
    model.compile("sgd", "mse")
    model.fit(x, np.ones((1, 1)), verbose=0)
    stepper.reset()
    np.testing.assert_allclose(stepper(x[0, 0]), model.predict(x[:, :1], verbose=0)[0], atol=1e-6)


WHOLE = "needs the whole sequence, and a stepper gives one timestep at a time"
ELSEWHERE = "what it gives for a timestep depends on others"


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (
            lambda: layers.Bidirectional(LSTM(2, name="a"), name="both"),
            f"Bidirectional 'both' {WHOLE}: its backward layer begins at the last timestep.",
        ),
        (
            lambda: LSTM(2, go_backwards=True, name="back"),
            f"LSTM 'back' {WHOLE}: it begins at the last timestep.",
        ),
        (lambda: layers.Flatten(name="flat"), f"Flatten 'flat' {WHOLE}: {ELSEWHERE}."),
        (
            lambda: layers.GlobalAveragePooling1D(name="mean"),
            f"GlobalAveragePooling1D 'mean' {WHOLE}: {ELSEWHERE}.",
        ),
        (lambda: layers.MaxPooling1D(2, name="pool"), f"MaxPooling1D 'pool' {WHOLE}: {ELSEWHERE}."),
        (
            lambda: layers.Conv1D(2, 2, padding="causal", name="conv"),
            f"Conv1D 'conv' {WHOLE}: {ELSEWHERE}.",
        ),
        (lambda: Gated(name="gated"), f"Gated 'gated' {WHOLE}: {ELSEWHERE}."),
    ],
)
def test_layers_that_need_the_whole_sequence_are_named(layer, said):
    model = of(layer, shape=(STEPS, FEATURES))()
    with pytest.raises(ArgumentError) as error:
        model.stepper()
    first, *fixes = str(error.value).splitlines()
    assert first == said
    assert fixes[-1].endswith("model.predict(x) on the whole sequence")


def test_what_came_of_all_timesteps_cannot_stand_beside_each():
    x = Input((None, FEATURES))
    mean = layers.Reshape((1, FEATURES))(LSTM(FEATURES)(x))
    model = Model(x, LSTM(2)(layers.Add(name="sum")([x, mean])))
    with pytest.raises(ArgumentError) as error:
        model.stepper()
    assert str(error.value).splitlines()[0] == (
        f"Add 'sum' {WHOLE}: it puts what came of all timesteps beside each of them."
    )


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda: Sequential([LSTM(2)], name="m"),
            "Sequential 'm' cannot be stepped: nothing says what goes into it, and through which "
            "layers.",
        ),
        (
            lambda: Sequential([Input((3,)), Dense(2)], name="m"),
            "Sequential 'm' cannot be stepped: none of its inputs has timesteps.",
        ),
    ],
)
def test_models_that_have_no_steps(make, said):
    with pytest.raises(ArgumentError) as error:
        make().stepper()
    assert str(error.value).splitlines()[0] == said


def test_first_states_from_the_graph_are_refused():
    x, h = Input((None, FEATURES)), Input((2,))
    model = Model([x, h], GRU(2, name="gru")(x, initial_state=[h]))
    with pytest.raises(ArgumentError) as error:
        model.stepper()
    assert str(error.value).splitlines()[0] == (
        "GRU 'gru' takes its first states from the model's graph, and a stepper keeps states of "
        "its own."
    )


def test_a_cell_of_ones_own_behind_a_mask_is_refused():
    model = of(lambda: layers.Masking(), lambda: RNN(Counter(), name="rnn"))()
    with pytest.raises(ArgumentError) as error:
        model.stepper()
    assert str(error.value).splitlines()[0] == (
        "RNN 'rnn' has a cell of your own behind a mask, which a stepper does not take: at a "
        "masked timestep it would have to know the last output."
    )


def test_wrong_arguments():
    model = Sequential([Input((None, FEATURES)), LSTM(2, name="lstm")], name="m")
    with pytest.raises(ArgumentError, match=r"stepper: `batch_size`=0: a whole number of at least"):
        model.stepper(0)
    stepper = model.stepper(2)
    with pytest.raises(ShapeError) as error:
        stepper(np.ones((1, 5, FEATURES)))
    assert str(error.value).splitlines()[0] == (
        "stepper of Sequential 'm' takes one timestep at a time, (batch=2, features=3), and `x` "
        "is (batch=1, timesteps=5, features=3)."
    )
    with pytest.raises(DataError, match="`x` holds NaN in 1 of 6 places"):
        stepper([[1, 2, np.nan], [1, 2, 3]])
    with pytest.raises(DataError, match="`x` holds text"):
        stepper(np.array([["a", "b", "c"]] * 2))
    with pytest.raises(ArgumentError) as error:
        stepper.states = {"lstn": []}
    assert str(error.value) == (
        "stepper.states: there is no recurrent layer 'lstn'. Did you mean 'lstm'? There is lstm."
    )
    with pytest.raises(ArgumentError) as error:
        stepper.states = {"lstm": [np.ones((1, 2))]}
    assert str(error.value) == (
        "stepper.states: 'lstm' has states of shapes (2, 2), (2, 2), and (1, 2) came."
    )
