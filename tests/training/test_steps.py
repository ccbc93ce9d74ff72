"""Training in one's own way: steps, losses and metrics that a user writes."""

import numpy as np
import pytest

import recurra as rc
from recurra import ops

RNG = np.random.default_rng(0)
X = RNG.normal(size=(10, 3)).astype("float32")
Y = RNG.normal(size=(10, 1)).astype("float32")
CLOSE = {"rtol": 1e-5, "atol": 1e-6}


def line(kind=rc.Sequential, optimizer=None, loss="mse", **compile_with):
    """y = X w from w = 0, as any kind of model."""
    inputs = rc.Input((3,))
    outputs = rc.layers.Dense(1, use_bias=False, kernel_initializer="zeros")(inputs)
    if issubclass(kind, rc.Sequential):
        model = kind([inputs, outputs.node.operation])
    else:
        model = kind(inputs, outputs)
    model.compile(optimizer or rc.optimizers.SGD(0.1), loss, **compile_with)
    return model


def step(w, x, y, scale=1.0):
    """A step of gradient descent on scale * mean((x w - y)**2)."""
    return w - 0.1 * scale * 2 / len(x) * x.T @ (x @ w - y)


ZERO = np.zeros((3, 1))


# Steps -------------------------------------------------------------------------------------------


def test_a_train_step_that_takes_two_steps_of_the_usual_kind():
    class Twice(rc.Model):
        def train_step(self, data):
            super().train_step(data)
            return super().train_step(data)

    model = line(Twice)
    model.fit(X, Y, batch_size=10, verbose=0)
    np.testing.assert_allclose(model.get_weights()[0], step(step(ZERO, X, Y), X, Y), **CLOSE)
    assert int(model.optimizer.iterations) == 2


def test_a_train_step_of_ones_own_with_logs_of_ones_own():
    class Fixed(rc.Model):
        def train_step(self, data):
            x, y, weight = data
            assert weight is None
            kernel = self.trainable_variables[0]
            error = self(x, training=True) - y
            kernel.assign(kernel - 0.1 * 2 / 10 * ops.matmul(ops.transpose(x), error))
            return {"worst": ops.max(ops.abs(error)), "loss": ops.mean(ops.square(error))}

    model = line(Fixed)
    history = model.fit(X, Y, batch_size=10, epochs=2, shuffle=False, verbose=0).history
    once = step(ZERO, X, Y)
    np.testing.assert_allclose(model.get_weights()[0], step(once, X, Y), **CLOSE)
    assert list(history) == ["worst", "loss"]
    np.testing.assert_allclose(
        history["worst"], [np.abs(Y).max(), np.abs(X @ once - Y).max()], **CLOSE
    )


def test_a_step_sees_what_fit_was_given():
    seen = []

    class Looks(rc.Model):
        def train_step(self, data):
            seen.append([None if part is None else part.shape for part in data])
            return super().train_step(data)

        def test_step(self, data):
            seen.append("test")
            return super().test_step(data)

    model = line(Looks)
    model.fit(X[:8], Y[:8], sample_weight=np.ones(8), batch_size=4, verbose=0)
    assert seen == [[(4, 3), (4, 1), (4,)]] * len(seen) and seen
    del seen[:]
    model.fit(X[:8], Y[:8], batch_size=4, validation_data=(X, Y), verbose=0)
    assert [(4, 3), (4, 1), None] in seen and "test" in seen


def test_another_loss_by_compute_loss():
    class Ridge(rc.Model):
        def compute_loss(self, x, y, y_pred, sample_weight=None, training=True):
            plain = super().compute_loss(x, y, y_pred, sample_weight, training)
            return 3.0 * plain + ops.sum(ops.square(self.trainable_variables[0] - 1.0))

    model = line(Ridge)
    history = model.fit(X, Y, batch_size=10, verbose=0).history
    np.testing.assert_allclose(history["loss"], [3 * (Y**2).mean() + 3], **CLOSE)
    # the gradient of sum((w - 1)**2) at 0 is -2
    np.testing.assert_allclose(model.get_weights()[0], step(ZERO, X, Y, 3.0) + 0.2, **CLOSE)
    w = model.get_weights()[0]
    np.testing.assert_allclose(
        model.evaluate(X, Y, batch_size=4, verbose=0),
        3 * ((X @ w - Y) ** 2).mean() + ((w - 1) ** 2).sum(),
        **CLOSE,
    )


