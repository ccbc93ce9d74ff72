"""After any error, and after Ctrl-C, a model trains on as if nothing had been."""

import numpy as np
import pytest

import recurra as rc
from recurra.layers import LSTM, BatchNormalization, Dense, Input
from recurra.training.callbacks.callback import HOOKS

RNG = np.random.default_rng(0)
X = RNG.normal(size=(24, 4, 3)).astype("float32")
Y = RNG.normal(size=(24, 1)).astype("float32")


class Boom(Exception):
    pass


def boom(*args, **kwargs):
    raise Boom


class Sub(rc.Model):
    def __init__(self):
        super().__init__()
        self.memory, self.last = LSTM(3), Dense(1)

    def call(self, x):
        return self.last(self.memory(x))


def functional():
    x = Input((4, 3))
    return rc.Model(x, Dense(1)(LSTM(3)(x)))


MODELS = {
    "sequential": lambda: rc.Sequential([Input((4, 3)), LSTM(3), BatchNormalization(), Dense(1)]),
    "without Input": lambda: rc.Sequential([LSTM(3), Dense(1)]),
    "functional": functional,
    "subclassed": Sub,
}


def compiled(kind):
    model = MODELS[kind]()
    model.compile("adam", "mse", metrics=["mae"])
    return model


def batches(count, then):
    """A source of so many good batches, and then of something else."""
    for _ in range(count):
        yield X[:8], Y[:8]
    yield then() if callable(then) else then


def raising(hook, error):
    """A callback that raises in one of its hooks."""
    return type(
        "Raising", (rc.callbacks.Callback,), {hook: lambda *_: (_ for _ in ()).throw(error)}
    )()


def provoke(model, hook, error):
    """Run what calls the hook."""
    calls = {"callbacks": [raising(hook, error)], "verbose": 0}
    if hook.startswith("on_test"):
        model.evaluate(X, Y, **calls)
    elif hook.startswith("on_predict"):
        model.predict(X, **calls)
    else:
        model.fit(X, Y, batch_size=8, epochs=2, **calls)


BAD_X = {
    "features": X[..., :2],
    "rank 2": X[:, 0],
    "rank 4": X[..., None],
    "swapped": X.transpose(0, 2, 1),
    "NaN": X * np.nan,
    "text": np.array(["a"] * 24),
    "empty": X[:0],
    "None": None,
}
ERRORS = {
    **{f"fit on {k}": lambda m, x=x: m.fit(x, Y, verbose=0) for k, x in BAD_X.items()},
    **{f"predict on {k}": lambda m, x=x: m.predict(x, verbose=0) for k, x in BAD_X.items()},
    "fewer targets": lambda m: m.fit(X, Y[:3], verbose=0),
    "wide targets": lambda m: m.fit(X, np.zeros((24, 7)), verbose=0),
    "no targets": lambda m: m.fit(X, verbose=0),
    "validation data": lambda m: m.fit(X, Y, validation_data=(X[..., :2], Y), verbose=0),
    "half validation data": lambda m: m.fit(X, Y, validation_data=X, verbose=0),
    "weights": lambda m: m.fit(X, Y, sample_weight=np.ones(3), verbose=0),
    "argument": lambda m: m.fit(X, Y, epoch=3),
    "source raises": lambda m: m.fit(batches(2, boom), steps_per_epoch=5, verbose=0),
    "source turns bad": lambda m: m.fit(
        batches(2, (X[:8, :, :2], Y[:8])), steps_per_epoch=5, verbose=0
    ),
    "source ends": lambda m: m.fit(batches(1, (X[:8], Y[:8])), steps_per_epoch=5, verbose=0),
    "rate": lambda m: m.fit(X, Y, callbacks=[rc.callbacks.LearningRateScheduler(boom)], verbose=0),
    "monitor": lambda m: m.fit(
        X, Y, callbacks=[rc.callbacks.EarlyStopping("nope", mode="min")], verbose=0
    ),
    "loss name": lambda m: m.compile("adam", "msee"),
    "set_weights": lambda m: m.set_weights([np.zeros(3)]),
}
RECOMPILED = {
    "loss": {"loss": boom},
    "loss gives None": {"loss": lambda y, p: None},
    "metric": {"loss": "mse", "metrics": [boom]},
    "rate": {"optimizer": rc.optimizers.Adam(boom), "loss": "mse"},
}


def check_usable(model):
    """It trains, and what it measures afterwards is that of its weights alone."""
    history = model.fit(X, Y, batch_size=8, epochs=2, verbose=0)
    assert history.epoch == [0, 1] and model.history is history
    assert np.isfinite(history.history["loss"]).all()
    assert all(np.isfinite(w).all() for w in model.get_weights())
    error = model.predict(X, verbose=0) - Y
    assert model.evaluate(X, Y, verbose=0) == pytest.approx(
        [np.square(error).mean(), np.abs(error).mean()], rel=1e-4
    )


@pytest.mark.parametrize("kind", MODELS)
def test_a_trained_model_goes_on_after_each_of_them(kind):
    model = compiled(kind)
    check_usable(model)
    for name, cause in ERRORS.items():
        weights = model.get_weights()
        with pytest.raises((rc.RecurraError, Boom)):
            cause(model)
        if "source" not in name and name != "monitor":  # these have trained before they failed
            for before, after in zip(weights, model.get_weights(), strict=True):
                np.testing.assert_array_equal(before, after, err_msg=name)
        check_usable(model)


@pytest.mark.parametrize("error", [Boom(), KeyboardInterrupt()])
def test_a_callback_that_fails_at_any_hook(error):
    model = compiled("sequential")
    for hook in HOOKS:
        with pytest.raises(type(error)) as caught:
            provoke(model, hook, error)
        assert caught.value is error
        check_usable(model)


@pytest.mark.parametrize("mistake", RECOMPILED)
def test_what_fails_within_the_step(mistake):
    model = compiled("subclassed")
    model.fit(X, Y, verbose=0)
    weights = model.get_weights()
    model.compile(**{"optimizer": "adam"} | RECOMPILED[mistake])
    with pytest.raises((rc.RecurraError, Boom)):
        model.fit(X, Y, verbose=0)
    for before, after in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)
    model.compile("adam", "mse", metrics=["mae"])
    check_usable(model)


@pytest.mark.parametrize("cause", [ERRORS[f"fit on {k}"] for k in ("rank 2", "NaN", "text")])
@pytest.mark.parametrize("kind", ["without Input", "subclassed"])
def test_a_first_fit_that_fails_leaves_nothing_built(kind, cause):
    model = compiled(kind)
    with pytest.raises(rc.RecurraError):
        cause(model)
    assert model.weights == []
    check_usable(model)
