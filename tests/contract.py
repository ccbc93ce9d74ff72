"""The one contract that every layer keeps, whatever it computes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import numpy as np
import pytest

from recurra.engine import rule
from recurra.engine.errors import ArgumentError, ShapeError
from recurra.engine.registry import custom_objects
from recurra.engine.scope import pure
from recurra.engine.symbolic import SymbolicTensor
from recurra.engine.tree import leaves, map_leaves
from recurra.layers import LAYERS


class Case(NamedTuple):
    """A layer and data for it.

    make: gives a new layer, always with the same arguments.
    shape: of one sample, or a list of such for several inputs. A None among the sizes is an
        unknown number of timesteps; it is 5 in data.
    ids: below which whole number the input's are, if it takes those.
    given: further arguments of a call, without the batch.
    objects: what a configuration has to be told.
    """

    make: Callable[[], Any]
    shape: Any = (None, 4)
    ids: int | None = None
    given: dict[str, Any] = {}
    objects: dict[str, Any] = {}


def shapes_of(case: Case) -> list[tuple]:
    return case.shape if isinstance(case.shape, list) else [case.shape]


def pack(case: Case, each: list[Any]) -> Any:
    return each if isinstance(case.shape, list) else each[0]


def data(case: Case, batch: int) -> Any:
    """Random data of a batch."""
    rng = np.random.default_rng(len(case.shape))
    shapes = [(batch, *(5 if s is None else s for s in shape)) for shape in shapes_of(case)]
    if case.ids:
        return pack(case, [rng.integers(0, case.ids, s).astype("int32") for s in shapes])
    return pack(case, [rng.normal(size=s).astype("float32") for s in shapes])


def given(case: Case, batch: int) -> dict[str, Any]:
    ones = lambda size: np.full((batch, size), 0.5, "float32")
    return {k: map_leaves(ones, v) for k, v in case.given.items()}


def call(layer: Any, case: Case, x: Any, **kwargs: Any) -> list[Any]:
    """The arrays that a call gives."""
    batch = next(leaves(x)).shape[0]
    return [y for y in leaves(layer(x, **given(case, batch), **kwargs)) if hasattr(y, "shape")]


def built(case: Case) -> Any:
    """A new layer, built without data and with random weights."""
    layer = case.make()
    dtype = "int32" if case.ids else "float32"
    tensors = [SymbolicTensor((None, *shape), dtype) for shape in shapes_of(case)]
    states = {k: map_leaves(lambda s: SymbolicTensor((None, s)), v) for k, v in case.given.items()}
    layer(pack(case, tensors), **states)
    rng = np.random.default_rng(1)
    # all positive: a variance cannot be negative
    layer.set_weights([rng.uniform(0.1, 0.6, size=w.shape) for w in layer.weights])
    return layer


def check_contract(case: Case) -> None:
    """Everything that holds of every layer."""
    with custom_objects(case.objects), jax.numpy_dtype_promotion("strict"):
        layer = built(case)
        check_shapes(layer, case)
        check_rows(layer, case)
        check_gradients(layer, case)
        check_configuration(layer, case)
        check_wrong_rank(layer, case)
        check_wrong_argument(layer)


def check_shapes(layer: Any, case: Case) -> None:
    """The symbolic shape is that of computed outputs, named sizes are those of the arguments."""
    symbolic = [x for x in leaves(layer.output) if isinstance(x, SymbolicTensor)]
    for x, y in zip(symbolic, call(layer, case, data(case, 3)), strict=True):
        assert x.dtype == str(y.dtype) == ("int32" if case.ids and not layer.weights else "float32")
        assert len(x.shape) == y.ndim
        for axis, size in zip(x.axes, y.shape, strict=True):
            assert not isinstance(axis.size, int) or axis.size == size
            argument = getattr(layer, axis.name, None)
            assert not isinstance(argument, int) or isinstance(argument, bool) or argument == size
    assert all(str(w.dtype) == "float32" for w in layer.weights)


def check_rows(layer: Any, case: Case) -> None:
    """Where a layer says that rows do not depend on each other, each alone gives the same."""
    if layer.per_sample:
        three = data(case, 3)
        together = call(layer, case, three)
        for k in range(3):
            alone = call(layer, case, map_leaves(lambda a, k=k: a[k : k + 1], three))
            for y, one in zip(together, alone, strict=True):
                np.testing.assert_allclose(y[k : k + 1], one, rtol=1e-5, atol=1e-6)


def check_gradients(layer: Any, case: Case) -> None:
    """In training every trained weight has a gradient, and it is a finite number."""
    x = data(case, 3)

    def loss(trained: list[Any]) -> Any:
        return sum((y**2).sum() for y in call(layer, case, x, training=True))

    weights = layer.trainable_weights
    run = pure(loss, weights)
    value, _, _ = run([w.value for w in weights], None, key=jax.random.key(0))
    assert np.isfinite(value)
    if weights:
        gradients = jax.grad(lambda v: run(v, None, key=jax.random.key(0))[0])(
            [w.value for w in weights]
        )
        for weight, gradient in zip(weights, gradients, strict=True):
            assert np.isfinite(gradient).all() and np.abs(gradient).max() > 0, weight.path


def check_configuration(layer: Any, case: Case) -> None:
    """A layer made of the configuration has the same and, with the weights, computes the same."""
    config = layer.get_config()
    again = type(layer).from_config(config)
    assert again.get_config() == config
    assert LAYERS.deserialize(LAYERS.serialize(layer)).get_config() == config
    x = data(case, 3)
    call(again, case, x)
    again.set_weights(layer.get_weights())
    for mine, other in zip(call(layer, case, x), call(again, case, x), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-6)


def check_wrong_rank(layer: Any, case: Case) -> None:
    """A wrong number of axes is refused in our words, and the layer still works afterwards."""
    before = call(layer, case, data(case, 3))
    if layer.shape_rule is not None:
        open_ended = rule.parse(layer.shape_rule).expected(0, layer, {}).open
        wrong = np.float32(1.0) if open_ended else np.ones((2,) * 7, "float32")
        with pytest.raises(ShapeError):
            layer(pack(case, [np.asarray(wrong)] * len(shapes_of(case))), **given(case, 3))
    for y, again in zip(before, call(layer, case, data(case, 3)), strict=True):
        np.testing.assert_array_equal(y, again)


def check_wrong_argument(layer: Any) -> None:
    """A misspelt argument is refused with the right spelling."""
    with pytest.raises(ArgumentError) as caught:
        type(layer).from_config(layer.get_config() | {"nam": "x"})
    assert "Did you mean 'name'?" in str(caught.value)
