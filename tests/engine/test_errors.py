import copy
import pickle

import numpy as np
import pytest

from recurra.engine import errors
from recurra.engine.errors import (
    ArgumentError,
    DataError,
    FileError,
    RecurraError,
    ShapeError,
    StateError,
)
from recurra.engine.layer import Layer
from recurra.engine.origin import Origin, user_line, warn
from recurra.layers import Dense, Input


@pytest.mark.parametrize(
    ("kind", "builtins"),
    [
        (ArgumentError, (ValueError, TypeError)),
        (ShapeError, (ValueError,)),
        (DataError, (ValueError,)),
        (StateError, (ValueError, AttributeError)),
        (FileError, (ValueError,)),
    ],
)
def test_each_is_also_what_a_caller_would_expect(kind, builtins):
    assert issubclass(kind, RecurraError) and all(issubclass(kind, b) for b in builtins)


def test_facts_and_the_renderer_that_makes_words_of_them(monkeypatch):
    error = DataError("no rows", came="0 rows", expected="some", set_by="a.py:1", fixes=["add"])
    assert str(error) == "no rows"
    monkeypatch.setattr(errors, "renderer", lambda e: f"{e.problem}: {e.came}, {e.fixes}")
    assert str(error) == "no rows: 0 rows, ('add',)"


@pytest.fixture
def refused():
    dense, inputs = Dense(2), Input((None, 3))
    dense.build((None, 4))
    with pytest.raises(ShapeError) as caught:
        dense(inputs)
    return caught.value


def test_the_facts_of_a_shape_error(refused):
    assert refused.problem == (
        "Dense 'dense' cannot take `inputs` of shape (batch=None, timesteps=None, features=3): "
        "(batch, ..., features=4) is needed."
    )
    assert refused.came == "inputs (batch=None, timesteps=None, features=3)"
    assert refused.expected == "(batch, ..., features=4)"
    assert refused.set_by.startswith("test_errors.py:")
    assert refused.set_by.endswith("dense, inputs = Dense(2), Input((None, 3))")
    assert refused.source.name == "input_layer"


@pytest.mark.parametrize("again", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy])
def test_errors_reach_other_processes_whole(refused, again):
    for error in (refused, StateError("not built", fixes=["build it"])):
        other = again(error)
        assert type(other) is type(error) and str(other) == str(error)
        assert (other.came, other.set_by, other.fixes) == (error.came, error.set_by, error.fixes)
    assert again(refused).source is None
    assert again(refused).came_shape.names == ("batch", "timesteps", "features")


def test_jax_s_remark_on_its_frames_is_left_out():
    class Wrong(Layer):
        def call(self, x):
            return Dense(2)(x[:, 0])

    with pytest.raises(RecurraError) as caught:
        Wrong()(Input((3,)))
    assert not getattr(caught.value, "__notes__", [])
    caught.value.add_note("mine")
    assert caught.value.__notes__ == ["mine"]


# Where something was written --------------------------------------------------------------------


def test_the_line_of_the_user():
    here = user_line()
    assert here.filename == __file__
    assert str(here).endswith("here = user_line()")
    assert str(Origin("nowhere.py", 3)) == "nowhere.py:3"


def test_the_line_of_the_user_through_jax_and_recurra():
    class Outer(Layer):
        def call(self, x):
            self.inner = Dense(1)  # this line
            return self.inner(x)

    layer = Outer()
    layer(Input((3,)))
    assert str(layer.inner.origin).endswith("self.inner = Dense(1)  # this line")


def test_warnings_point_to_the_line_of_the_user():
    class Warns(Layer):
        def call(self, x):
            return x

        def compute_mask(self, inputs, mask=None):
            warn("careful")

    with pytest.warns(UserWarning, match="careful") as caught:
        Warns()(np.ones((1, 1)))
    assert caught[0].filename == __file__
