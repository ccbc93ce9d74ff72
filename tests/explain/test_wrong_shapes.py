"""Any wrong shape against any model: our words, the user's names, and fixes that work."""

import re
import warnings

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recurra as rc
from recurra import layers as L
from recurra.engine.errors import RecurraError, ShapeError
from recurra.explain.facts import facts_of
from recurra.explain.fixes import find_fixes
from tests.explain.models_at_random import (
    KINDS,
    data,
    functional,
    merged,
    networks,
    not_built,
    not_built_subclass,
    sequential,
    wrong,
)

settings = hypothesis.settings(max_examples=30, deadline=None, derandomize=True)

#: Words of JAX, XLA and NumPy.
FOREIGN = r"dot_general|Tracer|jaxlib|XLA|broadcast|\bndim\b|operand|contracting|_DimExpr"
#: A tuple of sizes without names: `(None, 20, 1)` and `(20, 1)`.
BARE = r"\((?:\d+|None)(?:, (?:\d+|None))+\)"
#: Code, in which tuples are what has to be typed.
CODE = r"(?m)^  (?:fix|set by): .*$"


def ways(model, x):
    """Each way in which data come to a model."""
    y = np.zeros((len(x), 1), "float32")
    return {
        "call": lambda: model(x),
        "predict": lambda: model.predict(x, verbose=0),
        "evaluate": lambda: model.evaluate(x, y, verbose=0),
        "fit": lambda: model.fit(x, y, verbose=0),
    }


