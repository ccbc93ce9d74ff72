"""Masks through layers of one's own."""

import gc
import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from recurra.engine import masks
from recurra.engine.layer import Layer
from recurra.engine.masks import get_mask, set_mask
from recurra.layers import LSTM, Dense, Input, Masking

MASK = np.array([[True, False, True], [True, True, False]])


@pytest.fixture
def x():
    x = jnp.ones((2, 3, 1))
    set_mask(x, jnp.asarray(MASK))
    return x


@pytest.fixture
def symbolic():
    return Masking()(Input((None, 1)))


class Keeps(Layer):
    supports_masking = True

    def call(self, x):
        return x * 2


class Uses(Layer):
    def call(self, x, mask=None):
        self.seen = mask
        return x * 2


class Halves(Layer):
    """Every other timestep, and the mask of those."""

    def call(self, x):
        return x[:, ::2]

    def compute_mask(self, inputs, mask=None):
        return None if mask is None else mask[:, ::2]


def test_a_layer_that_supports_masking_passes_the_mask_on(x, symbolic):
    np.testing.assert_array_equal(get_mask(Keeps()(x)), MASK)
    np.testing.assert_array_equal(get_mask(Keeps()(Keeps()(x))), MASK)
    assert Keeps()(symbolic).mask_sizes == ("batch", "timesteps")


def test_a_layer_that_asks_for_the_mask_gets_it_and_ends_it(x, symbolic):
    layer = Uses()
    assert get_mask(layer(x)) is None
    np.testing.assert_array_equal(layer.seen, MASK)
    assert layer(symbolic).mask_sizes is None
    layer(jnp.ones((2, 3, 1)))
    assert layer.seen is None


def test_a_layer_may_compute_its_mask(x, symbolic):
    np.testing.assert_array_equal(get_mask(Halves()(x)), MASK[:, ::2])
    assert get_mask(Halves()(jnp.ones((2, 3, 1)))) is None
    halved = Halves()(symbolic)
    assert halved.mask_sizes == ("batch", "floordiv(timesteps + 1, 2)")


def test_a_call_with_a_mask_is_evaluated_once_with_symbols(symbolic):
    layer, shapes = Uses(), []
    layer.call = lambda x, mask=None: shapes.append(x.shape) or x
    layer(symbolic)
    assert [str(s) for shape in shapes for s in shape] == ["batch", "timesteps", "1"]


@pytest.mark.parametrize("given", [MASK, MASK.tolist(), jnp.asarray(MASK)])
def test_a_mask_may_be_given_with_the_call(given):
    layer, x = Uses(), jnp.ones((2, 3, 1))
    layer(x, mask=given)
    np.testing.assert_array_equal(layer.seen, MASK)
    np.testing.assert_array_equal(get_mask(Keeps()(x, mask=given)), MASK)
    assert get_mask(x) is None


def test_a_given_mask_goes_before_that_of_the_input(x):
    np.testing.assert_array_equal(get_mask(Keeps()(x, mask=~MASK)), ~MASK)


def test_a_layer_that_loses_the_mask_says_so_once(x):
    class Loses(Layer):
        def call(self, x):
            return x * 2

    layer = Loses()
    text = (
        "Loses 'loses' does not pass on the mask of its input: the layers behind it will read "
        "masked timesteps as data. Recurrent layers, Dense, Dropout, Activation and "
        "TimeDistributed keep the mask, GlobalAveragePooling1D uses it; a layer of your own that "
        "keeps timesteps says so by supports_masking = True."
    )
    with pytest.warns(UserWarning, match=f"^{re.escape(text)}$") as said:
        assert get_mask(layer(x)) is None
        assert get_mask(layer(x)) is None
    assert len(said) == 1


def test_layers_inside_see_the_mask(x, symbolic):
    class Outer(Layer):
        supports_masking = True

        def __init__(self):
            super().__init__()
            self.keeps, self.uses = Keeps(), Uses()

        def call(self, x):
            return self.uses(self.keeps(x))

    layer = Outer()
    np.testing.assert_array_equal(get_mask(layer(x)), MASK)
    np.testing.assert_array_equal(layer.uses.seen, MASK)
    assert layer(symbolic).mask_sizes == ("batch", "timesteps")


def test_several_outputs_have_a_mask_each():
    class Several(Layer):
        def call(self, x):
            return {"a": x * 1, "b": (x * 2, x * 3)}

        def compute_mask(self, inputs, mask=None):
            return [mask, None, ~mask]

    x = jnp.ones((2, 3, 1))
    set_mask(x, jnp.asarray(MASK))
    result = Several()(x)
    np.testing.assert_array_equal(get_mask(result["a"]), MASK)
    assert get_mask(result["b"][0]) is None
    np.testing.assert_array_equal(get_mask(result["b"][1]), ~MASK)


def test_one_mask_is_that_of_the_first_output(x):
    class Two(Layer):
        supports_masking = True

        def call(self, x):
            return x * 1, x[:, 0]

    first, second = Two()(x)
    np.testing.assert_array_equal(get_mask(first), MASK)
    assert get_mask(second) is None


def test_several_inputs_have_a_mask_each(x, symbolic):
    class Sums(Layer):
        supports_masking = True

        def call(self, xs, mask=None):
            self.seen = mask
            return xs[0] + xs[1]

    layer = Sums()
    plain = jnp.ones((2, 3, 1))
    np.testing.assert_array_equal(get_mask(layer([x, plain])), MASK)  # as in Keras, the first one
    assert layer.seen[1] is None
    assert get_mask(layer([plain, x])) is None
    assert layer([plain, plain]) is not None and layer.seen is None
    assert layer([symbolic, Input((None, 1))]).mask_sizes == ("batch", "timesteps")


def test_masks_reach_recurrences_through_layers_of_one_s_own(x):
    lstm = LSTM(2)
    shortened = lstm(Keeps()(x))
    # the second sample ends after two real steps
    np.testing.assert_allclose(shortened[1], lstm(x[1:, :2] * 2)[0], rtol=1e-5)
    np.testing.assert_allclose(Dense(2)(Keeps()(x)).shape, (2, 3, 2))


def test_masks_are_kept_no_longer_than_their_arrays():
    gc.collect()
    before = len(masks._masks)
    x = jnp.ones((2, 3, 1))
    set_mask(x, MASK)
    assert len(masks._masks) == before + 1
    set_mask(x, None)
    assert get_mask(x) is None and len(masks._masks) == before
    set_mask(x, MASK)
    jax.jit(lambda y: Keeps()(y * 2))(x)
    del x
    gc.collect()
    assert len(masks._masks) == before
