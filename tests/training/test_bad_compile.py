"""What `compile` cannot take stops there, or at the first data that it does not fit."""

import numpy as np
import pytest

import recurra as rc
from tests.training.mistakes import NEEDS_1, X, Y, new, refuse, text


@pytest.mark.parametrize("method", ["fit", "evaluate", "train_on_batch", "test_on_batch"])
def test_what_needs_compile(method):
    model = new(None)
    assert refuse(lambda: getattr(model, method)(X, Y), rc.StateError) == text(f"""
        Sequential 'forecast': `{method}` needs to know how to learn.
          fix:      model.compile(optimizer='adam', loss='mse') first
    """)


def test_predict_needs_no_compile():
    assert new(None).predict(X, verbose=0).shape == (8, 1)


@pytest.mark.parametrize(
    ("arguments", "options", "expected"),
    [
        (
            ("mse", "adam"),
            {},
            """
            compile: the optimizer comes first and then the loss, and 'mse' is a loss, 'adam' an \
optimizer.
              fix:      model.compile('adam', 'mse')
            """,
        ),
        (
            ("mse",),
            {},
            """
            compile: `optimizer`='mse' is a loss.
              fix:      model.compile(optimizer='adam', loss='mse')
            """,
        ),
        (
            ("sgd", "adam"),
            {},
            """
            compile: `loss`='adam' is an optimizer.
              fix:      model.compile(optimizer='adam', loss='mse')
            """,
        ),
        (("sgd", "mes"), {}, "there is no loss 'mes'. Did you mean 'mse'?"),
        (("adm", "mse"), {}, "there is no optimizer 'adm'. Did you mean 'adam'?"),
        (
            ("sgd", "mse"),
            {"metrics": "mae"},
            "compile: `metrics` has to be a list, not the string 'mae': write metrics=['mae'].",
        ),
        (("sgd", "mse"), {"metrics": ["maee"]}, "there is no metric 'maee'. Did you mean 'mae'?"),
        (
            ("sgd", "mse"),
            {"loss_weights": "a"},
            "compile: `loss_weights` holds 'a': numbers are needed, one for each output.",
        ),
        (
            ("sgd", "mse"),
            {"steps_per_execution": "a"},
            f"compile: `steps_per_execution`='a': {NEEDS_1}.",
        ),
    ],
)
def test_what_compile_takes(model, arguments, options, expected):
    assert refuse(lambda: model.compile(*arguments, **options), rc.ArgumentError) == text(expected)


def test_optimizers_and_losses_as_objects_in_the_wrong_place(model):
    message = refuse(lambda: model.compile(rc.losses.MeanSquaredError(), rc.optimizers.Adam()))
    assert message == text("""
        compile: the optimizer comes first and then the loss, and MeanSquaredError(...) is a loss, \
Adam(...) an optimizer.
          fix:      model.compile(Adam(...), MeanSquaredError(...))
    """)


def test_what_does_not_fit_the_outputs_is_said_at_the_first_data():
    model = new(None)
    for loss, expected in (
        (
            ["mse", "mae"],
            "compile: `loss` has 2 entries, and the model has 1 output (out).\n"
            "  fix:      loss='mse', metrics=['mae']",
        ),
        (
            {"outt": "mse"},
            "compile: `loss` names the output 'outt', and the model has 'out'. Did you mean 'out'?",
        ),
    ):
        model.compile("sgd", loss)
        assert refuse(lambda: model.fit(X, Y, verbose=0), rc.ArgumentError) == expected


def test_no_optimizer_is_enough_to_evaluate_and_not_to_fit():
    model = new(None)
    model.compile(None, "mse")
    assert np.isfinite(model.evaluate(X, Y, verbose=0))
    for method in ("fit", "train_on_batch"):
        assert refuse(lambda method=method: getattr(model, method)(X, Y), rc.StateError) == text(
            f"""
            Sequential 'forecast': `{method}` needs an optimizer, and compile was given None.
              fix:      model.compile(optimizer='adam', loss='mse')
            """
        )


def test_a_loss_that_is_not_one_number():
    model = new(rc.losses.MeanSquaredError(reduction="none"))
    for method in ("fit", "evaluate", "train_on_batch"):
        assert refuse(lambda method=method: getattr(model, method)(X, Y)) == text("""
            The loss 'mean_squared_error' gives 8 numbers a batch, and training makes one number \
small.
              fix:      leave out its reduction='none'
        """)
    model.compile("sgd", rc.losses.MeanSquaredError())
    model.fit(X, Y, verbose=0)


def test_nothing_to_learn_from():
    model = new(None)
    model.compile("sgd")
    assert refuse(lambda: model.fit(X, Y, verbose=0), rc.StateError) == text("""
        Sequential 'forecast': there is nothing to learn from: compile was given no loss, and no \
layer adds one.
          fix:      model.compile(optimizer='adam', loss='mse')
    """)
    model.compile("sgd", "mse")
    model.fit(X, Y, verbose=0)
