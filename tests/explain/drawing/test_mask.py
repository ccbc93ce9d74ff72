"""`drawing.mask`: which timesteps are real."""

import numpy as np
import pytest

from recurra import ArgumentError, drawing
from recurra.layers import Masking
from tests.explain.drawing.readable import boxes, faults, texts

REAL = np.array([[True] * 6 + [False] * 4, [True] * 10, [False] * 10])


def test_a_mask_has_a_row_for_each_sample():
    scene = drawing.mask(REAL).scene
    assert boxes(scene, "input") == [["6 real"], ["10 real"]]
    assert boxes(scene, "faint") == [["4 padding"], ["10 padding"]]
    words = texts(scene)
    assert {"sample 0", "6 of 10 real", "10 of 10 real", "0 of 10 real"} <= set(words)
    assert "Mask of 3 samples, 10 timesteps" in words
    assert "16 of 30 timesteps are real (53%); layers that know masks skip the others." in words
    assert words[-1] == "1 sample has no real timestep."
    assert faults(scene) == []


def test_data_are_masked_as_the_layer_does():
    x = np.array([[[1.0, 0.0], [0.0, 0.0], [0.0, 2.0]], [[-1.0, -1.0]] * 3])
    by_layer = np.asarray(Masking()(x)).any(-1)
    assert texts(drawing.mask(x).scene) == texts(drawing.mask(by_layer).scene)
    assert boxes(drawing.mask(x, mask_value=-1).scene, "faint") == [["3 padding"]]
    nan = np.where(x == 0.0, np.nan, x)
    assert "2 of 3 real" in texts(drawing.mask(nan, mask_value=np.nan).scene)
    ids = np.array([[5, 7, 0, 0]])
    assert boxes(drawing.mask(ids).scene) == [["2 real"], ["2 padding"]]


def test_many_samples_and_steps_stay_in_bounds():
    real = np.random.default_rng(0).random((100, 1000)) < 0.5
    scene = drawing.mask(real).scene
    assert "⋮ 88 more" in texts(scene) and scene.bounds.width < 900
    assert "sample 11" in texts(scene) and "sample 12" not in texts(scene)


@pytest.mark.parametrize("x", [np.ones(3), np.ones((2, 2, 2, 2)), np.array([["a", "b"]])])
def test_other_arrays_are_refused(x):
    with pytest.raises(ArgumentError) as caught:
        drawing.mask(x)
    assert str(caught.value) == (
        "mask: a mask (batch, timesteps) or data (batch, timesteps, features) is needed, not an "
        f"array of shape {x.shape} and type {x.dtype}.\n"
        "  fix:      mask(X)\n"
        "  fix:      mask((X != 0).any(axis=-1))"
    )


def test_the_file_is_written(tmp_path):
    drawing.mask(REAL, path=tmp_path / "mask.svg")
    assert (tmp_path / "mask.svg").exists()
