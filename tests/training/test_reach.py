"""Outputs that are always 1 and targets that are far out of reach are refused by `fit`."""

import numpy as np
import pytest

import recurra as rc
from recurra.layers import LSTM, Activation, Dense, Lambda, Reshape, Softmax, TimeDistributed

X = np.random.default_rng(0).normal(size=(10, 6, 2)).astype("float32")
FAR = np.linspace(100, 300, 10)


def sequential(*layers):
    return rc.Sequential([rc.Input((6, 2)), *layers])


def functional(*layers):
    x = inputs = rc.Input((6, 2))
    for layer in layers:
        x = layer(x)
    return rc.Model(inputs, x)


def fit(model, y, loss="mse", **options):
    model.compile("sgd", loss, advice=False)
    return model.fit(X, y, verbose=0, **options)


def refuse(model, y, loss="mse", **options):
    with pytest.raises(rc.DataError) as error:
        fit(model, y, loss, **options)
    return str(error.value)


# Softmax over one --------------------------------------------------------------------------------

YES_OR_NO = np.arange(10) % 2


@pytest.mark.parametrize("kind", [sequential, functional])
@pytest.mark.parametrize("loss", ["binary_crossentropy", "mse", "mae", "hinge"])
def test_a_softmax_over_one_unit(kind, loss):
    last = Dense(1, activation="softmax", name="last")
    assert refuse(kind(LSTM(3), last), YES_OR_NO, loss) == (
        "Dense 'last' gives a softmax over one number, which is always 1: the model says 1 to "
        "every sample, whatever it learns.\n"
        f"  set by:   {last.origin}\n"
        "  fix:      for yes or no, Dense(1, activation='sigmoid') and "
        "loss='binary_crossentropy'\n"
        "  fix:      for several classes, one output a class: Dense(classes, activation='softmax')"
    )


def test_a_softmax_over_one_unit_for_measurements():
    last = Dense(1, activation="softmax", name="last")
    assert refuse(sequential(LSTM(3), last), np.linspace(0, 1, 10)).endswith(
        "  fix:      for measurements, Dense(1)\n"
        "  fix:      for yes or no, Dense(1, activation='sigmoid') and targets of 0 and 1"
    )


@pytest.mark.parametrize(
    "layers",
    [
        [LSTM(3), Dense(1), Activation("softmax")],
        [LSTM(3), Dense(1), Softmax()],
        [LSTM(3), Dense(1, activation="softmax"), Reshape((1,))],
    ],
)
def test_it_is_found_in_other_layers(layers):
    assert "gives a softmax over one number" in refuse(sequential(*layers), YES_OR_NO)


def test_it_is_found_in_each_timestep():
    layers = [LSTM(3, return_sequences=True), TimeDistributed(Dense(1, activation="softmax"))]
    assert "gives a softmax over one number" in refuse(sequential(*layers), np.zeros((10, 6)))


@pytest.mark.parametrize(
    ("layers", "y"),
    [
        ([LSTM(3), Dense(2, activation="softmax")], np.eye(2)[YES_OR_NO]),
        ([LSTM(3), Dense(4, activation="softmax"), Reshape((4, 1))], np.zeros((10, 4))),
        ([LSTM(3, return_sequences=True), Dense(1), Softmax(axis=1)], np.zeros((10, 6))),
        ([LSTM(3), Dense(1, activation="sigmoid")], YES_OR_NO),
    ],
)
def test_several_numbers_and_other_activations_are_fine(layers, y):
    assert np.isfinite(fit(sequential(*layers), y).history["loss"]).all()


# Out of reach ------------------------------------------------------------------------------------


def test_a_sigmoid_cannot_reach_hundreds():
    last = Dense(1, activation="sigmoid", name="last")
    assert refuse(sequential(LSTM(3), last), FAR) == (
        "`y` for the output goes from 100 to 300, and Dense 'last' gives numbers from 0 to 1, "
        "because it ends in sigmoid: no target can be reached.\n"
        "  came:     y from 100 to 300\n"
        "  expected: y from 0 to 1\n"
        f"  set by:   {last.origin}\n"
        "  fix:      end the model with Dense(1), without sigmoid: it gives any number\n"
        "  fix:      low, high = y.min(), y.max(); y = (y - low) / (high - low)"
    )


def test_a_recurrent_layer_cannot_reach_hundreds():
    last = LSTM(1, name="last")
    assert refuse(sequential(last), FAR, "mae") == (
        "`y` for the output goes from 100 to 300, and LSTM 'last' gives numbers from -1 to 1, "
        "because it ends in tanh: no target can be reached.\n"
        "  came:     y from 100 to 300\n"
        "  expected: y from -1 to 1\n"
        f"  set by:   {last.origin}\n"
        "  fix:      Dense(1) behind LSTM 'last': it gives any number\n"
        "  fix:      mean = y.mean(); y = (y - mean) / abs(y - mean).max()"
    )


def test_relu_cannot_reach_negative_numbers():
    last = Dense(1, activation="relu", name="last")
    assert refuse(functional(LSTM(3), last), -1 - np.arange(10.0)) == (
        "`y` for the output goes from -10 to -1, and Dense 'last' gives no number below 0, because "
        "it ends in relu: no target can be reached.\n"
        "  came:     y from -10 to -1\n"
        "  expected: y of 0 and more\n"
        f"  set by:   {last.origin}\n"
        "  fix:      end the model with Dense(1), without relu: it gives any number"
    )


@pytest.mark.parametrize(
    ("layers", "y"),
    [
        ([LSTM(3), Dense(1, activation="sigmoid")], np.linspace(0.9, 300, 10)),
        ([LSTM(3), Dense(1, activation="tanh")], np.linspace(1.1, 2.9, 10)),
        ([LSTM(3), Dense(1, activation="relu")], np.linspace(-9, 0.5, 10)),
        ([LSTM(3), Dense(1)], FAR),
        ([LSTM(3), Dense(1, activation="tanh"), Lambda(lambda x: 300 * x)], FAR),
    ],
)
def test_what_may_be_near_is_advised_on_alone(layers, y):
    assert np.isfinite(fit(sequential(*layers), y).history["loss"]).all()


def test_a_few_targets_and_batches_of_a_source_may_be_anywhere():
    model = sequential(LSTM(3), Dense(1, activation="tanh"))
    model.compile("sgd", "mse", advice=False)
    model.fit(X[:7], FAR[:7], verbose=0)
    model.fit(iter([(X, FAR)]), verbose=0)
    model.train_on_batch(X, FAR)
    model.evaluate(X, FAR, verbose=0)


def test_a_loss_of_ones_own_may_mean_something_else():
    model = sequential(LSTM(3), Dense(1, activation="sigmoid"))
    fit(model, FAR, lambda y_true, y_pred: abs(y_true / 300 - y_pred))
