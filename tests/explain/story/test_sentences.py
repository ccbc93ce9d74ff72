"""What each kind of layer does, in one sentence, and how long sequences are behind it."""

import pytest

import recurra as rc
from recurra import layers as L
from recurra.engine.registry import custom_objects
from recurra.engine.tree import leaves
from recurra.explain.story.calls import Call, calls_of
from recurra.explain.story.lengths import LENGTHS, length_text
from recurra.explain.story.sentences import SENTENCES, sentence
from tests.contract import built
from tests.explain.story.test_counts import evaluated
from tests.layers.test_contract import CASES


def call_of(layer, *shapes):
    """The call of a layer on inputs of these shapes."""
    inputs = [rc.Input(shape) for shape in shapes]
    outputs = layer(inputs if len(inputs) > 1 else inputs[0])
    return calls_of(rc.Model(inputs, next(iter(leaves(outputs)))))[-1][0]


def told(layer, *shapes):
    return sentence(call_of(layer, *shapes))


@pytest.mark.parametrize("name", sorted(CASES))
def test_every_layer_is_told_in_one_sentence(name):
    case = CASES[name]
    with custom_objects(case.objects):
        layer = built(case)
    node = layer._nodes[0]
    inputs = node.args[0] if isinstance(node.args[0], list) else [node.args[0]]
    outputs = [x.axes for x in leaves(node.outputs)]
    text = sentence(Call(layer, [x.axes for x in inputs], outputs))
    assert len(text) > 20 and "{" not in text and "None" not in text
    assert "of your own" not in text and not text.endswith(".")


def test_every_sentence_is_of_a_layer_that_exists_and_every_layer_has_one():
    kinds = {n: [c.__name__ for c in type(case.make()).__mro__] for n, case in CASES.items()}
    assert set(SENTENCES) <= {k for names in kinds.values() for k in names}
    assert [n for n, names in kinds.items() if not SENTENCES.keys() & set(names)] == []
    assert set(LENGTHS) <= {k for names in kinds.values() for k in names}


READS = "reads the 20 timesteps one after the other"


@pytest.mark.parametrize(
    ("layer", "shape", "text"),
    [
        (
            lambda: L.LSTM(5, return_sequences=True),
            (20, 1),
            f"{READS} and keeps a state of 5 numbers; gives the state after each timestep",
        ),
        (
            lambda: L.GRU(1, go_backwards=True),
            (20, 1),
            f"{READS}, from the last to the first, and keeps a state of 1 number; gives the "
            "state after the last timestep",
        ),
        (
            lambda: L.RNN([L.LSTMCell(3), L.GRUCell(2)], return_state=True),
            (None, 1),
            "reads the timesteps one after the other and keeps a state of 2 numbers; gives the "
            "state after the last timestep; gives all it remembers after the last timestep as well",
        ),
        (
            lambda: L.Bidirectional(L.LSTM(5)),
            (20, 1),
            "runs one LSTM over the 20 timesteps from the first to the last and a second LSTM "
            "from the last to the first, and puts both states side by side: units 5 + 5 = 10, "
            "after the last timestep of each",
        ),
        (
            lambda: L.Bidirectional(
                L.LSTM(5, return_sequences=True),
                merge_mode="sum",
                backward_layer=L.GRU(5, return_sequences=True, go_backwards=True),
            ),
            (20, 1),
            "runs one LSTM over the 20 timesteps from the first to the last and one GRU from the "
            "last to the first, and adds both states, after each timestep",
        ),
        (
            lambda: L.Dense(1, activation="sigmoid"),
            (4,),
            "weighs the 4 numbers of each sample and adds them and a bias, and applies sigmoid: "
            "gives 1 number for each sample",
        ),
        (
            lambda: L.Dense(2, use_bias=False),
            (20, 4),
            "weighs the 4 numbers of each timestep and adds them: gives 2 numbers for each "
            "timestep, all by the same weights",
        ),
        (
            lambda: L.TimeDistributed(L.Flatten()),
            (20, 3, 4),
            "at each of the 20 timesteps, with the same weights, Flatten: puts all numbers of a "
            "sample in one row: 3 x 4 = 12",
        ),
        (
            lambda: L.Conv1D(8, 3, dilation_rate=2),
            (20, 1),
            "moves a window of 3 timesteps, 2 timesteps apart, along the sequence and makes 8 "
            "numbers at each place, with the same weights everywhere",
        ),
        (
            lambda: L.Dropout(0.25),
            (4,),
            "in training sets 25% of the numbers to 0; otherwise changes nothing",
        ),
        (
            L.GlobalMaxPooling1D,
            (20, 4),
            "gives the largest value of each feature over the 20 timesteps: one for a sample, "
            "whatever the number of timesteps",
        ),
        (L.ReLU, (4,), "sets to 0 what is below 0"),
        (
            lambda: L.ReLU(6, 0.1),
            (4,),
            "multiplies by 0.1 what is below 0 and cuts off what is above 6",
        ),
        (lambda: L.Activation("tanh"), (4,), "applies tanh to each number"),
        (
            L.Normalization,
            (20, 4),
            "takes away a mean and divides by a deviation, both known before training",
        ),
        (
            lambda: L.Normalization(mean=2.0, variance=4.0, invert=True),
            (4,),
            "gives numbers the unit of the data: multiplies by a deviation and adds a mean",
        ),
        (lambda: L.Lambda(lambda x: 2 * x), (4,), "applies a function of yours"),
        (
            lambda: L.Embedding(7, 3, mask_zero=True),
            (20,),
            "looks up 3 learned numbers for each id, a whole number from 0 to 6; id 0 is padding, "
            "which the layers behind skip",
        ),
    ],
)
def test_sentences_with_their_numbers(layer, shape, text):
    assert told(layer(), shape) == text


