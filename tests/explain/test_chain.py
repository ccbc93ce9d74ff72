"""The way of the timesteps to a layer that gets too few, and what Flatten makes of them."""

import re
from textwrap import dedent

import numpy as np
import pytest

from recurra import Input, Sequential
from recurra import layers as L
from recurra.engine.errors import ShapeError
from tests.explain.models_at_random import Own


def text(message):
    return dedent(message).strip("\n")


def refused(call):
    """The message without the line that set the expectation."""
    with pytest.raises(ShapeError) as caught:
        call()
    return re.sub(r"  set by:.*\n|, made in \S+", "", str(caught.value))


def narrowing():
    return [
        L.Conv1D(8, 3, name="a"),  # 4 - 3 + 1 = 2
        L.Activation("relu", name="r"),
        L.MaxPooling1D(2, name="b"),  # 2 // 2 = 1
        L.MaxPooling1D(2, name="c"),
    ]


@pytest.mark.parametrize(
    ("batch", "build"),
    [
        (None, lambda: Sequential([Input((4, 1)), *narrowing()])),
        (2, lambda: Own(narrowing())(np.ones((2, 4, 1), "float32"))),
        (2, lambda: Own(narrowing()).predict(np.ones((2, 4, 1)), verbose=0)),
    ],
    ids=["built", "called", "predicted"],
)
def test_the_whole_way_is_shown_where_too_few_are_left(batch, build):
    assert refused(build) == text(f"""
        MaxPooling1D 'c' covers 2 timesteps at once, and its input has 1.
          came:     inputs (batch={batch}, timesteps=1, filters=8) from MaxPooling1D 'b'
          timesteps: 4 -> 2 (Conv1D 'a') -> 1 (MaxPooling1D 'b') -> 0 here
          expected: at least 2 timesteps
          fix:      padding="same"  # the window may reach over the end
          fix:      pool_size=1  # at most
          fix:      fewer layers before it that shorten the sequence, or a longer one
    """)


def test_no_way_where_nothing_came_before():
    assert "timesteps:" not in refused(lambda: L.Conv1D(1, 3)(np.ones((1, 2, 1), "float32")))


def flat(*between):
    """A model for 20 timesteps of 3 features whose last layer needs all of them."""
    return Sequential([Input((20, 3)), *between, L.Flatten(), L.Dense(1, name="d")], name="m")


@pytest.mark.parametrize(
    ("between", "wanted", "came"),
    [
        # 20 * 3, 30 * 3
        ([], "60 = 20 x 3", "90 = 30 x 3"),
        # a kernel of 3 leaves 2 fewer
        ([L.Conv1D(4, 3)], "72 = (20 - 3 + 1) x 4", "112 = (30 - 3 + 1) x 4"),
        ([L.Conv1D(4, 3, padding="same")], "80 = 20 x 4", "120 = 30 x 4"),
        ([L.MaxPooling1D(4)], "15 = (20 // 4) x 3", "21 = (30 // 4) x 3"),
        # (20 - 3) // 2 + 1 = 9 and (30 - 3) // 2 + 1 = 14
        (
            [L.Conv1D(2, 3, strides=2)],
            "18 = ((20 - 3) // 2 + 1) x 2",
            "28 = ((30 - 3) // 2 + 1) x 2",
        ),
        # what padding adds is not told as arithmetic
        ([L.ZeroPadding1D(1)], "66", "96"),
    ],
)
def test_flatten_explains_itself(between, wanted, came):
    assert refused(lambda: flat(*between).predict(np.ones((2, 30, 3)), verbose=0)) == text(f"""
        Sequential 'm' takes 20 timesteps, and `x` has 30: Dense 'd' needs {wanted} features, and \
30 timesteps make {came}.
          came:     x (batch=2, timesteps=30, features=3)
          expected: (batch, timesteps=20, features=3)
          fix:      X[:, -20:]  # the last 20 timesteps of each sample
          fix:      GlobalAveragePooling1D()  # in place of Flatten(): for any number of timesteps
    """)


def test_too_few_timesteps_for_a_flatten_are_padded():
    lines = refused(lambda: flat()(np.ones((2, 17, 3), "float32"))).splitlines()
    assert lines[3] == (
        "  fix:      np.pad(X, ((0, 0), (3, 0), (0, 0)))  # 3 zeros before each sample, if the "
        "model was trained on such"
    )


def test_a_subclassed_model_explains_its_flatten():
    model = Own([L.Conv1D(4, 3), L.Flatten(name="f"), L.Dense(1, name="d")])
    model(np.ones((2, 20, 3), "float32"))
    assert refused(lambda: model(np.ones((2, 30, 3), "float32"))) == text("""
        Dense 'd' takes 72 features, and `inputs` has 112: 72 = (20 - 3 + 1) x 4, and 30 timesteps \
make 112 = (30 - 3 + 1) x 4.
          came:     inputs (batch=2, features=112) from Flatten 'f'
          expected: (batch, ..., features=72)
          fix:      X[:, -20:]  # the last 20 timesteps of each sample
          fix:      GlobalAveragePooling1D()  # in place of Flatten(): for any number of timesteps
    """)
