"""Which sequences the estimators take, what they make of them, and what they refuse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recurra as rc
from recurra.data import Windows, windows
from recurra.forecasting.sequences.held_out import hold_out
from recurra.forecasting.sequences.inputs import Sequences, read_sequences


class Estimator:
    """What `read_sequences` needs of an estimator."""

    timesteps_: int | None
    features_: int
    n_features_in_: int

    def __sklearn_tags__(self):
        from recurra.forecasting.sequences.classifier import SequenceClassifier

        return SequenceClassifier().__sklearn_tags__()


def read(X, fitted_to=None):
    estimator = Estimator()
    if fitted_to is not None:
        read_sequences(estimator, fitted_to, fitted=False)
    return read_sequences(estimator, X, fitted=fitted_to is not None)


def refused(X, fitted_to=None):
    with pytest.raises(rc.RecurraError) as caught:
        read(X, fitted_to)
    return str(caught.value)


# What is taken -----------------------------------------------------------------------------------


def test_an_array_of_sequences():
    X = np.arange(24.0).reshape(2, 4, 3)
    estimator = Estimator()
    found = read_sequences(estimator, X, fitted=False)
    assert found.values.dtype == np.float32
    np.testing.assert_array_equal(found.values, X)
    assert found.lengths is None
    assert (estimator.n_features_in_, estimator.features_, estimator.timesteps_) == (3, 3, 4)


def test_a_table_is_samples_by_timesteps():
    """scikit-learn counts a table's columns as features, which here are timesteps."""
    X = np.arange(8.0).reshape(2, 4)
    estimator = Estimator()
    found = read_sequences(estimator, X, fitted=False)
    np.testing.assert_array_equal(found.values, X[:, :, None])
    assert (estimator.n_features_in_, estimator.features_, estimator.timesteps_) == (4, 1, 4)
    again = read_sequences(estimator, X[:, :, None], fitted=True)
    np.testing.assert_array_equal(again.values, found.values)


@given(
    lengths=st.lists(st.integers(1, 6), min_size=1, max_size=5),
    features=st.integers(1, 3),
    as_object=st.booleans(),
)
def test_sequences_of_several_lengths_end_in_nan(lengths, features, as_object):
    parts = [np.random.default_rng(k).normal(size=(n, features)) for k, n in enumerate(lengths)]
    X = parts
    if as_object:
        X = np.empty(len(parts), object)
        for k, part in enumerate(parts):
            X[k] = part
    elif len(set(lengths)) == 1:
        return
    found = read(X)
    assert found.values.shape == (len(lengths), max(lengths), features)
    assert found.lengths.tolist() == lengths
    for row, part in zip(found.values, parts):
        np.testing.assert_array_equal(row[: len(part)], part.astype(np.float32))
        assert np.isnan(row[len(part) :]).all()
    which = np.arange(0, len(parts), 2)
    rows = np.concatenate([parts[k] for k in which]).astype(np.float32)
    np.testing.assert_array_equal(found.rows(which), rows)


def test_lists_of_one_feature():
    assert read([[1.0, 2.0, 3.0], [4.0]]).values.shape == (2, 3, 1)
    assert read([[1.0, 2.0], [4.0, 5.0]]).values.shape == (2, 2, 1)


def test_windows_stay_windows_and_their_rows_count_once():
    """Windows 0 and 1 of 3 rows of 0, 1, 2, ... see rows 0 to 3."""
    x = windows(np.arange(10.0), lookback=3)
    found = read(x)
    assert isinstance(found.values, Windows)
    assert found.rows(np.array([0, 1]))[:, 0].tolist() == [0.0, 1.0, 2.0, 3.0]
    assert found.rows(np.array([0, 5]))[:, 0].tolist() == [0.0, 1.0, 2.0, 5.0, 6.0, 7.0]


# What is refused ---------------------------------------------------------------------------------


def test_nan_is_named_by_sample_timestep_and_feature():
    X = np.zeros((3, 4, 2))
    X[1, 2, 0] = X[2, 3, 1] = np.nan
    assert refused(X) == (
        "Estimator: X holds NaN at sample 1, timestep 2, feature 0, and in 2 of 24 places.\n"
        "  expected: numbers; sequences may differ in length, as a list of arrays\n"
        "  fix:      keep = [np.isfinite(x).all() for x in X]  # and leave out those of X and y "
        "without"
    )


def test_infinity_in_one_of_several_lengths():
    assert refused([[1.0, np.inf, 3.0], [4.0]]).splitlines()[0] == (
        "Estimator: X holds infinity at sample 0, timestep 1, feature 0, and in 1 of 3 places of "
        "that sample."
    )


def test_a_sequence_without_timesteps():
    assert refused([[1.0, 2.0], []]) == (
        "Estimator: X[1] is a sequence without timesteps.\n"
        "  fix:      keep = [len(x) > 0 for x in X]  # and leave out those of X and y without"
    )


def test_sequences_of_different_features():
    assert refused([np.ones((3, 2)), np.ones((4, 1))]) == (
        "Estimator: X[0] has 2 features and X[1] has 1: every sequence needs the same."
    )


def test_text_in_a_sequence():
    assert refused([["a", "b"], ["c"]]) == (
        "Estimator: X[0] holds something that is no number: ['a', 'b']."
    )
    assert refused([["1.5", "2"], ["3", "much"]]) == (
        "Estimator: X[1] holds something that is no number: ['3', 'much']."
    )
    assert refused([[1.0, 2.0], None]) == "Estimator: X[1] holds something that is no number: None."