def refusal(call):
    """The error of a call, None where it works."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            call()
        except RecurraError as error:
            return error
    return None


def fixes_of(error):
    """The fixes that an error names, as they can be applied."""
    facts = facts_of(error) if isinstance(error, ShapeError) else None
    return [] if facts is None or facts.said else [f for f in find_fixes(facts) if f.on_data]


@settings
@given(st.data(), st.sampled_from(["call", "predict", "evaluate", "fit"]))
def test_nothing_but_our_words(draw, way):
    model, shape = draw.draw(networks((*KINDS, merged, not_built, not_built_subclass)))
    x = draw.draw(wrong(shape))
    model.compile("sgd", "mse")
    error = refusal(ways(model, x)[way])
    if error is None:
        return
    message = str(error)
    assert not re.search(FOREIGN, message)
    assert not re.search(BARE, re.sub(CODE, "", message)), message
    assert error.came, message


@settings
@given(st.data(), st.sampled_from(["call", "predict"]))
def test_a_fix_of_the_data_works(draw, way):
    model, shape = draw.draw(networks())
    x = draw.draw(wrong(shape))
    error = refusal(ways(model, x)[way])
    for fix in fixes_of(error):
        repaired = eval(fix.code, {"X": x, "np": np})
        again = refusal(ways(model, repaired)[way])
        assert again is None, f"{error}\n{fix.code} -> {again}"


@hypothesis.settings(settings, max_examples=8)
@given(st.data(), st.integers(1, 4))
def test_right_shapes_are_taken(draw, samples):
    model, shape = draw.draw(networks())
    model.compile("sgd", "mse")
    for call in ways(model, data(samples, *shape)).values():
        assert refusal(call) is None


# The same mistake in every kind of model, and every way in ----------------------------------------

MISTAKES = {
    "swapped axes": (data(4, 3, 12), "X.transpose(0, 2, 1)"),
    "one sample": (data(12, 3), "X[None]"),
    "flattened": (data(4, 36), "X.reshape(-1, 12, 3)"),
    "a look-back in the features": (data(4, 1, 36), "X.reshape(-1, 12, 3)"),
    "an axis too many": (data(4, 1, 12, 3), "X.squeeze(1)"),
    "other features": (data(4, 12, 5), None),
    "a step too many": (data(4, 13, 3), "X[:, -12:]"),
}


def plain(message):
    """A message without what may differ: who refuses, under which name, and what set it."""
    message = re.sub(r"(?m)^  set by: .*\n?", "", message)
    return re.sub(r"`(x|inputs)`|(?<=came:     )(x|inputs)(?= )", "X", message)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_way_in_says_the_same(kind, mistake):
    x, code = MISTAKES[mistake]
    model = kind((12, 3), [L.Conv1D(4, 2, name="c"), L.Flatten(name="f"), L.Dense(1, name="d")])
    model.compile("sgd", "mse")
    errors = {way: refusal(call) for way, call in ways(model, x).items()}
    errors = {way: error for way, error in errors.items() if way in ("call", "predict")}
    texts = {plain(str(error)) for error in errors.values()}
    assert len(texts) == 1, texts
    first = next((f.code for f in fixes_of(errors["call"])), None)
    assert first == code


@pytest.mark.parametrize("mistake", ["swapped axes", "flattened", "an axis too many"])
def test_every_kind_of_model_says_the_same(mistake):
    """But for who refuses: the model where an Input states the shape, or its first layer."""

    def said(kind):
        steps = None if kind in (sequential, functional) else 12  # data have some length
        model = kind((steps, 3), [L.LSTM(2, name="a"), L.Dense(1, name="d")])
        message = plain(str(refusal(lambda: model(MISTAKES[mistake][0]))))
        return re.sub(r"^\w+ '\w+'", "Model", message)

    texts = {said(kind) for kind in KINDS}
    assert len(texts) == 1, texts


def test_the_layer_before_is_named_in_every_kind_of_model():
    def said(kind):
        layers = [L.LSTM(2, name="a"), L.Dropout(0.5, name="b"), L.GRU(3, name="c")]
        return refusal(lambda: kind((12, 3), layers)(data(4, 12, 3)))

    for kind in (*KINDS, not_built, not_built_subclass):
        error = said(kind)
        assert error.came.endswith("units=2)") and error.source.name == "b"
        assert [fix.code for fix in find_fixes(facts_of(error))] == [
            "LSTM(2, return_sequences=True)"
        ]


def test_one_feature_where_several_were_declared():
    model = rc.Sequential([L.Input((15, 2)), L.LSTM(2)], name="s")
    error = refusal(lambda: model.predict(np.zeros((6, 15), "float32"), verbose=0))
    assert str(error) == (
        "Sequential 's' takes 3 axes, and `x` has 2.\n"
        "  came:     x (batch=6, features=15)\n"
        "  expected: (batch, timesteps=15, features=2)\n"
        f"  set by:   {error.set_by}\n"
        "  fix:      X[..., None] and Input((15, 1))  # if the 15 values follow each other in "
        "time: one feature, not 2"
    )
    again = rc.Sequential([L.Input((15, 1)), L.LSTM(2)])  # what it says
    assert again.predict(np.zeros((6, 15), "float32")[..., None], verbose=0).shape == (6, 2)


@pytest.mark.parametrize("name", ["batch_shape", "batch_input_shape"])
def test_the_sizes_of_a_sample_in_the_place_of_those_of_a_batch(name):
    if name == "batch_shape":
        error = refusal(lambda: L.LSTM(2, name="l")(L.Input(batch_shape=(15, 2))))
    else:
        error = refusal(lambda: rc.Sequential([L.LSTM(2, name="l", batch_input_shape=(15, 2))]))
    assert str(error) == (
        "LSTM 'l' takes 3 axes, and `sequences` has 2.\n"
        "  came:     sequences (batch=15, features=2)\n"
        "  expected: (batch, timesteps, features)\n"
        f"  set by:   {error.set_by}\n"
        "  fix:      Input((2, 1))  # if the 2 values follow each other in time; the data is then "
        "X[..., None]\n"
        "  fix:      Dense(32)  # if the 2 values were measured at one moment: there is no "
        "sequence, so no LSTM\n"
        f"  fix:      {name}=(None, 15, 2)  # if 15 is no number of samples: in front stands the "
        "batch"
    )
    assert L.LSTM(2)(L.Input(batch_shape=(None, 15, 2))).shape == (None, 2)
