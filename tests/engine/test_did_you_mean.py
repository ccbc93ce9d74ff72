"""Names that do not exist: what was meant, wherever the name stands."""

import copy
import pickle

import pytest

import recurra as rc
from recurra import layers as L
from recurra.engine.arguments import unknown_argument
from recurra.engine.repairs import repaired
from recurra.engine.suggestions import changes, did_you_mean


def said(function, kind):
    """What the error of a call says; `kind` is its exact type."""
    with pytest.raises(kind) as error:
        function()
    assert type(error.value) is kind
    return str(error.value)


# The suggestion itself ---------------------------------------------------------------------------


def test_the_number_of_changes():
    assert [changes("lstm", x) for x in ("lstm", "ltsm", "lstms", "stm", "xstm", "gru")] == [
        *(0, 1, 1, 1, 1),
        4,
    ]


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("adma", ["adamax", "adam"], "adam"),  # an exchange is one change
        ("LTSM", ["LSTM", "lstm"], "LSTM"),  # and the style is kept
        ("ltsm", ["LSTM", "lstm"], "lstm"),
        ("Relu", ["relu"], "relu"),
        ("hidden_size", ["units", "activation"], "units"),  # what PyTorch calls it
        ("lr", ["learning_rate"], "learning_rate"),
    ],
)
def test_the_nearest_name(name, known, meant):
    assert did_you_mean(name, known) == f". Did you mean {meant!r}?"


def test_nothing_is_suggested_where_nothing_is_near():
    assert did_you_mean("hidden_size", ["rate"]) == ""
    assert did_you_mean("x", []) == ""


# Attributes --------------------------------------------------------------------------------------


def built():
    return rc.Sequential([rc.Input((3, 1)), L.LSTM(2, name="memory")], name="net")


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        (lambda: built().fitt, "Sequential 'net' has no `fitt`. Did you mean 'fit'?"),
        (lambda: built().sumary, "Sequential 'net' has no `sumary`. Did you mean 'summary'?"),
        (lambda: built().layer, "Sequential 'net' has no `layer`. Did you mean 'layers'?"),
        (lambda: built().layers[0].unit, "LSTM 'memory' has no `unit`. Did you mean 'units'?"),
        (lambda: built().state_dict, "Sequential 'net' has no `state_dict`. Did you mean "
         "'get_weights'?"),
        (lambda: L.Dense(2).wieghts, "Dense 'dense' has no `wieghts`. Did you mean 'weights'?"),
        (lambda: L.Dense(2).qqq, "Dense 'dense' has no `qqq`. Its weights are not made yet: a call "
         "or an Input does that."),
        (lambda: built().qqq, "Sequential 'net' has no `qqq`."),
        (lambda: rc.callbacks.History().histroy, "History has no `histroy`. Did you mean "
         "'history'?"),
        (lambda: rc.optimizers.Adam().learning_rte, "Adam has no `learning_rte`. Did you "
         "mean 'learning_rate'?"),
        (lambda: rc.Input((3,)).shap, "SymbolicTensor has no `shap`. Did you mean 'shape'?"),
        (lambda: rc.Variable(1.0).assing, "Variable has no `assing`. Did you mean 'assign'?"),
        (lambda: L.LTSM, "recurra.layers has no `LTSM`. Did you mean 'LSTM'?"),
        (lambda: rc.losses.mean_square_error, "recurra.losses has no `mean_square_error`. Did you "
         "mean 'mean_squared_error'?"),
        (lambda: rc.callbacks.EarlyStoping, "recurra.callbacks has no `EarlyStoping`. Did you mean "
         "'EarlyStopping'?"),
        (lambda: rc.metrics.qqq, "recurra.metrics has no `qqq`."),
        (lambda: rc.Sequental, "recurra has no `Sequental`. Did you mean 'Sequential'?"),
        (lambda: rc.LSTM, "recurra has no `LSTM`. It is recurra.layers.LSTM."),
        (lambda: rc.Adam, "recurra has no `Adam`. It is recurra.optimizers.Adam."),
    ],
)  # fmt: skip
def test_attributes_of_objects_and_modules(look, expected):
    assert said(look, AttributeError) == expected


def test_names_that_are_imported():
    def misspelt():
        from recurra.layers import LTSM  # noqa: F401

    def at_home_elsewhere():
        from recurra import LSTM  # noqa: F401

    assert said(misspelt, ImportError) == "recurra.layers has no `LTSM`. Did you mean 'LSTM'?"
    assert said(at_home_elsewhere, ImportError) == (
        "recurra has no `LSTM`. It is recurra.layers.LSTM."
    )


def test_asking_whether_there_is_one_and_copies_stay_as_they_are():
    layer = L.Dense(2)
    assert not hasattr(layer, "wieghts") and getattr(layer, "wieghts", 3) == 3
    assert not hasattr(L, "LTSM") and not hasattr(rc, "LSTM")
    assert copy.deepcopy(layer).units == pickle.loads(pickle.dumps(layer)).units == 2
    with pytest.raises(AttributeError) as error:
        layer.wieghts
    assert str(pickle.loads(pickle.dumps(error.value))) == str(error.value)


