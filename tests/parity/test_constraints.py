import keras
import numpy as np
import pytest

from recurra import constraints

W = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("MaxNorm", {"max_value": 1.5, "axis": 0}),
        ("MinMaxNorm", {"min_value": 0.5, "max_value": 1.5, "rate": 0.7, "axis": 1}),
        ("NonNeg", {}),
        ("UnitNorm", {"axis": 1}),
    ],
)
def test_values_and_configurations_are_keras(name, config):
    ours = getattr(constraints, name)(**config)
    theirs = getattr(keras.constraints, name)(**config)
    np.testing.assert_allclose(ours(W), theirs(W), rtol=1e-6)
    assert constraints.serialize(ours) == keras.constraints.serialize(theirs)


def test_every_name_of_keras_is_known():
    from keras.src.constraints import ALL_OBJECTS_DICT

    beside = {"Constraint", "constraint"}
    assert set(ALL_OBJECTS_DICT) - beside <= set(constraints.registry.names)
