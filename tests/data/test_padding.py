"""Sequences of several lengths: beside plain loops, and learnt as each of them alone."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import recurra as rc
from recurra.data import bucket, pad
from recurra.data.bucketing import best_lengths
from recurra.utils import clear_session, set_random_seed

NAN = float("nan")


def sequences(count=30, most=12, features=2, seed=0):
    """Sequences of 1 to `most` timesteps."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, most + 1, count)
    return [rng.normal(size=(n, features)).astype(np.float32) for n in lengths]


# pad ---------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(
    lengths=st.lists(st.integers(1, 6), min_size=1, max_size=6),
    features=st.integers(1, 3),
    more=st.integers(0, 3),
    value=st.sampled_from([NAN, -1.0, 0]),
)
def test_padding_lies_behind_each_sequence(lengths, features, more, value):
    given_ = [1 + np.random.default_rng(k).random((n, features)) for k, n in enumerate(lengths)]
    length = max(lengths) + more if more else None
    x, mask = pad(given_, length=length, value=value)
    assert x.dtype == np.float32
    assert x.shape == (len(lengths), max(lengths) + more, features)
    assert mask.shape == x.shape[:2]
    for k, n in enumerate(lengths):
        assert np.array_equal(x[k, :n], given_[k].astype(np.float32))
        assert np.array_equal(x[k, n:], np.full_like(x[k, n:], value), equal_nan=True)
        assert mask[k].tolist() == [step < n for step in range(mask.shape[1])]


def test_two_columns_are_grouped_by_id():
    """Ids come mixed; sequences stand in the order of their first rows, rows in their own."""
    x, mask = pad(np.arange(6), by=["b", "a", "b", "c", "a", "b"])
    assert np.array_equal(x[..., 0], [[0, 2, 5], [1, 4, NAN], [3, NAN, NAN]], equal_nan=True)
    assert mask.sum(1).tolist() == [3, 2, 1]


@pytest.mark.parametrize("ids", [[2, 1, 2], [2.5, 1.0, 2.5], np.array(["x", 1, "x"], object)])
def test_ids_may_be_anything(ids):
    x, _ = pad(np.array([[5, 6], [7, 8], [9, 10]]), by=ids, value=0)
    assert x.tolist() == [[[5, 6], [9, 10]], [[7, 8], [0, 0]]]


def test_whole_numbers_stay_whole_with_a_whole_value():
    assert pad([[1, 2], [3]], value=0)[0].dtype == np.int32
    assert pad([[1, 2], [3]])[0].dtype == np.float32
    assert pad([[1, 2], [3.5]], value=0)[0].dtype == np.float32


@pytest.mark.parametrize(
    "given_, options, message",
    [
        ([], {}, "pad: a list of sequences is needed, not []."),
        (
            [[1.0], []],
            {},
            "pad: sequence 1 has no timesteps.\n"
            "  fix:      keep = [k for k, s in enumerate(sequences) if len(s)]  # leave out empty "
            "ones",
        ),
        (
            [1.0, 2.0],
            {},
            "pad: sequence 0 has shape (): (timesteps, features) or (timesteps,) is needed.",
        ),
        (
            [np.ones((2, 3)), np.ones((2, 2))],
            {},
            "pad: sequence 1 has 2 features a timestep, and sequence 0 has 3.",
        ),
        (
            [[1.0, 2.0, 3.0], [1.0]],
            {"length": 2},
            "pad: sequence 0 has 3 timesteps, more than `length`=2.\n"
            "  fix:      sequences = [s[-2:] for s in sequences]  # the last 2 of each\n"
            "  fix:      length=3",
        ),
        (
            [[1.0], [1.0, NAN]],
            {},
            "pad: timestep 1 of sequence 1 holds nan, which is what padding is filled with: a mask "
            "would hide it.\n"
            "  fix:      sequence, _ = recurra.data.fill(sequence)  # or leave those timesteps out",
        ),
        (
            [[0, 1], [2]],
            {"value": 0},
            "pad: timestep 0 of sequence 0 holds 0, which is what padding is filled with: a mask "
            "would hide it.\n"
            "  fix:      sequences = [s + 1 for s in sequences]  # numbers from 1: 0 is left for "
            "padding",
        ),
        (
            [np.ones((2, 2)), np.zeros((1, 2))],
            {"value": 0.0},
            "pad: timestep 0 of sequence 1 holds only 0.0, which is what padding is filled with: a "
            "mask would hide it.\n"
            "  fix:      value=float('nan')",
        ),
        (
            np.ones((3, 2)),
            {"by": [1, 2]},
            "pad: `by` has shape (2,), and the table (3, 2): each row needs the id of its "
            "sequence.",
        ),
        (
            np.ones(3),
            {"by": ["a", None, "a"]},
            "pad: row 1 has no id: `by` holds None there.",
        ),
    ],
)
def test_what_cannot_be_padded_is_refused(given_, options, message):
    with pytest.raises(rc.DataError) as refused:
        pad(given_, **options)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    "options, message",
    [
        ({"length": 0}, "pad: `length`=0: a whole number of at least 1 is needed, or None."),
        ({"value": "0"}, "pad: `value`='0': a number is needed, such as float('nan')."),
    ],
)
def test_arguments_are_checked(options, message):
    with pytest.raises(rc.ArgumentError) as refused:
        pad([[1.0]], **options)
    assert str(refused.value) == message