def test_four_axes():
    assert refused(np.zeros((2, 3, 4, 5))) == (
        "Estimator: X has 4 axes.\n"
        "  came:     X (2, 3, 4, 5)\n"
        "  expected: (samples, timesteps, features)"
    )


def test_no_timesteps_at_all():
    assert refused(np.zeros((2, 0, 3))) == (
        "Estimator: the sequences are empty: X is (samples=2, timesteps=0, features=3)."
    )


def test_other_sizes_than_those_fitted():
    X = np.zeros((5, 4, 3))
    assert refused(X[:, :, :2], X) == (
        "Estimator was fitted to 3 features a timestep, and X has 2.\n"
        "  came:     X (samples=5, timesteps=4, features=2)\n"
        "  expected: (samples, 4, 3)"
    )
    assert refused(X[:, :3], X) == (
        "Estimator was fitted to sequences of 4 timesteps, and X has 3.\n"
        "  came:     X (samples=5, timesteps=3, features=3)\n"
        "  expected: (samples, 4, 3)\n"
        "  fix:      fit a list of sequences of several lengths, if lengths differ"
    )


def test_a_table_of_other_columns_than_fitted():
    assert refused(np.zeros((5, 1)), np.zeros((5, 4))) == (
        "X has 1 features, but Estimator is expecting 4 features as input: each column is a "
        "timestep.\n"
        "  fix:      fit a list of sequences of several lengths, if lengths differ"
    )


def test_any_length_is_taken_after_several_lengths():
    assert read(np.zeros((2, 9, 1)), [[1.0, 2.0], [3.0]]).timesteps == 9


# What is held out --------------------------------------------------------------------------------


@given(
    counts=st.lists(st.integers(1, 30), min_size=1, max_size=4),
    share=st.floats(0, 0.9),
    seed=st.integers(0, 99),
)
def test_the_same_share_of_each_class_is_held_out(counts, share, seed):
    classes = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    train, held = hold_out(classes, share, np.random.RandomState(seed), classes)
    assert sorted([*train, *held]) == list(range(len(classes)))
    for k, count in enumerate(counts):
        assert (classes[held] == k).sum() == min(round(count * share), count - 1)


@given(
    n=st.integers(5, 40), length=st.integers(1, 5), share=st.floats(0, 0.9), shuffled=st.booleans()
)
def test_no_window_to_train_on_sees_a_row_of_those_held_out(n, length, share, shuffled):
    x = windows(np.arange(float(n)), lookback=length)
    if shuffled:
        x = x[np.random.default_rng(n).permutation(len(x))]
    train, held = hold_out(x, share, np.random.RandomState(0))
    assert len(train)
    assert len(held) in (0, round(len(x) * share))
    if length == 1:
        assert len(held) == round(len(x) * share)
    seen = set(Sequences(x).rows(train)[:, 0])
    assert not seen & set(Sequences(x).rows(held)[:, 0])
    assert np.sort(x.starts[held]).tolist() == list(range(len(x) - len(held), len(x)))


@given(groups=st.lists(st.integers(0, 9), min_size=1, max_size=60), seed=st.integers(0, 5))
def test_a_group_is_in_one_part(groups, seed):
    groups = np.array(groups)
    classes = np.random.default_rng(seed).integers(0, 3, len(groups))
    random = np.random.RandomState(seed)
    train, held = hold_out(groups, 0.3, random, classes, groups)
    assert sorted([*train, *held]) == list(range(len(groups)))
    assert not set(groups[train]) & set(groups[held])
    assert set(classes[train]) == set(classes)


def test_the_last_windows_of_each_series_are_held_out():
    """Two series of 100 rows; windows of 5 rows that share none with the last 19 of 96 windows."""
    x = windows(np.arange(200.0), lookback=5, by=np.repeat([0, 1], 100))
    train, held = hold_out(x, 0.2, np.random.RandomState(0), np.repeat([0, 1], 96))
    assert x.starts[held].tolist() == [*range(77, 96), *range(177, 196)]
    assert x.starts[train].tolist() == [*range(73), *range(100, 173)]


def test_whole_series_are_held_out_where_they_are_short():
    """Each of 20 series has 3 windows, all of which share rows; of each class a fifth is held."""
    x = windows(np.arange(140.0), lookback=5, by=np.repeat(np.arange(20), 7))
    classes = np.repeat(np.arange(20) % 2, 3)
    train, held = hold_out(x, 0.2, np.random.RandomState(0), classes)
    assert len(train) == 48
    assert np.bincount(classes[held]).tolist() == [6, 6]
    assert not set(train // 3) & set(held // 3)


def test_windows_on_both_sides_of_a_missing_target_share_rows():
    """Row 30 has no target: the windows before and behind it are two stretches over the same x."""
    y = np.arange(60.0)
    y[30] = np.nan
    with pytest.warns(UserWarning):
        x, _ = windows(np.arange(60.0), y, lookback=10)
    train, held = hold_out(x, 0.2, np.random.RandomState(0))
    assert len(train) and len(held)
    assert not set(Sequences(x).rows(train)[:, 0]) & set(Sequences(x).rows(held)[:, 0])
