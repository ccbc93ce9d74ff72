"""Where arrays come from, and that nothing is kept of those that are gone."""

import gc
import sys

import numpy as np

from recurra import layers as L
from recurra.engine import sources

X = np.ones((2, 5, 3), "float32")


def test_the_way_of_an_array_through_layers_with_the_names_of_its_axes():
    a, b = L.LSTM(4, return_sequences=True), L.GlobalMaxPooling1D()
    data, first, last = sources.path_of(b(a(X)))
    assert (data.layer, first.layer, last.layer) == (None, a, b)
    assert str(data.shape) == "(batch=2, timesteps=5, features=3)"
    assert str(first.shape) == "(batch=2, timesteps=5, units=4)"
    assert str(last.shape) == "(batch=2, features=4)"
    assert sources.path_of(X) == ()


def test_a_loop_over_its_own_output_keeps_no_endless_way():
    layer, x = L.Dense(3), X
    for _ in range(3 * sources.MOST_STEPS):
        x = layer(x)
        assert len(sources.path_of(x)) <= sources.MOST_STEPS


def test_nothing_is_kept_of_arrays_that_are_gone():
    before = len(sources._made)
    y = L.Dense(3)(X)
    assert len(sources._made) > before
    del y
    gc.collect()
    assert len(sources._made) <= before


def test_an_array_may_outlive_the_module(monkeypatch):
    said = []
    monkeypatch.setattr(sys, "unraisablehook", said.append)
    y = L.Dense(3)(X)
    monkeypatch.setattr(sources, "_made", None)  # as Python does when it ends
    del y
    gc.collect()
    assert said == []
