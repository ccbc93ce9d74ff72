"""Models that are classes with a `call` of their own."""

import numpy as np
import pytest

import recurra as rc
from recurra import ops

L = rc.layers
RNG = np.random.default_rng(0)
X = RNG.normal(size=(6, 4, 3)).astype("float32")
Y = RNG.normal(size=(6, 1)).astype("float32")
CLOSE = {"rtol": 1e-5, "atol": 1e-6}


class Small(rc.Model):
    def __init__(self, units=2, **kwargs):
        super().__init__(**kwargs)
        self.memory = L.GRU(units)
        self.dropout = L.Dropout(0.5)
        self.out = L.Dense(1)

    def call(self, inputs, training=False):
        return self.out(self.dropout(self.memory(inputs), training=training))


# Building ----------------------------------------------------------------------------------------


def test_it_is_built_by_its_first_data():
    model = Small()
    assert model.weights == [] and model.name == "small"
    assert model(X).shape == (6, 1)
    # GRU with reset_after: 3 gates of 3 + 2 rows and 2 biases for 2 units; Dense: 2 + 1
    assert model.count_params() == 3 * 2 * (3 + 2 + 2) + 3
    assert [layer.name for layer in model.layers] == ["gru", "dropout", "dense"]
    assert len(model.get_weights()) == 5


def test_fit_builds_and_learns():
    rc.utils.set_random_seed(0)
    model = Small(4)
    model.compile(rc.optimizers.Adam(0.05), "mse", metrics=["mae"])
    history = model.fit(X, Y, batch_size=4, epochs=30, validation_data=(X, Y), verbose=0).history
    assert list(history) == ["loss", "mae", "val_loss", "val_mae"]
    assert history["val_loss"][-1] < history["val_loss"][0]
    assert model.predict(X, batch_size=4, verbose=0).shape == (6, 1)


def test_build_with_a_shape():
    model = Small()
    model.build((None, 4, 3))
    assert model.built and model.count_params() == 45


def test_it_computes_what_its_layers_compute():
    model = Small()
    found = model.predict(X, verbose=0)
    kernel, bias = model.out.get_weights()
    inner = np.asarray(model.memory(X))
    np.testing.assert_allclose(found, inner @ kernel + bias, **CLOSE)
    np.testing.assert_allclose(model(X, training=False), found, **CLOSE)
    assert not np.allclose(model(X, training=True), found)  # dropout


def test_any_length_and_any_batch():
    model = Small()
    assert model.predict(X, verbose=0).shape == (6, 1)
    assert model.predict(X[:2, :2], verbose=0).shape == (2, 1)
    assert model(X[:1]).shape == (1, 1)


# What is tracked ---------------------------------------------------------------------------------


def test_layers_in_lists_and_dicts_are_found():
    class Deep(rc.Model):
        def __init__(self):
            super().__init__()
            self.blocks = [L.Dense(3, use_bias=False) for _ in range(3)]
            self.heads = {"a": L.Dense(1, use_bias=False), "b": L.Dense(2, use_bias=False)}
            self.scale = self.add_weight(shape=(), initializer="ones", name="scale")

        def call(self, x):
            for block in self.blocks:
                x = block(x)
            return {name: head(x) * self.scale for name, head in self.heads.items()}

    model = Deep()
    found = model.predict(X[:, 0], verbose=0)
    assert {k: v.shape for k, v in found.items()} == {"a": (6, 1), "b": (6, 2)}
    assert len(model.weights) == 6 and len(model.layers) == 5
    model.compile(rc.optimizers.SGD(0.1), {"a": "mse", "b": "mae"})
    before = model.get_weights()
    model.fit(X[:, 0], {"a": Y, "b": np.hstack([Y, Y])}, verbose=0)
    assert all(not np.array_equal(a, b) for a, b in zip(before, model.get_weights()))


def test_a_weight_that_is_not_trained_and_is_counted_up():
    class Counts(rc.Model):
        def __init__(self):
            super().__init__()
            self.dense = L.Dense(1)
            self.seen = self.add_weight(shape=(), initializer="zeros", trainable=False, name="seen")

        def call(self, x, training=False):
            if training:
                self.seen.assign(self.seen + 1.0)
            return self.dense(x)

    model = Counts()
    model.compile("sgd", "mse")
    model.fit(X[:, 0], Y, batch_size=2, epochs=2, verbose=0)
    assert float(model.seen) == 6.0
    model.predict(X[:, 0], verbose=0)
    model.evaluate(X[:, 0], Y, verbose=0)
    assert float(model.seen) == 6.0 and len(model.trainable_weights) == 2


def test_models_within_models():
    class Outer(rc.Model):
        def __init__(self):
            super().__init__()
            self.inner = Small(name="inner")
            self.functional = rc.Sequential([L.Dense(2), L.Dense(1)])

        def call(self, x):
            return self.inner(x) + self.functional(x[:, -1])

    model = Outer()
    model.compile("adam", "mse")
    model.fit(X, Y, verbose=0)
    assert len(model.weights) == 5 + 4
    np.testing.assert_allclose(
        model.predict(X, verbose=0),
        model.inner.predict(X, verbose=0) + model.functional.predict(X[:, -1], verbose=0),
        **CLOSE,
    )


# Several inputs and outputs ----------------------------------------------------------------------


class Sum(rc.Model):
    def call(self, inputs):
        if isinstance(inputs, dict):
            inputs = [inputs["a"], inputs["b"]]
        a, b = inputs
        return a + b, a - b


A, B = X[:, 0, :1], X[:, 0, 1:2]


