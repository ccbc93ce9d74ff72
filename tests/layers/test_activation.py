import numpy as np
import pytest

from recurra import layers as L
from recurra.engine.errors import ArgumentError, ShapeError
from tests.layers.facts import said

X = np.array([[-2.0, -0.5, 0.0, 0.5, 3.0]], "float32")


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (L.Activation("relu"), np.maximum(X, 0)),
        (L.Activation(np.negative), -X),
        (L.ReLU(2.0, 0.1, 0.4), [[-0.24, -0.09, -0.04, 0.5, 2.0]]),  # 0.1 (x - 0.4) below 0.4
        (L.LeakyReLU(), np.where(X > 0, X, 0.3 * X)),
        (L.ELU(2.0), np.where(X > 0, X, 2 * np.expm1(X))),
        (L.PReLU("ones"), X),
        (L.Softmax(), np.exp(X) / np.exp(X).sum()),
    ],
)
def test_values(layer, expected):
    np.testing.assert_allclose(layer(X), expected, rtol=1e-6)


def test_whole_numbers_become_floats():
    assert L.Activation("relu")(np.array([[1, -1]])).dtype == "float32"


def test_softmax_gives_nothing_to_masked_values_and_shares_out_the_rest():
    mask = np.array([[True, True, False, False, False]])
    shares = np.asarray(L.Softmax()(X, mask=mask))[0]
    e = np.exp(X[0, :2])
    np.testing.assert_allclose(shares, [*(e / e.sum()), 0, 0, 0], rtol=1e-6)


def test_softmax_over_features_lets_a_mask_of_timesteps_pass():
    x = np.ones((1, 3, 2), "float32")
    out = L.Softmax()(x, mask=np.array([[True, False, True]]))
    np.testing.assert_allclose(out, np.full((1, 3, 2), 0.5))


def test_softmax_over_two_axes_adds_up_to_one_over_both():
    x = np.arange(12.0, dtype="float32").reshape(2, 2, 3)
    e = np.exp(x)
    expected = e / e.sum((1, 2), keepdims=True)
    np.testing.assert_allclose(L.Softmax([1, 2])(x), expected, rtol=1e-6)


def test_prelu_shares_slopes_along_axes_and_keeps_its_sizes():
    layer = L.PReLU(shared_axes=[1], name="slopes")
    layer(np.ones((2, 5, 3), "float32"))
    assert [w.shape for w in layer.weights] == [(1, 3)]
    assert layer(np.ones((2, 7, 3), "float32")).shape == (2, 7, 3)
    assert said(ShapeError, layer, np.ones((2, 7, 4), "float32")) == (
        "PReLU 'slopes' cannot take `inputs` of shape (batch=2, timesteps=7, features=4): "
        "(batch, timesteps, features=3) is needed.",
        "inputs (batch=2, timesteps=7, features=4)",
        "(batch, timesteps, features=3)",
        (),
    )


def test_prelu_says_which_size_it_has_to_know():
    problem, _, expected, fixes = said(ShapeError, L.PReLU(name="slopes"), L.Input((None, 3)))
    assert problem == (
        "PReLU 'slopes' makes its alpha for a fixed number of timesteps, and that of its input "
        "(batch=None, timesteps=None, features=3) is not known."
    )
    assert expected == "a known number of timesteps"
    assert fixes == ()  # they are found from the way of the array, when the message is read


@pytest.mark.filterwarnings("ignore:.* now")
def test_old_spellings_and_bad_values():
    assert L.LeakyReLU(alpha=0.1).negative_slope == 0.1
    assert L.PReLU(init="ones").get_config()["alpha_initializer"]["class_name"] == "Ones"
    assert said(ArgumentError, L.LeakyReLU, -1)[0] == (
        "LeakyReLU: negative_slope=-1 (int): a number of at least 0 is needed."
    )
    assert said(ArgumentError, L.Activation, "rellu")[0] == (
        "Activation: activation='rellu': there is no activation 'rellu'. Did you mean 'relu'?"
    )


def test_the_axis_of_a_softmax():
    x = np.zeros((2, 5, 4), np.float32)
    np.testing.assert_allclose(L.Softmax([1, 2])(x), np.full((2, 5, 4), 1 / 20))
    assert L.Softmax().per_sample
    assert not L.Softmax(0).per_sample  # a batch may not be padded: its rows share the 1
    assert said(ArgumentError, L.Softmax(5, name="s"), x)[0] == (
        "Softmax 's': there is no axis=5 in 3 axes."
    )
    assert said(ArgumentError, L.Softmax, "last")[0] == (
        "Softmax: axis='last' (str): an axis or a list of axes is needed."
    )