def masked(*, sequences_out=False, outputs=1):
    """A model that skips padding."""
    clear_session()
    set_random_seed(3)
    model = rc.Sequential(
        [
            rc.Input((None, 2)),
            rc.layers.Masking(NAN),
            rc.layers.LSTM(3, return_sequences=sequences_out),
            rc.layers.Dense(outputs),
        ]
    )
    model.compile("adam", "mse")
    return model


def test_a_model_takes_the_mask():
    """Each padded sequence gives what it gives alone, whatever is real in it."""
    some = sequences()
    some[0][0] = 0  # no padding, though it is 0
    x, _ = pad(some)
    model = masked()
    alone = np.concatenate([model.predict(s[None], verbose=0) for s in some])
    assert np.allclose(model.predict(x, verbose=0), alone, atol=1e-6)


def test_a_layer_takes_the_mask_itself():
    some = sequences()
    x, mask = pad(some, value=0)
    layer = rc.layers.GRU(3)
    alone = np.concatenate([np.asarray(layer(s[None])) for s in some])
    assert np.allclose(layer(x, mask=mask), alone, atol=1e-6)


def test_a_model_without_masking_refuses_padding_and_says_what_to_do():
    x, _ = pad([np.ones((3, 2)), np.ones((1, 2))])
    model = rc.Sequential([rc.Input((None, 2)), rc.layers.LSTM(3), rc.layers.Dense(1)])
    model.compile("adam", "mse")
    with pytest.raises(rc.DataError) as refused:
        model.fit(x, np.zeros(2), verbose=0)
    assert str(refused.value).splitlines()[1] == (
        "  fix:      Masking(float('nan')) as the first layer: timesteps of NaN alone, behind the "
        "end of a sequence, are padding"
    )


# bucket ------------------------------------------------------------------------------------------


def filled_up(steps, chosen):
    """Timesteps, with padding, where each sequence is filled up to the next of some lengths."""
    return sum(min(c for c in chosen if c >= n) for n in steps)


@settings(deadline=None)
@given(steps=st.lists(st.integers(1, 9), min_size=1, max_size=12), most=st.integers(1, 5))
def test_no_other_lengths_need_less_padding(steps, most):
    """Beside all choices of as many lengths that hold the longest."""
    chosen = best_lengths(np.array(steps), most)
    sizes = sorted(set(steps))
    assert len(chosen) <= most and set(chosen) <= set(sizes)
    choices = itertools.chain.from_iterable(
        itertools.combinations(sizes, k) for k in range(1, most + 1)
    )
    least = min(filled_up(steps, c) for c in choices if max(c) == max(sizes))
    assert filled_up(steps, chosen) == least


def test_of_many_lengths_some_are_tried():
    """1,000 lengths, one sequence of each: 4 lengths fill up about as 250, 500, 750, 1000 do."""
    steps = np.arange(1, 1001)
    chosen = best_lengths(steps, 4)
    assert chosen[-1] == 1000
    assert filled_up(steps, chosen) <= 1.01 * filled_up(steps, [250, 500, 750, 1000])


def test_every_sample_comes_once_with_its_target():
    some = sequences()
    y = np.arange(30.0)
    batches = bucket(some, y, batch_size=8, lengths=3)
    assert len(batches) == 4
    passes = []
    for _ in range(2):
        seen = []
        for x, targets in batches:
            for row, target in zip(x, targets):
                real = row[~np.isnan(row).all(1)]
                assert np.array_equal(real, some[int(target)])
                seen.append(int(target))
        assert sorted(seen) == list(range(30))
        assert seen == batches.order.tolist()
        passes.append(seen)
    assert passes[0] != passes[1]


def test_shapes_are_few_in_all_epochs():
    """3 lengths, and the short batch: always of the longest, so that it is one shape more."""
    batches = bucket(sequences(100, 50), np.zeros(100), batch_size=8, lengths=3)
    shapes = {x.shape for _ in range(10) for x, _ in batches}
    assert {s[1] for s in shapes} <= set(batches.lengths.tolist())
    assert len(shapes) == 4
    assert (4, 50, 2) in shapes  # 100 = 12 * 8 + 4


