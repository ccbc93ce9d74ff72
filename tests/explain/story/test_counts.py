"""The parameters as arithmetic: for every layer it evaluates to `count_params()`."""

import re

import pytest

import recurra as rc
from recurra import layers as L
from recurra.engine.registry import custom_objects
from recurra.explain.story.counts import FORMULAS, count_of
from recurra.explain.story.kinds import find
from tests.contract import built, shapes_of
from tests.layers.test_contract import CASES


def evaluated(arithmetic, **names):
    """The value of `4 x (5 x (features + 5) + 5)`, with numbers for names."""
    for name, value in names.items():
        arithmetic = re.sub(rf"\b{name}\b", str(value), arithmetic)
    assert re.fullmatch(r"[\d x()+/-]+", arithmetic), arithmetic
    return eval(arithmetic.replace("x", "*"))


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_arithmetic_of_every_layer_is_its_count(name):
    case = CASES[name]
    with custom_objects(case.objects):
        layer = built(case)
    count = count_of(layer)
    assert count.value == layer.count_params()
    if layer.weights:
        assert evaluated(count.numbers) == layer.count_params() > 0
        assert str(count) == f"{count.numbers} = {count.value:,}"
    else:
        assert str(count) == "no parameters"


@pytest.mark.parametrize("name", sorted(n for n in CASES if find(FORMULAS, CASES[n].make())))
def test_before_a_layer_is_built_names_stand_for_what_is_not_known(name):
    case = CASES[name]
    features = {"Conv1D": 4 // 2, "StackedRNNCells": 4}.get(name, shapes_of(case)[0][-1])
    count = count_of(case.make())
    assert count is None or name not in ("RNN", "TimeDistributed") or count.value is None
    if count is not None and count.value is None:
        told = count.numbers.replace("features of a group", "features")
        assert evaluated(told, features=features) == built(case).count_params()


def test_every_formula_is_of_a_layer_that_exists():
    used = {k for case in CASES.values() for c in type(case.make()).__mro__ for k in [c.__name__]}
    assert set(FORMULAS) <= used


def on(layer, *shape):
    rc.Sequential([rc.Input(shape), layer])
    count = count_of(layer)
    return str(count), count.words


@pytest.mark.parametrize(
    ("layer", "told"),
    [
        (lambda: L.LSTM(5), "4 x (5 x (1 + 5) + 5) = 140"),
        (lambda: L.LSTM(5, use_bias=False), "4 x 5 x (1 + 5) = 120"),
        (lambda: L.GRU(5), "3 x (5 x (1 + 5) + 2 x 5) = 120"),
        (lambda: L.GRU(5, reset_after=False), "3 x (5 x (1 + 5) + 5) = 105"),
        (lambda: L.SimpleRNN(64), "64 x (1 + 64) + 64 = 4,224"),
        (lambda: L.RNN(L.LSTMCell(5)), "4 x (5 x (1 + 5) + 5) = 140"),
        (lambda: L.Dense(3), "1 x 3 + 3 = 6"),
        (lambda: L.Dense(3, use_bias=False), "1 x 3 = 3"),
        (lambda: L.Conv1D(8, 3), "3 x 1 x 8 + 8 = 32"),
        (lambda: L.Bidirectional(L.LSTM(5)), "2 x 4 x (5 x (1 + 5) + 5) = 280"),
        (lambda: L.Bidirectional(L.SimpleRNN(5)), "2 x (5 x (1 + 5) + 5) = 70"),
        (lambda: L.TimeDistributed(L.Dense(3)), "1 x 3 + 3 = 6"),
        (lambda: L.BatchNormalization(), "1 + 1 + 1 + 1 = 4"),
        (lambda: L.Dropout(0.5), "no parameters"),
    ],
)
def test_formulas_of_layers_over_one_feature(layer, told):
    assert on(layer(), 20, 1)[0] == told


def test_two_directions_that_differ_are_added():
    other = L.GRU(5, go_backwards=True)
    assert on(L.Bidirectional(L.LSTM(5), backward_layer=other), 20, 1) == (
        "4 x (5 x (1 + 5) + 5) + 3 x (5 x (1 + 5) + 2 x 5) = 260",
        "gates x (units x (features + units) + biases) + "
        "gates x (units x (features + units) + 2 x biases)",
    )


class Own(L.Layer):
    def build(self, shape):
        self.add_weight(name="scale", shape=(1, *shape[1:]))
        self.add_weight(name="shift", shape=())
        self.dense = L.Dense(2)

    def call(self, x):
        return self.dense(x * self.weights[0] + self.weights[1])


def test_a_layer_of_the_users_is_told_by_its_weights_and_the_layers_inside():
    rc.utils.clear_session()
    # 1 * 3 * 4 + 1, and a Dense of 4 * 2 + 2
    assert on(Own(), 3, 4) == ("1 x 3 x 4 + 1 + 10 = 23", "scale + shift + dense")


def test_a_subclass_with_other_weights_is_not_told_by_the_formula():
    class Scaled(L.Dense):
        def build(self, shape):
            super().build(shape)
            self.add_weight(name="extra_scale", shape=(2,))

    assert on(Scaled(3), 4) == ("4 x 3 + 3 + 2 = 17", "kernel + bias + extra scale")

    class Same(L.Dense):
        pass

    assert on(Same(3), 4) == ("4 x 3 + 3 = 15", "features x units + biases")


def test_a_model_adds_up_its_layers_and_counts_shared_ones_once():
    rc.utils.clear_session()
    x, dense = rc.Input((4, 2)), L.Dense(2)
    model = rc.Model(x, L.LSTM(1)(dense(dense(x))))
    assert str(count_of(model)) == "6 + 16 = 22"  # 2 * 2 + 2 and 4 * (1 * (2 + 1) + 1)
    inner = rc.Sequential([rc.Input((4, 2)), dense])
    both = rc.Model(x, [inner(x), dense(x)])
    assert both.count_params() == 6 and str(count_of(both)) == "2 x 2 + 2 = 6"


def test_a_layer_that_says_nothing_before_it_is_built():
    assert count_of(Own()) is None and count_of(L.BatchNormalization()) is None
    assert str(count_of(L.Flatten())) == "no parameters"
