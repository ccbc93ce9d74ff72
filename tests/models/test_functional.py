"""Functional models: several inputs and outputs, shared layers, models in models, operators."""

import numpy as np
import pytest

import recurra as rc
from recurra import ops

L = rc.layers
RNG = np.random.default_rng(0)
A = RNG.normal(size=(6, 3)).astype("float32")
B = RNG.normal(size=(6, 3)).astype("float32")
S = RNG.normal(size=(6, 4, 3)).astype("float32")
CLOSE = {"rtol": 1e-5, "atol": 1e-6}


def check(model, inputs, expected):
    """predict, a call and a call on symbolic tensors of a wrapping model agree."""
    np.testing.assert_allclose(model.predict(inputs, verbose=0), expected, **CLOSE)
    np.testing.assert_allclose(np.asarray(model(inputs)), expected, **CLOSE)


# Operators and ops -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("symbolic", "expected"),
    [
        (lambda a, b: a * 2 + b, A * 2 + B),
        (lambda a, b: (a - b) / (a * a + 1), (A - B) / (A * A + 1)),
        (lambda a, b: 1 - a, 1 - A),
        (lambda a, b: -(a**2), -(A**2)),
        (lambda a, b: abs(a) @ np.eye(3, dtype="float32"), np.abs(A)),
        (lambda a, b: a * 2 + ops.mean(b, axis=1, keepdims=True), A * 2 + B.mean(1, keepdims=True)),
        (lambda a, b: ops.concatenate([a[:, :1], b[:, -2:]], axis=1), np.c_[A[:, :1], B[:, -2:]]),
        (lambda a, b: ops.where(a > b, a, b), np.maximum(A, B)),
        (lambda a, b: a + np.array([1.0, 2.0, 3.0], "float32"), A + np.arange(1, 4)),
        (lambda a, b: ops.stack([a, b], axis=1)[:, 1] + a, A + B),
    ],
)
def test_operators_on_symbolic_tensors(symbolic, expected):
    a, b = rc.Input((3,)), rc.Input((3,))
    model = rc.Model([a, b], symbolic(a, b))
    np.testing.assert_allclose(model.predict([A, B], verbose=0), expected, **CLOSE)
    assert model.output_shape == (None, *expected.shape[1:])


def test_operators_within_a_model_that_is_trained():
    x = rc.Input((4, 3))
    h = L.GRU(2, return_sequences=True)(x)
    pooled = ops.mean(h, axis=1) * 2 + ops.max(h, axis=1)
    model = rc.Model(x, L.Dense(1, kernel_initializer="ones")(pooled))
    inner = rc.Model(x, h).predict(S, verbose=0)
    expected = (inner.mean(1) * 2 + inner.max(1)).sum(1, keepdims=True)
    check(model, S, expected)
    model.compile(rc.optimizers.Adam(0.05), "mse")
    losses = model.fit(S, np.ones(6), epochs=20, verbose=0).history["loss"]
    assert losses[-1] < losses[0]


def test_a_symbolic_tensor_says_what_it_is():
    x = rc.Input((4, 3), name="x")
    assert x.shape == (None, 4, 3) and str(x.dtype) == "float32" and x.ndim == 3
    y = L.LSTM(5)(x)
    assert y.shape == (None, 5)
    with pytest.raises(rc.RecurraError):
        bool(x > 0)
    with pytest.raises(rc.RecurraError):
        np.asarray(x)


# Inputs and outputs ------------------------------------------------------------------------------


def test_several_inputs_by_list_dict_and_name():
    a, b = rc.Input((3,), name="a"), rc.Input((3,), name="b")
    listed, named = rc.Model([a, b], a - b), rc.Model({"a": a, "b": b}, a - b)
    for model in (listed, named):
        check(model, {"b": B, "a": A}, A - B)
        assert [x.name for x in model.inputs] == ["a", "b"]
    check(listed, [A, B], A - B)
    with pytest.raises(rc.RecurraError) as error:
        listed([A])
    assert str(error.value).startswith(f"{listed.label} has 2 inputs (a, b), and `inputs` holds 1")
    with pytest.raises(rc.RecurraError) as error:
        listed([A, B[:, :2]])
    assert "takes 3 features, and `inputs['b']` has 2." in str(error.value)
    assert "in the order" not in str(error.value)  # in no order would they fit


