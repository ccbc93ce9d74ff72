"""Native recurrences under JAX's transformations: the same numbers as the plain step's."""

import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from recurra.engine.scope import Scope
from recurra.kernels import native
from recurra.layers import GRU, LSTM, SimpleRNN

LAYERS = {
    "lstm": lambda: LSTM(3, return_sequences=True, dtype="float64"),
    "gru": lambda: GRU(3, dtype="float64"),
    "reset before": lambda: GRU(3, reset_after=False, go_backwards=True, dtype="float64"),
    "simple": lambda: SimpleRNN(3, activation="gelu", return_sequences=True, dtype="float64"),
}


class Case:
    """A loss of weights and inputs, by the native kernels or by the reference."""

    def __init__(self, kind, monkeypatch):
        self.layer, self.monkeypatch = LAYERS[kind](), monkeypatch
        rng = np.random.default_rng(0)
        self.x = jnp.asarray(rng.normal(size=(3, 4, 2)))
        self.layer(self.x)
        self.weights = [v.value for v in self.layer.trainable_variables]
        self.masks = rng.random((3, 4)) < 0.7

    def loss(self, weights, x):
        bound = dict(zip(self.layer.trainable_variables, weights, strict=True))
        with Scope(bound, jax.random.key(0)):
            return jnp.sin(self.layer(x, mask=self.masks)).sum()

    def check(self, find, tolerance=1e-12):
        """`find` gives the same by both."""
        found = find()
        with self.monkeypatch.context() as patch:
            patch.setattr(native, "reason", lambda *_: "asked for")
            expected = find()
        jax.tree.map(
            lambda a, b: np.testing.assert_allclose(a, b, rtol=0, atol=tolerance), found, expected
        )


@pytest.fixture(params=LAYERS)
def case(request, monkeypatch):
    with jax.enable_x64(True):
        yield Case(request.param, monkeypatch)


def test_gradients_inside_and_outside_of_jit(case):
    by_both = jax.grad(case.loss, (0, 1))
    case.check(lambda: by_both(case.weights, case.x))
    case.check(lambda: jax.jit(lambda w, x: by_both(w, x))(case.weights, case.x))


def test_vmap_over_inputs_and_over_weights(case):
    xs = jnp.stack([case.x, case.x + 1])
    ws = [jnp.stack([w, 2 * w]) for w in case.weights]
    case.check(lambda: jax.vmap(lambda x: jax.grad(case.loss)(case.weights, x))(xs))
    case.check(
        lambda: jax.grad(lambda w: jax.vmap(lambda x: case.loss(w, x))(xs).sum())(case.weights)
    )
    case.check(lambda: jax.grad(lambda w: jax.vmap(lambda v: case.loss(v, case.x))(w).sum())(ws))


def test_checkpoint_and_scan(case):
    case.check(lambda: jax.grad(jax.checkpoint(lambda w, x: case.loss(w, x)))(case.weights, case.x))
    xs = jnp.stack([case.x, case.x + 1])

    def added_up(weights):
        step = lambda total, x: (total + case.loss(weights, x), None)
        return jax.lax.scan(step, jnp.zeros((), xs.dtype), xs)[0]

    case.check(lambda: jax.jit(jax.grad(lambda w: added_up(w)))(case.weights))


def test_forward_mode_is_the_gradient_in_its_direction(case):
    gradients = jax.grad(case.loss, (0, 1))(case.weights, case.x)
    moved = jax.tree.map(jnp.cos, (case.weights, case.x))
    expected = sum((g * m).sum() for g, m in zip(*map(jax.tree.leaves, (gradients, moved))))
    for loss in (case.loss, jax.jit(lambda w, x: case.loss(w, x))):
        _, tangent = jax.jvp(loss, (case.weights, case.x), moved)
        np.testing.assert_allclose(tangent, expected, rtol=0, atol=1e-12)


def test_second_derivatives_both_ways(case):
    """The Hessian, and the gradient of |g|^2, which is 2 H g; H by differences of g."""
    gradient = jax.jit(jax.grad(lambda x: case.loss(case.weights, x)))
    hessian = jax.jit(jax.hessian(lambda x: case.loss(case.weights, x)))(case.x)
    hessian = np.asarray(hessian).reshape(case.x.size, case.x.size)
    near, g = 1e-6, np.ravel(gradient(case.x))
    for k in (0, 5, 13):
        step = np.zeros(case.x.size)
        step[k] = near
        step = step.reshape(case.x.shape)
        column = np.ravel(gradient(case.x + step) - gradient(case.x - step)) / (2 * near)
        np.testing.assert_allclose(hessian[:, k], column, rtol=0, atol=1e-8)
    squares = jax.jit(jax.grad(lambda x: (gradient(x) ** 2).sum()))(case.x)
    np.testing.assert_allclose(np.ravel(squares), 2 * hessian @ g, rtol=0, atol=1e-12)


SHARDED = """
import jax, jax.numpy as jnp, numpy as np
from jax.sharding import Mesh, PartitionSpec as P
from recurra.engine.scope import Scope
from recurra.layers import LSTM

layer, x = LSTM(4), np.random.default_rng(0).normal(size=(8, 5, 2)).astype("float32")
layer(x)
weights = [v.value for v in layer.trainable_variables]

def loss(weights, x):
    with Scope(dict(zip(layer.trainable_variables, weights)), jax.random.key(0)):
        return jnp.sin(layer(x)).sum()

mesh = Mesh(np.array(jax.devices()), ("d",))
assert mesh.size == 4
expected = jax.grad(loss)(weights, x)
for check in (True, False):
    def whole(w, x):
        part = lambda w, x: jax.lax.psum(loss(w, x), "d")
        run = jax.shard_map(part, mesh=mesh, in_specs=(P(), P("d")), out_specs=P(), check_vma=check)
        return run(w, x)
    for a, b in zip(jax.grad(jax.jit(whole))(weights, x), expected):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-5)
print("right")
"""


def test_gradients_over_a_mesh_of_devices():
    """Each device has a part of the batch; the weights' gradients are added up once."""
    found = subprocess.run(
        [sys.executable, "-c", SHARDED],
        env={"XLA_FLAGS": "--xla_force_host_platform_device_count=4", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout == "right\n", found.stderr
