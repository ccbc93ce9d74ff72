"""Errors in losses, metrics, callbacks, sources and steps of the user: what the note says."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import recurra as rc
from recurra.layers import Dense, Input
from tests.training.mistakes import X, Y, new, refuse, text


def note(function, kind=Exception):
    """The one note on the foreign error that a call ends with."""
    with pytest.raises(kind) as error:
        function()
    assert not isinstance(error.value, rc.RecurraError)
    (said,) = error.value.__notes__
    return said


def fit(model, **options):
    return lambda: model.fit(X, Y, verbose=0, **options)


def lookup(*args, **kwargs):
    return {}["a"]


SHAPES = "called with y_true (batch=8, features=1) and y_pred (batch=8, features=1)"


def test_a_loss_and_a_metric():
    assert note(fit(new(lookup)), KeyError) == f"in the loss 'lookup', {SHAPES}"
    assert note(fit(new(metrics=[lookup])), KeyError) == f"in the metric 'lookup', {SHAPES}"


def test_functions_that_take_other_arguments():
    """The error arises where recurra calls them, and no line of recurra is shown."""

    def short(y_true):
        return y_true

    with pytest.raises(TypeError) as error:
        fit(new(short))()
    assert error.value.__notes__ == [f"in the loss 'short', {SHAPES}"]
    assert [t.name for t in error.traceback][-1] == "<lambda>"


def test_a_loss_that_branches():
    def branches(y_true, y_pred):
        return jnp.mean(y_pred) if jnp.mean(y_true) > 0 else jnp.mean(y_true)

    said = note(fit(new(branches)))
    line = branches.__code__.co_firstlineno + 1
    assert said == "\n".join(
        [
            f"in the loss 'branches', {SHAPES}",
            f"  test_user_code.py:{line}  return jnp.mean(y_pred) if jnp.mean(y_true) > 0 else "
            "jnp.mean(y_true)",
            "  `if`, `while`, `and`, `or` and `not` need a value, and this one is known only when "
            "the step runs.",
            "  fix:      recurra.ops.where(condition, a, b)  # a where it holds, b elsewhere",
            "  fix:      model.compile(..., run_eagerly=True)  # each step line by line, which is "
            "slow",
        ]
    )


def test_callbacks():
    class Own(rc.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["nope"]

    class Short(rc.callbacks.Callback):
        def on_train_begin(self):
            pass

    assert note(fit(new(), callbacks=[Own()]), KeyError) == "in the callback Own, at on_epoch_end"
    assert note(fit(new(), callbacks=[Short()]), TypeError) == (
        "in the callback Short, at on_train_begin"
    )
    rate = rc.callbacks.LearningRateScheduler(lookup)
    assert note(fit(new(), callbacks=[rate]), KeyError) == (
        "in the callback LearningRateScheduler, at on_epoch_begin"
    )


def test_a_hook_that_is_misspelt():
    class Own(rc.callbacks.Callback):
        def on_epoch_ends(self, epoch, logs=None):
            pass

        def on_something_else(self):
            pass

    with pytest.warns(UserWarning) as told:
        new().fit(X, Y, callbacks=[Own()], verbose=0)
    assert [str(w.message) for w in told] == [
        "Own: Its method `on_epoch_ends` is never called. Did you mean `on_epoch_end`?"
    ]


def test_sources_and_rates():
    def source():
        yield X, Y
        raise OSError("disk")

    assert note(lambda: new().fit(source(), steps_per_epoch=2, verbose=0), OSError) == (
        "in the source of batches"
    )
    assert note(fit(new(optimizer=rc.optimizers.Adam(lambda: lookup()))), KeyError) == (
        "in the function for the learning rate of Adam"
    )

    class Own(rc.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step):
            return lookup()

    assert note(fit(new(optimizer=rc.optimizers.Adam(Own()))), KeyError) == "in the schedule Own"


class OfSteps(rc.Model):
    """A model whose subclasses take steps of their own."""

    def __init__(self):
        super().__init__(name="own")
        self.last = Dense(1)

    def call(self, x):
        return self.last(x[:, 0])


def test_a_step_that_takes_two_of_three():
    class Own(OfSteps):
        def train_step(self, data):
            x, y = data
            return {"loss": x + y}

    model = Own()
    model.compile("sgd", "mse")
    line = Own.train_step.__code__.co_firstlineno + 1
    assert note(fit(model), ValueError) == "\n".join(
        [
            "in `fit` of Own 'own'",
            f"  test_user_code.py:{line}  x, y = data",
            "  `data` is (x, y, sample_weight), with None for what was not given.",
            "  fix:      x, y, sample_weight = data",
        ]
    )


def test_a_step_that_returns_nothing():
    class Own(OfSteps):
        def train_step(self, data):
            pass

    model = Own()
    model.compile("sgd", "mse")
    assert refuse(fit(model)) == text("""
        Own 'own': `train_step` returned None, not a dict of numbers by name.
          fix:      end `train_step` with return {'loss': loss}
    """)


def test_a_step_that_fails_on_the_device():
    """The weights' memory is reused by a step, so one that breaks off has lost them."""

    def host(x):
        raise KeyError("host")

    def breaks(y_true, y_pred):
        like = jax.ShapeDtypeStruct((), "float32")
        return jnp.mean(y_pred) + jax.pure_callback(host, like, jax.lax.stop_gradient(y_pred))

    model = new(breaks)
    with pytest.raises(jax.errors.JaxRuntimeError) as error:
        fit(model)()
    assert error.value.__notes__[-1] == (
        "The step failed while it ran, when it had taken over the memory of the weights: they are "
        "lost.\n"
        "  fix:      make the model again, or load its weights\n"
        "  fix:      model.compile(..., run_eagerly=True)  # finds the cause and keeps the weights"
    )
    model = new(breaks, run_eagerly=True)
    weights = model.get_weights()
    with pytest.raises((KeyError, jax.errors.JaxRuntimeError)):
        fit(model)()
    for before, after in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)


