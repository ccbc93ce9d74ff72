"""How many steps a call takes: as many as last a while, all in one program."""

import numpy as np
import pytest

import recurra as rc
from recurra.training import dispatch
from recurra.training.pace import CALL, Pace
from recurra.training.runner import Runner
from tests.training.line import line

X = np.random.default_rng(0).normal(size=(300, 3)).astype("float32")
Y = X @ np.array([[1.0], [-2.0], [0.5]], "float32")


@pytest.fixture
def calls(monkeypatch):
    """The numbers of steps of all calls, each step of which takes `calls.step` seconds."""

    class Calls(list):
        step, now = 0.001, 0.0

    seen = Calls()
    on_arrays = Runner.on_arrays

    def watched(self, data, order, first, count, *rest):
        seen.append(count)
        seen.now += count * seen.step
        return on_arrays(self, data, order, first, count, *rest)

    monkeypatch.setattr(Runner, "on_arrays", watched)
    monkeypatch.setattr(dispatch, "perf_counter", lambda: seen.now)
    return seen


# Pace --------------------------------------------------------------------------------------------


def test_twice_as_many_while_that_is_quick():
    pace, steps = Pace(), []
    for _ in range(8):
        steps.append(pace.steps)
        pace.took(pace.steps, pace.steps * 0.004)
    assert steps == [1, 2, 4, 8, 16, 16, 16, 16]  # 16 take 64 ms


def test_the_rest_of_an_epoch_says_nothing_new():
    pace = Pace()
    for count in (1, 2, 4, 3):
        pace.took(count, 0.001)
    assert pace.steps == 8


def test_as_many_as_do_where_it_took_too_long():
    pace = Pace()
    pace.steps = 64
    pace.took(64, 64 * CALL / 10)
    assert pace.steps == 10
    pace.took(10, 20.0)
    assert pace.steps == 1


# A fit -------------------------------------------------------------------------------------------


def test_calls_grow_and_stay_as_they_are_in_the_next_epoch(calls):
    line().fit(X, Y, batch_size=2, epochs=2, verbose=0)  # 150 batches
    assert calls == [1, 2, 4, 8, 16, 32, 64, 23, 64, 64, 22]


def test_slow_steps_are_taken_one_by_one(calls):
    calls.step = 0.06
    line().fit(X, Y, batch_size=100, epochs=2, verbose=0)
    assert calls == [1] * 6


def test_other_data_begins_with_one_step(calls):
    model = line()
    for size in (300, 300, 200):
        model.fit(X[:size], Y[:size], batch_size=100, epochs=1, verbose=0)
    assert calls == [1, 2, 3, 1, 1]


def test_a_callback_that_sees_batches_gets_each(calls):
    class Watcher(rc.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            pass

    line().fit(X, Y, batch_size=100, epochs=2, verbose=0, callbacks=[Watcher()])
    assert calls == [1] * 6


def test_one_program_for_any_number_of_steps(calls):
    model = line()
    model.fit(X, Y, batch_size=20, epochs=3, verbose=0)
    assert len(set(calls)) > 3
    assert model._runner("train")._many._cache_size() == 1


def test_several_steps_a_call_give_the_bits_of_single_steps(calls):
    def weights(step):
        calls.step = step
        rc.utils.set_random_seed(3)
        model = rc.Sequential([rc.Input((3,)), rc.layers.Dropout(0.2), rc.layers.Dense(1)])
        model.compile("adam", "mse")
        model.fit(X, Y, batch_size=20, epochs=2, verbose=0)
        return model.get_weights()

    for one, several in zip(weights(1.0), weights(0.001), strict=True):
        np.testing.assert_array_equal(one, several)
    assert set(calls[:30]) == {1} and max(calls[30:]) > 8


def test_convolutions_are_not_put_into_a_loop(calls):
    model = rc.Sequential([rc.Input((6, 3)), rc.layers.Conv1D(2, 3), rc.layers.Flatten()])
    model.compile("sgd", "mse")
    model.fit(np.ones((8, 6, 3)), np.ones((8, 8)), batch_size=2, epochs=2, verbose=0)
    assert calls == [1] * 8
    assert int(model.optimizer.iterations) == 8
