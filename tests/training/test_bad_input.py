"""Data that cannot be meant stop at the public call, in words, and break nothing."""

from datetime import datetime
from functools import partial

import numpy as np
import pytest

import recurra as rc
from tests.training.mistakes import LABELS, LINE, X, Y, new, refuse, text


def with_value(value, at=(3, 1, 2)):
    x = X.copy()
    x[at] = value
    return x


# The shape of x ----------------------------------------------------------------------------------

CALLS = {
    "fit": lambda m, x: m.fit(x, Y, verbose=0),
    "evaluate": lambda m, x: m.evaluate(x, Y, verbose=0),
    "predict": lambda m, x: m.predict(x, verbose=0),
    "train_on_batch": lambda m, x: m.train_on_batch(x, Y),
    "test_on_batch": lambda m, x: m.test_on_batch(x, Y),
    "predict_on_batch": lambda m, x: m.predict_on_batch(x),
    "validation_data": lambda m, x: m.fit(X, Y, validation_data=(x, Y), verbose=0),
    "generator": lambda m, x: m.fit(iter([(x, Y)]), verbose=0),
    "call": lambda m, x: m(x),
}


def within(name):
    """What a message begins with: the argument of `fit` that holds `x`, where that is another."""
    return "validation_data: " if name == "validation_data" else ""


@pytest.mark.parametrize("name", CALLS)
def test_another_number_of_features(model, name):
    argument = "inputs" if name == "call" else "x"
    message = refuse(lambda: CALLS[name](model, X[:, :, :2]), rc.ShapeError)
    assert message == text(f"""
        {within(name)}Sequential 'forecast' takes 3 features, and `{argument}` has 2.
          came:     {argument} (batch=8, timesteps=4, features=2)
          expected: (batch, timesteps=4, features=3)
          set by:   {LINE}
          fix:      Input((4, 2))  # a new model, trained for 2: the weights of this one are for 3
          fix:      give the 3 features it was built for, in the same order
    """)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("x", [X[:, :, 0], X[..., None, None], X[:, 0, 0]])
def test_another_number_of_axes(model, name, x):
    message = refuse(lambda: CALLS[name](model, x), rc.ShapeError)
    assert f"takes 3 axes, and `{'inputs' if name == 'call' else 'x'}` has {x.ndim}." in message
    assert "expected: (batch, timesteps=4, features=3)" in message


def test_one_sample_without_the_axis_of_samples(model):
    message = refuse(lambda: model.predict(X[0], verbose=0), rc.ShapeError)
    assert (
        "fix:      X[None]  # one sample: adds the axis of samples, (batch=1, timesteps=4, "
        in message
    )


def test_empty_lists(model):
    said = "there are no samples: the first axis of the data has size 0."
    assert refuse(lambda: model.fit([], [], verbose=0), rc.DataError) == said
    assert refuse(lambda: model.predict([], verbose=0), rc.DataError) == said


def test_dates_in_a_table(model):
    x = np.array([[datetime(2020, 1, 1), 2.0]], dtype=object)
    assert refuse(lambda: model.predict(x, verbose=0), rc.DataError) == text("""
        Sequential 'forecast': `x` holds Python objects (dtype object).
          came:     x[0, 0] = datetime.datetime(2020, 1, 1, 0, 0)
          expected: an array of numbers
          fix:      leave the dates out, or count the days from the first: (d - d.min()).dt.days
    """)


def test_a_single_number(model):
    message = refuse(lambda: model.fit(3.0, Y, verbose=0), rc.DataError)
    assert message == "Sequential 'forecast': `x` is a single number, not an array of samples."


# What x and y hold -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [n for n in CALLS if n != "call"])
@pytest.mark.parametrize(("value", "said"), [(np.nan, "NaN"), (np.inf, "infinity")])
def test_values_that_are_no_numbers(model, name, value, said):
    message = refuse(lambda: CALLS[name](model, with_value(value)), rc.DataError)
    assert message == text(f"""
        {within(name)}Sequential 'forecast': `x` holds {said} in 1 of 96 places, first at sample \
3, timestep 1, feature 2. One is enough to make the outputs, the loss and then every weight NaN.
          fix:      fill it in, or leave those samples out: keep = \
np.isfinite(x).all(axis=(1, 2)), then x[keep] and y[keep]
    """)