def test_inputs_in_another_order():
    a, b = rc.Input((4, 3), name="a"), rc.Input((2,), name="b")
    model = rc.Model([a, b], L.Concatenate()([L.LSTM(2)(a), b]), name="two")
    x = np.zeros((5, 4, 3), "float32"), np.zeros((5, 2), "float32")
    with pytest.raises(rc.ShapeError) as error:
        model.predict([x[1], x[0]], verbose=0)
    line = error.value.set_by
    assert str(error.value) == (
        "Model 'two' takes 3 axes, and `x['a']` has 2.\n"
        "  came:     x['a'] (batch=5, features=2)\n"
        "  expected: (batch, timesteps=4, features=3)\n"
        f"  set by:   {line}\n"
        "  fix:      x = [x[1], x[0]]  # in the order a, b"
    )
    x = [x[1], x[0]]
    x = [x[1], x[0]]  # the fix
    assert model.predict(x, verbose=0).shape == (5, 4)
    with pytest.raises(rc.ShapeError) as error:
        model.predict({"a": x[1], "b": x[0]}, verbose=0)  # by name there is no order
    assert "in the order" not in str(error.value)


def test_too_few_inputs():
    a, b = rc.Input((3,), name="a"), rc.Input((3,), name="b")
    with pytest.raises(rc.ArgumentError) as error:
        rc.Model([a, b], a - b, name="two").predict(A, verbose=0)
    assert str(error.value) == (
        "Model 'two' has 2 inputs (a, b), and `x` holds 1 array.\n"
        "  fix:      x = {'a': ..., 'b': ...}  # an array for each input"
    )


def test_several_outputs_in_any_structure():
    x = rc.Input((3,))
    y, z = x * 2, x + 1
    assert [o.shape for o in rc.Model(x, [y, z])(A)] == [(6, 3), (6, 3)]
    named = rc.Model(x, {"y": y, "more": {"z": z}})
    found = named.predict(A, verbose=0)
    np.testing.assert_allclose(found["y"], A * 2, **CLOSE)
    np.testing.assert_allclose(found["more"]["z"], A + 1, **CLOSE)
    assert list(named(A)) == list(found) == ["y", "more"]
    assert list(named.predict_on_batch(A)) == ["y", "more"]


def test_dicts_keep_their_own_order_everywhere():
    """JAX sorts a dict by its keys; losses, metrics and outputs must not be mixed up by that."""
    x = rc.Input((1,))
    z = L.Dense(1, use_bias=False, kernel_initializer="ones", name="z")(x)
    model = rc.Model(x, {"z": z, "a": z * 3})
    model.compile(rc.optimizers.SGD(0.0), "mse", metrics={"z": ["mae"], "a": ["mae"]})
    ones = np.ones((4, 1), "float32")
    y = {"a": ones * 6, "z": ones * 2}
    expected = {"loss": 1 + 9, "z_loss": 1, "a_loss": 9, "z_mae": 1, "a_mae": 3}
    for logs in (
        {k: v[0] for k, v in model.fit(ones, y, verbose=0).history.items()},
        model.evaluate(ones, y, verbose=0, return_dict=True),
        model.train_on_batch(ones, y, return_dict=True),
        model.test_on_batch(ones, y, return_dict=True),
    ):
        assert list(logs) == list(expected)
        np.testing.assert_allclose(list(logs.values()), list(expected.values()), **CLOSE)
    assert list(model.predict(ones, batch_size=2, verbose=0)) == ["z", "a"]


def test_an_input_may_be_an_output_and_an_output_may_come_twice():
    x = rc.Input((3,))
    y = x * 2
    found = rc.Model(x, [x, y, y]).predict(A, verbose=0)
    for array, expected in zip(found, (A, 2 * A, 2 * A), strict=True):
        np.testing.assert_allclose(array, expected, **CLOSE)


