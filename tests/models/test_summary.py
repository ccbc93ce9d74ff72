"""The summary's text; parameter numbers are those of the six questions."""

import numpy as np
import pytest

import recurra as rc
from recurra.engine.errors import ArgumentError
from recurra.models.summary import summary_text


def text(model, **options):
    return summary_text(model, **{"line_length": 76, **options})


@pytest.fixture(autouse=True)
def fresh_names():
    rc.utils.clear_session()


def test_a_sequential_is_drawn_as_keras_draws_it_with_its_axes_named():
    layers = [rc.Input((20, 1)), rc.layers.LSTM(5, return_sequences=True)]
    model = rc.Sequential([*layers, rc.layers.LSTM(4), rc.layers.Dense(1)])
    assert text(model) == (
        'Model: "sequential"\n'
        "Input: (batch=None, timesteps=20, features=1)  Output: (batch=None, units=1)\n"
        "┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓\n"
        "┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃\n"
        "┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩\n"
        "│ lstm (LSTM)                     │ (None, 20, 5)          │           140 │\n"
        "├─────────────────────────────────┼────────────────────────┼───────────────┤\n"
        "│ lstm_1 (LSTM)                   │ (None, 4)              │           160 │\n"
        "├─────────────────────────────────┼────────────────────────┼───────────────┤\n"
        "│ dense (Dense)                   │ (None, 1)              │             5 │\n"
        "└─────────────────────────────────┴────────────────────────┴───────────────┘\n"
        " Total params: 305 (1.19 KB)\n"
        " Trainable params: 305 (1.19 KB)\n"
        " Non-trainable params: 0 (0.00 B)\n"
    )


def test_a_model_that_has_seen_no_input_says_what_is_missing():
    model = rc.Sequential([rc.layers.LSTM(5), rc.layers.Dense(1)])
    assert text(model) == (
        'Model: "sequential"\n'
        "Input: not known yet; begin with Input((timesteps, features)), or call the model on data\n"
        "┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓\n"
        "┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃\n"
        "┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩\n"
        "│ lstm (LSTM)                     │ (None, 5)              │   0 (unbuilt) │\n"
        "├─────────────────────────────────┼────────────────────────┼───────────────┤\n"
        "│ dense (Dense)                   │ (None, 1)              │   0 (unbuilt) │\n"
        "└─────────────────────────────────┴────────────────────────┴───────────────┘\n"
        " Total params: 0 (0.00 B)\n"
        " Trainable params: 0 (0.00 B)\n"
        " Non-trainable params: 0 (0.00 B)\n"
    )


@pytest.mark.parametrize(
    ("layers", "shapes", "typed"),
    [
        (
            lambda L: [L.LSTM(5, return_sequences=True), L.Masking(), L.Dense(2)],
            ["(None, ?, 5)", "(None, ?, 5)", "(None, ?, 2)"],
            "Input((timesteps, features))",
        ),
        (
            lambda L: [L.Dense(3), L.Flatten()],
            ["(None, ..., 3)", "(None, ?)"],
            "Input((features,))",
        ),
        (
            lambda L: [L.Embedding(9, 4), L.Conv1D(2, 3), L.GlobalMaxPooling1D(), L.Dense(1)],
            ["(None, ?, 4)", "(None, ?, 2)", "(None, ?)", "(None, 1)"],
            "Input((timesteps,))",
        ),
        (
            lambda L: [L.Lambda(abs), L.Bidirectional(L.LSTM(3))],
            ["?", "(None, ?)"],
            "Input((timesteps, features))",
        ),
    ],
)
def test_before_the_input_is_known_layers_show_what_their_arguments_say(layers, shapes, typed):
    model = rc.Sequential(layers(rc.layers))
    told = text(model)
    assert [row[1] for row in rows(told)] == shapes
    assert told.splitlines()[1] == (
        f"Input: not known yet; begin with {typed}, or call the model on data"
    )


def test_models_inside_show_what_is_known_too():
    inner = rc.Sequential([rc.layers.LSTM(3)], name="inner")
    table = rows(text(rc.Sequential([inner, rc.layers.Dense(2)]), expand_nested=True))
    assert [row[:2] for row in table] == [
        ["inner (Sequential)", "?"],
        ["└ lstm (LSTM)", "(None, 3)"],
        ["dense (Dense)", "(None, ..., 2)"],
    ]


