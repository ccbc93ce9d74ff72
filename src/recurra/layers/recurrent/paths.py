"""Which recurrences the native kernels compute, asked of the layers themselves."""

from __future__ import annotations

from typing import Any

import jax

from recurra.kernels import Recurrence, native
from recurra.layers.recurrent.any_cell import build_for
from recurra.layers.recurrent.gru import GRUCell
from recurra.layers.recurrent.lstm import LSTMCell
from recurra.layers.recurrent.simple_rnn import SimpleRNNCell


class _Own(LSTMCell):
    def gates(self, z: Any, states: tuple) -> tuple:
        return super().gates(z, states)


def _named(function: Any) -> Any:
    return lambda x: function(x)


def paths() -> list[tuple[str, str, str]]:
    """Recurrent configurations, the path that each takes, and why it is not the native one.

    Example:
        >>> [row[0] for row in paths()][:2]
        ['LSTM', 'GRU']
    """
    usual, out = Recurrence(), Recurrence(unroll=True)
    asked: list[tuple[str, Any, Recurrence]] = [
        ("LSTM", LSTMCell(2), usual),
        ("GRU", GRUCell(2), usual),
        ("GRU(reset_after=False)", GRUCell(2, reset_after=False), usual),
        ("SimpleRNN", SimpleRNNCell(2), usual),
        ("LSTM in float64", LSTMCell(2, dtype="float64"), usual),
        ("LSTM in bfloat16", LSTMCell(2, dtype="bfloat16"), usual),
        ("LSTM(activation='softplus')", LSTMCell(2, activation="softplus"), usual),
        ("LSTM(activation=a function)", LSTMCell(2, activation=_named(abs)), usual),
        ("LSTM(unroll=True)", LSTMCell(2), out),
        ("a subclass with gates of its own", _Own(2), usual),
    ]
    rows = [(label, *_path(cell, how)) for label, cell, how in asked]
    rows.append(("RNN over a cell of your own", "reference", "it is scanned over its own call"))
    rows.append(("forward mode, second derivatives", "reference", "kernels give gradients alone"))
    return rows


def _path(cell: Any, how: Recurrence) -> tuple[str, str]:
    dtype = cell.compute_dtype

    def ask() -> str | None:
        build_for(cell, (1, 1))
        step = cell.step(1, training=False)
        states = tuple(cell.get_initial_state(1))
        return native.reason(step, states[0][None, :, :1], states, how)

    reasons: list[str | None] = []
    with jax.enable_x64(dtype == "float64"):
        jax.eval_shape(lambda: reasons.append(ask()))
    return ("reference", reasons[0]) if reasons[0] else ("native", "")
