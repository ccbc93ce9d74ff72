import inspect

import pytest

from recurra.engine import arguments
from recurra.engine.arguments import (
    COUNT,
    FRACTION,
    TEXT,
    arg,
    config_of,
    declared,
    keywords_checked,
    optional,
)
from recurra.engine.errors import ArgumentError
from tests.engine.said import problem

COLOURS = {"red": 0xFF0000, "blue": 0x0000FF}


def colour(value):
    if value not in COLOURS:
        raise ValueError(f"there is no colour {value!r}")
    return COLOURS[value]


@declared
class Named:
    name: str | None = arg(default=None, kw_only=True, check=optional(TEXT))


@declared
class Ball(Named):
    size: int = arg(check=COUNT, old=("radius", "r"))
    bounce: float = arg(default=0.5, check=FRACTION, alias="elasticity")
    colour: int = arg(
        default="red", convert=colour, serialize={v: k for k, v in COLOURS.items()}.get
    )
    weight: int = arg(default=1, hidden=True, config=False)


@declared
class Football(Ball):
    size: int = arg(default=11, check=COUNT)
    maker: str = arg(check=TEXT)

    def __post_init__(self):
        self.made = f"{self.maker} {self.size}"


class Mine(Ball):
    """A user's own class with a plain constructor."""

    def __init__(self, holes=3, **kwargs):
        super().__init__(**kwargs)
        self.holes = holes


def refusal(make, *args, **kwargs):
    return problem(ArgumentError, make, *args, **kwargs)


# Constructors -----------------------------------------------------------------------------------


def test_values_by_place_by_name_and_by_default():
    ball = Ball(3, 0.25, name="b")
    assert vars(ball) == {
        "size": 3,
        "bounce": 0.25,
        "colour": COLOURS["red"],
        "weight": 1,
        "name": "b",
    }


def test_the_signature_is_what_an_editor_shows():
    assert str(inspect.signature(Ball)) == (
        "(size: int, elasticity: float = 0.5, colour: int = 'red', *, name: str | None = None)"
    )
    assert Ball.__init__.__qualname__ == "Ball.__init__"


def test_inherited_arguments_come_first_but_for_the_required_ones():
    names = list(inspect.signature(Football).parameters)
    assert names == ["maker", "size", "elasticity", "colour", "name"]


def test_values_by_place_follow_the_signature():
    ball = Football("Acme", 7)
    assert (ball.maker, ball.size, ball.made) == ("Acme", 7, "Acme 7")


def test_an_argument_of_a_subclass_replaces_the_inherited_one():
    assert Football(maker="Acme").size == 11


def test_hidden_arguments_are_taken_by_name_only():
    assert Ball(3, weight=9).weight == 9
    assert refusal(Ball, 3, 0.5, "red", 9) == (
        "Ball: 4 values were given without a name, at most 3 can be (size, elasticity, colour); "
        "name the others."
    )


def test_an_attribute_is_not_the_name_of_its_argument():
    assert refusal(Ball, 3, bounce=0.1) == "Ball: there is no argument 'bounce'."


@pytest.mark.parametrize("old", ["radius", "r"])
def test_old_spellings(old):
    assert Ball(**{old: 4}).size == 4


def test_two_spellings_of_one_argument_are_a_mistake():
    for given in ({"size": 1, "r": 2}, {"radius": 1, "r": 2}):
        assert refusal(Ball, **given) == "Ball: size is given twice."
    assert refusal(Ball, 3, size=3) == "Ball: size is given twice."


def test_every_mistake_in_one_message():
    assert refusal(Ball, 0, 2.0, "rod", siez=3, name=4) == (
        "Ball: there is no argument 'siez'. Did you mean 'size'? "
        "size=0 (int): a whole number of at least 1 is needed; "
        "elasticity=2.0 (float): a number from 0 to 1 is needed; "
        "colour='rod': there is no colour 'rod'; "
        "name=4 (int): a string, or None, is needed."
    )


def test_what_is_missing_is_named_with_what_it_has_to_be():
    assert refusal(Ball) == "Ball: size is missing: a whole number of at least 1."


def test_errors_name_the_class_that_was_made():
    assert refusal(Mine, sise=1) == (
        "Mine: there is no argument 'sise'. Did you mean 'size'? "
        "size is missing: a whole number of at least 1."
    )


def test_defaults_are_converted_but_not_checked():
    @declared
    class Late:
        when: int = arg(default=-1, check=COUNT, convert=lambda v: v * 2)

    assert Late().when == -2
    assert refusal(Late, -1) == "Late: when=-1 (int): a whole number of at least 1 is needed."


def test_a_conversion_that_never_ends_is_not_called_a_mistake_of_the_user():
    def forever(value):
        return forever(value)

    @declared
    class Deep:
        depth: int = arg(convert=forever)

    with pytest.raises(RecursionError):
        Deep(1)


def test_a_class_without_arguments():
    @declared
    class Empty:
        pass

    assert refusal(Empty, 1) == (
        "Empty: 1 values were given without a name, at most 0 can be (none); name the others."
    )


def test_configurations_hold_the_arguments_by_name_and_come_back():
    config = config_of(Ball(3, colour="blue", name="b", weight=5))
    assert config == {"size": 3, "elasticity": 0.5, "colour": "blue", "name": "b"}
    assert config_of(Ball(**config)) == config


def test_a_subclass_with_a_plain_constructor():
    mine = Mine(2, size=3, name="m")
    assert (mine.holes, mine.size, mine.name) == (2, 3, "m")
    assert config_of(mine)["size"] == 3
    assert list(inspect.signature(Mine).parameters) == ["holes", "kwargs"]


# Hooks ------------------------------------------------------------------------------------------


def test_the_hook_for_old_names_sees_the_class_and_today_s_spelling_is_used(monkeypatch):
    seen = []

    def hook(cls, keywords):
        seen.append((cls, dict(keywords)))
        return {{"diameter": "size"}.get(k, k): v for k, v in keywords.items()}

    monkeypatch.setattr(arguments, "legacy_hook", hook)
    assert Ball(diameter=4).size == 4
    assert Ball(size=4).size == 4
    assert seen == [(Ball, {"diameter": 4})]
    assert refusal(Ball, diameter=4, colou="red") == (
        "Ball: there is no argument 'colou'. Did you mean 'colour'?"
    )


class Player:
    @keywords_checked
    def kick(self, ball, force=1, *, spin=0):
        """Kick it."""
        return ball, force, spin


def test_keywords_of_methods_are_checked(monkeypatch):
    player = Player()
    assert player.kick("b", 2, spin=3) == ("b", 2, 3)
    assert Player.kick.__doc__ == "Kick it."
    assert refusal(player.kick, "b", forse=2) == (
        "kick has no argument 'forse'. Did you mean 'force'?"
    )
    assert refusal(player.kick, "b", zzz=2) == "kick has no argument 'zzz'."
    monkeypatch.setattr(
        arguments, "legacy_method_hook", lambda owner, method, given: {"force": given["power"]}
    )
    assert player.kick("b", power=5) == ("b", 5, 0)