def test_a_compute_loss_that_forgets_the_mean():
    class Forgets(rc.Model):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            return ops.square(y - y_pred)

    model = line(Forgets)
    with pytest.raises(rc.ArgumentError) as error:
        model.fit(X, Y, batch_size=10, verbose=0)
    assert str(error.value) == (
        f"{model.label}: `compute_loss` gives an array of shape (10, 1), and training makes one "
        "number small.\n"
        "  fix:      return ops.mean(...) of it"
    )


def test_a_loss_without_compiled_losses():
    class Own(rc.Model):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            return ops.mean(ops.square(y - y_pred))

    model = line(Own, loss=None)
    model.fit(X, Y, batch_size=10, verbose=0)
    np.testing.assert_allclose(model.get_weights()[0], step(ZERO, X, Y), **CLOSE)


def test_test_step_and_predict_step():
    class Other(rc.Model):
        def test_step(self, data):
            x, y, _ = data
            return {"bias": ops.mean(self(x, training=False) - y)}

        def predict_step(self, data):
            return super().predict_step(data) + 100.0

    model = line(Other)
    assert model.evaluate(X, Y, verbose=0, return_dict=True) == {
        "bias": pytest.approx(-Y.mean(), rel=1e-5)
    }
    history = model.fit(X, Y, validation_data=(X, Y), verbose=0).history
    assert list(history) == ["loss", "val_bias"]
    np.testing.assert_allclose(
        model.predict(X, verbose=0), X @ model.get_weights()[0] + 100, **CLOSE
    )


def test_metrics_kept_as_attributes_are_carried_reset_and_listed():
    class Tracks(rc.Model):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.largest = rc.metrics.Mean(name="largest_of_batch")

        def train_step(self, data):
            logs = super().train_step(data)
            self.largest.update_state(ops.max(data[0]))
            return {**logs, "largest_of_batch": self.largest.result()}

    model = line(Tracks, metrics=["mae"])
    assert [m.name for m in model.metrics][-1] == "largest_of_batch"
    options = {"batch_size": 4, "epochs": 2, "shuffle": False, "verbose": 0}
    found = model.fit(X, Y, **options).history["largest_of_batch"]
    expected = np.mean([X[k : k + 4].max() for k in (0, 4, 8)])
    np.testing.assert_allclose(found, [expected] * 2, **CLOSE)


def test_metrics_that_a_layer_keeps_are_in_the_logs():
    class Gauge(rc.layers.Layer):
        def __init__(self):
            super().__init__()
            self.mean = rc.metrics.Mean(name="activity")

        def call(self, x):
            self.mean.update_state(x)
            return x

    model = rc.Sequential([rc.Input((3,)), Gauge(), rc.layers.Dense(1)])
    model.compile("sgd", "mse")
    assert list(model.fit(X, Y, batch_size=5, verbose=0).history) == ["loss", "activity"]
    logs = model.evaluate(X, Y, batch_size=5, verbose=0, return_dict=True)
    np.testing.assert_allclose(logs["activity"], X.mean(), **CLOSE)


class Pair(rc.Model):
    """No outputs of its own: two weights, each moved by an optimizer of its own."""

    def __init__(self):
        super().__init__()
        self.first = self.add_weight(shape=(), initializer="zeros", name="first")
        self.second = self.add_weight(shape=(), initializer="zeros", name="second")

    def compile(self, first, second):
        super().compile(first)
        self.other = second

    def train_step(self, data):
        slope = ops.mean(data[0])
        self.optimizer.apply_gradients([(slope, self.first)])
        self.other.apply_gradients([(2 * slope, self.second)])
        return {"slope": slope}


def test_a_model_of_steps_alone_and_two_optimizers():
    model = Pair()
    model.compile(rc.optimizers.SGD(0.1), rc.optimizers.SGD(0.1, momentum=0.5))
    history = model.fit(np.ones((8, 1)), batch_size=4, epochs=2, verbose=0).history
    assert history == {"slope": [1.0, 1.0]}
    np.testing.assert_allclose(float(model.first), -0.4, **CLOSE)  # 4 steps of -0.1
    velocity = position = 0.0
    for _ in range(4):
        velocity = 0.5 * velocity - 0.2
        position += velocity
    np.testing.assert_allclose(float(model.second), position, **CLOSE)
    assert int(model.other.iterations) == 4


