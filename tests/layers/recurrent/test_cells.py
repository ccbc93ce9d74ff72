"""Cells of one's own, states to start from, and dropout that leaves nothing."""

import numpy as np
import pytest

from recurra import ArgumentError, Layer, ShapeError
from recurra.layers import GRU, LSTM, RNN, Bidirectional, LSTMCell, SimpleRNN, StackedRNNCells

X = np.ones((2, 5, 4), np.float32)


class Summing(Layer):
    """h_t = sum of all inputs so far; it says only what a cell has to."""

    state_size = 4

    def call(self, x, states):
        h = x + states[0]
        return h, [h]


def test_a_cell_without_initial_states_starts_from_zeros_alone_and_in_a_stack():
    np.testing.assert_array_equal(RNN(Summing())(X), np.full((2, 4), 5.0))
    # The second cell sums the sums 1, 2, 3, 4, 5.
    np.testing.assert_array_equal(RNN([Summing(), Summing()])(X), np.full((2, 4), 15.0))
    assert RNN([Summing(), LSTMCell(3)])(X).shape == (2, 3)


def test_initial_states_are_asked_for_by_kerass_name():
    h, c = LSTM(3).get_initial_state(batch_size=2)
    assert h.shape == c.shape == (2, 3)
    assert not h.any()


@pytest.mark.parametrize("kind", (SimpleRNN, LSTM, GRU))
def test_all_dropped_is_zero_and_not_nan(kind):
    # With neither input nor state the candidate is tanh(0) = 0, and so is all that is made of it.
    layer = kind(3, dropout=1.0, recurrent_dropout=1.0)
    np.testing.assert_array_equal(layer(X, training=True), np.zeros((2, 3)))


def refused(error, call):
    with pytest.raises(error) as caught:
        call()
    return "\n".join(line for line in str(caught.value).split("\n") if "set by" not in line)


def test_a_state_of_another_batch_or_size_is_refused_at_the_call():
    def start(*shape):
        return lambda: LSTM(2, name="l")(X, initial_state=[np.zeros(shape), np.zeros((2, 2))])

    assert refused(ShapeError, start(3, 2)) == (
        "LSTM 'l' takes a batch of 2, and `initial_state[0]` has 3.\n"
        "  came:     initial_state[0] (batch=3, units=2)\n"
        "  expected: (batch=2, units=2)"
    )
    assert refused(ShapeError, start(2, 3)) == (
        "LSTM 'l' takes 2 units, and `initial_state[0]` has 3.\n"
        "  came:     initial_state[0] (batch=2, units=3)\n"
        "  expected: (batch=2, units=2)\n"
        "  fix:      LSTM(3)  # takes states of that size\n"
        "  fix:      Dense(2)(state)  # or brings each state to 2 units"
    )
    assert refused(ShapeError, start(2, 2, 2)) == (
        "LSTM 'l' takes 2 axes, and `initial_state[0]` has 3.\n"
        "  came:     initial_state[0] (batch=2, timesteps=2, features=2)\n"
        "  expected: (batch=2, units=2)"
    )


def test_the_two_states_of_an_lstm_for_a_layer_with_one():
    state = np.ones((2, 3), np.float32)
    assert refused(ArgumentError, lambda: GRU(3, name="g")(X, initial_state=[state, state])) == (
        "GRU 'g' has 1 state, and `initial_state` holds 2 arrays.\n"
        "  fix:      initial_state=[h]  # an LSTM gives h and c, and one state is taken here\n"
        "  fix:      initial_state=[Concatenate()([forward_h, backward_h])]  # what a "
        "Bidirectional gives, for GRU(2 * 3)"
    )


def test_a_mask_of_another_length_is_refused_at_the_call():
    mask = np.ones((2, 4), bool)
    said = refused(ShapeError, lambda: LSTM(2, name="l")(X, mask=mask))
    both = refused(ShapeError, lambda: Bidirectional(LSTM(2), name="l")(X, mask=mask))
    assert both == said.replace("LSTM", "Bidirectional")  # and not one of the two inside
    assert said == (
        "LSTM 'l' takes 5 timesteps, and `mask` has 4.\n"
        "  came:     mask (batch=2, timesteps=4)\n"
        "  expected: (batch=2, timesteps=5)\n"
        "  fix:      (X != 0).any(axis=-1)  # made from the data: real where anything is not 0"
    )


def test_both_directions_need_a_layer():
    assert refused(ArgumentError, lambda: Bidirectional(None)) == (
        "Bidirectional: layer=None (NoneType): a recurrent layer such as LSTM(32) is needed."
    )


def test_a_stack_needs_a_cell():
    assert refused(ArgumentError, lambda: StackedRNNCells([])) == (
        "StackedRNNCells: cells=[] (list): a list of cells is needed."
    )
