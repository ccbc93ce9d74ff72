"""Recurrences forwards and backwards in NumPy and float64: what the native kernels are held to.

Each cell is its textbook formula and the chain rule over it, written down from the mathematics
alone, a whole batch at a time. Sequences are time-major.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from scipy.special import erf


class Activation(NamedTuple):
    """A function, its slope, and where the slope jumps."""

    value: Callable[[Any], Any]
    slope: Callable[[Any], Any]
    kinks: tuple[float, ...] = ()


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(np.minimum(-x, 709)))


def _normal_share(x: Any) -> Any:
    return (1 + erf(x / np.sqrt(2))) / 2


def _normal_density(x: Any) -> Any:
    return np.exp(-x * x / 2) / np.sqrt(2 * np.pi)


def _clipped(slope: float, offset: float, least: float, most: float) -> Activation:
    """A straight line between two levels."""
    ends = sorted((level - offset) / slope for level in (least, most))
    return Activation(
        lambda x: np.clip(slope * x + offset, least, most),
        lambda x: np.where((x > ends[0]) & (x < ends[1]), slope, 0),
        tuple(ends),
    )


ACTIVATIONS = {
    "linear": Activation(lambda x: x, np.ones_like),
    "tanh": Activation(np.tanh, lambda x: 1 / np.cosh(np.clip(x, -300, 300)) ** 2),
    "sigmoid": Activation(_sigmoid, lambda x: _sigmoid(x) * _sigmoid(-x)),
    "relu": Activation(lambda x: np.maximum(x, 0), lambda x: np.where(x > 0, 1, 0), (0,)),
    "hard_sigmoid": _clipped(1 / 6, 0.5, 0, 1),
    "hard_sigmoid_keras1": _clipped(0.2, 0.5, 0, 1),
    "hard_tanh": Activation(
        lambda x: np.clip(x, -1, 1), lambda x: np.where(abs(x) <= 1, 1, 0), (-1, 1)
    ),
    "relu6": _clipped(1, 0, 0, 6),
    "softsign": Activation(lambda x: x / (1 + abs(x)), lambda x: 1 / (1 + abs(x)) ** 2),
    "elu": Activation(
        lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
        lambda x: np.exp(np.minimum(x, 0)),
    ),
    "leaky_relu": Activation(
        lambda x: np.where(x < 0, 0.2 * x, x), lambda x: np.where(x < 0, 0.2, 1), (0,)
    ),
    "silu": Activation(lambda x: x * _sigmoid(x), lambda x: _sigmoid(x) * (1 + x * _sigmoid(-x))),
    "gelu": Activation(
        lambda x: x * _normal_share(x), lambda x: _normal_share(x) + x * _normal_density(x)
    ),
}


class Data(NamedTuple):
    """What a recurrence is computed from: `calls.Arrays` in NumPy."""

    x: Any
    kernel: Any
    recurrent: Any
    h: Any
    c: Any = None
    bias: Any = None
    recurrent_bias: Any = None
    mask: Any = None
    keep: Any = None

    @property
    def states(self) -> tuple:
        """The first states."""
        return (self.h,) if self.c is None else (self.h, self.c)


class Cell:
    """One step and its chain rule.

    `step(x, states)` gives the new states and a tape; `back(tape, d_states)` gives the gradients
    of x = x W + b and of the old states, and adds those of the recurrent weights to `d_recurrent`
    and `d_bias`.
    """

    def __init__(self, data: Data, phi: str, sigma: str) -> None:
        self.phi, self.sigma = ACTIVATIONS[phi], ACTIVATIONS[sigma]
        self.weights = data.recurrent
        self.bias = 0 if data.recurrent_bias is None else data.recurrent_bias
        self.keep = 1 if data.keep is None else data.keep
        self.d_recurrent = np.zeros_like(data.recurrent)
        self.d_bias = np.zeros(data.recurrent.shape[1])
        #: Which samples are real in the step, and how far from a kink their arguments were;
        #: zeros that are products with zero lie on one however they are rounded.
        self.real, self.margin = np.ones(len(data.h), bool), np.inf

    def seen(self, activation: Activation, z: Any) -> Any:
        """The value of an activation; notes how near to a kink that was."""
        for kink in activation.kinks:
            off = abs(z[self.real] - kink)
            self.margin = min(self.margin, off[off > 0].min(initial=np.inf))
        return activation.value(z)

    def product(self, h: Any) -> Any:
        return (h * self.keep) @ self.weights + self.bias

    def product_back(self, h: Any, d: Any) -> Any:
        """The gradient of h from that of its product."""
        self.d_recurrent += (h * self.keep).T @ d
        self.d_bias += d.sum(0)
        return (d @ self.weights.T) * self.keep


class SimpleRNN(Cell):
    """h = phi(x + h U)."""

    def step(self, x: Any, states: tuple) -> tuple[tuple, Any]:
        z = x + self.product(states[0])
        return (self.seen(self.phi, z),), (states[0], z)

    def back(self, tape: Any, d_states: tuple) -> tuple[Any, tuple]:
        h, z = tape
        dz = d_states[0] * self.phi.slope(z)
        return dz, (self.product_back(h, dz),)


class LSTM(Cell):
    """c = sigma(f) c + sigma(i) phi(g), h = sigma(o) phi(c)."""

    def step(self, x: Any, states: tuple) -> tuple[tuple, Any]:
        h, c = states
        i, f, g, o = gates = np.split(x + self.product(h), 4, axis=1)
        after = self.seen(self.sigma, f) * c + self.seen(self.sigma, i) * self.seen(self.phi, g)
        return (self.seen(self.sigma, o) * self.seen(self.phi, after), after), (h, c, after, gates)

    def back(self, tape: Any, d_states: tuple) -> tuple[Any, tuple]:
        h, c, after, (i, f, g, o) = tape
        phi, sigma = self.phi, self.sigma
        dh, dc = d_states
        dc = dc + dh * sigma.value(o) * phi.slope(after)
        dz = np.concatenate(
            [
                dc * phi.value(g) * sigma.slope(i),
                dc * c * sigma.slope(f),
                dc * sigma.value(i) * phi.slope(g),
                dh * phi.value(after) * sigma.slope(o),
            ],
            axis=1,
        )
        return dz, (self.product_back(h, dz), dc * sigma.value(f))


class GRU(Cell):
    """h = z h + (1 - z) phi(x_n + r (h U_n))."""

    def step(self, x: Any, states: tuple) -> tuple[tuple, Any]:
        (h,) = states
        x_z, x_r, x_n = np.split(x, 3, axis=1)
        a_z, a_r, a = np.split(self.product(h), 3, axis=1)
        z, r = self.seen(self.sigma, x_z + a_z), self.seen(self.sigma, x_r + a_r)
        n = self.seen(self.phi, x_n + r * a)
        return (z * h + (1 - z) * n,), (h, x_z + a_z, x_r + a_r, x_n + r * a, a)

    def back(self, tape: Any, d_states: tuple) -> tuple[Any, tuple]:
        h, at_z, at_r, at_n, a = tape
        z, r, n = self.sigma.value(at_z), self.sigma.value(at_r), self.phi.value(at_n)
        dh = d_states[0]
        dz = dh * (h - n) * self.sigma.slope(at_z)
        dn = dh * (1 - z) * self.phi.slope(at_n)
        dr = dn * a * self.sigma.slope(at_r)
        through = self.product_back(h, np.concatenate([dz, dr, dn * r], axis=1))
        return np.concatenate([dz, dr, dn], axis=1), (dh * z + through,)


class GRUResetBefore(Cell):
    """h = z h + (1 - z) phi(x_n + (r h) U_n)."""

    def step(self, x: Any, states: tuple) -> tuple[tuple, Any]:
        (h,) = states
        x_z, x_r, x_n = np.split(x, 3, axis=1)
        u_z, u_r, u_n = np.split(self.weights, 3, axis=1)
        seen = h * self.keep
        at_z, at_r = x_z + seen @ u_z, x_r + seen @ u_r
        z, r = self.seen(self.sigma, at_z), self.seen(self.sigma, at_r)
        at_n = x_n + (r * seen) @ u_n
        return (z * h + (1 - z) * self.seen(self.phi, at_n),), (h, at_z, at_r, at_n)

    def back(self, tape: Any, d_states: tuple) -> tuple[Any, tuple]:
        h, at_z, at_r, at_n = tape
        u_z, u_r, u_n = np.split(self.weights, 3, axis=1)
        z, r, n = self.sigma.value(at_z), self.sigma.value(at_r), self.phi.value(at_n)
        seen, dh = h * self.keep, d_states[0]
        dz = dh * (h - n) * self.sigma.slope(at_z)
        dn = dh * (1 - z) * self.phi.slope(at_n)
        through = dn @ u_n.T
        dr = through * seen * self.sigma.slope(at_r)
        self.d_recurrent += np.concatenate([seen.T @ dz, seen.T @ dr, (r * seen).T @ dn], axis=1)
        d_seen = through * r + dz @ u_z.T + dr @ u_r.T
        return np.concatenate([dz, dr, dn], axis=1), (dh * z + d_seen * self.keep,)


CELLS = {"simple_rnn": SimpleRNN, "lstm": LSTM, "gru": GRU, "gru_reset_before": GRUResetBefore}


class Found(NamedTuple):
    """What comes out of a recurrence, and the gradients of what went in."""

    outputs: Any
    after: tuple
    gradients: Data
    margin: float


def run(
    cell: str, phi: str, sigma: str, data: Data, reverse: bool, d_outputs: Any, d_after: tuple
) -> Found:
    """All outputs in the order of time, the last states, and all gradients.

    Args:
        cell: one of `CELLS`.
        phi: `activation`.
        sigma: `recurrent_activation`.
        data: arrays of any float type; what masked steps hold is not looked at.
        reverse: from the last step to the first.
        d_outputs: the gradient of each output, or None where nobody looks at them.
        d_after: the gradient of each last state.
    """
    mask = None if data.mask is None else data.mask[:, :, None]
    d = Data(*(None if a is None else np.asarray(a, "float64") for a in data))
    x = d.x if mask is None else np.where(mask, d.x, 0)
    its = CELLS[cell](d, phi, sigma)
    steps = range(len(x))
    order = list(steps)[::-1] if reverse else list(steps)
    projected = x @ d.kernel + (0 if d.bias is None else d.bias)

    states, tapes = d.states, {}
    outputs = np.zeros((*x.shape[:2], d.h.shape[1]))
    for t in order:
        its.real = its.real if mask is None else data.mask[t]
        after, tapes[t] = its.step(projected[t], states)
        states = after if mask is None else _chosen(mask[t], after, states)
        outputs[t] = states[0]

    back = tuple(np.asarray(a, "float64") for a in d_after)
    d_projected = np.zeros_like(projected)
    for t in reversed(order):
        if d_outputs is not None:
            back = (back[0] + d_outputs[t], *back[1:])
        zeros = tuple(map(np.zeros_like, back))
        real = back if mask is None else _chosen(mask[t], back, zeros)
        d_projected[t], before = its.back(tapes[t], real)
        if mask is not None:  # a masked step hands its states on
            before = tuple(b + _chosen(mask[t], (0 * h,), (h,))[0] for b, h in zip(before, back))
        back = before

    gradients = Data(
        d_projected @ d.kernel.T,
        np.einsum("tbf,tbg->fg", x, d_projected, optimize=True),
        its.d_recurrent,
        *(*back, None)[:2],
        None if d.bias is None else d_projected.sum((0, 1)),
        None if d.recurrent_bias is None else its.d_bias,
    )
    return Found(outputs, states, gradients, its.margin)


def _chosen(real: Any, new: tuple, old: tuple) -> tuple:
    return tuple(np.where(real, n, o) for n, o in zip(new, old, strict=True))
