"""Bad input stops at the public call, says what came and what is needed, and breaks nothing."""

import inspect
from functools import partial
from textwrap import dedent

import numpy as np
import pytest

import recurra as rc

RNG = np.random.default_rng(0)
X = RNG.normal(size=(8, 4, 3)).astype("float32")
Y = RNG.normal(size=(8, 1)).astype("float32")
LABELS = (Y > 0).astype(int)


def new(loss="mse", optimizer="sgd", outputs=1, **compile_with):
    model = rc.Sequential(
        [rc.Input((4, 3), name="series"), rc.layers.SimpleRNN(2), rc.layers.Dense(outputs)],
        name="forecast",
    )
    model.layers[1].name = "out"
    if loss:
        model.compile(optimizer, loss, **compile_with)
    return model


LINE = next(
    f"test_bad_input.py:{inspect.getsourcelines(new)[1] + k}  {line.strip()}"
    for k, line in enumerate(inspect.getsourcelines(new)[0])
    if "rc.Input" in line
)


@pytest.fixture(scope="module")
def model():
    """One model that every test mistreats; whatever they do, it has to go on working."""
    model = new()
    model.fit(X, Y, verbose=0)
    return model


@pytest.fixture(autouse=True)
def unharmed(request):
    """After each test the corrected call works on the same model, with all its weights."""
    yield
    if "model" in request.fixturenames:
        model = request.getfixturevalue("model")
        assert np.isfinite(model.fit(X, Y, verbose=0).history["loss"]).all()
        assert np.isfinite(model.predict(X, verbose=0)).all()


def refuse(function, kind=rc.RecurraError):
    """The message of the error that a call ends with."""
    with pytest.raises(kind) as error:
        function()
    return str(error.value)


def text(message):
    return dedent(message).strip("\n")


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