def test_sentences_of_several_inputs():
    assert told(L.Add(), (4,), (4,)) == "adds its 2 inputs, place by place"
    assert told(L.Concatenate(), (20, 4), (20, 2)) == (
        "puts its inputs side by side: features 4 + 2 = 6"
    )


class Halve(L.Layer):
    """Divides every {number} by two.

    More about it.
    """

    def call(self, x):
        return x / 2


class Nameless(L.Layer):
    def call(self, x):
        return x[:, :1]


def test_a_layer_of_the_users_is_told_by_its_docstring_or_by_what_it_does_to_the_shape():
    assert told(Halve(), (4,)) == "Divides every {number} by two"
    assert told(Nameless(), (4,)) == "a layer of your own: the shape changes"


def test_a_subclass_is_told_as_its_base_unless_it_computes_something_else():
    class Same(L.Dropout):
        pass

    class Other(L.Dropout):
        def call(self, x):
            return x

    plain = "in training sets 50% of the numbers to 0; otherwise changes nothing"
    assert told(Same(0.5), (4,)) == plain
    assert told(Other(0.5), (4,)) == "a layer of your own: the shape stays"


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (lambda: L.Conv1D(8, 3), "20 -> 18 = 20 - 3 + 1"),
        (lambda: L.Conv1D(8, 3, strides=2), "20 -> 9 = (20 - 3) // 2 + 1"),
        (lambda: L.Conv1D(8, 3, dilation_rate=2), "20 -> 16 = 20 - 5 + 1"),
        (lambda: L.Conv1D(8, 3, padding="same"), "as many come out as come in"),
        (lambda: L.Conv1D(8, 3, padding="causal", strides=3), "20 -> 7 = (20 - 1) // 3 + 1"),
        (lambda: L.MaxPooling1D(3), "20 -> 6 = (20 - 3) // 3 + 1"),
        (lambda: L.AveragePooling1D(3, padding="same"), "20 -> 7 = (20 - 1) // 3 + 1"),
        (lambda: L.ZeroPadding1D((1, 2)), "20 -> 23 = 20 + 1 + 2"),
        (lambda: L.Cropping1D((1, 2)), "20 -> 17 = 20 - 1 - 2"),
        (lambda: L.UpSampling1D(3), "20 -> 60 = 20 x 3"),
        (lambda: L.Dropout(0.5), ""),
    ],
)
def test_the_number_of_timesteps_behind_a_layer_as_arithmetic(layer, text):
    call = call_of(layer(), (20, 4))
    assert length_text(call) == text
    if "=" in text:
        after, _, arithmetic = text.partition("-> ")[2].partition(" = ")
        assert int(after) == evaluated(arithmetic) == call.outputs[0].sizes[1]


def test_an_unknown_number_of_timesteps_stands_by_its_name():
    call = call_of(L.Conv1D(8, 3, strides=2), (None, 4))
    assert length_text(call) == "timesteps -> (timesteps - 3) // 2 + 1"
    first = call_of(L.MaxPooling1D(3, data_format="channels_first"), (4, 20))
    assert length_text(first) == "20 -> 6 = (20 - 3) // 3 + 1"
