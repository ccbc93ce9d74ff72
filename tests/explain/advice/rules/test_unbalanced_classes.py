"""The rule `unbalanced-classes`."""

import numpy as np
import pytest

from recurra.layers import LSTM, Dense, Masking
from tests.explain.advice.looking import found

RULE = "unbalanced-classes"
X = np.zeros((100, 5, 2))
RARE = np.array([0] * 96 + [1] * 4)
YES_OR_NO = [LSTM(4), Dense(1, "sigmoid")]


def look(y, layers=YES_OR_NO, loss="binary_crossentropy", **more):
    return found(RULE, layers, X, y, loss, **{"metrics": ["accuracy"], **more})


def test_it_fires_where_one_answer_is_nearly_always_right():
    """Weights 100 / (2 x 96) = 0.521 and 100 / (2 x 4) = 12.5."""
    assert look(RARE) == (
        "advice: 96 of 100 targets are class 0: always answering 0 has an accuracy of 96.0 %. "
        "[unbalanced-classes]\n"
        "  why:      a model can have that accuracy without having learnt anything about the "
        "others.\n"
        '  fix:      metrics=["AUC", "Recall", "Precision"], which see the rare class\n'
        "  fix:      fit(x, y, class_weight={0: 0.521, 1: 12.5})"
    )


@pytest.mark.parametrize(
    ("y", "loss"),
    [
        (np.r_[RARE[:-1], 2], "sparse_categorical_crossentropy"),
        (np.eye(3)[np.r_[RARE[:-1], 2]], "categorical_crossentropy"),
    ],
)
def test_it_fires_for_several_classes(y, loss):
    """Weights 100 / (3 x 96), 100 / (3 x 3) and 100 / (3 x 1)."""
    assert look(y, [LSTM(4), Dense(3, "softmax")], loss) == (
        "advice: 96 of 100 targets are class 0: always answering 0 has an accuracy of 96.0 %. "
        "[unbalanced-classes]\n"
        "  why:      a model can have that accuracy without having learnt anything about the "
        "others.\n"
        "  fix:      look at how often each class is found: predict(x).argmax(-1) beside y\n"
        "  fix:      fit(x, y, class_weight={0: 0.347, 1: 11.1, 2: 33.3})"
    )


def test_it_fires_where_there_is_one_class_alone():
    assert look(np.ones(100)) == (
        "advice: all 100 targets looked at are class 1: always answering 1 has an accuracy of "
        "100.0 %. [unbalanced-classes]\n"
        "  why:      with one class alone there is nothing to tell apart.\n"
        "  fix:      train on samples of every class: look at how y is made"
    )


def test_nine_in_ten_are_fine():
    assert look(np.array([0] * 90 + [1] * 10)) is None


def test_whoever_does_not_watch_accuracy_or_gives_weights_knows():
    assert look(RARE, metrics=["AUC"]) is None
    assert look(RARE, weighted=True) is None


def test_padding_is_no_class():
    y = np.zeros((100, 5), int)
    y[:4] = 1
    layers = [LSTM(4, return_sequences=True), Dense(2, "softmax")]
    loss = "sparse_categorical_crossentropy"
    assert look(y, layers, loss) is not None
    assert look(y, [Masking(), *layers], loss) is None


def test_few_samples_and_measurements_are_fine():
    assert found(RULE, YES_OR_NO, X[:40], np.zeros(40), "bce", metrics=["accuracy"]) is None
    assert look(np.linspace(0, 0.1, 100)) is None
