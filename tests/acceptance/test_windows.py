"""Windows against a plain loop."""

import warnings
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recurra.data import windows
from recurra.engine.errors import DataError

counts = {
    "lengths": st.lists(st.integers(1, 25), min_size=1, max_size=4),
    "lookback": st.integers(1, 6),
    "horizon": st.integers(1, 4),
    "stride": st.integers(1, 5),
    "gap": st.integers(0, 4),
    "features": st.integers(1, 3),
    "holes": st.sets(st.integers(0, 99), max_size=5),
    "one_table": st.booleans(),
}


@settings(max_examples=150, deadline=None)
@given(**counts)
def test_windows_are_those_of_a_loop(
    lengths, lookback, horizon, stride, gap, features, holes, one_table
):
    rng = np.random.default_rng(0)
    rows = sum(lengths)
    x = rng.normal(size=(rows, features)).astype("f")
    y = rng.normal(size=rows).astype("f")
    for hole in (h for h in holes if h < rows):
        x[hole, hole % features] = np.nan if hole % 2 else np.inf
        if hole % 3 == 0:
            y[hole] = np.nan

    ends = np.cumsum([0, *lengths])
    xs = [x[a:b] for a, b in pairwise(ends)]
    ys = [y[a:b] for a, b in pairwise(ends)]
    seen, targets = [], []
    for one, goal in zip(xs, ys):
        for start in range(0, len(one) - lookback - gap - horizon + 1, stride):
            looked_at = one[start : start + lookback]
            aim = goal[start + lookback + gap : start + lookback + gap + horizon]
            if np.isfinite(looked_at).all() and np.isfinite(aim).all():
                seen.append(looked_at)
                targets.append(aim)

    sizes = {"lookback": lookback, "horizon": horizon, "stride": stride, "gap": gap}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if one_table:
                by = np.repeat(np.arange(len(lengths)), lengths)
                got_x, got_y = windows(x, y, by=by, **sizes)
            else:
                got_x, got_y = windows(xs, ys, **sizes)
        except DataError:
            assert not seen
            return
    assert len(got_x) == len(seen) > 0
    np.testing.assert_array_equal(np.asarray(got_x), np.array(seen))
    np.testing.assert_array_equal(np.asarray(got_y), np.array(targets))