def test_variables_made_anew_in_every_step_are_refused():
    class Makes(rc.Model):
        def train_step(self, data):
            rc.Variable(0.0, name="again").assign_add(1.0)
            return super().train_step(data)

    model = line(Makes)
    with pytest.raises(rc.StateError) as error:
        model.fit(X, Y, verbose=0)
    assert str(error.value) == (
        "The step makes new variables each time it runs, such as 'again'.\n"
        "  fix:      make variables, metrics and layers in `__init__` or `build`"
    )


def test_a_variable_that_nobody_tracks_is_read_anew():
    factor = rc.Variable(1.0)  # a global, for example

    def scaled(y_true, y_pred):
        return factor * ops.mean(ops.square(y_true - y_pred), axis=-1)

    model = line(loss=scaled, optimizer=rc.optimizers.SGD(0.0))
    for value in (1.0, 3.0):
        factor.assign(value)
        found = model.fit(X, Y, verbose=0).history["loss"]
        np.testing.assert_allclose(found, [value * (Y**2).mean()], **CLOSE)


def test_metrics_of_ones_own_in_a_step():
    class Counts(rc.Sequential):
        def compute_metrics(self, x, y, y_pred, sample_weight=None, loss=None):
            logs = super().compute_metrics(x, y, y_pred, sample_weight, loss=loss)
            return logs | {"mean_pred": ops.mean(y_pred)}

    model = line(Counts, metrics=["mae"])
    history = model.fit(X, Y, batch_size=10, verbose=0).history
    assert list(history) == ["loss", "mae", "mean_pred"]
    assert history["mean_pred"] == [0.0]


# Without compiling -------------------------------------------------------------------------------


def test_eager_steps_run_pythons_code_every_time_with_real_numbers():
    seen = []

    class Looks(rc.Model):
        def __init__(self):
            super().__init__()
            self.dense = rc.layers.Dense(1, kernel_initializer="ones")

        def call(self, x):
            if self.run_eagerly:
                seen.append(float(ops.max(x)))  # only a real array has a float
            return self.dense(x)

    def build(eager):
        model = Looks()
        model.compile("sgd", "mse", run_eagerly=eager)
        return model

    eager, compiled = build(True), build(False)
    options = {"batch_size": 4, "epochs": 2, "shuffle": False, "verbose": 0}
    a, b = eager.fit(X, Y, **options).history, compiled.fit(X, Y, **options).history
    expected = [X[k : k + 4].max() for k in (0, 4, 8)] * 2
    assert seen[-6:] == pytest.approx(expected)
    for name in b:
        np.testing.assert_allclose(a[name], b[name], **CLOSE)
    np.testing.assert_allclose(eager.get_weights()[0], compiled.get_weights()[0], **CLOSE)
    np.testing.assert_allclose(
        eager.evaluate(X, Y, verbose=0), compiled.evaluate(X, Y, verbose=0), **CLOSE
    )
    np.testing.assert_allclose(eager.predict(X, verbose=0), compiled.predict(X, verbose=0), **CLOSE)


def test_a_mistake_in_ones_own_layer_comes_out_as_it_is():
    class Broken(rc.layers.Layer):
        broken = False

        def call(self, x):
            if self.broken:
                raise RuntimeError("my own mistake")
            return x

    layer = Broken()
    model = rc.Sequential([rc.Input((3,)), layer, rc.layers.Dense(1)])
    for eager in (True, False):
        model.compile("sgd", "mse", run_eagerly=eager)
        layer.broken = True
        with pytest.raises(RuntimeError, match="my own mistake"):
            model.fit(X, Y, verbose=0)
        layer.broken = False
        model.fit(X, Y, verbose=0)
    assert np.isfinite(model.predict(X, verbose=0)).all()


# Losses and metrics of one's own -----------------------------------------------------------------


@pytest.mark.parametrize("values", ["each sample", "one number"])
def test_a_loss_that_is_a_function(values):
    def cubic(y_true, y_pred):
        cubes = ops.abs(y_true - y_pred) ** 3
        return ops.mean(cubes, axis=-1) if values == "each sample" else ops.mean(cubes)

    model = line(loss=cubic)
    history = model.fit(X, Y, batch_size=10, verbose=0).history
    np.testing.assert_allclose(history["loss"], [(np.abs(Y) ** 3).mean()], **CLOSE)
    gradient = 3 / 10 * X.T @ (-np.sign(Y) * Y**2)
    np.testing.assert_allclose(model.get_weights()[0], -0.1 * gradient, **CLOSE)