def test_a_layer_with_several_outputs():
    x = rc.Input((None, 3))
    sequence, h, c = L.LSTM(2, return_sequences=True, return_state=True)(x)
    model = rc.Model(x, [sequence, h, c])
    all_steps, last, cell = model.predict(S, verbose=0)
    np.testing.assert_allclose(all_steps[:, -1], last, **CLOSE)
    assert cell.shape == (6, 2)


def test_an_encoder_hands_its_states_to_a_decoder():
    source, target = rc.Input((None, 3)), rc.Input((None, 3))
    _, h, c = L.LSTM(2, return_state=True)(source)
    out = L.LSTM(2, return_sequences=True)(target, initial_state=[h, c])
    model = rc.Model([source, target], L.Dense(1)(out))
    model.compile("adam", "mse")
    model.fit([S, S[:, :2]], np.zeros((6, 2, 1)), verbose=0)
    first = model.predict([S, S[:, :2]], verbose=0)
    other = model.predict([S + 1, S[:, :2]], verbose=0)
    assert first.shape == (6, 2, 1) and not np.allclose(first, other)


# Sharing -----------------------------------------------------------------------------------------


def test_a_shared_layer_has_one_set_of_weights():
    shared = L.Dense(2, use_bias=False)
    a, b = rc.Input((3,)), rc.Input((3,))
    model = rc.Model([a, b], shared(a) - shared(b))
    assert len(model.weights) == 1 and model.count_params() == 6
    assert model.layers.count(shared) == 1
    (w,) = model.get_weights()
    check(model, [A, B], (A - B) @ w)
    model.compile(rc.optimizers.SGD(0.1), "mse")
    model.fit([A, B], np.zeros((6, 2)), verbose=0)
    # both places add to the gradient: that of ((A - B) w)**2
    gradient = 2 / 12 * (A - B).T @ ((A - B) @ w)
    np.testing.assert_allclose(model.get_weights()[0], w - 0.1 * gradient, **CLOSE)


def test_a_layer_applied_to_its_own_output():
    layer = L.Dense(3, use_bias=False)
    x = rc.Input((3,))
    model = rc.Model(x, layer(layer(x)))
    (w,) = model.get_weights()
    check(model, A, A @ w @ w)


def test_a_branch_and_its_sum():
    x = rc.Input((3,))
    h = L.Dense(3, activation="tanh")(x)
    model = rc.Model(x, L.Add()([x, h]))
    kernel, bias = model.get_weights()
    check(model, A, A + np.tanh(A @ kernel + bias))


# Models in models --------------------------------------------------------------------------------


def test_a_model_is_called_like_a_layer_and_shares_its_weights():
    x = rc.Input((4, 3))
    encoder = rc.Model(x, L.GRU(2)(x), name="encoder")
    left, right = rc.Input((4, 3)), rc.Input((4, 3))
    twin = rc.Model([left, right], ops.sum(encoder(left) * encoder(right), axis=1, keepdims=True))
    assert len(twin.weights) == len(encoder.weights) == 3
    assert twin.get_layer("encoder") is encoder
    one, other = encoder.predict(S, verbose=0), encoder.predict(S[::-1].copy(), verbose=0)
    check(twin, [S, S[::-1].copy()], (one * other).sum(1, keepdims=True))
    twin.compile("adam", "mse")
    twin.fit([S, S[::-1].copy()], np.ones(6), verbose=0)
    assert not np.allclose(encoder.predict(S, verbose=0), one)


def test_a_frozen_model_within_is_not_trained():
    x = rc.Input((3,))
    inner = rc.Sequential([x, L.Dense(2)])
    inner.trainable = False
    model = rc.Model(x, L.Dense(1)(inner(x)))
    model.compile("sgd", "mse")
    before, outer = inner.get_weights()[0], model.layers[-1].get_weights()[0]
    model.fit(A, np.ones(6), verbose=0)
    np.testing.assert_array_equal(inner.get_weights()[0], before)
    assert not np.array_equal(model.layers[-1].get_weights()[0], outer)


