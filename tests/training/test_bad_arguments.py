"""Arguments that cannot be meant stop at the public call, in words, and break nothing."""

from functools import partial

import numpy as np
import pytest

import recurra as rc
from tests.training.mistakes import X, Y, new, refuse, still_works, text


@pytest.fixture(scope="module")
def model():
    """One model that every test mistreats; whatever they do, it has to go on working."""
    model = new()
    model.fit(X, Y, verbose=0)
    return model


@pytest.fixture(autouse=True)
def unharmed(request):
    """After each test the corrected call works on the same model."""
    yield
    if "model" in request.fixturenames:
        still_works(request.getfixturevalue("model"))


# Numbers -----------------------------------------------------------------------------------------

NEEDS_1 = "a whole number of at least 1 is needed"
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


# Making models -----------------------------------------------------------------------------------

L = rc.layers


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: rc.Sequential(L.Dense(2)), "Sequential: `layers` has to be a list of layers, not"),
        (lambda: rc.Sequential([L.Dense], name="s"), "Sequential 's': a layer is needed, not the"),
        (lambda: rc.Sequential(["dense"], name="s"), "Sequential 's': a layer is needed, not 'den"),
        (
            lambda: rc.Sequential([abs], name="s"),
            "Sequential 's': a layer is needed, not <built-in "
            "function abs>.\n  fix:      Lambda(function)  # a layer made of it",
        ),
        (lambda: rc.Input(3), "`shape` has to be a tuple of sizes, not 3: without a comma, (3)"),
        (lambda: rc.Input((2,), nam="a"), "Input has no argument 'nam'. Did you mean 'name'?"),
        (
            lambda: rc.Sequential(layer=[]),
            "Sequential has no argument 'layer'. Did you mean 'lay",
        ),
        (lambda: rc.Model(inputz=1), "Model has no argument 'inputz'. Did you mean 'inputs'?"),
        (
            lambda: rc.Model(inputs=rc.Input((2,)), ouput=1),
            "Model has no argument 'ouput'. Did you mean 'outputs'?",
        ),
        (lambda: rc.Model(rc.Input((2,))), "Model needs both `inputs` and `outputs`, or none"),
        (lambda: rc.Model(X, Y), "Model: `inputs` has to hold symbolic tensors, not ndarray."),
        (lambda: L.LSTM(), "LSTM: units is missing: a whole number of at least 1."),
        (lambda: L.LSTM(3, return_sequence=True), "LSTM: there is no argument 'return_sequence'."),
        (lambda: L.Dense(2, activation="rleu"), "Dense: activation='rleu': there is no activation"),
    ],
)
def test_models_and_layers_that_cannot_be_made(make, said):
    assert refuse(make, rc.ArgumentError).startswith(said)


@pytest.mark.parametrize("more", [[L.Dropout(0.2)], [L.Dropout(0.2), L.Dense(1)]])
def test_several_layers_added_at_once(more):
    model = rc.Sequential(name="s")
    assert refuse(lambda: model.add(L.LSTM(2), *more), rc.ArgumentError) == text(f"""
        Sequential 's': `add` takes one layer, and {1 + len(more)} were given.
          fix:      model.add(layer) for each of them
          fix:      Sequential([layer, ...])
    """)
    assert model.layers == []


def test_a_layer_in_the_place_of_a_tensor():
    said = refuse(lambda: L.LSTM(2, name="l")(L.Dense(3, name="d")), rc.ArgumentError)
    assert said == text("""
        LSTM 'l': `sequences` has to be an array, not <Dense name=d, built=False>.
          fix:      Dense(...)(tensor)  # called on a tensor, a layer gives one back
    """)


def test_what_fit_returns_is_no_dict(model):
    said = refuse(lambda: model.fit(X, Y, verbose=0)["val_loss"], rc.ArgumentError)
    assert said == text("""
        what `fit` returns is no dict: the losses and metrics are in its `history`.
          fix:      history.history['val_loss']
    """)


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
