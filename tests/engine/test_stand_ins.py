"""Code that needs numbers where sizes are not known: `if x.shape[1] > 3`, `range(x.shape[1])`."""

import jax.numpy as jnp
import numpy as np
import pytest

from recurra.engine.errors import RecurraError, ShapeError
from recurra.engine.layer import Layer
from recurra.engine.symbolic import known_size, standing_in
from recurra.layers import Dense, Input
from tests.engine.said import problem


def sizes(tensor):
    return tuple(a.size for a in tensor.axes)


def layer_of(function):
    """A layer whose `call` is that function, and which is asked for whole numbers first."""

    class Own(Layer):
        def call(self, x):
            return function(x)

    return Own()


def longer_than_three(x):
    return x * 2 if x.shape[1] > 3 else x


def walk(x):
    total = jnp.zeros_like(x[:, 0])
    for k in range(x.shape[1]):
        total = total + x[:, k]
    return total


def numpy_zeros(x):
    return x + np.zeros(x.shape, "float32")


def groups_of_one(x):
    return jnp.reshape(x, (x.shape[0], -1, 1))


def running_sum(x):
    import jax

    return jax.lax.associative_scan(jnp.add, x, axis=1)


def several(x):
    int(x.shape[1])
    return {"all": x, "some": (x[:, 0], x[..., None], None)}


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (longer_than_three, ("batch", "timesteps", 5)),
        (walk, ("batch", 5)),
        (numpy_zeros, ("batch", "timesteps", 5)),
        (groups_of_one, ("batch", "5*timesteps", 1)),
        (running_sum, ("batch", "timesteps", 5)),
    ],
)
def test_sizes_are_known_by_how_they_follow_the_inputs(function, expected):
    assert sizes(layer_of(function)(Input((None, 5)))) == expected


def test_every_output_of_a_tree_has_its_sizes():
    results = layer_of(several)(Input((None, 5)))
    assert sizes(results["all"]) == ("batch", "timesteps", 5)
    first, last, nothing = results["some"]
    assert sizes(first) == ("batch", 5)
    assert sizes(last) == ("batch", "timesteps", 5, 1)
    assert nothing is None


def test_what_follows_no_input_gets_a_symbol_of_its_own():
    halved = layer_of(lambda x: x[:, : int(x.shape[1]) // 2])(Input((None, 5)))
    assert halved.shape == (None, None, 5)
    assert sizes(halved + halved) == sizes(halved)
    assert sizes(halved)[1] not in ("batch", "timesteps")
    assert sizes(layer_of(longer_than_three)(halved)) == sizes(halved)


def test_equal_sizes_of_one_call_stay_equal():
    def halves(x):
        middle = int(x.shape[1]) // 2
        return x[:, :middle], x[:, middle : 2 * middle]

    first, second = layer_of(halves)(Input((None, 5)))
    assert sizes(first + second) == sizes(first)


@pytest.mark.parametrize("size", [83, 89, 97, 101])
def test_real_sizes_like_those_that_stand_in(size):
    layer = layer_of(longer_than_three)
    assert sizes(layer(Input((None, size)))) == ("batch", "timesteps", size)
    assert sizes(layer(Input(batch_shape=(size, None, 5)))) == (size, "timesteps", 5)


def test_many_unknown_sizes():
    sample = (None,) * 7 + (5,)
    assert layer_of(longer_than_three)(Input(sample)).shape == (None, *sample)


def test_stand_ins_count_as_unknown_only_while_they_stand_in():
    with standing_in([83]):
        assert (known_size(83), known_size(84), known_size("t")) == (None, 84, None)
    assert known_size(83) == 83 and known_size(np.int64(3)) == 3


# Layers that are built on the way ---------------------------------------------------------------


class Counting(Layer):
    """Needs a number for its timesteps, and leaves the rest to a layer inside."""

    def __init__(self, function, **kwargs):
        super().__init__(**kwargs)
        self.function, self.dense = function, Dense(2)

    def call(self, x):
        int(x.shape[1])
        return self.dense(self.function(x))


@pytest.mark.parametrize("features", [5, 83, 97])
def test_layers_inside_are_built_for_the_sizes_that_are_known(features):
    layer = Counting(lambda x: x)
    assert sizes(layer(Input((None, features)))) == ("batch", "timesteps", 2)
    assert layer.dense.kernel.shape == (features, 2)
    assert len(layer.weights) == 2


@pytest.mark.parametrize(
    "function",
    [
        lambda x: jnp.swapaxes(x, 1, 2),  # as many features as there are timesteps
        lambda x: jnp.reshape(x, (x.shape[0], -1)),  # five times as many
    ],
)
def test_no_layer_is_built_for_sizes_that_only_stand_in(function):
    layer = Counting(function)
    with pytest.raises(RecurraError):
        layer(Input((None, 5)))
    assert not layer.dense.built and layer.weights == []
    assert layer(np.ones((2, 4, 5))).shape[-1] == 2  # sizes are known now


def test_a_build_that_calculates_with_an_unknown_size_fails_as_it_would_anywhere():
    class Doubling(Layer):
        def build(self, input_shape):
            self.w = self.add_weight("w", (input_shape[1] * 2,))

        def call(self, x):
            return x

    layer = Doubling()
    with pytest.raises(TypeError, match="NoneType"):
        layer(Input((None, 5)))
    layer(Input((3, 5)))
    assert layer.w.shape == (6,)


# Mistakes ---------------------------------------------------------------------------------------


def test_a_mistake_is_told_with_names_of_sizes():
    with pytest.raises(TypeError) as caught:
        layer_of(lambda x: x + jnp.ones((1, 1, 4)))(Input((None, 5)))
    assert str(caught.value) == (
        "add got incompatible shapes for broadcasting: (batch, timesteps, 5), (1, 1, 4)."
    )


def test_a_mistake_behind_a_question_for_numbers_is_the_one_that_is_told():
    def wrong(x):
        range(x.shape[1])
        return x.nothing

    with pytest.raises(AttributeError, match="nothing"):
        layer_of(wrong)(Input((None, 5)))


def test_the_shape_in_our_message_has_no_number_that_nobody_wrote():
    layer = Counting(lambda x: x[..., :3])
    layer(np.ones((1, 1, 5)))
    layer.function = lambda x: x
    assert problem(ShapeError, layer, Input((None, 5))) == (
        "Dense 'dense' cannot take `inputs` of shape (batch=None, timesteps=None, features=5): "
        "(batch, ..., features=3) is needed."
    )