def test_the_header_names_every_input_and_output():
    L = rc.layers
    a, b = rc.Input((4, 2), name="a"), rc.Input((7,), name="b")
    joined = L.Concatenate()([L.LSTM(3)(a), b])
    model = rc.Model([a, b], [L.Dense(1)(joined), rc.Sequential([L.LSTM(2)])(a)])
    assert text(model).splitlines()[1] == (
        "Input: (batch=None, timesteps=4, features=2), (batch=None, features=7)  "
        "Output: (batch=None, units=1), (batch=None, units=2)"
    )


def branched():
    L = rc.layers
    x = rc.Input((4, 2), name="series")
    dense = L.Dense(2)
    y = (dense(x) + dense(dense(x))) * 2
    out, h, _ = L.LSTM(2, return_state=True)(y)
    return rc.Model(x, [out, h])


def rows(table):
    """The cells of each row of a table, wrapped lines joined."""
    lines = [line.split("│")[1:-1] for line in table.splitlines() if line[0] in "│├"]
    found = [[""] * len(lines[0])]
    for line in lines:
        if not line:  # a rule between rows
            found.append([""] * len(found[0]))
            continue
        cells = zip(found[-1], line, strict=True)
        found[-1] = [f"{a} {b.strip()}".strip() for a, b in cells]
    return found


def test_branches_say_what_they_are_connected_to():
    # dense 2*2+2; lstm 4*2*(2+2+1)
    assert rows(text(branched(), line_length=100)) == [
        ["series (InputLayer)", "(None, 4, 2)", "0", "-"],
        ["dense (Dense)", "(None, 4, 2)", "6", "series[0][0], series[0][0], dense[1][0]"],
        ["add (Add)", "(None, 4, 2)", "0", "dense[0][0], dense[2][0]"],
        ["multiply (Multiply)", "(None, 4, 2)", "0", "add[0][0]"],
        ["lstm (LSTM)", "[(None, 2), (None, 2), (None, 2)]", "40", "multiply[0][0]"],
    ]


def test_a_chain_has_no_column_of_connections():
    x = rc.Input((4, 2), name="series")
    assert rows(text(rc.Model(x, rc.layers.LSTM(3)(x) * 2))) == [
        ["series (InputLayer)", "(None, 4, 2)", "0"],
        ["lstm (LSTM)", "(None, 3)", "72"],
        ["multiply (Multiply)", "(None, 3)", "0"],
    ]


def nested():
    L = rc.layers
    inner = rc.Sequential([L.Dense(3), L.Dropout(0.1)], name="inner")
    inner.trainable = False
    return rc.Sequential([rc.Input((4, 2)), inner, L.LSTM(1)])


def test_models_inside_can_be_unfolded_and_frozen_layers_shown():
    assert rows(text(nested(), expand_nested=True, show_trainable=True)) == [
        ["inner (Sequential)", "(None, 4, 3)", "9", "N"],
        ["└ dense (Dense)", "(None, 4, 3)", "9", "N"],
        ["└ dropout (Dropout)", "(None, 4, 3)", "0", "-"],
        ["lstm (LSTM)", "(None, 1)", "20", "Y"],
    ]


def test_frozen_weights_are_counted_apart():
    assert text(nested()).splitlines()[-3:] == [
        " Total params: 29 (116.00 B)",
        " Trainable params: 20 (80.00 B)",
        " Non-trainable params: 9 (36.00 B)",
    ]


def test_the_optimizer_counts_once_it_has_a_state():
    model = rc.Sequential([rc.Input((3,)), rc.layers.Dense(2)])
    model.compile("adam", "mse")
    assert "Optimizer" not in text(model)
    model.optimizer.build(model.trainable_variables)
    # 8 weights; Adam keeps two numbers for each, the steps and the learning rate
    assert text(model).splitlines()[-4:] == [
        " Total params: 26 (104.00 B)",
        " Trainable params: 8 (32.00 B)",
        " Non-trainable params: 0 (0.00 B)",
        " Optimizer params: 18 (72.00 B)",
    ]


def test_a_subclassed_model_shows_shapes_once_it_was_called():
    class Network(rc.Model):
        def __init__(self):
            super().__init__()
            self.memory, self.head = rc.layers.LSTM(3), rc.layers.Dense(2)

        def call(self, x):
            return self.head(self.memory(x))

    model = Network()
    assert [row[1] for row in rows(text(model))] == ["?", "?"]  # `call` may use them in any order
    model(np.ones((2, 5, 4), "float32"))
    assert text(model).splitlines()[1] == "Input: (batch=None, timesteps=5, features=4)"
    assert rows(text(model)) == [
        ["lstm (LSTM)", "(None, 3)", "96"],
        ["dense (Dense)", "(None, 2)", "8"],
    ]


