import inspect

import jax
import keras
import numpy as np
import pytest

from recurra.training import losses

RNG = np.random.default_rng(0)
SHAPE = (4, 3, 5)  # batch, timesteps, classes
NUMBERS = RNG.normal(size=SHAPE).astype("float32")
ROWS = RNG.dirichlet(np.ones(5), size=SHAPE[:2]).astype("float32")
LABELS = RNG.integers(0, 5, size=SHAPE[:2])
ONE_HOT = np.eye(5, dtype="float32")[LABELS]
BITS = RNG.integers(0, 2, size=SHAPE).astype("float32")
WEIGHT = RNG.uniform(0, 2, size=(4, 3)).astype("float32")
MASK = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]], bool)

CASES = [
    ("MeanSquaredError", {}, NUMBERS, NUMBERS[::-1]),
    ("MeanAbsoluteError", {}, NUMBERS, NUMBERS[::-1]),
    ("MeanAbsolutePercentageError", {}, NUMBERS, NUMBERS[::-1]),
    ("MeanSquaredLogarithmicError", {}, NUMBERS, NUMBERS[::-1]),
    ("LogCosh", {}, NUMBERS, NUMBERS[::-1]),
    ("Huber", {"delta": 0.7}, NUMBERS, NUMBERS[::-1]),
    ("CosineSimilarity", {}, NUMBERS, NUMBERS[::-1]),
    ("BinaryCrossentropy", {}, BITS, ROWS),
    ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, BITS, NUMBERS),
    ("BinaryFocalCrossentropy", {"apply_class_balancing": True}, BITS, ROWS),
    ("BinaryFocalCrossentropy", {"from_logits": True, "gamma": 3.0}, BITS, NUMBERS),
    ("CategoricalCrossentropy", {}, ONE_HOT, ROWS),
    ("CategoricalCrossentropy", {"label_smoothing": 0.2}, ONE_HOT, 2 * ROWS),
    ("CategoricalCrossentropy", {"from_logits": True}, ONE_HOT, NUMBERS),
    ("SparseCategoricalCrossentropy", {}, LABELS, ROWS),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, LABELS, NUMBERS),
    ("SparseCategoricalCrossentropy", {"ignore_class": 2}, LABELS, ROWS),
    ("KLDivergence", {}, ROWS[::-1], ROWS),
    ("Poisson", {}, BITS, ROWS),
    ("Hinge", {}, BITS, NUMBERS),
    ("SquaredHinge", {}, 2 * BITS - 1, NUMBERS),
    ("CategoricalHinge", {}, ONE_HOT, NUMBERS),
]


def both(name, options, reduction):
    make = (getattr(losses, name), getattr(keras.losses, name))
    return (cls(reduction=reduction, **options) for cls in make)


def keras_with_mask(loss, y_true, y_pred, weight, mask):
    if mask is not None:
        y_pred = keras.ops.convert_to_tensor(y_pred)
        keras.src.backend.set_keras_mask(y_pred, mask)
    return loss(y_true, y_pred, sample_weight=weight)


@pytest.mark.parametrize(
    ("name", "options", "y_true", "y_pred"), CASES, ids=[f"{c[0]}{c[1] or ''}" for c in CASES]
)
@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["even", "weighted"])
@pytest.mark.parametrize("mask", [None, MASK], ids=["whole", "masked"])
def test_values_are_keras(name, options, y_true, y_pred, weight, mask):
    for reduction in ("sum_over_batch_size", "sum", "mean_with_sample_weight", "none"):
        ours, theirs = both(name, options, reduction)
        expected = keras_with_mask(theirs, y_true, y_pred, weight, mask)
        found = ours(y_true, y_pred, sample_weight=weight, mask=mask)
        if "ignore_class" in options and reduction == "none":
            continue  # Keras leaves a weight of total / valid in them
        np.testing.assert_allclose(found, expected, rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "options", "y_true", "y_pred"), CASES, ids=[f"{c[0]}{c[1] or ''}" for c in CASES]
)
def test_gradients_are_keras(name, options, y_true, y_pred):
    ours, theirs = both(name, options, "sum_over_batch_size")
    gradients = [
        jax.grad(lambda p, f=f: f(y_true, p))(keras.ops.convert_to_tensor(y_pred))
        for f in (ours, theirs)
    ]
    np.testing.assert_allclose(*gradients, rtol=2e-4, atol=1e-6)


@pytest.mark.parametrize("name", sorted({c[0] for c in CASES}))
def test_signatures_and_configurations_are_keras(name):
    ours, theirs = getattr(losses, name), getattr(keras.losses, name)
    parameters = [
        [(p.name, p.default) for p in inspect.signature(c).parameters.values()]
        for c in (ours, theirs)
    ]
    assert parameters[0] == parameters[1]
    # Keras leaves these options out
    left_out = {
        "Huber": {"delta"},
        "CosineSimilarity": {"axis"},
        "SparseCategoricalCrossentropy": {"axis"},
    }
    beside = left_out.get(name, set())
    config = ours().get_config()
    assert {k: v for k, v in config.items() if k not in beside} == theirs().get_config()
    assert keras.losses.deserialize(losses.serialize(ours())).name == ours().name


def test_every_name_of_keras_is_known():
    later = {
        "CategoricalFocalCrossentropy", "categorical_focal_crossentropy", "CTC", "ctc", "Dice",
        "dice", "Tversky", "tversky", "Circle", "circle",
    }  # fmt: skip
    from keras.src.losses import ALL_OBJECTS_DICT

    assert set(ALL_OBJECTS_DICT) - later - {"Loss"} <= set(losses.registry.names)


@pytest.mark.parametrize(
    "name", ["mse", "binary_crossentropy", "KLD", "huber", "sparse_categorical_crossentropy"]
)
def test_names_give_functions_as_in_keras(name):
    assert losses.get(name).__name__ == keras.losses.get(name).__name__