def test_little_is_padding():
    """Lengths of 1 to 200, 100 on average: one length of all doubles the timesteps. 8 lengths, 25
    apart, add 12 to each sequence, and batches that reach into the next bucket a little more."""
    some = sequences(1000, 200, 1)
    steps = sum(map(len, some))
    batches = bucket(some, np.zeros(1000))
    filled_in = sum(x.shape[0] * x.shape[1] for x, _ in batches)
    assert filled_in < 1.16 * steps
    assert pad(some)[0].size > 1.9 * steps


def test_buckets_say_their_sizes():
    """Of 1, 2, 5 and 6 timesteps, 1 and 5 are filled up by one each: 2 of 16 timesteps."""
    sequences = [np.zeros(n) for n in (1, 2, 5, 6)]
    assert repr(bucket(sequences, batch_size=2, lengths=2)) == (
        "<4 sequences in 2 batches of length 2 or 6, 12% padding>"
    )
    assert repr(bucket(sequences[:1])) == "<1 sequence in 1 batch of length 1, 0% padding>"


def test_predictions_come_in_the_order_of_the_sequences():
    some = sequences()
    model = masked()
    alone = np.concatenate([model.predict(s[None], verbose=0) for s in some])
    for batches in (bucket(some, batch_size=7), bucket(some, np.zeros(30), batch_size=7)):
        assert np.allclose(model.predict(batches, verbose=0), alone, atol=1e-6)
    assert np.allclose(model.predict(bucket(some, batch_size=64), verbose=0), alone, atol=1e-6)


@pytest.mark.parametrize("lengths", [1, 4])
def test_predictions_of_each_timestep_end_with_their_sequence(lengths):
    some = sequences()
    model = masked(sequences_out=True)
    found = model.predict(bucket(some, batch_size=7, lengths=lengths), verbose=0)
    assert found.shape == (30, max(map(len, some)), 1)
    for row, sequence in zip(found, some):
        alone = model.predict(sequence[None], verbose=0)[0]
        assert np.allclose(row[: len(sequence)], alone, atol=1e-6)
        assert np.isnan(row[len(sequence) :]).all()


def test_fit_and_evaluate_go_through_them():
    """The loss of one pass without learning is the mean over the sequences, each alone."""
    some = sequences()
    y = np.array([s.sum() for s in some])
    batches = bucket(some, y, batch_size=10, lengths=3)
    model = masked()
    alone = [float(model.predict(s[None], verbose=0)[0, 0]) for s in some]
    measured = model.evaluate(batches, verbose=0)
    assert math.isclose(measured, np.mean((alone - y) ** 2), rel_tol=1e-5)
    history = model.fit(batches, epochs=20, validation_data=batches, verbose=0).history
    assert history["val_loss"][-1] < history["val_loss"][0]


def test_targets_of_each_timestep_are_filled_up_and_do_not_count():
    some = sequences()
    y = [s[:, :1] + 5 for s in some]
    batches = bucket(some, y, batch_size=10, lengths=3)
    x, targets = next(iter(batches))
    assert targets.shape == (*x.shape[:2], 1)
    assert np.array_equal(targets[..., 0] == 0, np.isnan(x[..., 0]))
    model = masked(sequences_out=True)
    errors = [(model.predict(s[None], verbose=0)[0] - t) ** 2 for s, t in zip(some, y)]
    one = bucket(some, y, batch_size=30)
    wanted = np.concatenate(errors).mean()
    assert math.isclose(model.evaluate(one, verbose=0), wanted, rel_tol=1e-5)


def test_a_table_with_ids_and_whole_numbers():
    batches = bucket([3, 4, 5, 6], [1, 0], by=["a", "b", "a", "a"], value=0, lengths=1)
    ((x, y),) = batches
    found = {target: row[:, 0].tolist() for row, target in zip(x, y.tolist())}
    assert found == {1: [3, 5, 6], 0: [4, 0, 0]}


@pytest.mark.parametrize(
    "options, message",
    [
        ({"y": [1.0]}, "bucket: there are 2 sequences and 1 targets."),
        (
            {"y": [1.0], "by": ["a", "b"]},
            "bucket: there are 2 sequences and 1 targets: one is needed for each, in the order of "
            "`dict.fromkeys(by)`.",
        ),
        ({"lengths": 0}, "bucket: `lengths`=0: a whole number of at least 1 is needed."),
        ({"batch_size": 1.5}, "bucket: `batch_size`=1.5: a whole number of at least 1 is needed."),
    ],
)
def test_what_cannot_be_put_in_buckets_is_refused(options, message):
    given_ = [1.0, 2.0] if "by" in options else [[1.0], [2.0]]
    with pytest.raises(rc.RecurraError) as refused:
        bucket(given_, **options)
    assert str(refused.value) == message
