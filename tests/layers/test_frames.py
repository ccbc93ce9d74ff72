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


def frames_at_the_loop(layer, monkeypatch):
    """(file, function) of every frame of recurra's from the layer's call to `lax.scan`."""
    found = []

    def scan(*args, **kwargs):
        for frame in traceback.extract_stack():
            path = Path(frame.filename)
            if path.is_relative_to(HERE):
                found.append((path.relative_to(HERE).as_posix(), frame.name))
        raise Stop

    x = np.ones((2, 5, 4), np.float32)
    layer(x)  # built, so that the way to the weights is not counted
    monkeypatch.setattr(jax.lax, "scan", scan)
    with pytest.raises(Stop):
        layer(x)
    return found


@pytest.mark.parametrize("kind", (SimpleRNN, LSTM, GRU))
def test_five_frames_in_three_files_and_the_implementation(kind, monkeypatch):
    assert frames_at_the_loop(kind(3), monkeypatch) == [
        ("engine/layer.py", "__call__"),
        ("engine/layer.py", "_run"),
        ("layers/recurrent/layer.py", "call"),
        INTERFACE,
        ("kernels/reference.py", "gated"),
    ]


def test_a_cell_of_ones_own_is_as_near(monkeypatch):
    class Cell(LSTMCell):
        def call(self, inputs, states, training=False):
            return super().call(inputs, states, training)

    way = frames_at_the_loop(RNN([Cell(3)]), monkeypatch)
    to_the_recurrence = way[: way.index(INTERFACE) + 1]
    assert len(way) <= 5
    assert len({file for file, _ in to_the_recurrence}) <= 3