@pytest.mark.parametrize("name", CALLS)
def test_another_number_of_features(model, name):
    argument = "inputs" if name == "call" else "x"
    message = refuse(lambda: CALLS[name](model, X[:, :, :2]), rc.ShapeError)
    assert message == text(f"""
        Sequential 'forecast' takes 3 features, and `{argument}` has 2.
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
    assert "fix:      x[None]  # one sample: adds the axis of samples, shape (1, 4, 3)" in message


def test_a_single_number(model):
    message = refuse(lambda: model.fit(3.0, Y, verbose=0), rc.DataError)
    assert message == "Sequential 'forecast': `x` is a single number, not an array of samples."


# What x and y hold -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [n for n in CALLS if n != "call"])
@pytest.mark.parametrize(("value", "said"), [(np.nan, "NaN"), (np.inf, "infinity")])
def test_values_that_are_no_numbers(model, name, value, said):
    message = refuse(lambda: CALLS[name](model, with_value(value)), rc.DataError)
    assert message == text(f"""
        Sequential 'forecast': `x` holds {said} in 1 of 96 places, first at sample 3, timestep \
1, feature 2. One is enough to make the outputs, the loss and then every weight NaN.
          fix:      fill it in, or leave those samples out: keep = \
np.isfinite(x).all(axis=(1, 2)), then x[keep] and y[keep]
    """)


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
        Sequential 'forecast': `x` holds sequences of different lengths, 1 to 3, and an array \
needs one length.
          fix:      x = recurra.utils.pad_sequences(x, dtype='float32')
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
    assert refuse(lambda: model.fit(X, np.zeros((8, 5)), verbose=0)) == text("""
        `y` does not fit the output: it has 5 features, the output gives 1.
          came:     y (samples=8, features=5)
          expected: (samples=8, features=1)
          fix:      end the model with 5 outputs: Dense(5)
    """)


def test_a_target_for_each_timestep_of_a_model_that_gives_one(model):
    assert refuse(lambda: model.fit(X, np.zeros((8, 4, 1)), verbose=0)).splitlines()[:3] == [
        "`y` does not fit the output: it has 3 axes, the output gives 2 axes.",
        "  came:     y (samples=8, timesteps=4, features=1)",
        "  expected: (samples=8, features=1)",
    ]


def test_more_targets_than_samples(model):
    for call in (model.fit, model.evaluate):
        longer = partial(call, X, np.zeros((9, 1)), verbose=0)
        assert refuse(longer, rc.DataError) == text("""
            the arrays do not hold the same number of samples: x has 8, y has 9.
              fix:      X[:n] and y[:n] of one length; windows of W steps over n rows leave n - W \
targets: y[W:]
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
            Sequential 'forecast' has 1 input (series), and `x` holds 2 arrays.
              fix:      x = np.stack(x)  # if each array is one sample
        """)


def test_another_number_of_targets(model):
    assert refuse(lambda: model.fit(X, [Y, Y], verbose=0)) == (
        "Sequential 'forecast' has 1 output (out), and `y` holds 2 arrays."
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


# Numbers -----------------------------------------------------------------------------------------

NEEDS_1 = "a whole number of at least 1 is needed"
NEEDS_0 = "a whole number of at least 0 is needed."


@pytest.mark.parametrize(
    ("given", "needed"),
    [
        ({"batch_size": 4.0}, f"=4.0: {NEEDS_1}, or None."),
        ({"batch_size": 0}, f"=0: {NEEDS_1}, or None."),
        ({"batch_size": "4"}, f"='4': {NEEDS_1}, or None."),
        ({"batch_size": True}, f"=True: {NEEDS_1}, or None."),
        ({"epochs": 2.0}, f"=2.0: {NEEDS_1}."),
        ({"epochs": 0}, f"=0: {NEEDS_1}."),
        ({"epochs": None}, f"=None: {NEEDS_1}."),
        ({"initial_epoch": -1}, f"=-1: {NEEDS_0}"),
        ({"initial_epoch": 0.5}, f"=0.5: {NEEDS_0}"),
        ({"steps_per_epoch": 0}, f"=0: {NEEDS_1}, or None."),
        ({"steps_per_epoch": 1.5}, f"=1.5: {NEEDS_1}, or None."),
        ({"validation_freq": 0}, f"=0: {NEEDS_1}."),
        ({"validation_freq": [1]}, f"=[1]: {NEEDS_1}."),
        ({"validation_steps": 0}, f"=0: {NEEDS_1}, or None."),
        ({"validation_batch_size": 2.5}, f"=2.5: {NEEDS_1}, or None."),
        ({"validation_split": 1.5}, "=1.5: a number of at least 0 and below 1 is needed."),
        ({"validation_split": -0.1}, "=-0.1: a number of at least 0 and below 1 is needed."),
        ({"validation_split": "0.2"}, "='0.2': a number of at least 0 and below 1 is needed."),
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
    assert refuse(lambda: model.predict(X, Y)).startswith("predict: `batch_size`=array(")


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
            "(inputs, training, mask).",
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


# compile -----------------------------------------------------------------------------------------


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
        (["mse", "mae"], "compile: `loss` has 2 entries, and the model has 1 output (out)."),
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


# Callbacks and sources ---------------------------------------------------------------------------


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
        ((X, np.zeros((8, 3))), "`y` does not fit the output: it has 3 features, the output "),
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


# Making models -----------------------------------------------------------------------------------

L = rc.layers


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: rc.Sequential(L.Dense(2)), "Sequential: `layers` has to be a list of layers, not"),
        (lambda: rc.Sequential([L.Dense], name="s"), "Sequential 's': a layer is needed, not the"),
        (lambda: rc.Sequential(["dense"], name="s"), "Sequential 's': a layer is needed, not 'den"),
        (lambda: rc.Input(3), "`shape` has to be a tuple of sizes, not 3: without a comma, (3)"),
        (lambda: rc.Input((2,), nam="a"), "Input has no argument 'nam'. Did you mean 'name'?"),
        (
            lambda: rc.Sequential(layer=[]),
            "Sequential has no argument 'layer'. Did you mean 'lay",
        ),
        (lambda: rc.Model(inputz=1), "Model: there is no argument 'inputz'."),
        (lambda: rc.Model(rc.Input((2,))), "Model needs both `inputs` and `outputs`, or none"),
        (lambda: rc.Model(X, Y), "Model: `inputs` has to hold symbolic tensors, not ndarray."),
        (lambda: L.LSTM(), "LSTM: units is missing: a whole number of at least 1."),
        (lambda: L.LSTM(3, return_sequence=True), "LSTM: there is no argument 'return_sequence'."),
        (lambda: L.Dense(2, activation="rleu"), "Dense: activation='rleu': there is no activation"),
    ],
)
def test_models_and_layers_that_cannot_be_made(make, said):
    assert refuse(make, rc.ArgumentError).startswith(said)


def test_a_model_that_knows_no_shape_yet():
    model = rc.Sequential([L.Dense(1)], name="s")
    assert model.get_weights() == []
    assert refuse(model.count_params, rc.StateError).startswith("Sequential 's' has no weights yet")
    assert model.predict(X[:, 0], verbose=0).shape == (8, 1)  # predict says which
    assert model.count_params() == 4


def test_a_failed_first_call_leaves_the_model_unbuilt():
    model = rc.Sequential([L.LSTM(2), L.Dense(1)])
    model.compile("sgd", "mse")
    refuse(lambda: model.fit(X[:, 0], Y, verbose=0), rc.ShapeError)
    model.fit(X, Y, verbose=0)
    assert model.predict(X, verbose=0).shape == (8, 1)


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        (None, "Sequential 'forecast': `weights` has to be a list of arrays, not None."),
        ([np.zeros((3, 2))], "Sequential 'forecast' has 5 weights ("),
        (
            [np.zeros((2, 3)), np.zeros((2, 2)), np.zeros(2), np.zeros((2, 1)), np.zeros(1)],
            "Sequential 'forecast': weight 'forecast/",
        ),
    ],
)
def test_weights_that_do_not_fit(model, weights, said):
    before = model.get_weights()
    assert refuse(lambda: model.set_weights(weights), rc.ArgumentError).startswith(said)
    for now, then in zip(model.get_weights(), before):
        np.testing.assert_array_equal(now, then)
