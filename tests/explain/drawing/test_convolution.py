"""`layer.draw()` of convolution and pooling: which timesteps each output sees."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from recurra import ArgumentError, Input
from recurra.explain.drawing.convolution import windows_of
from recurra.layers import AveragePooling1D, Conv1D, MaxPooling1D
from tests.explain.drawing.readable import boxes, faults, texts


def on(layer, *shape):
    layer(Input(shape))
    return layer.draw().scene


def test_a_kernel_of_three_over_ten_steps():
    scene = on(Conv1D(4, 3), 10, 1)
    assert boxes(scene, "input") == [
        [f"x{n}"] for n in ["₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉", "₁₀"]
    ]
    assert boxes(scene, "output") + boxes(scene, "state") == [["y₁"], ["y₂"]]
    assert len(boxes(scene, "plain")) == 6
    assert texts(scene)[-7:] == [
        "Conv1D(4) over 10 timesteps",
        "in: (batch, timesteps=10, features=1)",
        "out: (batch, timesteps=8, filters=4)",
        "y₁ sees x₁, x₂, x₃; each further output sees the window 1 step later. Each y has "
        "filters=4.",
        'padding="valid": a window stays inside the sequence, so 3 timesteps are the least.',
        "(10 - 3) // 1 + 1 = 8 outputs.",
        "The same weights at every timestep: kernel 3 x 1 x 4 + bias 4 = 16 parameters.",
    ]
    assert faults(scene) == []


def test_causal_padding_comes_before_the_start():
    scene = on(Conv1D(2, 3, padding="causal", dilation_rate=2), 6, 1)
    assert boxes(scene, "faint") == [["0"]] * 4
    words = " ".join(texts(scene))
    assert "y₁ sees padding, padding, x₁;" in words
    assert "dilation_rate=2: the steps in a window are 2 apart." in words
    assert "6 / 1, rounded up, = 6 outputs." in words


def test_pooling_says_what_it_takes_of_a_window():
    scene = on(MaxPooling1D(3), 9, 2)
    words = texts(scene)
    assert "out: (batch, timesteps=3, features=2)" in words
    assert "The largest value of each feature in each window of timesteps." in words
    assert faults(scene) == []


def test_large_windows_show_where_they_begin_and_end():
    scene = on(Conv1D(4, 40), 300, 2)
    assert {"x₁", "x₄₀", "y₁"} <= set(texts(scene)) and "x₂" not in texts(scene)
    assert faults(scene) == []


def test_too_few_timesteps_are_refused():
    with pytest.raises(ArgumentError) as caught:
        Conv1D(4, 5, dilation_rate=2).draw(timesteps=8)
    assert str(caught.value) == (
        "Conv1D 'conv1d' covers 9 timesteps at once, and 8 are too few for one window.\n"
        "  fix:      draw(timesteps=9)  # at least"
    )
    assert Conv1D(4, 5, dilation_rate=2).draw(timesteps=9).scene.parts


SIZE = st.integers(1, 4)


@settings(max_examples=25, deadline=None)
@given(SIZE, SIZE, SIZE, st.sampled_from(["valid", "same", "causal"]), st.integers(1, 14))
def test_windows_are_those_that_the_layer_has(size, stride, dilation, padding, steps):
    """Steps of which an output changes with are the steps that it is said to see."""
    assume(stride == 1 or dilation == 1)
    layer = Conv1D(
        1, size, strides=stride, dilation_rate=dilation, padding=padding, kernel_initializer="ones"
    )
    assume(padding != "valid" or steps >= layer.span)
    # one sample for each timestep, with a 1 there: output[k, j] tells whether j sees k
    seen = np.asarray(layer(np.eye(steps, dtype="float32")[..., None]))[..., 0] > 0.5
    w = windows_of(layer, None)
    assert w.outputs == seen.shape[1]
    for output in range(w.outputs):
        inside = [k for k in w.seen(output) if 0 <= k < steps]
        assert inside == np.flatnonzero(seen[:, output]).tolist()
    assert faults(layer.draw().scene) == []


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_windows_of_pooling(padding):
    layer = AveragePooling1D(3, strides=2, padding=padding)
    seen = np.asarray(layer(np.eye(8, dtype="float32")[..., None]))[..., 0] > 0
    w = windows_of(layer, None)
    assert w.outputs == seen.shape[1]
    for output in range(w.outputs):
        inside = [k for k in w.seen(output) if 0 <= k < 8]
        assert inside == np.flatnonzero(seen[:, output]).tolist()