def test_time_distributed_takes_a_model():
    step = rc.Sequential([rc.Input((3,)), L.Dense(2), L.Dense(1)])
    x = rc.Input((None, 3))
    model = rc.Model(x, L.TimeDistributed(step)(x))
    expected = step.predict(S.reshape(-1, 3), verbose=0).reshape(6, 4, 1)
    check(model, S, expected)


# What cannot be a model --------------------------------------------------------------------------


def test_an_input_that_was_forgotten():
    a, b = rc.Input((3,), name="a"), rc.Input((3,), name="b")
    with pytest.raises(rc.ArgumentError) as error:
        rc.Model(a, a + b)
    assert str(error.value) == (
        "Model: the outputs need the input 'b', which is not among `inputs` (a).\n"
        "  fix:      give every Input that the outputs depend on"
    )
    assert rc.Model([a, b], a + b).predict([A, B], verbose=0).shape == (6, 3)


def test_layers_that_do_not_go_together_say_where_they_were_made():
    x = rc.Input((4, 3))
    h = L.LSTM(2)(x)
    with pytest.raises(rc.ShapeError) as error:
        L.LSTM(2)(h)
    message = str(error.value)
    assert "takes 3 axes, and `sequences` has 2." in message
    assert "from LSTM 'lstm" in message and "made in test_functional.py:" in message
    again = L.LSTM(2, return_sequences=True)(x)
    assert L.LSTM(2)(again).shape == (None, 2)


def test_two_inputs_of_one_name_are_refused():
    a, b = rc.Input((3,), name="a"), rc.Input((3,), name="a")
    with pytest.raises(rc.ArgumentError) as error:
        rc.Model([a, b], a + b)
    assert str(error.value) == (
        "Model: two layers are named 'a'.\n  fix:      give one of them another name"
    )


def test_arrays_in_the_place_of_symbolic_tensors():
    with pytest.raises(rc.ArgumentError) as error:
        rc.Model(A, A)
    assert str(error.value) == (
        "Model: `inputs` has to hold symbolic tensors, not ndarray.\n"
        "  fix:      Input(X.shape[1:])  # stands for the data, which are given to `fit`"
    )
    with pytest.raises(rc.ArgumentError) as error:
        rc.Model(rc.Input((2,)), rc.layers.Dense(1))
    assert str(error.value) == (
        "Model: `outputs` has to hold symbolic tensors, not Dense.\n"
        "  fix:      Dense(...)(tensor)  # called on a tensor, a layer gives one back"
    )
    with pytest.raises(rc.ArgumentError) as error:
        rc.Model((2,), rc.Input((2,)))
    assert str(error.value) == (
        "Model: `inputs` has to hold symbolic tensors, not int.\n"
        "  fix:      begin with Input(shape) and call layers on it"
    )


def test_a_part_of_a_graph_begins_at_any_tensor():
    x = rc.Input((3,))
    h = L.Dense(2)(x)
    y = L.Dense(1)(h)
    tail = rc.Model(h, y)
    assert tail.input_shape == (None, 2)
    whole, head = rc.Model(x, y), rc.Model(x, h)
    np.testing.assert_allclose(
        tail.predict(head.predict(A, verbose=0), verbose=0), whole.predict(A, verbose=0), **CLOSE
    )


def test_get_config_makes_a_like_model():
    a, b = rc.Input((4, 3), name="a"), rc.Input((3,), name="b")
    shared = L.Dense(2, name="shared")
    out = shared(L.LSTM(3)(a)) * 2 + shared(b)
    model = rc.Model([a, b], {"out": out, "b": b})
    like = rc.Model.from_config(model.get_config())
    like.set_weights(model.get_weights())
    found, expected = (m.predict([S, A], verbose=0) for m in (like, model))
    assert list(found) == ["out", "b"]
    np.testing.assert_array_equal(found["out"], expected["out"])