def test_a_property_that_fails_says_its_own():
    class Own(L.Layer):
        @property
        def doubled(self):
            return self.missing * 2

    assert said(lambda: Own().doubled, AttributeError) == "Own 'own' has no `missing`."
    with pytest.raises(rc.StateError) as error:
        rc.Sequential().inputs
    assert "has no `inputs` yet" in error.value.problem


# Arguments ---------------------------------------------------------------------------------------


def problem(function):
    with pytest.raises(rc.ArgumentError) as error:
        function()
    return error.value.problem


def test_arguments_of_pytorch():
    assert problem(lambda: L.LSTM(4, hidden_size=3)) == (
        "LSTM: there is no argument 'hidden_size'. Did you mean 'units'?"
    )
    assert problem(lambda: L.LSTM(4, batch_first=True)) == (
        "LSTM: there is no argument 'batch_first' (leave it out: the batch is always the first "
        "axis)."
    )
    assert problem(lambda: L.Dense(in_features=3, out_features=4)) == (
        "Dense: there is no argument 'in_features' (leave it out: the number of features is that "
        "of the data); there is no argument 'out_features'. Did you mean 'units'? units is "
        "missing: a whole number of at least 1."
    )


def test_arguments_of_fit_compile_and_calls():
    model = built()
    model.compile("sgd", "mse")
    assert problem(lambda: model.fit(1, 2, epoch=3)) == (
        "fit has no argument 'epoch'. Did you mean 'epochs'?"
    )
    assert problem(lambda: model.compile("sgd", "mse", metric=["mae"])) == (
        "compile has no argument 'metric'. Did you mean 'metrics'?"
    )
    assert problem(lambda: model.compile("sgd", "mse", learning_rate=0.1)) == (
        "compile has no argument 'learning_rate' (give it to the optimizer: "
        "optimizer=Adam(learning_rate=...))."
    )
    assert problem(lambda: model.compile("sgd", "mse", epochs=3)) == (
        "compile has no argument 'epochs' (give it to `fit`)."
    )
    assert problem(lambda: model.fit(1, 2, metrics=["mae"])) == (
        "fit has no argument 'metrics' (give it to `compile`)."
    )
    assert unknown_argument("lr", ["learning_rate"]) == ". Did you mean 'learning_rate'?"
    assert problem(lambda: model.compile("sgd", "mse", metrics=["f1"])) == (
        "there is no metric 'f1'. Did you mean 'f1_score'?"
    )
    assert problem(lambda: model(1, trainig=True)).endswith(" Did you mean 'training'?")


def test_arguments_of_functions_over_data():
    utils = rc.utils
    said = "to_categorical has no argument 'classes'. Did you mean 'num_classes'?"
    assert problem(lambda: utils.to_categorical([0, 1], classes=3)) == said
    said = "normalize has no argument 'axes'. Did you mean 'axis'?"
    assert problem(lambda: utils.normalize([0.0, 1.0], axes=0)) == said
    said = "pad_sequences has no argument 'max_len'. Did you mean 'maxlen'?"
    assert problem(lambda: utils.pad_sequences([[1]], max_len=3)) == said
    said = "timeseries_dataset_from_array: `sequence_length` is missing."
    assert problem(lambda: utils.timeseries_dataset_from_array([0.0, 1.0], None)) == said
    said = "TimeseriesGenerator has no argument 'lenght'. Did you mean 'length'?"
    assert problem(lambda: utils.TimeseriesGenerator([0.0], [1.0], lenght=3)) == said


# Values ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "fixes"),
    [
        (lambda: L.LSTM(30 / 2), ["LSTM(units=15)"]),
        (lambda: L.LSTM(31 / 2), []),
        (lambda: L.Dense("10"), ["Dense(units=10)"]),
        (lambda: L.Dense("ten"), []),
        (lambda: L.Dense([32]), ["Dense(units=32)"]),
        (lambda: L.Dense([32, 8]), []),
        (lambda: L.Dropout(50), ["Dropout(rate=0.5)"]),
        (lambda: L.LSTM(4, dropout=1.5), []),
        (lambda: L.Dropout("0.5"), ["Dropout(rate=0.5)"]),
        (lambda: L.LSTM(4, return_sequences="False"), ["LSTM(return_sequences=False)"]),
        (lambda: L.LSTM(4, return_sequences="maybe"), []),
        (lambda: L.Conv1D(16, kernel_size="3"), ["Conv1D(kernel_size=3)"]),
        (lambda: L.Conv1D(16, 3, padding="Same "), []),
    ],
)
def test_values_that_plainly_stand_for_others(make, fixes):
    with pytest.raises(rc.ArgumentError) as error:
        make()
    assert list(error.value.fixes) == fixes
    for fix in fixes:  # what is suggested is accepted
        name, _, value = fix.partition("(")[2].removesuffix(")").partition("=")
        needed = {"units": 4, "filters": 4, "kernel_size": 3} | {name: eval(value)}
        cls = getattr(L, fix.partition("(")[0])
        cls(**{k: v for k, v in needed.items() if k in cls._arguments})


def test_a_repair_goes_through_the_conversion():
    assert repaired("3", lambda v: (v,), lambda v: v == (3,)) == [3]
    assert repaired(object(), None, lambda v: True) == []
