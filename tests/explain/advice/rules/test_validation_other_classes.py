"""The rule `validation-other-classes`."""

import numpy as np
import pytest

from recurra.explain.advice.words import percent
from recurra.layers import LSTM, Dense
from tests.explain.advice.looking import found

RNG = np.random.default_rng(0)
REST = (
    "  why:      the model is judged by classes that it was hardly shown or not at all; "
    "validation_split takes the last samples, as they come.\n"
    "  fix:      order = np.random.default_rng(0).permutation(len(y)); fit(x[order], y[order], "
    "validation_split=0.2)\n"
    "  fix:      train_test_split(x, y, test_size=0.2, stratify=y)"
)


def said(y, classes, loss="sparse_categorical_crossentropy", order=None):
    """What is found where the last fifth of the samples is held out."""
    y = y if order is None else y[order]
    x, at = RNG.normal(size=(len(y), 5, 2)), len(y) * 4 // 5
    units = 1 if loss == "binary_crossentropy" else classes
    layers = [LSTM(4), Dense(units, activation="sigmoid" if units == 1 else "softmax")]
    return found(
        "validation-other-classes", layers, x[:at], y[:at], loss, validation=(x[at:], y[at:])
    )


def test_sorted_labels():
    y = np.repeat([0, 1, 2, 3], [30, 30, 25, 15])  # the last 20: 5 of class 2, 15 of class 3
    assert said(y, 4) == (
        "advice: class 3 is in validation alone (75 % of its samples): training has none of it. "
        "[validation-other-classes]\n" + REST
    )


def test_several_classes_of_one_hot_labels():
    y = np.eye(10)[np.repeat(np.arange(10), 10)]
    assert said(y, 10, "categorical_crossentropy").startswith(
        "advice: classes 8, 9 are in validation alone (100 % of its samples): training has none of "
        "them. [validation-other-classes]\n"
    )


@pytest.mark.parametrize("shape", [(100,), (100, 1)])
def test_one_class_alone(shape):
    y = np.repeat([0, 1], [60, 40]).reshape(shape)  # training: 60 of class 0, 20 of class 1
    assert percent(20 / 80) == "25 %"
    assert said(y, 2, "binary_crossentropy") == (
        "advice: all 20 validation samples looked at are of class 1; in training it is 25 %. "
        "[validation-other-classes]\n" + REST
    )


def test_shuffled_labels_are_fine():
    y = np.repeat([0, 1, 2, 3], [30, 30, 25, 15])
    assert said(y, 4, order=RNG.permutation(100)) is None


def test_its_fix_can_be_applied():
    y = np.repeat([0, 1], [60, 40])
    order = np.random.default_rng(0).permutation(len(y))
    assert said(y[order], 2, "binary_crossentropy") is None


def test_a_rare_class_that_chance_left_out_is_fine():
    """Three samples of class 1 of 100, all in validation: 1 in 125 by chance."""
    assert said(np.repeat([0, 1], [97, 3]), 2) is None


def test_a_validation_of_the_common_class_alone_is_fine():
    """98 % of class 0: 20 of these alone are no wonder."""
    assert said(np.repeat([1, 0], [2, 98]), 2, "binary_crossentropy") is None


def test_many_classes_and_few_samples_are_fine():
    """A demonstration with labels at random: most of the classes are on one side alone."""
    assert said(RNG.integers(0, 1000, 100), 1000) is None


def test_targets_that_are_numbers_are_fine():
    x, y = RNG.normal(size=(100, 5, 2)), np.arange(100.0)
    layers = [LSTM(4), Dense(1)]
    assert found("validation-other-classes", layers, x, y, validation=(x[80:], y[80:])) is None


def test_the_first_batch_of_a_source_shows_nothing():
    """A folder read class by class: all of the first batch are of one class."""
    x, y = RNG.normal(size=(100, 5, 2)), RNG.integers(0, 2, 100)
    layers = [LSTM(4), Dense(1, activation="sigmoid")]
    for held, fires in (((x[:32], y[:32] * 0), True), (iter([(x[:32], y[:32] * 0)]), False)):
        text = found(
            "validation-other-classes", layers, x, y, "binary_crossentropy", validation=held
        )
        assert (text is not None) == fires
