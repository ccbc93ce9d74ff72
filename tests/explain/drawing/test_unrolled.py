"""`layer.draw()` of recurrences: every step, state and size at its place."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recurra import ArgumentError, Input
from recurra.explain.drawing.parts import Box, Line, Text
from recurra.layers import (
    GRU,
    LSTM,
    RNN,
    Bidirectional,
    Dense,
    GRUCell,
    LSTMCell,
    SimpleRNN,
    TimeDistributed,
)
from tests.explain.drawing.readable import boxes, faults, texts


def on(layer, *shape, batch=None):
    """The scene of a layer that was called on an Input of this shape."""
    layer(Input(batch_shape=(batch, *shape)))
    return layer.draw().scene


def left(scene, word):
    """Where the box with this word begins."""
    (text,) = (p for p in scene.parts if isinstance(p, Text) and p.text == word)
    (box,) = (p for p in scene.parts if isinstance(p, Box) and p.rect.holds(text.rect))
    return box.rect.x


def test_the_first_question():
    """SimpleRNN(64) over 64 timesteps of 1 feature, in batches of 1000."""
    scene = on(SimpleRNN(64, activation="relu"), 64, 1, batch=1000)
    assert boxes(scene, "input") == [[f"x{n}", "features=1"] for n in ("₁", "₂", "₃", "₆₃", "₆₄")]
    assert boxes(scene, "cell") == [["cell", "units=64"]] * 5
    assert boxes(scene, "output") == [["output", "units=64"]]
    assert boxes(scene, "state") == [["start", "h: zeros"]]
    assert [t for t in texts(scene) if t[0] == "h" and t[1] in "₁₂₃₆"] == [
        "h₁",
        "h₂",
        "h₃",
        "h₆₂",
        "h₆₃",
    ]
    # the heading is made after the rest and stands over it, then the sentences below
    assert texts(scene)[-7:] == [
        "SimpleRNN(64) unrolled over 64 timesteps",
        "in: (batch=1000, timesteps=64, features=1)",
        "out: (batch=1000, units=64)",
        "This is one sample of the 1,000 in a batch; each goes through by itself, from a state of "
        "its own.",
        "The same weights at every timestep: kernel 1 x 64 + recurrent_kernel 64 x 64 + bias 64 = "
        "4,224 parameters.",
        "h: the state, 64 numbers, which the cell hands to the next timestep. How many they are is "
        "up to you (`units`); it need not be the number of features.",
        "return_sequences=False: only the output after all timesteps goes out. With "
        "return_sequences=True that of every timestep would.",
    ]
    assert faults(scene) == []


def test_sequences_give_an_output_at_every_step_and_an_lstm_hands_on_two_states():
    scene = on(LSTM(5, return_sequences=True), 3, 2)
    assert boxes(scene, "output") == [[f"output {k}", "units=5"] for k in (1, 2, 3)]
    assert boxes(scene, "state") == [["start", "h and c: zeros"]]
    # two arrows into each of three cells, none out of the last
    arrows = [p for p in scene.parts if isinstance(p, Line) and p.role == "state"]
    assert len(arrows) == 6 and all(a.head for a in arrows)
    assert [t for t in texts(scene) if t in ("h₁", "c₁", "h₂", "c₂", "h₃")] == [
        "h₁",
        "c₁",
        "h₂",
        "c₂",
    ]
    assert "h and c: the state, each 5 numbers, which" in " ".join(texts(scene))
    assert faults(scene) == []


def test_a_stateful_layer_starts_from_the_last_batch_and_keeps_its_state():
    scene = on(GRU(2, stateful=True), 3, 1, batch=4)
    assert boxes(scene, "state") == [
        ["start", "from the last batch"],
        ["end", "for the next batch"],
    ]
    assert "stateful=True: sample i of a batch starts" in " ".join(texts(scene))
    given = on(GRU(2, return_state=True), 3, 1)
    assert boxes(given, "state") == [["start", "h: zeros"], ["end", "returned"]]
    both = on(GRU(2, return_state=True, stateful=True), 3, 1, batch=4)
    assert boxes(both, "state")[1] == ["end", "returned, and kept"]
    assert faults(scene) == faults(given) == faults(both) == []


def test_going_backwards_turns_arrows_and_outputs():
    scene = on(GRU(2, return_sequences=True, go_backwards=True), 9, 1)
    outputs = {name for name, _ in boxes(scene, "output")}
    assert outputs == {"output 9", "output 8", "output 7", "output 2", "output 1"}
    assert left(scene, "output 1") == left(scene, "x₉")
    assert left(scene, "start") > left(scene, "x₉")
    arrows = [p.points for p in scene.parts if isinstance(p, Line) and p.role == "state"]
    assert all(start[0] > end[0] for start, end in arrows)
    # x₉ is read first: the state after it goes to x₈
    assert {"h₉", "h₈", "h₄", "h₃", "h₂"} == {
        t for t in texts(scene) if t[0] == "h" and len(t) == 2
    }
    assert faults(scene) == []


def test_both_directions_read_the_same_inputs():
    scene = on(Bidirectional(LSTM(3, return_sequences=True)), 2, 4)
    assert boxes(scene, "cell") == [
        *[["forward cell", "units=3"]] * 2,
        *[["backward cell", "units=3"]] * 2,
    ]
    assert sorted(boxes(scene, "output")) == [
        [f"output {k}", f"units=3, {way}"] for k in (1, 2) for way in ("backward", "forward")
    ]
    words = " ".join(texts(scene))
    assert "merge_mode='concat': the outputs of both directions of each timestep are put" in words
    assert faults(scene) == []


def test_only_the_ends_give_outputs_without_sequences():
    scene = on(Bidirectional(GRU(3), merge_mode="sum"), 4, 1)
    assert boxes(scene, "output") == [
        ["output", "units=3, forward"],
        ["output", "units=3, backward"],
    ]
    words = " ".join(texts(scene))
    assert "merge_mode='sum': the outputs of both directions at the two ends are added." in words


def test_what_is_not_known_has_no_number():
    scene = LSTM(7).draw().scene
    assert boxes(scene, "input")[-1] == ["last x", "features"]
    assert "LSTM(7) unrolled over its timesteps" in texts(scene)
    assert "in: (batch, timesteps, features)" in texts(scene)
    assert "The same weights are used at every timestep." in texts(scene)
    assert faults(scene) == []


def test_the_number_of_timesteps_may_be_given():
    layer = LSTM(7)
    scene = layer.draw(timesteps=2).scene
    assert [name for name, _ in boxes(scene, "input")] == ["x₁", "x₂"]
    layer(Input((20, 1)))
    assert "in: (batch, timesteps=5, features=1)" in texts(layer.draw(timesteps=5).scene)
    assert "in: (batch, timesteps=20, features=1)" in texts(layer.draw().scene)


@pytest.mark.parametrize("value", [0, -1, 2.5, "20", True])
def test_other_timesteps_are_refused(value):
    with pytest.raises(ArgumentError) as caught:
        LSTM(7).draw(timesteps=value)
    assert str(caught.value) == (
        f"draw: `timesteps`={value!r} has to be a whole number of at least 1.\n"
        "  fix:      draw(timesteps=20)"
    )


def test_a_layer_for_every_timestep_has_no_state():
    scene = on(TimeDistributed(Dense(3)), 20, 5)
    assert boxes(scene, "cell") == [["Dense(3)"]] * 5 and boxes(scene, "state") == []
    assert boxes(scene, "output")[-1] == ["output 20", "units=3"]
    inner = on(TimeDistributed(GRU(3, return_sequences=True)), 20, 5, 4)
    assert boxes(inner, "output")[-1] == ["output 20", "timesteps=5 units=3"]
    assert faults(scene) == faults(inner) == []


def test_stacked_cells_have_states_of_several_sizes():
    scene = on(RNN([LSTMCell(3), GRUCell(2)]), 4, 1)
    assert boxes(scene, "output") == [["output", "units=2"]]
    assert "states: the state, 3 and 2 numbers, which" in " ".join(texts(scene))
    assert "RNN(StackedRNNCells) unrolled over 4 timesteps" in texts(scene)
    assert faults(scene) == []


LAYERS = st.sampled_from([SimpleRNN, LSTM, GRU])


def test_a_box_is_as_wide_as_its_heading():
    """`last output` is wider than all sizes of a layer of one unit."""
    scene = SimpleRNN(1, return_sequences=True).draw().scene
    assert any(p.text == "last output" for p in scene.parts if isinstance(p, Text))
    assert faults(scene) == []


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    LAYERS,
    st.integers(1, 5000),
    st.none() | st.integers(1, 3000),
    st.fixed_dictionaries(
        {name: st.booleans() for name in ("return_sequences", "return_state", "go_backwards")}
    ),
    st.booleans(),
)
def test_no_recurrence_makes_a_picture_in_which_things_lie_on_each_other(
    kind, units, timesteps, flags, both
):
    if both:
        layer = Bidirectional(kind(units, **flags | {"go_backwards": False}))
    else:
        layer = kind(units, **flags)
    scene = layer.draw(timesteps=timesteps).scene
    assert faults(scene) == []
    columns = 4 if timesteps is None else min(timesteps, 7) if timesteps <= 7 else 5
    assert len(boxes(scene, "input")) == columns
    assert len(boxes(scene, "cell")) == columns * (1 + both)
    outputs = columns if flags["return_sequences"] else 1
    assert len(boxes(scene, "output")) == outputs * (1 + both)
