"""Native updates against the rules written out in NumPy, and what they do to memory."""

import json
import os
import subprocess
import sys
from functools import cache, partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jax.sharding import AxisType
from jax.sharding import PartitionSpec as P

from recurra.kernels import update
from recurra.kernels.update import Before, Native

#: Relative to the largest value: roundings of a dozen operations.
TOLERANCE = {"float32": 2e-6, "float64": 1e-14}


def by_numpy(native, before):
    """The rules of `src/update.h`, one parameter after the other, in 64 bits."""
    count = len(before.values)
    kinds = [before.slots[k::count] for k in range(count)]
    rows = [
        _row(native, decay, before, *(np.float64(a) for a in (g, w, *slots)))
        for decay, g, w, slots in zip(native.decays, before.gradients, before.values, kinds)
    ]
    values, *slots = zip(*rows)
    return list(values), [s for kind in slots for s in kind]


def _row(native, decay, before, g, w, *slots):
    rate, factor = float(before.learning_rate), float(before.factor)
    w = w - w * decay * rate
    if native.rule == "sgd":
        momentum, nesterov = native.numbers
        if not momentum:
            return (w - factor * g,)
        v = momentum * slots[0] - factor * g
        return (w + momentum * v - factor * g if nesterov else w + v), v
    if native.rule == "rmsprop":
        rho, momentum, epsilon, centered = native.numbers
        square = rho * slots[bool(centered)] + (1 - rho) * g**2
        mean = [rho * slots[0] + (1 - rho) * g] if centered else []
        step = factor * g / np.sqrt(square - sum(m**2 for m in mean) + epsilon)
        velocity = [momentum * slots[-1] + step] if momentum else []
        return w - (velocity[0] if momentum else step), *mean, square, *velocity
    beta_1, beta_2, epsilon, amsgrad = native.numbers
    m = beta_1 * slots[0] + (1 - beta_1) * g
    v = beta_2 * slots[1] + (1 - beta_2) * g**2
    largest = [np.maximum(slots[2], v)] if amsgrad else []
    return w - factor * m / (np.sqrt([*largest, v][0]) + epsilon), m, v, *largest


def slots_of(rule, numbers):
    """How many slots a rule keeps, and which of them are means of squares."""
    if rule == "sgd":
        return int(numbers[0] != 0), ()
    if rule == "rmsprop":
        return 1 + (numbers[3] != 0) + (numbers[1] != 0), (int(numbers[3] != 0),)
    return 2 + int(numbers[3]), (1, 2)


def start(native, shapes, dtype="float32", seed=0):
    """Random gradients, values and slots."""
    rng = np.random.default_rng(seed)

    def arrays():
        return [rng.standard_normal(s).astype(dtype) for s in shapes]

    kinds, squares = slots_of(native.rule, native.numbers)
    slots = [arrays() for _ in range(kinds)]
    # Squares are large: what is left without the square of the mean is above zero, too.
    slots = [[40 + a**2 for a in s] if k in squares else s for k, s in enumerate(slots)]
    slots = [a for kind in slots for a in kind]
    rate = np.float32(0.1)
    return Before(np.int32(3), rate, rate * np.float32(1.5), arrays(), arrays(), slots)


def refuse(before):
    raise AssertionError("the rule is not asked for on a CPU")


def assert_close(found, expected, dtype):
    for a, b in zip(jax.tree.leaves(found), jax.tree.leaves(expected), strict=True):
        assert a.dtype == dtype
        scale = max(1.0, np.abs(b).max(initial=0))
        np.testing.assert_allclose(a, b, rtol=0, atol=TOLERANCE[dtype] * scale)


fractions = st.one_of(st.just(0.0), st.floats(1e-3, 0.99))
most = st.floats(0.5, 0.99)
flags = st.sampled_from([0.0, 1.0])
epsilons = st.sampled_from([0.0, 1e-7, 1e-3])
rules = st.one_of(
    st.tuples(st.just("sgd"), st.tuples(fractions, flags)),
    st.tuples(st.just("rmsprop"), st.tuples(most, fractions, epsilons, flags)),
    st.tuples(st.just("adam"), st.tuples(fractions, most, epsilons, flags)),
)
shapes_of_parameters = st.lists(
    st.lists(st.integers(0, 40), max_size=3).map(tuple), min_size=1, max_size=4
)


