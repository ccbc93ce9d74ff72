import jax.numpy as jnp
import numpy as np

from recurra import layers as L
from recurra.engine.errors import ArgumentError
from recurra.engine.masks import get_mask
from recurra.engine.registry import custom_objects
from tests.layers.facts import said

X = np.array([[[1.0, -2.0], [3.0, 4.0]]], "float32")


def shifted(x, by=1.0):
    return x + by


def test_a_function_and_its_arguments():
    np.testing.assert_array_equal(L.Lambda(lambda x: x * 2)(X), X * 2)
    np.testing.assert_array_equal(L.Lambda(shifted, arguments={"by": 3.0})(X), X + 3)
    out = L.Lambda(lambda x: jnp.concatenate([x, x], -1), output_shape=(2, 4))(L.Input((None, 2)))
    assert out.shape == (None, None, 4)


def test_the_function_may_take_mask_and_training():
    mask = np.array([[True, False]])
    masked = L.Lambda(lambda x, mask: jnp.where(mask[..., None], x, 0.0))
    np.testing.assert_array_equal(masked(X, mask=mask), X * mask[..., None])
    trained = L.Lambda(lambda x, training: x * 0 if training else x)
    np.testing.assert_array_equal(trained(X, training=True), X * 0)
    np.testing.assert_array_equal(trained(X), X)


def test_several_inputs():
    out = L.Lambda(lambda xs: xs[0] - xs[1])([L.Input((3,)), L.Input((3,))])
    assert out.shape == (None, 3)


def test_a_mask_ends_here_unless_one_is_declared():
    mask = np.array([[True, False]])
    assert get_mask(L.Lambda(shifted)(X, mask=mask)) is None
    kept = L.Lambda(shifted, mask=lambda inputs, mask: mask)(X, mask=mask)
    np.testing.assert_array_equal(get_mask(kept), mask)


def test_a_named_function_is_found_again_by_its_name():
    config = L.Lambda(shifted, arguments={"by": 2.0}).get_config()
    assert said(ArgumentError, L.Lambda.from_config, config)[0] == (
        f"'shifted' is a function of your own, of {__name__}; a file holds its name, not its code."
    )
    with custom_objects({"shifted": shifted}):
        np.testing.assert_array_equal(L.Lambda.from_config(config)(X), X + 2)


def test_a_lambda_is_never_run_from_a_file_but_given_again_by_the_name_of_its_layer():
    ours = L.Lambda(lambda x: x * 2, name="twice").get_config()
    keras = ours | {"function": {"class_name": "__lambda__", "config": {"code": "4wEAAAAA"}}}
    for config in (ours, keras):
        problem, _, _, fixes = said(ArgumentError, L.Lambda.from_config, config)
        assert problem == (
            "Lambda 'twice': its function is an unnamed lambda, and code in a file is not run."
        )
        assert fixes == ("custom_objects={'twice': lambda x: ...}: give the function again",)
        with custom_objects({"twice": lambda x: x * 2}):
            np.testing.assert_array_equal(L.Lambda.from_config(config)(X), X * 2)


def test_something_that_is_no_function():
    assert said(ArgumentError, L.Lambda, 3)[0] == (
        "Lambda: function=3 (int): a function of an array, such as lambda x: x * 2, is needed."
    )
