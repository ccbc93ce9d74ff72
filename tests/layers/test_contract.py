"""Every layer keeps the contract: a line here for each class that a file may name."""

import numpy as np
import pytest

from recurra import layers as L
from tests.contract import Case, check_contract

LONG, WIDE = (None, 4), (None, 3, 4)


def double(x):
    return 2 * x


CASES = {
    "Activation": Case(lambda: L.Activation("tanh")),
    "Add": Case(L.Add, [LONG, LONG, (4,)]),
    "Average": Case(L.Average, [LONG, LONG]),
    "AveragePooling1D": Case(lambda: L.AveragePooling1D(2, padding="same")),
    "BatchNormalization": Case(L.BatchNormalization),
    "Bidirectional": Case(lambda: L.Bidirectional(L.LSTM(3, return_sequences=True))),
    "Concatenate": Case(L.Concatenate, [LONG, (None, 2)]),
    "Conv1D": Case(lambda: L.Conv1D(6, 2, padding="causal", groups=2)),
    "Cropping1D": Case(L.Cropping1D),
    "Dense": Case(lambda: L.Dense(3, activation="tanh")),
    "Dot": Case(lambda: L.Dot(2), [LONG, (3, 4)]),
    "Dropout": Case(lambda: L.Dropout(0.5, seed=1)),
    "ELU": Case(L.ELU),
    "Embedding": Case(lambda: L.Embedding(7, 3, mask_zero=True), (None,), ids=7),
    "Flatten": Case(L.Flatten),
    "GRU": Case(lambda: L.GRU(3, return_sequences=True, return_state=True)),
    "GRUCell": Case(lambda: L.GRUCell(3), (4,), given={"states": [3]}),
    "GaussianDropout": Case(lambda: L.GaussianDropout(0.5)),
    "GaussianNoise": Case(lambda: L.GaussianNoise(0.5)),
    "GlobalAveragePooling1D": Case(L.GlobalAveragePooling1D),
    "GlobalMaxPooling1D": Case(lambda: L.GlobalMaxPooling1D(keepdims=True)),
    "LSTM": Case(lambda: L.LSTM(3, dropout=0.2, recurrent_dropout=0.2)),
    "LSTMCell": Case(lambda: L.LSTMCell(3), (4,), given={"states": [3, 3]}),
    "Lambda": Case(lambda: L.Lambda(double), objects={"double": double}),
    "LayerNormalization": Case(L.LayerNormalization),
    "Normalization": Case(lambda: L.Normalization(mean=2.0, variance=4.0)),
    "LeakyReLU": Case(L.LeakyReLU),
    "Masking": Case(L.Masking),
    "MaxPooling1D": Case(lambda: L.MaxPooling1D(2, data_format="channels_first"), (4, None)),
    "Maximum": Case(L.Maximum, [LONG, LONG]),
    "Minimum": Case(L.Minimum, [LONG, LONG]),
    "Multiply": Case(L.Multiply, [LONG, LONG]),
    "PReLU": Case(lambda: L.PReLU(shared_axes=[1])),
    "Permute": Case(lambda: L.Permute((2, 1))),
    "RNN": Case(lambda: L.RNN([L.LSTMCell(3), L.GRUCell(2)])),
    "ReLU": Case(lambda: L.ReLU(1.0, 0.1)),
    "RepeatVector": Case(lambda: L.RepeatVector(3), (4,)),
    "Reshape": Case(lambda: L.Reshape((-1, 2))),
    "SimpleRNN": Case(lambda: L.SimpleRNN(3, go_backwards=True)),
    "SimpleRNNCell": Case(lambda: L.SimpleRNNCell(3), (4,), given={"states": [3]}),
    "Softmax": Case(L.Softmax),
    "SpatialDropout1D": Case(lambda: L.SpatialDropout1D(0.5)),
    "StackedRNNCells": Case(
        lambda: L.StackedRNNCells([L.SimpleRNNCell(3), L.SimpleRNNCell(2)]),
        (4,),
        given={"states": [3, 2]},
    ),
    "Subtract": Case(L.Subtract, [LONG, LONG]),
    "TimeDistributed": Case(lambda: L.TimeDistributed(L.Conv1D(2, 2)), WIDE),
    "UpSampling1D": Case(L.UpSampling1D),
    "ZeroPadding1D": Case(L.ZeroPadding1D),
}
#: Classes that do nothing by themselves, and models, which have tests of their own.
NOT_LAYERS = {"InputLayer", "Wrapper", "Model", "Sequential"}


def test_every_layer_is_in_the_table():
    named = {n for n, kind in L.LAYERS.classes.items() if kind.__module__.startswith("recurra.")}
    assert named - NOT_LAYERS == set(CASES)


@pytest.mark.parametrize("name", sorted(CASES))
def test_contract(name):
    case = CASES[name]
    assert type(case.make()) is L.LAYERS.classes[name]
    check_contract(case)


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_misspelt_keyword_of_the_constructor_gets_a_suggestion(name):
    kind = L.LAYERS.classes[name]
    with pytest.raises(ValueError, match="Did you mean 'trainable'"):
        kind(trainabel=True)


def test_the_contract_notices_a_layer_that_mixes_rows():
    class Mixing(L.Dense):
        def call(self, inputs):
            return super().call(inputs) - inputs.mean() * 0.1

    with pytest.raises(AssertionError):
        check_contract(Case(lambda: Mixing(3), objects={"Mixing": Mixing}))


def test_the_contract_notices_a_weight_that_is_not_used():
    class Unused(L.Dense):
        def call(self, inputs):
            return inputs @ np.ones((4, 3), "float32")

    with pytest.raises(AssertionError, match="kernel"):
        check_contract(Case(lambda: Unused(3), objects={"Unused": Unused}))
