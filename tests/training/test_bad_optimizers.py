"""What optimizers refuse."""

import pytest

from recurra import optimizers
from recurra.engine.errors import ArgumentError, StateError
from recurra.engine.variable import Variable
from tests.training.one_variable import G

WEIGHT = Variable([1.0, 2.0], name="weight")


def built():
    optimizer = optimizers.SGD()
    optimizer.build([WEIGHT])
    return optimizer


def with_late_momentum():
    optimizer = built()
    optimizer.momentum = 0.5
    return optimizer


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (
            lambda: optimizers.Adam("abc"),
            ArgumentError,
            "Adam: learning_rate='abc': "
            "a number of at least 0, a schedule or a function is needed.",
        ),
        (
            lambda: setattr(built(), "lr", -1),
            ArgumentError,
            "SGD: learning_rate=-1: a number of at least 0, a schedule or a function is needed.",
        ),
        (
            lambda: optimizers.Adam(clipnorm=-1),
            ArgumentError,
            "Adam: clipnorm=-1 (int): a number of at least 0, or None, is needed.",
        ),
        (
            lambda: optimizers.Adam(clipnorm=1.0, clipvalue=0.5),
            ArgumentError,
            "Adam: clipnorm=1.0 and clipvalue=0.5: "
            "only one of clipnorm, clipvalue, global_clipnorm can be given.",
        ),
        (
            lambda: optimizers.SGD(momentum=2, nesterov="yes"),
            ArgumentError,
            "SGD: momentum=2 (int): a number from 0 to 1 is needed; "
            "nesterov='yes' (str): True or False is needed.",
        ),
        (
            lambda: optimizers.SGD(momentun=0.9),
            ArgumentError,
            "SGD: there is no argument 'momentun'. Did you mean 'momentum'?",
        ),
        (
            lambda: optimizers.SGD(optimizers.schedules.CosineDecay(0.1, 3), decay=0.1),
            ArgumentError,
            "SGD: decay=0.1 lowers a fixed learning rate, and this one follows CosineDecay: "
            "leave out `decay`.",
        ),
        (
            lambda: optimizers.get("adm"),
            ArgumentError,
            "there is no optimizer 'adm'. Did you mean 'adam'?",
        ),
        (
            lambda: optimizers.get(3),
            ArgumentError,
            "3 (int) is no optimizer: a name such as 'adam' or an optimizer such as "
            "Adam(learning_rate=0.001) is needed.",
        ),
        (
            lambda: built().apply([None], [WEIGHT]),
            ArgumentError,
            "SGD: all gradients are None, so the loss depends on no variable: not on weight.",
        ),
        (
            lambda: built().apply([G, G], [WEIGHT]),
            ArgumentError,
            "SGD: 2 gradients for 1 variables.",
        ),
        (
            lambda: built().apply([G[:1]], [WEIGHT]),
            ArgumentError,
            "SGD: the gradient of 'weight' has shape (1,), the variable has (2,).",
        ),
        (
            lambda: optimizers.SGD().apply([G]),
            StateError,
            "SGD is not built: call build(variables), or give them to apply.",
        ),
        (
            lambda: built().apply([G], [Variable([0.0, 0.0], name="other")]),
            StateError,
            "SGD was built for other variables than 'other': "
            "make a new SGD(...) for another model.",
        ),
        (
            lambda: with_late_momentum().apply([G], [WEIGHT]),
            StateError,
            "SGD was built without 'momentum', which its arguments need now: "
            "give them to a new SGD(...) and compile with it.",
        ),
        (
            lambda: optimizers.SGD().set_weights([]),
            StateError,
            "SGD is not built: call build(variables) before set_weights.",
        ),
        (
            lambda: built().set_weights([1]),
            ArgumentError,
            "SGD: 1 weights were given, it has 2.",
        ),
    ],
)
def test_mistakes(make, kind, message):
    with pytest.raises(kind) as error:
        make()
    assert str(error.value) == message
