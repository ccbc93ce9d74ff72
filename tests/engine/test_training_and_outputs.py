"""What layers are told of training, and what comes back from a call."""

import jax
import numpy as np
import pytest

from recurra.engine.errors import StateError
from recurra.engine.layer import Layer
from recurra.engine.symbolic import SymbolicTensor
from recurra.layers import Dense, Input
from tests.engine.said import fixes, problem

X = np.ones((2, 3), "float32")


class Seeing(Layer):
    """Keeps what its `call` was told."""

    def call(self, x, training=None):
        self.seen = training
        return x


class Demanding(Layer):
    """Asks for everything without a default."""

    def call(self, x, training, mask):
        self.seen = training, mask
        return x


@pytest.mark.parametrize(
    ("given", "seen"), [(None, False), (True, True), (False, False), (np.True_, True), (1, True)]
)
def test_training_is_true_or_false(given, seen):
    layer = Demanding()
    layer(X, training=given)
    assert layer.seen == (seen, None)
    layer(X, given)
    assert layer.seen == (seen, None)


def test_every_layer_may_be_told_that_it_is_training():
    assert Dense(1)(X, training=True).shape == (2, 1)
    assert Dense(1)(X, mask=None).shape == (2, 1)


@pytest.mark.parametrize(
    ("told", "inner", "seen"),
    [
        ({"training": True}, {}, True),
        ({}, {}, False),
        ({"training": True}, {"training": False}, False),
        ({"training": False}, {"training": True}, True),
    ],
)
def test_layers_inside_take_training_from_outside_unless_told(told, inner, seen):
    class Outer(Layer):
        def __init__(self):
            super().__init__()
            self.middle = Middle()

        def call(self, x):
            return self.middle(x)

    class Middle(Layer):
        def __init__(self):
            super().__init__()
            self.inner = Seeing()

        def call(self, x):
            return self.inner(x, **inner)

    outer = Outer()
    outer(X, **told)
    assert outer.middle.inner.seen is seen
    outer(X)
    assert outer.middle.inner.seen is inner.get("training", False)


def test_a_failing_call_leaves_no_training_behind():
    class Fails(Layer):
        def call(self, x):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Fails()(X, training=True)
    layer = Seeing()
    layer(X)
    assert layer.seen is False


# What comes back --------------------------------------------------------------------------------


@pytest.mark.parametrize("x", [X, Input((3,))])
def test_a_call_that_returns_nothing(x):
    class Forgets(Layer):
        def call(self, x):
            x * 2

    layer = Forgets()
    line = Forgets.call.__code__.co_firstlineno
    assert problem(StateError, layer, x) == (
        f"Forgets 'forgets': its `call` (test_training_and_outputs.py:{line}) returned None, "
        "not a tensor."
    )
    assert fixes(StateError, layer, x) == ("end `call` with `return`",)


@pytest.mark.parametrize("x", [X, Input((3,))])
def test_a_layer_without_a_call(x):
    class Nothing(Layer):
        pass

    layer = Nothing()
    assert problem(StateError, layer, x) == "Nothing 'nothing' has no `call` method."
    assert fixes(StateError, layer, x) == ("def call(self, inputs): ...",)


def test_a_variable_that_is_returned_comes_back_as_its_value():
    class Constant(Layer):
        def build(self, input_shape):
            self.w = self.add_weight("w", (4,))

        def call(self, x):
            return self.w

    layer = Constant()
    assert isinstance(layer(X), jax.Array)
    assert layer(Input((3,))).shape == (4,)


def test_several_outputs_in_any_structure():
    class Several(Layer):
        def call(self, x):
            return {"all": x, "first": (x[:, 0], None)}

    result = Several()(Input((3,)))
    assert isinstance(result["all"], SymbolicTensor)
    assert result["first"][0].shape == (None,) and result["first"][1] is None