def test_inputs_and_targets_in_each_others_place():
    model = new()
    said = text("""
        Sequential 'forecast': `x` and `y` look exchanged: `y` has the shape of the inputs, and \
`x` that of the targets.
          came:     x (batch=8, features=1)
          expected: (batch, timesteps=4, features=3)
          set by:   {line}
          fix:      model.fit(X, y)  # the inputs first, then the targets
    """)
    from tests.training.mistakes import LINE

    assert refuse(lambda: model.fit(Y, X, verbose=0)) == said.format(line=LINE)
    assert refuse(lambda: model.evaluate(Y[:, 0], X, verbose=0)).startswith(
        "Sequential 'forecast': `x` and `y` look exchanged"
    )
    # a near miss: the targets are no inputs
    assert "exchanged" not in refuse(lambda: model.fit(Y, Y, verbose=0))
    # and another: what came as inputs is no target
    assert "exchanged" not in refuse(lambda: model.fit(np.ones((8, 7)), X, verbose=0))


def test_a_metric_that_is_watched_and_not_measured():
    stop = rc.callbacks.EarlyStopping("val_acc")
    assert refuse(fit(new(), callbacks=[stop])) == text("""
        EarlyStopping: there is no metric 'val_acc'. This training has: loss.
          fix:      model.compile(..., metrics=['accuracy'])
          fix:      model.fit(..., validation_split=0.2), or validation_data=(x_val, y_val)
    """)
    assert refuse(fit(new(), callbacks=[stop], validation_split=0.5)) == text("""
        EarlyStopping: there is no metric 'val_acc'. This training has: loss, val_loss.
          fix:      model.compile(..., metrics=['accuracy'])
    """)


def test_layers_outside_a_list():
    assert refuse(lambda: rc.Sequential(Dense(2), Dense(1))).startswith(
        "Sequential: `layers` has to be a list of layers, not <Dense"
    )
    assert refuse(lambda: rc.Sequential(Input((3,)), Dense(1))).startswith("Sequential: ")
