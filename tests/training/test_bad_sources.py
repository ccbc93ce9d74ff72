"""Callbacks and sources of batches that are none stop at the public call, and break nothing."""

from functools import partial

import numpy as np
import pytest

import recurra as rc
from tests.training.mistakes import X, Y, new, refuse, text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([3], "callbacks[0] is no Callback but 3 (int)."),
        (
            [rc.callbacks.EarlyStopping],
            "callbacks[0] is the class EarlyStopping: write EarlyStopping(...).",
        ),
        ("EarlyStopping", "callbacks[0] is no Callback but 'EarlyStopping' (str)."),
    ],
)
def test_callbacks_that_are_none(model, given, said):
    assert refuse(lambda: model.fit(X, Y, callbacks=given, verbose=0), rc.ArgumentError) == said


def test_validation_data_in_brackets_that_make_no_tuple(model):
    expected = text("""
        fit: `validation_data` has to be (x_val, y_val).
          fix:      validation_data=(x_val, y_val); (x_val) is no tuple in Python
    """)
    for given in (X, (X,), (X, Y, Y, Y)):
        call = partial(model.fit, X, Y, validation_data=given, verbose=0)
        assert refuse(call) == expected


ONCE = """
          fix:      a generator is gone through once: let it repeat itself (while True:) and give \
the number of batches an epoch
          fix:      a list of batches, a Sequence or a DataLoader can be gone through again
"""


def test_a_generator_that_ends_early(model):
    def batches(count):
        for _ in range(count):
            yield X, Y

    ended = "the source of batches ended"
    message = refuse(lambda: model.fit(batches(3), steps_per_epoch=5, verbose=0), rc.DataError)
    assert message == text(f"{' ' * 8}{ended} after 3 of 5 batches.{ONCE}")
    message = refuse(lambda: model.fit(batches(3), epochs=2, verbose=0), rc.DataError)
    assert message == text(f"{' ' * 8}{ended} before this epoch.{ONCE}")
    assert model.history.epoch == [0]  # the epoch that was finished
    message = refuse(
        lambda: model.fit(batches(3), epochs=2, steps_per_epoch=3, verbose=0), rc.DataError
    )
    assert message == text(f"{' ' * 8}{ended} before this epoch.{ONCE}")
    message = refuse(lambda: model.evaluate(batches(2), steps=4, verbose=0), rc.DataError)
    assert message == text(f"{' ' * 8}{ended} after 2 of 4 batches.{ONCE}")


def test_a_generator_without_batches(model):
    assert refuse(lambda: model.fit(iter([]), verbose=0), rc.DataError) == text("""
        the source of the data ended before its first batch.
          fix:      a generator is used up after one pass: make a new one for each call
    """)


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (
            (X, Y, Y, Y),
            "a source of batches yielded a tuple of 4; x, (x, y) or (x, y, sample_weight) is "
            "needed.",
        ),
        (None, "Sequential 'forecast': `x` is None, not an array of numbers."),
        ("abc", "Sequential 'forecast': `x` is 'abc', not an array of numbers."),
        ((X[:, :, :1], Y), "Sequential 'forecast' takes 3 features, and `x` has 1."),
        ((X, Y[:3]), "the arrays do not hold the same number of samples: x has 8, y has 3."),
        ((X, np.zeros((8, 3))), "`y` does not fit the output: it has 3 numbers a sample, and "),
    ],
)
@pytest.mark.parametrize("good", [0, 2])
def test_a_generator_that_yields_something_else(model, item, said, good):
    source = iter([(X, Y)] * good + [item])
    assert refuse(lambda: model.fit(source, verbose=0)).startswith(said)


def test_a_function_that_makes_a_generator(model):
    def batches():
        yield X, Y

    message = refuse(lambda: model.fit(batches, verbose=0), rc.ArgumentError)
    assert message.startswith("`x` is <function ")
    assert message.endswith("fix:      call the function that makes the generator: fit(batches())")


def test_what_cannot_be_given_beside_a_source(model):
    def fit(**options):
        return refuse(lambda: model.fit(iter([(X, Y)]), verbose=0, **options), rc.ArgumentError)

    assert fit(y=Y) == text("""
        `y` is given beside a source of batches.
          fix:      let the source yield (x, y)
    """)
    assert fit(sample_weight=np.ones(8)) == text("""
        `sample_weight` is given beside a source of batches.
          fix:      let the source yield (x, y, sample_weight)
    """)
    assert fit(validation_split=0.5) == (
        "`validation_split` needs arrays; for a source of batches give `validation_data`."
    )


def test_an_object_that_is_no_source(model):
    assert refuse(lambda: model.fit(object(), verbose=0), rc.ArgumentError).endswith(
        ", neither arrays nor something that yields batches."
    )


@pytest.mark.parametrize("given", ["no", 0.5, [True]])
def test_shuffle_is_yes_or_no(model, given):
    said = refuse(lambda: model.fit(X, Y, shuffle=given, verbose=0), rc.ArgumentError)
    assert said == f"fit: `shuffle`={given!r}: True or False is needed."


@pytest.mark.parametrize("given", [True, False, np.False_, 1, None, "batch"])
def test_what_scripts_say_for_yes_and_no(model, given):
    model.fit(X, Y, shuffle=given, verbose=0)


@pytest.mark.parametrize(("name", "value"), [("advice", "off"), ("run_eagerly", "False")])
def test_switches_of_compile(name, value):
    said = refuse(lambda: new().compile("sgd", "mse", **{name: value}), rc.ArgumentError)
    assert said == f"compile: `{name}`={value!r}: True or False is needed."


def test_a_loss_function_that_is_called():
    end = (
        " was called without `y_true` and `y_pred`: it is the function itself that `compile` takes."
    )
    for called, name, fix in (
        (rc.losses.mse, "mean_squared_error", "mean_squared_error  # without brackets"),
        (
            partial(rc.losses.kl_divergence, some=1),
            "kl_divergence",
            "KLDivergence(some=1)",
        ),
        (
            partial(rc.losses.binary_crossentropy, from_logits=True),
            "binary_crossentropy",
            "BinaryCrossentropy(from_logits=True)",
        ),
        (
            partial(rc.losses.sparse_categorical_crossentropy, from_logits=True),
            "sparse_categorical_crossentropy",
            "SparseCategoricalCrossentropy(from_logits=True)",
        ),
        (rc.metrics.binary_accuracy, "binary_accuracy", "binary_accuracy  # without brackets"),
    ):
        assert refuse(called, rc.ArgumentError) == f"{name}{end}\n  fix:      {fix}"
