"""Old arguments of constructors: what they become, and what is said."""

import warnings

import numpy as np
import pytest

from recurra.compat import OldSpelling
from recurra.engine.errors import ArgumentError
from recurra.layers import GRU, LSTM, Conv1D, Dense, Embedding, Input, Layer, SimpleRNN
from recurra.models import Model, Sequential
from recurra.optimizers import SGD


def test_a_declared_old_name_is_taken_and_said(says):
    layer, said = says(lambda: LSTM(output_dim=4, inner_init="glorot_uniform"))
    assert layer.units == 4
    assert said == [
        "`output_dim`, `inner_init` are now `units`, `recurrent_initializer`: "
        "LSTM(..., units=4, recurrent_initializer='glorot_uniform')"
    ]


def test_it_is_said_once_and_at_the_users_line(says):
    with pytest.warns(OldSpelling, match="`bias` is now `use_bias`") as caught:
        for _ in range(3):
            Dense(2, bias=False)
    assert len(caught) == 1 and caught[0].filename == __file__


def test_todays_spelling_says_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        LSTM(4, input_shape=(5, 3), implementation=2, use_cudnn=False, unroll=False)
        Dense(2, batch_input_shape=(None, 3))


@pytest.mark.parametrize(
    ("make", "shape", "code"),
    [
        (lambda: LSTM(4, input_dim=3, input_length=5), (None, 5, 3), "shape=(5, 3)"),
        (lambda: SimpleRNN(4, input_dim=3), (None, None, 3), "shape=(None, 3)"),
        (lambda: Conv1D(4, 2, input_dim=3), (None, None, 3), "shape=(None, 3)"),
        (lambda: Dense(4, input_dim=3), (None, 3), "shape=(3,)"),
        (lambda: Dense(4, input_dim=3, input_length=5), (None, 5, 3), "shape=(5, 3)"),
        (lambda: GRU(4, input_shape=(6, 2), batch_size=1), (1, 6, 2), "batch_shape=(1, 6, 2)"),
        (lambda: GRU(4, batch_shape=(1, 6, 2)), (1, 6, 2), "batch_shape=(1, 6, 2)"),
    ],
)
def test_sizes_on_the_first_layer_become_its_input(says, make, shape, code):
    layer, said = says(make)
    assert layer.declared_input_shape == shape
    assert Sequential([layer]).input_shape == shape
    assert len(said) == 1 and said[0].endswith(f"now said in front of it: Input({code})")


def test_a_layer_of_ones_own_takes_them_too(says):
    class Double(Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)

        def call(self, x):
            return x * 2

    layer, said = says(lambda: Double(input_dim=3))
    assert layer.declared_input_shape == (None, 3)
    assert said == ["`input_dim` of Double is now said in front of it: Input(shape=(3,))"]


def test_embedding_keeps_its_own_input_dim_and_length(says):
    layer, said = says(lambda: Embedding(10, 4, input_length=6, dropout=0.0))
    assert (layer.input_dim, layer.declared_input_shape, said) == (10, (None, 6), [])


def test_initial_weights(says):
    kernel, bias = np.array([[1.0, 2.0]]), np.array([3.0, 4.0])
    layer, said = says(lambda: Dense(2, weights=[kernel, bias]))
    # 2 * [1, 2] + [3, 4]
    assert np.asarray(layer(np.array([[2.0]]))).tolist() == [[5.0, 8.0]]
    assert said == [
        "`weights` is now `kernel_initializer`, `bias_initializer`: "
        "Dense(..., kernel_initializer=..., bias_initializer=...)"
    ]


def test_the_hard_sigmoid_of_its_day(says):
    layer, said = says(lambda: LSTM(4, inner_activation="hard_sigmoid"))
    # clip(0.2 x + 0.5) at -1 and 2.9; today's is clip(x / 6 + 0.5): 0.3333 and 0.9833
    steep = np.asarray(layer.recurrent_activation(np.array([-1.0, 2.9], "float32")))
    np.testing.assert_allclose(steep, [0.3, 1.0], rtol=1e-6)
    assert said == [
        "`hard_sigmoid` was clip(0.2 x + 0.5) when `inner_activation` was written, and still is "
        "here; today's `recurrent_activation='hard_sigmoid'` is clip(x / 6 + 0.5)",
        "`inner_activation` is now `recurrent_activation`: LSTM(..., recurrent_activation=...)",
    ]
    again = LSTM.from_config(layer.get_config())
    assert again.recurrent_activation is layer.recurrent_activation


@pytest.mark.parametrize(("value", "forget"), [("one", True), ("zero", False)])
def test_the_bias_of_the_forget_gate(says, value, forget):
    layer, said = says(lambda: LSTM(4, forget_bias_init=value))
    assert layer.unit_forget_bias is forget
    assert said == [
        f"`forget_bias_init` is now `unit_forget_bias`: LSTM(..., unit_forget_bias={forget})"
    ]


def test_what_nothing_takes_the_place_of(says):
    _, said = says(lambda: GRU(4, consume_less="gpu", time_major=False, truncate_gradient=-1))
    assert said == ["`consume_less` is gone from GRU: recurra finds the fastest way by itself"]


def test_time_major_is_refused_with_the_way_out():
    with pytest.raises(ArgumentError) as caught:
        LSTM(4, time_major=True)
    assert str(caught.value) == (
        "LSTM does not take `time_major`=True.\n"
        "  fix:      leave it out and give X.transpose(1, 0, 2): (batch, timesteps, features)"
    )


def test_old_and_new_name_together_are_refused():
    with pytest.raises(ArgumentError) as caught:
        LSTM(units=4, output_dim=5)
    assert str(caught.value) == (
        "LSTM: `output_dim` is the old name of `units`, and both are given.\n"
        "  fix:      LSTM(..., units=4)"
    )


def test_a_name_that_nobody_ever_had_gets_a_suggestion():
    with pytest.raises(ArgumentError) as caught:
        LSTM(4, return_sequence=True)
    assert str(caught.value) == (
        "LSTM: there is no argument 'return_sequence'. Did you mean 'return_sequences'?"
    )


def test_decay_lowers_the_rate_as_it_did(says):
    optimizer, said = says(lambda: SGD(lr=0.5, decay=0.25))
    # lr / (1 + decay * step) at step 0
    assert float(optimizer.learning_rate) == 0.5 and optimizer.decay == 0.25
    assert said == [
        "`decay` is now a schedule: SGD(learning_rate=schedules.InverseTimeDecay(0.5, "
        "decay_steps=1, decay_rate=0.25)), which is what it does here",
        "`lr` is now `learning_rate`: SGD(..., learning_rate=0.5)",
    ]


def test_model_of_input_and_output(says):
    x = Input((3,))
    y = Dense(2)(x)
    model, said = says(lambda: Model(input=x, output=y))
    assert model.output_shape == (None, 2)
    assert said == [
        "`input`, `output` are now `inputs`, `outputs`: Model(..., inputs=..., outputs=...)"
    ]
