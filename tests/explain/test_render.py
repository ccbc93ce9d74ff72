"""The layout of messages, and each fix that is found from two shapes."""

import inspect
from textwrap import dedent

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recurra.engine.errors import ArgumentError, DataError, RecurraError, ShapeError
from recurra.engine.origin import Origin
from recurra.engine.rule import Expected
from recurra.engine.shapes import Axis, Shape
from recurra.engine.sources import Step
from recurra.explain import render
from recurra.layers import LSTM, Dense, Input, TimeDistributed


def expected(*sizes, names=("batch", "timesteps", "features", "channels")):
    """What a rule asks for: sizes of the axes, None for any."""
    return Expected(Axis(name, size) for name, size in zip(names, sizes))


def refusal(came, wanted, **facts):
    """The message for data of sizes `came` where `wanted` is needed."""
    return str(ShapeError("LSTM 'lstm'", "x", Shape(came), wanted, **facts))


def here():
    """The line of the caller, as messages name it."""
    return f"test_render.py:{inspect.currentframe().f_back.f_lineno}"


def text(message):
    return dedent(message).strip("\n")


# The layout -------------------------------------------------------------------------------------


def test_every_fact_has_its_line():
    error = DataError(
        "fit: `x` holds NaN.", came="x", expected="numbers", set_by="a.py:3", fixes=["1", "2", "1"]
    )
    assert str(error) == text("""
        fit: `x` holds NaN.
          came:     x
          expected: numbers
          set by:   a.py:3
          fix:      1
          fix:      2
    """)


def test_facts_that_are_not_there_have_no_line():
    assert str(RecurraError("That cannot be.")) == "That cannot be."


def test_full_stops_and_suggestions_come_once():
    error = ArgumentError("Dense: no 'unit'. Did you mean 'units'?; x. Did you mean 'units'?.")
    assert str(error) == "Dense: no 'unit'. Did you mean 'units'? x."


def test_three_dots_stay():
    assert str(ArgumentError("compile(optimizer, ...)...")) == "compile(optimizer, ...)..."


def test_the_dots_of_a_path_stay():
    assert str(ArgumentError("../a.csv is damaged..")) == "../a.csv is damaged."


def test_shapes_in_other_words_are_left_alone():
    error = ShapeError("Orthogonal", "shape", (3,), "at least two axes")
    assert str(error) == text("""
        Orthogonal cannot take `shape` of shape (3,): at least two axes is needed.
          came:     shape (3,)
          expected: at least two axes
    """)


def test_the_line_that_set_the_expectation_is_named(tmp_path):
    script = tmp_path / "train.py"
    script.write_text("import keras\nmodel.add(LSTM(32))\n")
    message = refusal((5, 20, 4), expected(None, None, 3), origin=Origin(str(script), 2))
    assert "\n  set by:   train.py:2  model.add(LSTM(32))\n" in message


# One test for each rule -------------------------------------------------------------------------


def test_the_layer_before_gives_the_last_output_only():
    x = Input((20, 1))
    first, made = LSTM(5), here()
    second, line = LSTM(4), inspect.getsource(inspect.currentframe()).splitlines()[3].strip()
    with pytest.raises(ShapeError) as caught:
        second(first(x))
    place = f"test_render.py:{second.origin.line}  {line}"
    assert str(caught.value) == text(f"""
        {second.label} takes 3 axes, and `sequences` has 2.
          came:     sequences (batch=None, units=5) from {first.label}, made in {made}
          expected: (batch, timesteps, features)
          set by:   {place}
          fix:      LSTM(5, return_sequences=True)  # in {made}: gives the output of every \
timestep, not of the last alone
    """)


def test_the_layer_before_gives_too_few_axes_for_an_open_rule():
    lstm, made = LSTM(4), here()
    with pytest.raises(ShapeError) as caught:
        TimeDistributed(Dense(2))(lstm(Input((5, 3))))
    lines = str(caught.value).splitlines()
    assert lines[0].endswith(" takes at least 3 axes, and `inputs` has 2.")
    assert lines[4:] == [
        f"  fix:      LSTM(4, return_sequences=True)  # in {made}: gives the output of every "
        "timestep, not of the last alone"
    ]


def test_the_layer_before_gives_all_outputs():
    class Repeat:
        label, origin, return_sequences, units = "GRU 'gru'", Origin("a.py", 7), True, 6

    came = Shape((None, 10, 6), ("batch", "timesteps", "units"))
    error = ShapeError(
        "RepeatVector 'r'", "inputs", came, expected(None, None), path=[Step(Repeat(), came)]
    )
    assert str(error) == text("""
        RepeatVector 'r' takes 2 axes, and `inputs` has 3.
          came:     inputs (batch=None, timesteps=10, units=6) from GRU 'gru', made in a.py:7
          expected: (batch, timesteps)
          fix:      Repeat(6)  # in a.py:7: without return_sequences=True it gives the last output \
alone
    """)


def test_a_vector_goes_into_a_sequence_layer():
    dense = Dense(3)
    with pytest.raises(ShapeError) as caught:
        LSTM(4)(dense(Input((5,))))
    assert str(caught.value).splitlines()[4:] == [
        "  fix:      RepeatVector(10)  # before LSTM: the vector once for each of 10 timesteps"
    ]


def test_one_sample_without_the_axis_of_samples():
    assert refusal((20, 3), expected(None, 20, 3)) == text("""
        LSTM 'lstm' takes 3 axes, and `x` has 2.
          came:     x (batch=20, features=3)
          expected: (batch, timesteps=20, features=3)
          fix:      X[None]  # one sample: adds the axis of samples, (batch=1, timesteps=20, \
features=3)
    """)


