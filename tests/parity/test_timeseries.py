"""`TimeseriesGenerator`, beside the one that Keras still keeps for old scripts."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recurra.utils import TimeseriesGenerator


@given(
    rows=st.integers(6, 40),
    length=st.integers(1, 5),
    sampling_rate=st.integers(1, 3),
    stride=st.integers(1, 4),
    start_index=st.integers(0, 1),
    reverse=st.booleans(),
    batch_size=st.integers(1, 9),
)
@settings(deadline=None)
def test_the_batches_are_those_of_keras(rows, **options):
    from keras.src.legacy.preprocessing.sequence import TimeseriesGenerator as KerasGenerator

    data = np.arange(rows * 2, dtype=np.float32).reshape(rows, 2)
    if options["start_index"] + options["length"] > rows - 1:
        return
    ours = TimeseriesGenerator(data, data[:, :1], **options)
    theirs = KerasGenerator(data, data[:, :1], **options)
    assert len(ours) == len(theirs)
    for k in range(len(ours)):
        for mine, keras_own in zip(ours[k], theirs[k], strict=True):
            assert np.array_equal(mine, keras_own)