@pytest.mark.parametrize("x", [[A, B], (A, B), {"a": A, "b": B}, {"b": B, "a": A}])
def test_several_inputs_come_as_they_were_given(x):
    total, difference = Sum().predict(x, verbose=0)
    np.testing.assert_allclose(total, A + B, **CLOSE)
    np.testing.assert_allclose(difference, A - B, **CLOSE)


def test_several_outputs_are_trained_by_their_place():
    model = Sum()
    model.compile("sgd", ["mse", "mae"], metrics=[["mae"], ["mse"]])
    logs = model.evaluate([A, B], [A + B + 1, A - B + 2], verbose=0, return_dict=True)
    assert list(logs) == [
        "loss", "output_1_loss", "output_2_loss", "output_1_mae", "output_2_mse"
    ]  # fmt: skip
    np.testing.assert_allclose(list(logs.values()), [1 + 2, 1, 2, 1, 4], **CLOSE)


# Code that looks at sizes ------------------------------------------------------------------------


def test_a_call_may_loop_over_the_steps():
    class Loop(rc.Model):
        def __init__(self):
            super().__init__()
            self.cell = L.Dense(2, activation="tanh")

        def call(self, x):
            h = ops.zeros((ops.shape(x)[0], 2))
            for t in range(x.shape[1]):
                h = self.cell(ops.concatenate([x[:, t], h], axis=1))
            return h

    model = Loop()
    model.compile("sgd", "mse")
    model.fit(X, np.zeros((6, 2)), verbose=0)
    kernel, bias = model.get_weights()
    h = np.zeros((6, 2))
    for t in range(4):
        h = np.tanh(np.c_[X[:, t], h] @ kernel + bias)
    np.testing.assert_allclose(model.predict(X, verbose=0), h, **CLOSE)
    assert model.predict(X[:, :2], verbose=0).shape == (6, 2)


def test_masks_reach_the_layers_in_a_call():
    class Masked(rc.Model):
        def __init__(self):
            super().__init__()
            self.embed, self.memory = L.Embedding(5, 2, mask_zero=True), L.LSTM(2)

        def call(self, ids):
            return self.memory(self.embed(ids))

    model = Masked()
    ids = np.array([[1, 2, 0, 0]])
    np.testing.assert_allclose(
        model.predict(ids, verbose=0), model.predict(ids[:, :2], verbose=0), **CLOSE
    )


def test_a_model_of_inputs_and_outputs_with_a_step_of_its_own():
    class Doubled(rc.Model):
        def predict_step(self, data):
            return 2 * super().predict_step(data)

    x = rc.Input((3,))
    model = Doubled(x, L.Dense(1, use_bias=False)(x))
    (w,) = model.get_weights()
    np.testing.assert_allclose(model.predict(X[:, 0], verbose=0), 2 * X[:, 0] @ w, **CLOSE)


# Mistakes ----------------------------------------------------------------------------------------


def test_a_model_without_call():
    class Nothing(rc.Model):
        pass

    with pytest.raises(rc.RecurraError) as error:
        Nothing()(X)
    assert "Nothing 'nothing'" in str(error.value) and "call" in str(error.value)


def test_layers_before_super_init_are_found_and_without_it_it_is_asked_for():
    class Early(rc.Model):
        def __init__(self, begin):
            self.dense = L.Dense(1)
            if begin:
                super().__init__()

        def call(self, x):
            return self.dense(x)

    model = Early(True)
    model(X)
    assert model.layers == [model.dense] and len(model.weights) == 2
    with pytest.raises(rc.StateError) as error:
        Early(False)(X)
    assert str(error.value) == (
        "Early: its `__init__` has not called `super().__init__()`.\n"
        "  fix:      begin `__init__` with super().__init__(**kwargs)"
    )


def test_a_failed_call_leaves_the_model_as_it_was():
    model = Small()
    with pytest.raises(rc.ShapeError):
        model(X[:, 0])
    assert model.weights == []
    assert model(X).shape == (6, 1)
    with pytest.raises(rc.ShapeError, match="takes 3 features"):
        model.predict(X[:, :, :2], verbose=0)
    assert model.predict(X, verbose=0).shape == (6, 1)


def test_targets_are_checked_against_what_call_gives():
    model = Small()
    model.compile("sgd", "mse")
    with pytest.raises(rc.ShapeError) as error:
        model.fit(X, np.zeros((6, 3)), verbose=0)
    assert str(error.value).startswith(
        "`y` does not fit the output: it has 3 numbers a sample, and the output gives one number."
    )
    model.fit(X, Y, verbose=0)


def test_it_has_no_graph_to_ask_for():
    with pytest.raises(rc.StateError):
        Small().output


@pytest.mark.parametrize(
    "use",
    [
        lambda model: model(X),
        lambda model: model.predict(X, verbose=0),
        lambda model: model.summary(),
        lambda model: (model.compile("sgd", "mse"), model.fit(X, X, verbose=0)),
    ],
)
def test_a_model_that_forgets_super(use):
    class Forgets(rc.Model):
        def __init__(self):
            self.dense = L.Dense(3)

        def call(self, x):
            return self.dense(x)

    with pytest.raises(rc.StateError) as error:
        use(Forgets())
    assert str(error.value) == (
        "Forgets: its `__init__` has not called `super().__init__()`.\n"
        "  fix:      begin `__init__` with super().__init__(**kwargs)"
    )


def test_a_model_whose_call_is_named_as_in_pytorch():
    class Net(rc.Model):
        def __init__(self):
            super().__init__(name="net")
            self.dense = L.Dense(3)

        def forward(self, x):
            return self.dense(x)

    with pytest.raises(rc.StateError) as error:
        Net().predict(X, verbose=0)
    assert str(error.value) == (
        "Net 'net' has no `call`, which says what it computes. Its method `forward` is never "
        "called. Did you mean `call`?"
    )