def test_data_without_the_axis_of_features():
    assert refusal((100, 9), expected(None, None, None)) == text("""
        LSTM 'lstm' takes 3 axes, and `x` has 2.
          came:     x (batch=100, features=9)
          expected: (batch, timesteps, features)
          fix:      X[..., None]  # if the 9 values follow each other in time: one feature at each \
of them
          fix:      Dense(32)  # if the 9 values were measured at one moment: there is no \
sequence, so no LSTM
    """)


def test_an_input_without_the_axis_of_features():
    with pytest.raises(ShapeError) as caught:
        LSTM(32)(Input((9,)))
    message = str(caught.value)
    assert message.splitlines()[1:3] == [
        "  came:     sequences (batch=None, features=9)",
        "  expected: (batch, timesteps, features)",
    ]
    assert message.splitlines()[4:] == [
        "  fix:      Input((9, 1))  # if the 9 values follow each other in time; the data is then "
        "X[..., None]",
        "  fix:      Dense(32)  # if the 9 values were measured at one moment: there is no "
        "sequence, so no LSTM",
    ]


def test_the_samples_were_counted_in_the_input():
    with pytest.raises(ShapeError) as caught:
        LSTM(32)(Input((100, 20, 1)))
    assert str(caught.value).splitlines()[4:] == [
        "  fix:      Input((20, 1))  # X.shape[1:]: the number of samples is no part of it"
    ]


def test_an_axis_of_size_one_too_many():
    assert refusal((8, 1, 20, 3), expected(None, 20, 3)).splitlines()[3:] == [
        "  fix:      X.squeeze(1)  # drops an axis of size 1: (batch=8, timesteps=20, features=3)"
    ]


def test_swapped_axes():
    assert refusal((50, 3, 20), expected(None, 20, 3)) == text("""
        LSTM 'lstm' takes 20 timesteps and 3 features, and `x` has 3 and 20.
          came:     x (batch=50, timesteps=3, features=20)
          expected: (batch, timesteps=20, features=3)
          fix:      X.transpose(0, 2, 1)  # exchanges timesteps and features; reshape would mix \
the values up
    """)


def test_timesteps_and_features_side_by_side():
    assert refusal((100, 36), expected(None, 9, 4)) == text("""
        LSTM 'lstm' takes 3 axes, and `x` has 2.
          came:     x (batch=100, features=36)
          expected: (batch, timesteps=9, features=4)
          fix:      X.reshape(-1, 9, 4)  # 36 = 9 x 4: if the 4 features of one timestep stand \
side by side
          fix:      X.reshape(-1, 4, 9).transpose(0, 2, 1)  # if the 9 timesteps of one feature \
stand side by side
    """)


def test_more_axes_than_a_vector_has():
    assert refusal((100, 9, 4), expected(None, 36, names=("batch", "features"))) == text("""
        LSTM 'lstm' takes 2 axes, and `x` has 3.
          came:     x (batch=100, timesteps=9, features=4)
          expected: (batch, features=36)
          fix:      X.reshape(-1, 36)  # 9 x 4 = 36
    """)


def test_another_number_of_features():
    assert refusal((8, 1, 34), expected(None, 1, 4)) == text("""
        LSTM 'lstm' takes 4 features, and `x` has 34.
          came:     x (batch=8, timesteps=1, features=34)
          expected: (batch, timesteps=1, features=4)
          fix:      Input((1, 34))  # a new model, trained for 34: the weights of this one are for 4
          fix:      give the 4 features it was built for, in the same order  # one-hot columns and \
a look-back written side by side count as features, too
    """)


def test_another_batch():
    message = refusal((48, 20, 30), expected(52, 20, 30))
    assert message.splitlines()[0] == "LSTM 'lstm' takes a batch of 52, and `x` has 48."


def test_the_suggested_fixes_do_fix():
    layer = LSTM(2)
    layer(np.ones((2, 20, 3)))
    x = np.ones((20, 3))
    X = np.ones((4, 3, 20))
    with pytest.raises(ShapeError, match=r"X\[None\]"):
        layer(x)
    with pytest.raises(ShapeError, match=r"X\.transpose\(0, 2, 1\)"):
        layer(X)
    assert layer(x[None]).shape == (1, 2) and layer(X.transpose(0, 2, 1)).shape == (4, 2)


def test_an_error_that_says_its_problem_says_its_fixes_too():
    assert refusal((20, 3), expected(None, 20, 3), problem="No.", fixes=["y[None]"]) == text("""
        No.
          came:     x (batch=20, features=3)
          expected: (batch, timesteps=20, features=3)
          fix:      y[None]
    """)


# Any two shapes ---------------------------------------------------------------------------------

SIZE = st.one_of(st.none(), st.integers(0, 40))
NAMES = st.sampled_from(("timesteps", "features", "units", "channels", "axis2", "..."))


@st.composite
def rules(draw):
    names = draw(st.lists(NAMES, max_size=3, unique=True))
    axes = [Axis(n, None if n == "..." else draw(SIZE)) for n in ("batch", *names)]
    return Expected(axes)


@given(came=st.lists(SIZE, max_size=5), wanted=rules(), is_data=st.booleans())
def test_any_message_names_both_shapes(came, wanted, is_data):
    came = Shape(came)
    error = ShapeError("A", "x", came, wanted, path=[Step(None if is_data else Dense(2), came)])
    lines = render(error).splitlines()
    assert lines[0].startswith("A ") and lines[1].startswith(f"  came:     x {came}")
    assert lines[2] == f"  expected: {wanted}"
