"""The real Keras runs on JAX here, as recurra does, and is compiled in a hurry."""

import os

import pytest

from tests.hurried import hurried

os.environ["KERAS_BACKEND"] = "jax"


@pytest.fixture(scope="package", autouse=True)
def hurried_keras():
    """Only Keras' numbers count: its layers and models are run as they are, in a hurry."""
    import keras

    with pytest.MonkeyPatch.context() as patch:
        for owner, names in {
            keras.layers.Layer: ("__call__",),
            keras.Variable: ("__init__",),
            keras.Model: ("fit", "evaluate", "predict", "train_on_batch"),
        }.items():
            for name in names:
                patch.setattr(owner, name, hurried()(getattr(owner, name)))
        yield
