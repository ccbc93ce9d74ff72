"""Models and layers that cannot be made, and what is not given to them."""

import numpy as np
import pytest

import recurra as rc
from tests.training.mistakes import X, Y, refuse, text

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