def test_nan_beside_a_number_is_no_padding():
    """Masking(nan) takes timesteps in which all features are NaN, and no others."""
    layers = [rc.Input((4, 3)), rc.layers.Masking(float("nan")), rc.layers.LSTM(2)]
    model = rc.Sequential([*layers, rc.layers.Dense(1)], name="padded")
    model.compile("sgd", "mse")
    x = with_value(np.nan, np.s_[:, 2:])
    assert np.isfinite(model.fit(x, Y, verbose=0).history["loss"]).all()
    x[5, 1, 2] = np.nan
    assert refuse(lambda: model.fit(x, Y, verbose=0), rc.DataError).startswith(
        "Sequential 'padded': `x` holds NaN in 1 of 96 places, first at sample 5, timestep 1, "
        "feature 2."
    )


def test_numbers_beyond_float32_are_infinite(model, recwarn):
    x = X.astype("float64")
    x[3, 1, 2] = 1e300
    assert "`x` holds infinity in 1 of 96 places, first at sample 3, timestep 1" in refuse(
        lambda: model.fit(x, Y, verbose=0), rc.DataError
    )
    assert not recwarn.list


def test_large_numbers_are_numbers(model):
    x = np.full((2, 4, 3), 3e38, "float32")  # their sum is infinite
    assert np.isfinite(model.predict(x, verbose=0)).all()


@pytest.mark.parametrize("name", [n for n in CALLS if n != "call"])
def test_zero_samples(model, name):
    def call(x):
        if name == "fit":
            return model.fit(x, Y[:0], verbose=0)
        return CALLS[name](model, x)

    message = refuse(lambda: call(X[:0]), rc.DataError)
    assert "there are no samples" in message or "x has 0, y has 8" in message


NO_NUMBERS = {
    "text": (
        np.array([["a", "b"]] * 8),
        """
        Sequential 'forecast': `x` holds text (dtype <U1).
          came:     x[0, 0] = 'a'
          expected: an array of numbers
          fix:      number what it says: names, x = np.unique(x, return_inverse=True)
        """,
    ),
    "numbers as text": (
        np.array([["1", "2.5"]] * 8),
        """
        Sequential 'forecast': `x` holds text (dtype <U3).
          came:     x[0, 0] = '1'
          expected: an array of numbers
          fix:      x = x.astype('float32')
        """,
    ),
    "a file name": (
        "data.csv",
        """
        Sequential 'forecast': `x` is 'data.csv', not an array of numbers.
          fix:      read the file first: x = np.loadtxt('data.csv', delimiter=',')
        """,
    ),
    "None inside": (
        np.array([[1.0, None]] * 8, dtype=object),
        """
        Sequential 'forecast': `x` holds Python objects (dtype object).
          came:     x[0, 1] = None
          expected: an array of numbers
          fix:      fill in what is missing, or leave those samples out
        """,
    ),
    "objects": (
        np.array([[1.0, {}]] * 8, dtype=object),
        """
        Sequential 'forecast': `x` holds Python objects (dtype object).
          came:     x[0, 1] = {}
          expected: an array of numbers
        """,
    ),
    "dates": (
        np.array(["2024-01-01"] * 8, dtype="datetime64[D]"),
        """
        Sequential 'forecast': `x` holds dates (dtype datetime64[D]).
          came:     x[0] = datetime.date(2024, 1, 1)
          expected: an array of numbers
          fix:      count from the first date: x = (x - x.min()) / np.timedelta64(1, 'D')
        """,
    ),
    "complex numbers": (
        X.astype("complex64"),
        f"""
        Sequential 'forecast': `x` holds complex numbers (dtype complex64).
          came:     x[0, 0, 0] = {complex(X[0, 0, 0])!r}
          expected: an array of numbers
          fix:      x = np.stack([x.real, x.imag], axis=-1)
        """,
    ),
    "sequences of several lengths": (
        [[[1.0, 2, 3]] * (1 + k % 3) for k in range(8)],
        """
        Sequential 'forecast': `x` holds sequences of different lengths, 1, 2, 3, and an array \
needs one length.
          fix:      x = recurra.utils.pad_sequences(x, dtype='float32')  # zeros in front, up to \
3; Masking() as the first layer leaves them out
          fix:      recurra.data.bucket(x, y)  # batches of near lengths, for Input((None, \
features)); Masking(float('nan')) as the first layer leaves out what is filled up
          fix:      model.train_on_batch(x[i][None], y[i][None])  # one sequence at a time
        """,
    ),
}


