"""Recurrences as plain loops over NumPy arrays, one sample at a time."""

from __future__ import annotations

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Loop:
    """Goes through sequences in Python.

    step: `(x, h_product, states) -> states` for one sample, where `h_product` is h U + b.
    """

    def __init__(self, step, kernel, bias=None, dropout=None):
        self.step, self.kernel = step, kernel
        self.bias = np.zeros(kernel.shape[1], kernel.dtype) if bias is None else bias
        self.dropout = dropout

    def run(self, inputs, states, mask=None, reverse=False, zero_masked=False):
        """All outputs in the order of processing, the last one and the last states."""
        steps, batch = inputs.shape[:2]
        order = range(steps)[::-1] if reverse else range(steps)
        outputs = np.zeros((steps, batch, self.kernel.shape[0]), inputs.dtype)
        last = [s.copy() for s in states]
        for b in range(batch):
            now = [s[b] for s in states]
            for place, t in enumerate(order):
                real = mask is None or mask[t, b]
                if real:
                    h = now[0] if self.dropout is None else now[0] * self.dropout[b]
                    now = self.step(inputs[t, b], h @ self.kernel + self.bias, now)
                outputs[place, b] = 0 if zero_masked and not real else now[0]
            for kept, value in zip(last, now, strict=True):
                kept[b] = value
        final = outputs[-1] if steps else last[0]
        return outputs, final, last


def simple(x, a, states):
    return [np.tanh(x + a)]


def lstm(x, a, states):
    """h, c with gates i, f, g, o: c' = s(f) c + s(i) tanh(g), h' = s(o) tanh(c')."""
    i, f, g, o = np.split(x + a, 4)
    c = sigmoid(f) * states[1] + sigmoid(i) * np.tanh(g)
    return [sigmoid(o) * np.tanh(c), c]


def gru(x, a, states):
    """z, r from both; the candidate takes r times the state's share: not additive."""
    x_z, x_r, x_h = np.split(x, 3)
    a_z, a_r, a_h = np.split(a, 3)
    z, r = sigmoid(x_z + a_z), sigmoid(x_r + a_r)
    return [z * states[0] + (1 - z) * np.tanh(x_h + r * a_h)]
