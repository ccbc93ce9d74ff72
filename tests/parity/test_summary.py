"""The summary is Keras's, character for character, but for one line that names the axes."""

import re

import keras
import pytest

import recurra


def stacked(k):
    L = k.layers
    return k.Sequential([k.Input((20, 1)), L.LSTM(5, return_sequences=True), L.LSTM(4), L.Dense(1)])


def unbuilt(k):
    return k.Sequential([k.layers.Bidirectional(k.layers.LSTM(3)), k.layers.Dense(2)])


def frozen(k):
    model = stacked(k)
    model.layers[0].trainable = False
    return model


def chain(k):
    x = k.Input((4, 2))
    return k.Model(x, k.layers.Dense(2)(k.layers.GRU(3)(x)) * 2, name="chain")


def branched(k):
    L = k.layers
    a, b = k.Input((4, 2), name="a"), k.Input((4, 2), name="b")
    shared = L.Dense(2)
    out, h, _ = L.LSTM(2, return_state=True)(shared(a))
    inner = k.Sequential([L.Dense(3), L.Dropout(0.5), L.LSTM(1)], name="inner")
    y = L.Add()([shared(a), shared(b)]) * 2
    return k.Model([a, b], [inner(y), L.Concatenate()([out, h]) + 1], name="branched")


def big(k):
    L = k.layers
    layers = [k.Input((30, 700)), L.Dense(900), L.Conv1D(64, 3), L.GRU(2)]
    return k.Sequential(layers, name="big")


def text(model, **options):
    told = []
    model.summary(print_fn=told.append, **options)
    return "\n".join(told)


def without_guesses(ours, theirs):
    """Our lines with `?` where Keras knows nothing of a shape and we know something."""
    unknown = lambda shape: "?".ljust(len(shape[0]))
    return [
        re.sub(r"\(None[^)]*\)", unknown, a) if "│ ? " in b else a
        for a, b in zip(ours, theirs, strict=True)
    ]


@pytest.mark.parametrize("options", [{}, {"expand_nested": True}], ids=["plain", "expanded"])
@pytest.mark.parametrize("make", [stacked, unbuilt, frozen, chain, branched, big])
def test_summaries_are_alike(make, options, monkeypatch):
    monkeypatch.setenv("COLUMNS", "130")  # as wide as Keras needs to cut no name
    keras.backend.clear_session(free_memory=False)
    recurra.utils.clear_session()
    theirs, ours = text(make(keras), **options), text(make(recurra), **options)
    name, axes, *rest = ours.splitlines()
    assert axes.startswith("Input: ")
    expected = theirs.splitlines()
    assert without_guesses([name, *rest], expected) == expected