@pytest.mark.parametrize("kind", NO_NUMBERS)
@pytest.mark.parametrize("name", ["fit", "predict"])
def test_what_is_no_array_of_numbers(model, kind, name):
    x, expected = NO_NUMBERS[kind]
    assert refuse(lambda: CALLS[name](model, x), rc.DataError) == text(expected)


def test_sequences_of_one_length_in_an_object_array(model):
    x = np.empty(8, object)
    x[:] = list(X)
    message = refuse(lambda: model.predict(x, verbose=0), rc.DataError)
    assert message.endswith("fix:      x = np.stack(x)")
    assert model.predict(np.stack(x), verbose=0).shape == (8, 1)


@pytest.mark.parametrize("y", [[[1.0], [1.0, 2.0]] * 4, np.array(["a", "b"] * 4)])
def test_targets_that_are_no_numbers_are_called_y(model, y):
    message = refuse(lambda: model.fit(X, y, verbose=0), rc.DataError)
    assert message.startswith("Sequential 'forecast': `y` holds ")
    assert "fix:      y = " in message or "names, y = np.unique(y, return_inverse=True)" in message


# Targets -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["fit", "evaluate", "train_on_batch", "test_on_batch"])
@pytest.mark.parametrize("shape", [(8, 2), (8, 4, 1), (8, 1, 2)])
def test_targets_of_another_shape_are_never_broadcast(model, name, shape):
    options = {} if name.endswith("batch") else {"verbose": 0}
    call = getattr(model, name)
    message = refuse(lambda: call(X, np.zeros(shape), **options), rc.ShapeError)
    assert message.startswith("`y` does not fit the output: it has ")
    assert "expected: (samples=8, features=1)" in message


def test_targets_for_another_number_of_outputs(model):
    assert refuse(lambda: model.fit(X, np.zeros((8, 5)), verbose=0)) == text(f"""
        `y` does not fit the output: it has 5 numbers a sample, and Dense 'out' gives one number.
          came:     y (samples=8, features=5)
          expected: (samples=8, features=1)
          set by:   {LINE}
          fix:      end the model with 5 outputs: Dense(5)
          fix:      y = y[:, :1]  # the first of them alone
    """)


def test_a_target_for_each_timestep_of_a_model_that_gives_one(model):
    assert refuse(lambda: model.fit(X, np.zeros((8, 4, 1)), verbose=0)).splitlines()[:3] == [
        "`y` does not fit the output: it has 4 timesteps of 1 number a sample, and Dense 'out' "
        "gives one number.",
        "  came:     y (samples=8, timesteps=4, features=1)",
        "  expected: (samples=8, features=1)",
    ]


def test_more_targets_than_samples(model):
    for call in (model.fit, model.evaluate):
        longer = partial(call, X, np.zeros((9, 1)), verbose=0)
        assert refuse(longer, rc.DataError) == text("""
            the arrays do not hold the same number of samples: x has 8, y has 9.
              fix:      y = y[1:]  # a look-back of 1 leaves 9 - 1 = 8 targets, each behind its \
window
        """)


def test_no_targets(model):
    expected = text("""
        Sequential 'forecast': the targets are missing: `y` is needed to compute the loss.
          fix:      fit(x, y), or a source that yields (x, y)
    """)
    for call in (
        lambda: model.fit(X, verbose=0),
        lambda: model.evaluate(X, verbose=0),
        lambda: model.train_on_batch(X),
        lambda: model.fit(iter([X]), verbose=0),
        lambda: model.fit(iter([(X,)]), verbose=0),
    ):
        assert refuse(call, rc.DataError) == expected


def test_nothing_at_all(model):
    expected = "`x` is missing: there is nothing to compute on."
    for call in (model.fit, model.evaluate, lambda **k: model.predict(None, **k)):
        assert refuse(lambda call=call: call(verbose=0), rc.DataError) == expected


def test_targets_that_are_not_finite(model):
    for value in (np.nan, np.inf):
        y = Y.copy()
        y[2] = value
        message = refuse(lambda y=y: model.fit(X, y, verbose=0), rc.DataError)
        assert "in 1 row of 8, first in row 2." in message