@settings(deadline=None, max_examples=50)
@given(rules, shapes_of_parameters, st.sampled_from(["float32", "float64"]), st.data())
def test_any_rule_over_any_shapes(rule, shapes, dtype, data):
    decays = data.draw(st.tuples(*[st.sampled_from([0.0, 0.3])] * len(shapes)))
    native = Native(*rule, decays)
    with jax.enable_x64(dtype == "float64"):
        before = start(native, shapes, dtype, data.draw(st.integers(0, 99)))
        by_rule = lambda b: (b.values, b.slots)
        found = jax.jit(partial(update.update, native, by_rule))(before)
        assert_close(found, by_numpy(native, before), dtype)


ADAM = Native("adam", (0.9, 0.999, 1e-7, 0.0), (0.1, 0.0))
SHAPES = [(300, 7), (33,)]


def adam(before):
    return update.update(ADAM, adam_by_rule, before)


def adam_by_rule(before):
    """Without its square root of the count: `factor` has it."""
    rows = []
    slots = zip(before.slots[:2], before.slots[2:])
    for w, g, decay, (m, v) in zip(before.values, before.gradients, ADAM.decays, slots):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        w = w * (1.0 - decay * before.learning_rate)
        rows.append((w - before.factor * m / (jnp.sqrt(v) + 1e-7), m, v))
    w, m, v = map(list, zip(*rows))
    return w, m + v


def on_device(before):
    return jax.tree.map(jnp.array, before)


# Memory ------------------------------------------------------------------------------------------


def test_donated_memory_is_written_in_place():
    before = on_device(start(ADAM, SHAPES))
    expected = by_numpy(ADAM, before)
    old = [a.unsafe_buffer_pointer() for a in (*before.values, *before.slots)]

    @partial(jax.jit, donate_argnums=0)
    def step(state, gradients):
        return adam(before._replace(values=state[0], slots=state[1], gradients=gradients))

    new = step((before.values, before.slots), before.gradients)
    assert [a.unsafe_buffer_pointer() for a in jax.tree.leaves(new)] == old
    assert_close(new, expected, "float32")


def test_memory_that_is_still_needed_is_left_alone():
    before = on_device(start(ADAM, SHAPES))
    kept = jax.tree.map(np.array, before)
    found, old = jax.jit(lambda b: (adam(b), b.values))(before)
    assert_close(found, by_numpy(ADAM, kept), "float32")
    for a, b in zip(jax.tree.leaves((before, old)), jax.tree.leaves((kept, kept.values))):
        np.testing.assert_array_equal(a, b)


def test_one_array_as_several_parameters():
    start_of_one = start(ADAM, SHAPES)
    w = jnp.array(start_of_one.values[1])
    before = start_of_one._replace(
        gradients=[w, w], values=[w, w], slots=[w, w, jnp.square(w), jnp.square(w)]
    )
    expected = by_numpy(ADAM, before)
    for step in (adam, jax.jit(adam)):
        assert_close(step(before), expected, "float32")


def test_a_loop_copies_no_parameters():
    before = on_device(start(ADAM, SHAPES))

    def loop(state, gradients):
        def step(_, state):
            values, slots = state
            g = [g + w for g, w in zip(gradients, values)]
            return adam(before._replace(values=values, slots=slots, gradients=g))

        return jax.lax.fori_loop(0, before.count, step, state)

    compiled = jax.jit(loop, donate_argnums=0).lower(
        (before.values, before.slots), before.gradients
    )
    copies = [line for line in compiled.compile().as_text().splitlines() if " copy(" in line]
    assert [line for line in copies if "[300,7]" in line] == []


# Threads and instruction sets --------------------------------------------------------------------