def test_a_loss_that_is_a_function_meets_sample_weights():
    model = line(loss=lambda y_true, y_pred: ops.mean(ops.square(y_true - y_pred), axis=-1))
    weights = np.arange(10.0)
    found = model.evaluate(X, Y, sample_weight=weights, batch_size=4, verbose=0)
    np.testing.assert_allclose(found, (weights[:, None] * Y**2).mean(), **CLOSE)


def test_a_loss_that_is_a_class():
    class Scaled(rc.losses.Loss):
        def __init__(self, factor, **kwargs):
            super().__init__(**kwargs)
            self.factor = factor

        def call(self, y_true, y_pred):
            return self.factor * ops.mean(ops.square(y_true - y_pred), axis=-1)

    model = line(loss=Scaled(2.0, name="scaled"))
    model.fit(X, Y, batch_size=10, verbose=0)
    np.testing.assert_allclose(model.get_weights()[0], step(ZERO, X, Y, 2.0), **CLOSE)
    assert list(model.history.history) == ["loss"]


def test_a_loss_that_gives_what_nobody_can_add_up():
    model = line(loss=lambda y_true, y_pred: "large")
    with pytest.raises(rc.RecurraError) as error:
        model.fit(X, Y, verbose=0)
    assert "<lambda>" in str(error.value) and "'large'" in str(error.value)
    model.compile("sgd", "mse")
    model.fit(X, Y, verbose=0)


def test_metrics_that_are_functions():
    def worst(y_true, y_pred):
        return ops.max(ops.abs(y_true - y_pred), axis=-1)

    model = line(rc.Sequential, rc.optimizers.SGD(0.0), metrics=[worst, "mae"])
    history = model.fit(X, Y, batch_size=4, epochs=2, verbose=0).history
    assert list(history) == ["loss", "worst", "mae"]
    np.testing.assert_allclose(history["worst"], [np.abs(Y).mean()] * 2, **CLOSE)


def test_a_metric_that_is_a_class():
    class Largest(rc.metrics.Metric):
        def __init__(self, name="largest", **kwargs):
            super().__init__(name=name, **kwargs)
            self.value = self.add_weight(shape=(), initializer="zeros", name="value")

        def update_state(self, y_true, y_pred, sample_weight=None):
            largest = ops.max(ops.abs(y_true - y_pred))
            self.value.assign(ops.maximum(self.value, largest))

        def result(self):
            return self.value

    metric = Largest()
    model = line(rc.Sequential, rc.optimizers.SGD(0.0), metrics=[metric])
    history = model.fit(X, Y, batch_size=4, epochs=2, validation_data=(X, 0 * Y), verbose=0).history
    np.testing.assert_allclose(history["largest"], [np.abs(Y).max()] * 2, **CLOSE)
    assert history["val_largest"] == [0.0, 0.0]  # it started anew
    assert float(metric.result()) == 0.0


def test_add_loss_in_a_layer():
    class Penalty(rc.layers.Layer):
        def call(self, x):
            self.add_loss(0.5 * ops.mean(ops.square(x)))
            return x

    model = rc.Sequential(
        [rc.Input((3,)), rc.layers.Dense(2, use_bias=False, kernel_initializer="ones"), Penalty()]
    )
    model.compile(rc.optimizers.SGD(0.1), "mse")
    out = X @ np.ones((3, 2))
    history = model.fit(X, out, batch_size=10, verbose=0).history  # mse is 0
    np.testing.assert_allclose(history["loss"], [0.5 * (out**2).mean()], **CLOSE)
    w = np.ones((3, 2)) - 0.1 * X.T @ out / out.size
    np.testing.assert_allclose(model.get_weights()[0], w, **CLOSE)

    alone = rc.Sequential([rc.Input((3,)), rc.layers.Dense(2), Penalty()])
    alone.compile("sgd")  # what a layer adds is enough to learn from
    losses = alone.fit(X, epochs=3, verbose=0).history["loss"]
    assert losses[2] < losses[1] < losses[0]


def test_regularizers_enter_the_loss():
    model = rc.Sequential(
        [
            rc.Input((3,)),
            rc.layers.Dense(
                1,
                use_bias=False,
                kernel_initializer="ones",
                kernel_regularizer=rc.regularizers.L2(0.5),
            ),
        ]
    )
    model.compile(rc.optimizers.SGD(0.0), "mse", metrics=["mse"])
    loss, mse = model.evaluate(X, Y, verbose=0)
    np.testing.assert_allclose(mse, ((X.sum(1, keepdims=True) - Y) ** 2).mean(), **CLOSE)
    np.testing.assert_allclose(loss - mse, 0.5 * 3, rtol=1e-4)
