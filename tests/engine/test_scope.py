import jax
import jax.numpy as jnp
import numpy as np
import pytest

from recurra.engine import scope
from recurra.engine.layer import Layer
from recurra.engine.scope import Scope, pure, value_and_gradients
from recurra.engine.seeds import new_seed, set_random_seed, step_key
from recurra.engine.variable import Variable
from recurra.kernels import Recurrence, recurrence


def uniform(shape=(), seed=None):
    return jax.random.uniform(step_key(seed), shape)


# Values -----------------------------------------------------------------------------------------


def test_reads_come_from_the_innermost_scope_that_has_a_value():
    v, w = Variable([1.0]), Variable([5.0])
    with Scope({v: jnp.array([2.0])}):
        assert float(v[0]) == 2 and float(w[0]) == 5
        with Scope({w: jnp.array([6.0])}):
            assert float(v[0]) == 2 and float(w[0]) == 6
        assert float(w[0]) == 5
    assert float(v[0]) == 1 and scope.current() is None


def test_assignments_stay_in_their_scope():
    v = Variable([1.0])
    with Scope() as outer:
        v.assign([2.0])
        with Scope() as inner:
            v.assign([3.0])
            assert float(v[0]) == 3
        assert float(v[0]) == 2
    assert float(v[0]) == 1
    assert list(outer.assigned) == list(inner.assigned) == [v]


def test_pure_makes_a_function_of_values():
    v, w = Variable([1.0]), Variable([10.0])

    def step(x):
        v.assign_add(x)
        return v * w

    run = jax.jit(pure(step, [v, w]))
    result, after, losses = run([jnp.array([2.0]), jnp.array([3.0])], jnp.array([0.5]))
    # v becomes 2 + 0.5, and 2.5 * 3 comes out
    np.testing.assert_array_equal(result, [7.5])
    np.testing.assert_array_equal(after, [[2.5], [3.0]])
    assert losses == []
    assert (float(v[0]), float(w[0])) == (1, 10)


def test_pure_hands_out_losses_added_on_the_way():
    class Penalised(Layer):
        def call(self, x):
            self.add_loss(x.sum())
            self.add_loss([x.sum() * 2])
            return x

    layer = Penalised()
    _, _, losses = pure(layer, [])([], jnp.ones(3))
    assert [float(loss) for loss in losses] == [3, 6]
    assert layer.losses == []


def test_pure_needs_a_value_for_each_variable():
    with pytest.raises(ValueError, match="zip"):
        pure(lambda: None, [Variable([1.0])])([])


# Gradients --------------------------------------------------------------------------------------


def test_value_and_gradients():
    v, w = Variable([2.0]), Variable([3.0])
    loss, aux, gradients = value_and_gradients(lambda: ((v * v * w).sum(), "aux"), [v, w])
    # d(v^2 w) = 2 v w dv + v^2 dw
    assert (float(loss), aux) == (12, "aux")
    np.testing.assert_array_equal(gradients, [[12], [4]])


def test_what_is_assigned_on_the_way_is_assigned_afterwards():
    v, count = Variable([2.0]), Variable(0, trainable=False)

    def loss():
        count.assign_add(1)
        return (v * v).sum() * count.value.astype("float32"), None

    for k in (1, 2):
        value, _, gradients = value_and_gradients(loss, [v])
        assert float(value) == 4 * k and float(gradients[0][0]) == 4 * k
        assert int(count) == k and not isinstance(count._value, jax.core.Tracer)


def test_a_trained_variable_may_be_assigned_too():
    v = Variable([2.0])

    def loss():
        before = (v * 3).sum()
        v.assign(v * 0)
        return before, v.value

    value, after, gradients = value_and_gradients(loss, [v])
    assert (float(value), float(after[0]), float(gradients[0][0]), float(v[0])) == (6, 0, 3, 0)


def test_gradients_within_a_step():
    v, seen = Variable([2.0]), Variable([0.0])

    def step(x):
        def loss():
            seen.assign(v * x)
            return (v * x).sum(), None

        return value_and_gradients(loss, [v])[2]

    gradients, after, _ = jax.jit(pure(step, [v, seen]))([jnp.array([5.0]), seen.value], 3.0)
    np.testing.assert_array_equal(gradients, [[3]])
    np.testing.assert_array_equal(after, [[5], [15]])
    assert (float(v[0]), float(seen[0])) == (2, 0)


def test_a_failing_loss_assigns_nothing():
    v = Variable([2.0])

    def loss():
        v.assign([9.0])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        value_and_gradients(loss, [v])
    assert float(v[0]) == 2 and scope.current() is None


# Random numbers ---------------------------------------------------------------------------------


def draws(count, key, seed=None):
    result, _, _ = pure(lambda: [float(uniform(seed=seed)) for _ in range(count)], [])([], key=key)
    return result


@pytest.mark.parametrize("seed", [None, 7])
def test_the_draws_of_a_step_differ_and_the_same_step_repeats_them(seed):
    key = jax.random.key(3)
    first = draws(4, key, seed)
    assert len(set(first)) == 4
    assert draws(4, key, seed) == first
    assert not set(first) & set(draws(4, jax.random.key(4), seed))


def test_the_seed_of_a_layer_changes_what_it_draws():
    key = jax.random.key(3)
    assert draws(1, key, 1) != draws(1, key, 2) != draws(1, key)


def test_draws_in_scopes_within_a_step_differ_from_those_around():
    numbers = []
    with Scope(key=jax.random.key(0)):
        numbers += [float(uniform()), float(uniform())]
        with Scope():  # goes on with the step's key
            numbers.append(float(uniform()))
            with Scope(key=jax.random.key(1)):  # has its own
                numbers.append(float(uniform()))
        numbers += [float(uniform()), float(uniform())]
    assert len(set(numbers)) == 6


def test_a_draw_in_the_body_of_a_scan_is_the_same_for_all_timesteps():
    def step(x, states):
        drawn = x + uniform(x.shape)
        return drawn, states

    def run():
        outputs, _ = recurrence(
            step, jnp.zeros((5, 2, 3)), (jnp.zeros((2, 3)),), None, Recurrence(sequences=True)
        )
        return outputs, uniform((2, 3))

    (outputs, after), _, _ = pure(run, [])([], key=jax.random.key(0))
    assert len(np.unique(outputs)) == 6  # one number for each sample and feature
    np.testing.assert_array_equal(outputs, np.broadcast_to(outputs[0], outputs.shape))
    assert not np.isin(after, outputs).any()


def test_outside_a_step_each_draw_is_fresh_and_repeatable_from_the_seed():
    first = [float(uniform()) for _ in range(3)]
    assert len(set(first)) == 3
    set_random_seed(0)
    assert [float(uniform()) for _ in range(3)] == first
    set_random_seed(1)
    assert not set(first) & {float(uniform()) for _ in range(3)}
    set_random_seed(1)
    assert new_seed() != new_seed()
