import keras
import numpy as np
import pytest

from recurra import initializers

RANDOM = [
    ("random_normal", {"mean": 1.0, "stddev": 0.3}),
    ("random_uniform", {"minval": -1.0, "maxval": 3.0}),
    ("truncated_normal", {"mean": 1.0, "stddev": 0.3}),
    ("variance_scaling", {"scale": 2.0, "mode": "fan_avg", "distribution": "uniform"}),
    ("glorot_uniform", {}),
    ("glorot_normal", {}),
    ("he_uniform", {}),
    ("he_normal", {}),
    ("lecun_uniform", {}),
    ("lecun_normal", {}),
]


@pytest.mark.parametrize(("name", "config"), RANDOM)
@pytest.mark.parametrize("shape", [(100, 400), (4, 50, 200)])
def test_the_distribution_is_keras(name, config, shape):
    ours = initializers.get({"class_name": name, "config": {"seed": 1, **config}})(shape)
    theirs = np.asarray(getattr(keras.initializers, name)(seed=1, **config)(shape))
    ours, theirs = np.sort(ours.ravel()), np.sort(theirs.ravel())
    # two samples of 40,000: quantiles agree to a few standard errors, bounds to the last gap
    spread = theirs.std()
    for q in (0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99):
        k = int(q * len(ours))
        assert abs(ours[k] - theirs[k]) < 0.05 * spread
    assert ours.std() == pytest.approx(spread, rel=0.02)
    if "normal" not in name or "truncated" in name:
        assert (
            abs(ours[0] - theirs[0]) < 0.01 * spread and abs(ours[-1] - theirs[-1]) < 0.01 * spread
        )


@pytest.mark.parametrize(
    ("name", "config"),
    [("zeros", {}), ("ones", {}), ("constant", {"value": 3.5}), ("identity", {"gain": 2.0})],
)
def test_given_values_are_keras(name, config):
    ours = initializers.get({"class_name": name, "config": config})((3, 4))
    np.testing.assert_array_equal(ours, getattr(keras.initializers, name)(**config)((3, 4)))


@pytest.mark.parametrize("name", [name for name, _ in RANDOM] + ["zeros", "ones", "orthogonal"])
def test_written_as_keras_writes_them(name):
    ours, theirs = initializers.get(name), keras.initializers.get(name)
    assert initializers.serialize(ours) == keras.initializers.serialize(theirs)
    again = keras.initializers.deserialize(initializers.serialize(ours))
    assert again.get_config() == ours.get_config()


def test_every_name_of_keras_is_known():
    from keras.src.initializers import ALL_OBJECTS_DICT

    beside = {"Initializer", "initializer", "STFT", "stft", "STFTInitializer"}
    assert set(ALL_OBJECTS_DICT) - beside <= set(initializers.registry.names)
