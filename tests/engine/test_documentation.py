"""Docstrings get their arguments from where these are declared."""

import re

import pytest

import recurra.layers
from recurra.engine.arguments import arg, declared
from recurra.layers.registry import LAYERS


def test_a_section_is_made_before_what_follows_it():
    @declared
    class Scale:
        """Multiply.

        Example:
            >>> Scale(2)
        """

        by: float = arg(doc="the factor.")
        kernel_initializer: str = arg(default="zeros", doc="how the {what} begins.")
        silent: bool = arg(default=True)

    assert Scale.__doc__ == (
        "Multiply.\n\nArgs:\n    by: the factor.\n"
        "    kernel_initializer: how the kernel begins.\n\n"
        "Example:\n    >>> Scale(2)"
    )


def test_what_is_written_stays_and_what_is_missing_is_added():
    @declared
    class Shift:
        """Add.

        Args:
            by: my own words,
                on two lines.

        Shapes: any.
        """

        by: float = arg(doc="the amount.")
        twice: bool = arg(default=False, doc="whether to do it again.")

    assert Shift.__doc__ == (
        "Add.\n\nArgs:\n    by: my own words,\n        on two lines.\n"
        "    twice: whether to do it again.\n\nShapes: any."
    )


def test_without_words_the_docstring_is_left_alone():
    @declared
    class Plain:
        """Nothing to say."""

        by: float = arg()

    assert Plain.__doc__ == "Nothing to say."


@pytest.mark.parametrize("name", sorted(LAYERS.classes))
def test_every_layer_says_what_each_argument_is(name):
    cls = LAYERS.classes[name]
    said = re.findall(r"^ +(\w+):", cls.__doc__ or "", re.MULTILINE)
    shown = [a for a in getattr(cls, "_arguments", {}).values() if not a.hidden]
    hidden = {"input_shape", "batch_input_shape"}  # stated once, at Layer
    if cls.__module__.startswith("recurra.layers"):
        assert [a.name for a in shown if a.name not in said and a.name not in hidden] == []
    assert recurra.layers.Layer.__doc__ is not None
