"""From `LSTM.__call__` to the recurrence it is a short way: few frames in few files."""

import traceback
from pathlib import Path

import jax
import numpy as np
import pytest

import recurra
from recurra.layers import GRU, LSTM, RNN, LSTMCell, SimpleRNN

HERE = Path(recurra.__file__).parent
INTERFACE = ("kernels/__init__.py", "recurrence")


class Stop(Exception):
    """The loop is reached."""


def frames_at(module, name, layer, monkeypatch):
    """(file, function) of every frame of recurra's from the layer's call to a function of JAX."""
    found = []

    def stop(*args, **kwargs):
        for frame in traceback.extract_stack():
            path = Path(frame.filename)
            if path.is_relative_to(HERE):
                found.append((path.relative_to(HERE).as_posix(), frame.name))
        raise Stop

    x = np.ones((2, 5, 4), np.float32)
    layer(x)  # built, so that the way to the weights is not counted
    monkeypatch.setattr(module, name, stop)
    with pytest.raises(Stop):
        layer(x)
    return found


@pytest.mark.parametrize("kind", (SimpleRNN, LSTM, GRU))
def test_five_frames_in_three_files_and_the_implementation(kind, monkeypatch):
    way = frames_at(jax.ffi, "ffi_call", kind(3), monkeypatch)
    assert way[:5] == [
        ("engine/layer.py", "__call__"),
        ("engine/layer.py", "_run"),
        ("layers/recurrent/layer.py", "call"),
        INTERFACE,
        ("kernels/native.py", "gated"),
    ]
    assert {file for file, _ in way[5:]} == {"kernels/native.py", "kernels/calls.py"}


@pytest.mark.parametrize("kind", (SimpleRNN, LSTM, GRU))
def test_the_same_by_the_reference(kind, monkeypatch):
    way = frames_at(jax.lax, "scan", kind(3, unroll=True), monkeypatch)
    assert way[3:] == [
        INTERFACE,
        ("kernels/reference.py", "gated"),
        ("kernels/reference.py", "_gated"),
    ]


def test_a_cell_of_ones_own_is_as_near(monkeypatch):
    class Cell(LSTMCell):
        def call(self, inputs, states, training=False):
            return super().call(inputs, states, training)

    way = frames_at(jax.lax, "scan", RNN([Cell(3)]), monkeypatch)
    to_the_recurrence = way[: way.index(INTERFACE) + 1]
    assert len(way) <= 5
    assert len({file for file, _ in to_the_recurrence}) <= 3