def test_a_subclassed_model_of_several_inputs_names_them_all_once_it_was_called():
    class Network(rc.Model):
        def __init__(self):
            super().__init__()
            self.memory = rc.layers.LSTM(3)

        def call(self, inputs):
            return self.memory(inputs["series"]) * inputs["scale"]

    arrays = {"series": np.ones((2, 5, 4), "float32"), "scale": np.ones((2, 1), "float32")}
    for inputs, steps in (
        (arrays, 5),
        ({"series": rc.Input((None, 4)), "scale": rc.Input((1,))}, None),
    ):
        model = Network()
        model(inputs)
        assert text(model).splitlines()[1] == (
            f"Input: (batch=None, timesteps={steps}, features=4), (batch=None, features=1)"
        )


def test_a_layer_that_carries_states_shows_its_batch():
    class Network(rc.Model):
        def __init__(self):
            super().__init__()
            self.memory = rc.layers.LSTM(3, stateful=True)

        def call(self, x):
            return self.memory(x)

    model = Network()
    model(np.ones((2, 5, 4), "float32"))
    assert [row[1] for row in rows(text(model))] == ["(2, 3)"]


def test_long_names_widen_their_column_and_are_never_cut():
    layers = [rc.Input((4, 2)), rc.layers.LSTM(1, name="a_name_that_is_longer_than_its_column_is")]
    row = rows(text(rc.Sequential(layers), line_length=40))[0]
    assert row == ["a_name_that_is_longer_than_its_column_is (LSTM)", "(None, 1)", "16"]


@pytest.mark.parametrize(
    ("layer_range", "names"),
    [
        (("dense", "lstm"), ["dense", "add", "multiply", "lstm"]),
        (("mul", "ad"), ["add", "multiply"]),
    ],
)
def test_a_part_of_the_layers_can_be_listed(layer_range, names):
    listed = rows(text(branched(), layer_range=layer_range, line_length=100))
    assert [row[0].split()[0] for row in listed] == names


@pytest.mark.parametrize(
    ("layer_range", "problem"),
    [
        ("lstm", "summary: `layer_range`='lstm' has to hold the names of two layers."),
        (
            ("lstn", "lstm"),
            "summary: no layer matches 'lstn'. There are series, dense, add, multiply, lstm.",
        ),
    ],
)
def test_a_range_that_is_not_there_is_refused(layer_range, problem):
    with pytest.raises(ArgumentError) as caught:
        text(branched(), layer_range=layer_range)
    assert caught.value.problem == problem


L = rc.layers


@pytest.mark.parametrize(
    ("layers", "params"),
    [
        ([rc.Input(batch_shape=(1000, 64, 1)), L.SimpleRNN(64, "relu"), L.Dense(1)], [4224, 65]),
        ([rc.Input((None, 1)), L.LSTM(5, return_sequences=True), L.LSTM(4)], [140, 160]),
        (
            [
                rc.Input(batch_shape=(52, 20, 30)),
                L.LSTM(128, return_sequences=True),
                L.LSTM(128),
                L.Dense(1),
            ],
            [81408, 131584, 129],
        ),
    ],
)
def test_the_numbers_of_the_questions(layers, params):
    table = text(rc.Sequential(layers))
    assert [row[2] for row in rows(table)] == [f"{p:,}" for p in params]
    assert f" Total params: {sum(params):,} (" in table


@pytest.mark.parametrize(
    ("features", "size"), [(2, "24.00 B"), (1023, "12.00 KB"), (349524, "4.00 MB")]
)
def test_sizes_are_told_in_readable_units(features, size):
    # Dense(2): 2 * features + 2 numbers of 4 bytes; Dense(3) and (1023 + 1) * 3 * 4 = 12 KB
    units = 3 if features > 2 else 2
    model = rc.Sequential([rc.Input((features,)), rc.layers.Dense(units)])
    assert f"({size})" in text(model)


def test_summary_prints_once_and_takes_the_arguments_of_keras(capsys):
    model = rc.Sequential([rc.Input((3,)), rc.layers.Dense(2)])
    told = []
    assert model.summary(80, None, told.append) is None
    model.summary(line_length=80)
    assert told == [summary_text(model, 80)]
    assert capsys.readouterr().out == told[0] + "\n"
