"""Keywords that the constructor of a layer of the user's does not take."""

import copy

import pytest

from recurra import Model
from recurra.engine.errors import ArgumentError
from recurra.layers import Dense, Layer
from tests.engine.said import fixes, problem


class Scale(Layer):
    def __init__(self, factor: float, offset=0.0):
        super().__init__()
        self.factor, self.offset = factor, offset


class Passes(Scale):
    def __init__(self, factor, **kwargs):
        super().__init__(factor, **kwargs)


class Net(Model):
    def __init__(self, units):
        super().__init__()
        self.dense = Dense(units)


@pytest.mark.parametrize("name", ["name", "dtype", "trainable", "input_shape"])
@pytest.mark.parametrize("kind", [Scale, Net])
def test_an_argument_of_every_layer(kind, name):
    said = f"{kind.__name__}: its `__init__` does not take `{name}`, an argument of every layer."
    assert problem(ArgumentError, kind, 2, **{name: None}) == said
    head = {Scale: "(self, factor, offset=0.0, **kwargs)", Net: "(self, units, **kwargs)"}[kind]
    fix = f"def __init__{head}: super().__init__(**kwargs)"
    assert fixes(ArgumentError, kind, 2, **{name: None}) == (fix,)


def test_the_fix_works():
    class Mended(Layer):
        def __init__(self, factor, offset=0.0, **kwargs):
            super().__init__(**kwargs)

    assert Mended(2.0, name="scale").name == "scale"


def test_a_misspelt_argument():
    said = "Scale has no argument 'facter'. Did you mean 'factor'?"
    assert problem(ArgumentError, Scale, facter=2.0) == said
    assert problem(ArgumentError, Scale, 1.0, unlike=2.0) == "Scale has no argument 'unlike'."


def test_what_a_constructor_passes_on_is_refused_where_it_is_not_taken():
    with pytest.raises(TypeError, match=r"Scale.__init__\(\) got an unexpected keyword"):
        Passes(2.0, name="scale")


def test_what_is_taken_and_copies_stay_as_they_are():
    made = Scale(factor=2.0, offset=1.0)
    assert copy.copy(made).offset == copy.deepcopy(made).offset == 1.0
    assert Scale.from_config(made.get_config()).factor == 2.0
