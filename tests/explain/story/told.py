"""The models that are told, and what is told below one heading."""

import numpy as np

import recurra as rc
from recurra import layers as L


def simple_rnn():
    first = L.SimpleRNN(64, activation="relu")
    return rc.Sequential(
        [rc.Input(batch_shape=(1000, 64, 1)), first, L.Dense(1, activation="relu")]
    )


def stacked():
    layers = [L.LSTM(5, return_sequences=True), L.LSTM(4), L.Dense(1, activation="sigmoid")]
    return rc.Sequential([rc.Input((20, 1)), *layers])


def fixed_batch():
    layers = [L.LSTM(128, activation="relu", return_sequences=True), L.LSTM(128)]
    last = L.Dense(1, activation="sigmoid")
    return rc.Sequential([rc.Input(batch_shape=(52, 20, 30)), *layers, last])


def one_series():
    model = rc.Sequential([rc.Input((600, 25)), L.LSTM(128, return_sequences=True), L.Dense(1)])
    for weight in model.weights:
        weight.assign(np.zeros(weight.shape))
    return model


def convolved():
    layers = [L.Conv1D(8, 3), L.MaxPooling1D(2), L.Flatten(), L.Dense(1)]
    return rc.Sequential([rc.Input((20, 1)), *layers])


def unbuilt():
    return rc.Sequential([L.LSTM(32), L.Dense(1)])


def section(model, heading, *args, **kwargs):
    """The lines below a heading, by their labels."""
    found = {s.heading: s.lines for s in model.explain(*args, **kwargs).sections}
    return dict(found[heading]) if heading in found else None


NOTES = "What the numbers mean"