@pytest.mark.parametrize(
    ("loss", "outputs", "y", "said"),
    [
        ("sparse_categorical_crossentropy", 3, np.arange(8) % 5, "class numbers from 0 to 4"),
        ("sparse_categorical_crossentropy", 3, np.arange(8) % 3 - 1, "class numbers from -1 to 1"),
        ("sparse_categorical_crossentropy", 3, np.full(8, 0.5), "holds 0.5, which is no class"),
        ("binary_crossentropy", 1, np.arange(8) % 3, "goes from 0 to 2"),
        ("categorical_crossentropy", 3, np.arange(8) % 3, "one class number a sample"),
    ],
)
def test_labels_out_of_range(loss, outputs, y, said):
    model = new(loss, outputs=outputs)
    assert said in refuse(lambda: model.fit(X, y, verbose=0), rc.DataError)
    assert said in refuse(lambda: model.evaluate(X, y, verbose=0), rc.DataError)


def test_accuracy_follows_the_corrected_targets():
    model = new("categorical_crossentropy", outputs=3, metrics=["accuracy"])
    labels = np.arange(8) % 3
    refuse(lambda: model.fit(X, labels, verbose=0), rc.DataError)
    model.fit(X, np.eye(3)[labels], verbose=0)
    best = model.predict(X, verbose=0).argmax(1)
    found = model.evaluate(X, np.eye(3)[labels], verbose=0)[1]
    np.testing.assert_allclose(found, (best == labels).mean(), rtol=1e-6)


# Inputs and outputs by name ----------------------------------------------------------------------


def test_another_number_of_inputs(model):
    for call in (
        lambda: model.fit([X, X], Y, verbose=0),
        lambda: model.predict([X, X], verbose=0),
    ):
        assert refuse(call) == text("""
            Sequential 'forecast' has 1 input, and `x` holds 2 arrays.
              fix:      x = np.stack(x)  # if each array is one sample: (batch=2, axis1=8, \
axis2=4, features=3)
        """)


def test_another_number_of_targets(model):
    assert refuse(lambda: model.fit(X, [Y, Y], verbose=0)) == (
        "Sequential 'forecast' has 1 output (out), and `y` holds 2 arrays.\n"
        "  fix:      y = np.concatenate(y, axis=-1)  # 2 numbers a sample, for Dense(2)"
    )


def test_a_dict_with_a_wrong_key(model):
    assert refuse(lambda: model.fit({"serie": X}, Y, verbose=0)) == (
        "Sequential 'forecast': `x` has no array for the input 'series'; it has 'serie'."
    )
    assert refuse(lambda: model.fit(X, {"outt": Y}, verbose=0)) == (
        "`y` names the output 'outt', and the model has 'out'. Did you mean 'out'?"
    )
    assert np.isfinite(model.train_on_batch({"series": X}, {"out": Y}))


# Weights of samples and classes ------------------------------------------------------------------


def test_sample_weights_that_do_not_fit(model):
    def fit(weights):
        return lambda: model.fit(X, Y, sample_weight=weights, verbose=0)

    assert "x has 8, y has 8, sample_weight has 5." in refuse(fit(np.ones(5)), rc.DataError)
    assert refuse(fit(np.ones((8, 4))), rc.ShapeError).startswith(
        "The loss 'mse' gives values of shape (batch=8,), and `sample_weight` of shape "
    )
    assert "`sample_weight` holds NaN in 1 of 8 places, first at sample 0." in refuse(
        fit([np.nan] + [1.0] * 7), rc.DataError
    )
    assert "`sample_weight` is 'balanced', not an array" in refuse(fit("balanced"), rc.DataError)


@pytest.mark.parametrize(
    ("weights", "y", "expected"),
    [
        ({0: 1.0}, LABELS, "`class_weight` has no weight for class 1; it has weights for 0."),
        (
            {"0": 1.0, "1": 2.0},
            LABELS,
            "`class_weight` has no weight for class 0; it has weights for '0', '1'.",
        ),
        (
            [1.0, 2.0],
            LABELS,
            "`class_weight`=[1.0, 2.0]: a dict with a weight for each class is needed, such as "
            "{0: 1.0, 1: 5.0}.",
        ),
        (
            "balanced",
            LABELS,
            "`class_weight`='balanced': a dict with a weight for each class is needed, such as "
            "{0: 1.0, 1: 5.0}.",
        ),
    ],
)
def test_class_weights_that_do_not_fit(model, weights, y, expected):
    assert refuse(lambda: model.fit(X, y, class_weight=weights, verbose=0)) == expected


def test_class_weights_without_classes(model):
    message = refuse(lambda: model.fit(X, Y, class_weight={0: 1.0, 1: 2.0}, verbose=0))
    assert message == text(f"""
        `class_weight` is for targets that are class numbers, and y holds {Y.min():g}.
          fix:      give sample_weight, a number for each sample, instead
    """)
