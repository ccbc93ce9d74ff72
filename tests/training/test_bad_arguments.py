"""Numbers, names and switches that cannot be meant stop at the public call, in words."""

import pytest

import recurra as rc
from tests.training.mistakes import NEEDS_1, X, Y, refuse, text

# Numbers -----------------------------------------------------------------------------------------

NEEDS_0 = "a whole number of at least 0 is needed."


@pytest.mark.parametrize(
    ("given", "needed"),
    [
        ({"batch_size": 4.0}, f"=4.0: {NEEDS_1}, or None.\n  fix:      batch_size=4"),
        ({"batch_size": 0}, f"=0: {NEEDS_1}, or None."),
        ({"batch_size": "4"}, f"='4': {NEEDS_1}, or None.\n  fix:      batch_size=4"),
        ({"batch_size": True}, f"=True: {NEEDS_1}, or None."),
        ({"epochs": 2.0}, f"=2.0: {NEEDS_1}.\n  fix:      epochs=2"),
        ({"epochs": 0}, f"=0: {NEEDS_1}."),
        ({"epochs": None}, f"=None: {NEEDS_1}."),
        ({"initial_epoch": -1}, f"=-1: {NEEDS_0}"),
        ({"initial_epoch": 0.5}, f"=0.5: {NEEDS_0}"),
        ({"steps_per_epoch": 0}, f"=0: {NEEDS_1}, or None."),
        ({"steps_per_epoch": 1.5}, f"=1.5: {NEEDS_1}, or None."),
        ({"validation_freq": 0}, f"=0: {NEEDS_1}."),
        ({"validation_freq": [1]}, f"=[1]: {NEEDS_1}.\n  fix:      validation_freq=1"),
        ({"validation_steps": 0}, f"=0: {NEEDS_1}, or None."),
        ({"validation_batch_size": 2.5}, f"=2.5: {NEEDS_1}, or None."),
        ({"validation_split": 1.5}, "=1.5: a number of at least 0 and below 1 is needed."),
        ({"validation_split": -0.1}, "=-0.1: a number of at least 0 and below 1 is needed."),
        (
            {"validation_split": "0.2"},
            "='0.2': a number of at least 0 and below 1 is needed.\n"
            "  fix:      validation_split=0.2",
        ),
        (
            {"validation_split": 20},  # per cent
            "=20: a number of at least 0 and below 1 is needed.\n  fix:      validation_split=0.2",
        ),
    ],
)
def test_numbers_given_to_fit(model, given, needed):
    (name,) = given
    message = refuse(lambda: model.fit(X, Y, verbose=0, **given), rc.ArgumentError)
    assert message == f"fit: `{name}`{needed}"


def test_numbers_given_to_evaluate_and_predict(model):
    assert refuse(lambda: model.predict(X, batch_size=2.5)).startswith("predict: `batch_size`=2.5:")
    assert refuse(lambda: model.predict(X, steps=0)).startswith("predict: `steps`=0:")
    assert refuse(lambda: model.evaluate(X, Y, batch_size=-1)).startswith(
        "evaluate: `batch_size`=-1:"
    )
    # predict(x, y): the second argument is the batch size
    assert refuse(lambda: model.predict(X, Y)) == text("""
        predict takes the inputs alone, and an array came as `batch_size`.
          fix:      model.predict(x); model.evaluate(x, y) compares with targets
    """)


def test_a_first_epoch_after_the_last(model):
    assert refuse(lambda: model.fit(X, Y, initial_epoch=5, epochs=3)) == text("""
        fit: `initial_epoch`=5 is past `epochs`=3, which is the number of the last epoch, not of \
further ones.
          fix:      epochs=8  # 3 more
    """)
    assert model.fit(X, Y, initial_epoch=3, epochs=3, verbose=0).epoch == []


def test_a_split_that_leaves_nothing(model):
    assert refuse(lambda: model.fit(X[:1], Y[:1], validation_split=0.5, verbose=0)) == (
        "fit: `validation_split`=0.5 of 1 samples leaves no samples on one side."
    )


@pytest.mark.parametrize("verbose", ["yes", 7])
def test_verbose(model, verbose):
    assert refuse(lambda: model.fit(X, Y, verbose=verbose)) == (
        f"verbose={verbose!r}: 0 (nothing), 1 (a bar), 2 (a line an epoch) or 'auto' is needed."
    )


# Names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda m: m.fit(X, Y, epoch=3), "fit has no argument 'epoch'. Did you mean 'epochs'?"),
        (
            lambda m: m.predict(X, batchsize=2),
            "predict has no argument 'batchsize'. Did you mean 'batch_size'?",
        ),
        (
            lambda m: m.evaluate(X, Y, return_dic=True),
            "evaluate has no argument 'return_dic'. Did you mean 'return_dict'?",
        ),
        (
            lambda m: m.train_on_batch(X, Y, sample_weights=[1]),
            "train_on_batch has no argument 'sample_weights'. Did you mean 'sample_weight'?",
        ),
        (
            lambda m: m.compile("sgd", "mse", metric=["mae"]),
            "compile has no argument 'metric'. Did you mean 'metrics'?",
        ),
        (
            lambda m: m(X, trainin=True),
            "Sequential 'forecast' was called with `trainin`, which its `call` does not take "
            "(inputs, training, mask). Did you mean 'training'?",
        ),
        (lambda m: m(), "Sequential 'forecast' was called without `inputs`."),
        (lambda m: m.predict(), "predict: `x` is missing."),
        (
            lambda m: m.get_layer("outt"),
            "Sequential 'forecast' has no layer 'outt'. Did you mean 'out'? It has {rnn}, out.",
        ),
        (
            lambda m: m.get_layer(index=9),
            "Sequential 'forecast' has no layer number 9. It has {rnn}, out.",
        ),
        (lambda m: m.get_layer(), "get_layer needs either a `name` or an `index`."),
    ],
)
def test_names_of_arguments_and_layers(model, call, expected):
    assert refuse(lambda: call(model)) == expected.replace("{rnn}", model.layers[0].name)
