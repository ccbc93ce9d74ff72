"""Models of random layers, and what they are given, for tests of what is said of wrong shapes."""

import numpy as np
from hypothesis import strategies as st

from recurra import Input, Model, Sequential
from recurra import layers as L

#: Layers of sequences by name: each a function that makes a new one.
SEQUENCES = {
    "lstm": lambda: L.LSTM(2, return_sequences=True),
    "gru": lambda: L.GRU(3, return_sequences=True),
    "rnn": lambda: L.SimpleRNN(2, return_sequences=True),
    "both ways": lambda: L.Bidirectional(L.LSTM(2, return_sequences=True)),
    "convolution": lambda: L.Conv1D(3, 2),
    "pooling": lambda: L.MaxPooling1D(2),
    "mean pooling": lambda: L.AveragePooling1D(2, strides=1),
    "dense": lambda: L.Dense(3),
    "each step": lambda: L.TimeDistributed(L.Dense(2)),
    "dropout": lambda: L.Dropout(0.1),
}
#: Layers that end a sequence.
ENDS = {
    "lstm": lambda: L.LSTM(2),
    "gru": lambda: L.Bidirectional(L.GRU(2)),
    "flatten": lambda: L.Flatten(),
    "largest": lambda: L.GlobalMaxPooling1D(),
}


class Own(Model):
    """A subclassed model of layers one behind the other."""

    def __init__(self, layers):
        super().__init__()
        self.own = layers

    def call(self, x):
        for layer in self.own:
            x = layer(x)
        return x


def sequential(shape, layers):
    """A Sequential with an Input."""
    return Sequential([Input(shape), *layers])


def without_input(shape, layers):
    """A Sequential that was built for data."""
    model = Sequential(layers)
    model(data(2, *shape))
    return model


def functional(shape, layers):
    """A functional model."""
    x = start = Input(shape)
    for layer in layers:
        x = layer(x)
    return Model(start, x)


def merged(shape, layers):
    """A functional model whose output is added to a second branch."""
    x = start = Input(shape)
    for layer in layers:
        x = layer(x)
    return Model(start, L.Add()([x, L.Dense(1)(L.GlobalAveragePooling1D()(start))]))


def subclassed(shape, layers):
    """A subclassed model that was built for data."""
    model = Own(layers)
    model(data(2, *shape))
    return model


def not_built(shape, layers):
    """A Sequential that has seen nothing yet."""
    return Sequential(layers)


def not_built_subclass(shape, layers):
    """A subclassed model that has seen nothing yet."""
    return Own(layers)


KINDS = (sequential, without_input, functional, subclassed)


def data(*sizes):
    """Numbers in an array of these sizes."""
    return np.arange(np.prod(sizes), dtype="float32").reshape(sizes) / 100


@st.composite
def networks(draw, kinds=(*KINDS, merged)):
    """A model and the shape of the samples it was made for."""
    shape = (draw(st.integers(10, 14)), draw(st.integers(1, 4)))
    names = draw(st.lists(st.sampled_from(sorted(SEQUENCES)), max_size=3))
    if names.count("pooling") + names.count("convolution") > 2:
        names = names[:1]
    end = draw(st.sampled_from(sorted(ENDS)))
    layers = [*(SEQUENCES[n]() for n in names), ENDS[end](), L.Dense(1)]
    return draw(st.sampled_from(kinds))(shape, layers), shape


@st.composite
def wrong(draw, shape):
    """An array for samples of `shape` that somebody got wrong, or just any array."""
    steps, features = shape
    n = draw(st.integers(1, 5))
    return draw(
        st.sampled_from(
            [
                data(steps, features),
                data(n, features, steps),
                data(n, steps * features),
                data(n, 1, steps * features),
                data(n, steps, features, 1),
                data(n, 1, steps, features),
                data(n, steps, features + 1),
                data(n, steps, 4 * features),
                data(n, steps + 3, features),
                data(n, steps - 3, features),
                data(n, 1, features),
                data(steps + 5, features),
                data(steps + 5),
                data(n, features),
                data(n, steps),
                data(n),
            ]
        )
        | st.lists(st.integers(1, 5), min_size=1, max_size=4).map(lambda sizes: data(*sizes))
    )