IN_PROCESS = """
import hashlib, json, jax, numpy as np
from recurra.kernels import library, update
native = update.Native("adam", (0.9, 0.999, 1e-7, 0.0), (0.1, 0.0, 0.0))
rng = np.random.default_rng(0)
arrays = lambda: [rng.random(n, dtype="float32") for n in (400_001, 77, 70_000)]
before = update.Before(np.int32(0), *np.float32([1, 2]), arrays(), arrays(), arrays() + arrays())
of = lambda before: update.update(native, lambda b: (b.values, b.slots), before)
new = [np.asarray(a) for a in jax.tree.leaves(jax.jit(of)(before))]
bits = hashlib.sha256(b"".join(a.tobytes() for a in new)).hexdigest()
sums = [float(a.sum(dtype="float64")) for a in new]
print(json.dumps([library.threads(), library.isa(), bits, sums]))
"""


@cache
def in_process(**environment):
    """Threads, instruction set, digest and sums of an update in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", IN_PROCESS],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "XLA_FLAGS": "--xla_force_host_platform_device_count=1", **environment},
    )
    return json.loads(done.stdout)


def test_the_same_bits_for_any_number_of_threads():
    (one, _, bits, sums), (more, *others) = in_process(RECURRA_THREADS="1"), in_process()
    assert one == 1 and more >= 1
    assert others[1:] == [bits, sums]


@pytest.mark.parametrize("isa", ["baseline", "avx2"])
def test_other_instruction_sets_round_alike(isa):
    lowered, best = in_process(RECURRA_ISA=isa), in_process()
    assert lowered[1] in ("baseline", isa)
    np.testing.assert_allclose(lowered[3], best[3], rtol=1e-6)


# Where the rule is taken -------------------------------------------------------------------------


def test_derivatives_are_those_of_the_rule():
    before = start(ADAM, SHAPES)

    def gradients(step):
        def loss(floats):
            return sum(jnp.sum(a**2) for a in jax.tree.leaves(step(before._replace(**floats))))

        return jax.jit(jax.grad(loss))({k: v for k, v in before._asdict().items() if k != "count"})

    for a, b in zip(jax.tree.leaves(gradients(adam)), jax.tree.leaves(gradients(adam_by_rule))):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)


def test_vmap_runs_one_after_the_other():
    several = jax.tree.map(lambda *a: np.stack(a), *(start(ADAM, SHAPES, seed=k) for k in range(3)))
    found = jax.jit(jax.vmap(adam))(several)
    for k in range(3):
        one, of_one = (jax.tree.map(lambda a, k=k: a[k], tree) for tree in (several, found))
        assert_close(of_one, by_numpy(ADAM, one), "float32")


def test_other_devices_take_the_rule():
    lowered = jax.jit(adam).trace(start(ADAM, SHAPES)).lower(lowering_platforms=("cuda",))
    assert "recurra_update" not in lowered.as_text()
    assert "recurra_update" in jax.jit(adam).lower(start(ADAM, SHAPES)).as_text()


def test_reasons_for_the_rule(monkeypatch):
    before = start(ADAM, SHAPES)
    assert update.reason(before) is None
    half = [jnp.zeros(s, "bfloat16") for s in SHAPES]
    assert update.reason(before._replace(gradients=half)) == "it computes in bfloat16 and float32"
    assert update.reason(Before(*before[:3], half, half, half)) == "it computes in bfloat16"
    monkeypatch.setattr(update.library, "_library_or_reason", lambda: (None, "it is not there"))
    assert update.reason(before) == "it is not there"


def test_a_shard_map_takes_the_rule():
    said = []

    def of_shard(a):
        said.append(update.reason(Before(0, 0, 0, [a], [a], [])))
        return a

    mesh = jax.make_mesh((1,), ("devices",), axis_types=(AxisType.Auto,))
    jax.shard_map(of_shard, mesh=mesh, in_specs=P("devices"), out_specs=P("devices"))(jnp.ones(2))
    assert said == ["it is part of a shard_map"]
