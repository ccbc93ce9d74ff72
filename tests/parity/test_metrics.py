import inspect

import keras
import numpy as np
import pytest

from recurra.training import metrics

RNG = np.random.default_rng(0)
SHAPE = (6, 4)
NUMBERS = RNG.normal(size=SHAPE).astype("float32")
ROWS = RNG.dirichlet(np.ones(4), size=6).astype("float32")
LABELS = RNG.integers(0, 4, size=6)
ONE_HOT = np.eye(4, dtype="float32")[LABELS]
BITS = RNG.integers(0, 2, size=SHAPE).astype("float32")
UNIT = RNG.random(SHAPE).astype("float32")
WEIGHT = RNG.uniform(0.1, 2, size=6).astype("float32")

CASES = [
    ("Accuracy", {}, LABELS, LABELS[::-1].copy()),
    ("BinaryAccuracy", {"threshold": 0.4}, BITS, UNIT),
    ("CategoricalAccuracy", {}, ONE_HOT, ROWS),
    ("SparseCategoricalAccuracy", {}, LABELS, ROWS),
    ("TopKCategoricalAccuracy", {"k": 2}, ONE_HOT, ROWS),
    ("SparseTopKCategoricalAccuracy", {"k": 2}, LABELS, ROWS),
    ("MeanSquaredError", {}, NUMBERS, UNIT),
    ("MeanAbsoluteError", {}, NUMBERS, UNIT),
    ("MeanAbsolutePercentageError", {}, NUMBERS, UNIT),
    ("MeanSquaredLogarithmicError", {}, NUMBERS, UNIT),
    ("RootMeanSquaredError", {}, NUMBERS, UNIT),
    ("BinaryCrossentropy", {}, BITS, UNIT),
    ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, BITS, NUMBERS),
    ("CategoricalCrossentropy", {"label_smoothing": 0.1}, ONE_HOT, ROWS),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, LABELS, NUMBERS),
    ("Precision", {}, BITS, UNIT),
    ("Precision", {"thresholds": [0.2, 0.7]}, BITS, UNIT),
    ("Precision", {"top_k": 2}, BITS, UNIT),
    ("Recall", {"class_id": 1}, BITS, UNIT),
    ("Recall", {"thresholds": [0.0, 0.5, 1.0]}, BITS, UNIT),
    ("AUC", {}, BITS, UNIT),
    ("AUC", {"curve": "PR"}, BITS, UNIT),
    ("AUC", {"curve": "PR", "summation_method": "minoring", "num_thresholds": 20}, BITS, UNIT),
    ("AUC", {"summation_method": "majoring", "thresholds": [0.1, 0.25, 0.9]}, BITS, UNIT),
    ("AUC", {"from_logits": True}, BITS, NUMBERS),
    ("AUC", {"multi_label": True, "num_labels": 4, "curve": "PR"}, BITS, UNIT),
    ("AUC", {"multi_label": True, "num_labels": 4, "label_weights": [1.0, 2, 3, 4]}, BITS, UNIT),
    ("F1Score", {"threshold": 0.5}, BITS, UNIT),
    ("F1Score", {"average": "weighted"}, ONE_HOT, ROWS),
    ("FBetaScore", {"beta": 2.0, "average": "micro", "threshold": 0.3}, BITS, UNIT),
]
IDS = [f"{c[0]}{c[1] or ''}" for c in CASES]


@pytest.mark.parametrize(("name", "options", "y_true", "y_pred"), CASES, ids=IDS)
@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["even", "weighted"])
def test_results_are_keras(name, options, y_true, y_pred, weight):
    ours, theirs = getattr(metrics, name)(**options), getattr(keras.metrics, name)(**options)
    for part in (slice(0, 4), slice(4, 6)):
        w = None if weight is None else weight[part]
        if options.get("multi_label") and w is not None:
            # Keras cannot spread weights of samples over columns of their own
            w = np.repeat(w[:, None], 4, 1)
            theirs.update_state(y_true[part], y_pred[part], sample_weight=w[:, :1])
        else:
            theirs.update_state(y_true[part], y_pred[part], sample_weight=w)
        ours.update_state(y_true[part], y_pred[part], sample_weight=w)
    np.testing.assert_allclose(ours.result(), theirs.result(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("weight", [None, WEIGHT, RNG.random((6, 4)).astype("float32")])
def test_means_and_sums_are_keras(weight):
    for name in ("Mean", "Sum"):
        ours, theirs = getattr(metrics, name)(), getattr(keras.metrics, name)()
        for metric in (ours, theirs):
            metric.update_state(NUMBERS, sample_weight=weight)
            metric.update_state(UNIT, sample_weight=weight)
        np.testing.assert_allclose(ours.result(), theirs.result(), rtol=1e-5)


@pytest.mark.parametrize("name", sorted({c[0] for c in CASES} | {"Mean", "Sum"}))
def test_signatures_and_configurations_are_keras(name):
    ours, theirs = getattr(metrics, name), getattr(keras.metrics, name)
    parameters = [
        {p.name: p.default for p in inspect.signature(c).parameters.values()}
        for c in (ours, theirs)
    ]
    # top-k accuracy of ids that are sorted already is not there
    parameters[1].pop("from_sorted_ids", None)
    assert list(parameters[0].items()) == list(parameters[1].items())
    config, expected = ours(name="m").get_config(), theirs(name="m").get_config()
    assert {k: config[k] for k in expected} == expected
    assert keras.metrics.deserialize(metrics.serialize(ours(name="m"))).name == "m"


@pytest.mark.parametrize("name", ["mse", "MAE", "bce", "RootMeanSquaredError", "auc", "f1_score"])
def test_names_are_keras(name):
    assert type(metrics.get(name)).__name__ == type(keras.metrics.get(name)).__name__


@pytest.mark.parametrize(
    ("y", "p"), [((5,), (5, 1)), ((5,), (5, 3)), ((5, 3), (5, 3)), ((5, 1), (5, 3))]
)
def test_accuracy_is_settled_as_in_keras(y, p):
    from keras.src.trainers.compile_utils import get_metric

    theirs = get_metric("acc", np.zeros(y), np.zeros(p))
    ours = metrics.as_metric("acc", p, y)
    assert type(ours).__name__ == type(theirs).__name__ and ours.name == theirs.name
