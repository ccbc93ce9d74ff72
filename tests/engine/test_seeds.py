"""What makes random numbers repeatable, and the names that are counted."""

import random

import jax
import numpy as np
import pytest

from recurra.engine import seeds
from recurra.engine.names import clear_session, name_scope, path_of, unique_name
from recurra.engine.seeds import generator, new_seed, set_random_seed
from recurra.layers import LSTM, Dense


def weights_of(layer):
    layer.build((None, 3) if isinstance(layer, Dense) else (None, 5, 3))
    return layer.get_weights()


def test_one_seed_for_everything():
    def numbers():
        return random.random(), np.random.rand(), generator().random(), new_seed()

    set_random_seed(5)
    first = numbers()
    set_random_seed(5)
    assert numbers() == first
    set_random_seed(6)
    assert not set(numbers()) & set(first)


@pytest.mark.parametrize("make", [lambda: Dense(4), lambda: LSTM(2)])
def test_initial_weights_are_repeatable_and_differ_from_layer_to_layer(make):
    set_random_seed(1)
    first, second = weights_of(make()), weights_of(make())
    set_random_seed(1)
    for one, again in zip(first, weights_of(make()), strict=True):
        np.testing.assert_array_equal(one, again)
    assert not np.array_equal(first[0], second[0])


def test_a_script_that_only_seeds_numpy_is_repeatable(monkeypatch):
    def drawn(seed):
        monkeypatch.setattr(seeds._Source, "generator", None)
        np.random.seed(seed)
        return new_seed()

    assert drawn(7) == drawn(7) != drawn(8)
    np.random.seed(7)
    expected = np.random.rand()
    monkeypatch.setattr(seeds._Source, "generator", None)
    np.random.seed(7)
    new_seed()
    assert np.random.rand() == expected  # reading NumPy's state does not change it


def test_drawing_in_a_trace_draws_once():
    @jax.jit
    def step():
        return new_seed()

    assert int(step()) == int(step())


def test_names_are_counted_for_each_kind():
    assert [unique_name(n) for n in ("LSTM", "LSTM", "Dense", "LSTM")] == [
        "lstm",
        "lstm_1",
        "dense",
        "lstm_2",
    ]
    clear_session()
    assert unique_name("LSTM") == "lstm"


def test_paths_begin_with_the_open_scopes():
    outer, inner = Dense(1, name="outer"), Dense(1, name="inner")
    with name_scope(outer):
        with name_scope(outer), name_scope(inner):
            assert path_of("w") == "outer/inner/w"
        assert path_of("w") == "outer/w"
    assert path_of("w") == "w"


def test_a_scope_ends_when_its_block_fails():
    with pytest.raises(ZeroDivisionError), name_scope(Dense(1)):
        raise ZeroDivisionError
    assert path_of("w") == "w"


def test_a_seed_within_a_block_leaves_the_users_numbers_alone():
    set_random_seed(5)
    undisturbed = [new_seed() for _ in range(2)]
    set_random_seed(5)
    first = new_seed()
    with seeds.seeded(7):
        inside = new_seed()
    with seeds.seeded(7):
        assert new_seed() == inside
    assert [first, new_seed()] == undisturbed
    assert inside not in undisturbed
