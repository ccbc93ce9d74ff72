import inspect

import jax
import keras
import numpy as np
import pytest
from keras.src.activations import ALL_OBJECTS_DICT

from recurra import activations

X = np.concatenate([np.linspace(-8, 8, 41), [0.5, -0.5, 1e-8, 90, -90]]).astype("float32")
X = X[:46].reshape(2, 23)[:, :22]
# threshold takes three arguments; what Keras 3.15 gives for sparsemax does not add up to 1
NAMES = sorted(set(ALL_OBJECTS_DICT) - {"threshold", "sparsemax"})


@pytest.mark.parametrize("name", NAMES)
def test_values_and_slopes_are_keras(name):
    ours, theirs = activations.get(name), keras.activations.get(name)
    np.testing.assert_allclose(ours(X), theirs(X), rtol=1e-6, atol=1e-7)
    slope = [jax.grad(lambda x, f=f: f(x).sum())(X) for f in (ours, theirs)]
    np.testing.assert_allclose(*slope, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("relu", {"negative_slope": 0.1}),
        ("relu", {"max_value": 3.0}),
        ("relu", {"max_value": 6}),
        ("relu", {"threshold": 1.0, "negative_slope": 0.2, "max_value": 2.0}),
        ("leaky_relu", {"negative_slope": 0.3}),
        ("elu", {"alpha": 0.5}),
        ("celu", {"alpha": 0.5}),
        ("gelu", {"approximate": True}),
        ("softmax", {"axis": 0}),
        ("log_softmax", {"axis": 0}),
    ],
)
def test_options_are_keras(name, options):
    ours, theirs = getattr(activations, name), getattr(keras.activations, name)
    np.testing.assert_allclose(ours(X, **options), theirs(X, **options), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", NAMES)
def test_signatures_and_names_are_keras(name):
    ours, theirs = activations.get(name), keras.activations.get(name)
    assert [(p.name, p.default) for p in inspect.signature(ours).parameters.values()] == [
        (p.name, p.default) for p in inspect.signature(theirs).parameters.values()
    ]
    assert activations.serialize(ours) == keras.activations.serialize(theirs)
