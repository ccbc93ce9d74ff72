"""When rules look, what is printed, and how they are silenced."""

import copy
import pickle
import subprocess
import sys

import numpy as np
import pytest

import recurra as rc
from recurra.explain.advice import Array, Finding, Findings, look
from recurra.explain.advice.rule import RULES, Rule
from recurra.explain.advice.seen import MOST_VALUES
from recurra.layers import LSTM, Dense
from recurra.training.advised import moments_of
from tests.explain.advice.looking import seen

X = np.linspace(0, 1000, 640).reshape(32, 20, 1)
Y = np.linspace(-1, 1, 32)


@pytest.fixture(autouse=True)
def all_speak():
    rc.advice("on")
    yield
    rc.advice("on")


def model(**options):
    rc.utils.set_random_seed(0)
    made = rc.Sequential([rc.Input((20, 1)), LSTM(2), Dense(1)])
    made.compile("adam", "mse", **options)
    return made


def lines(capsys):
    """What was printed to stderr: the first line of each finding."""
    printed = capsys.readouterr().err.splitlines()
    return [line for line in printed if line.startswith("advice:")]


def test_fit_prints_each_finding_once(capsys):
    m = model()
    m.fit(X, Y, epochs=2, verbose=0)
    printed = capsys.readouterr().err
    m.fit(X, Y, verbose=0)
    m.fit(X, Y, verbose=0)
    assert printed.count("[unscaled-inputs]") == 1
    assert printed.splitlines()[0].startswith("advice: `x` goes from 0 to 1,000,")
    assert printed.count("(`recurra why unscaled-inputs` says more; ") == 1
    assert "[unscaled-inputs]" not in capsys.readouterr().err


def test_compile_lets_them_speak_again(capsys):
    m = model()
    for _ in range(2):
        m.fit(X, Y, verbose=0)
        assert any("[unscaled-inputs]" in line for line in lines(capsys))
        m.compile("adam", "mse")


def test_compile_can_silence_a_model(capsys):
    m = model(advice=False)
    m.fit(X, Y, verbose=0)
    m.predict(X, verbose=0)
    assert capsys.readouterr().err == ""


def test_one_rule_can_be_silenced(capsys):
    rc.advice("off", "unscaled-inputs")
    model().fit(X, Y, verbose=0)
    assert not any("[unscaled-inputs]" in line for line in lines(capsys))
    rc.advice("on", "unscaled-inputs")
    model().fit(X, Y, verbose=0)
    assert any("[unscaled-inputs]" in line for line in lines(capsys))


def test_all_rules_can_be_silenced(capsys):
    rc.advice("off")
    m = model()
    m.fit(X, Y, verbose=0)
    assert capsys.readouterr().err == ""
    assert m.check(X, Y) == []
    assert capsys.readouterr().out == "advice: nothing found.\n"


def test_the_environment_can_silence_all():
    code = "from recurra.explain.advice.switch import speaks; print(speaks())"
    run = lambda value: subprocess.run(
        [sys.executable, "-c", code],
        env={**__import__("os").environ, "RECURRA_ADVICE": value},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert run("off") == "False"
    assert run("on") == "True"


def test_unknown_rules_and_modes_are_refused():
    with pytest.raises(rc.ArgumentError) as refused:
        rc.advice("off", "unscaled-input")
    assert str(refused.value) == (
        "advice: there is no rule 'unscaled-input'. Did you mean 'unscaled-inputs'?"
    )
    with pytest.raises(rc.ArgumentError) as refused:
        rc.advice("quiet")
    assert str(refused.value) == 'advice: "on" or "off" is needed, not \'quiet\'.'


def test_check_prints_and_returns_without_training(capsys):
    m = model()
    before = m.get_weights()
    findings = m.check(X, Y)
    assert "unscaled-inputs" in findings.rules
    assert capsys.readouterr().out == f"{findings}\n"
    assert all((a == b).all() for a, b in zip(before, m.get_weights()))


def test_findings_of_nothing():
    assert (str(Findings()), repr(Findings())) == ("advice: nothing found.", "<findings: none>")


def test_a_rule_that_fails_is_a_warning_not_the_end_of_a_fit(monkeypatch):
    def broken(seen):
        """Broken."""
        raise KeyError("price")
        yield

    monkeypatch.setitem(RULES, "broken", Rule("broken", "data", broken))
    with pytest.warns(UserWarning) as warned:
        assert look(seen([LSTM(2), Dense(1)], X / 1000, Y), "data").rules.count("broken") == 0
    assert str(warned[0].message) == (
        "the advice rule 'broken' failed, a mistake of recurra's: KeyError('price')"
    )


def test_the_data_are_let_go(capsys):
    m = model()
    m.fit(X, Y, verbose=0)
    here = m._advisor._seen
    assert here.given is None
    assert [a._array for a in (here.x[0], here.outputs[0].y)] == [None, None]
    assert here.x[0].rows.base is None


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_copy_of_a_model_takes_no_data_along(copied):
    m = model()
    m.fit(X, Y, verbose=0)
    twin = copied(m)
    assert twin._advisor.model is twin
    assert twin._advisor._seen is None
    twin.fit(X, Y, verbose=0)


def test_rows_are_spread_evenly_and_bounded():
    array = Array("x", np.arange(10**5, dtype=np.float32).reshape(-1, 1, 1))
    assert array.rows.shape == (25_000, 1, 1)  # every fourth: 10**5 / MOST_VALUES, rounded up
    assert array.rows[:3, 0, 0].tolist() == [0, 4, 8]
    assert array.head[:3, 0, 0].tolist() == [0, 1, 2]
    long = Array("x", np.zeros((5, 133_906, 1), np.float32))
    assert long.rows.shape == (5, MOST_VALUES // 5, 1)


def test_inputs_and_targets_are_looked_at_in_the_same_samples():
    x = np.repeat(np.arange(3000.0), 20).reshape(3000, 20, 1)
    here = seen([LSTM(2), Dense(1)], x, np.arange(3000.0))
    assert (here.x[0].last[:, 0] == here.outputs[0].y.rows[:, 0]).all()


def test_a_rule_is_quiet_where_its_cause_was_said(monkeypatch):
    def made(name, *unless):
        def function(seen):
            """One."""
            yield Finding(name, "")

        monkeypatch.setitem(RULES, name, Rule(name, "end", function, unless))

    made("cause")
    made("effect", "cause")
    here = seen([LSTM(2), Dense(1)], X / 1000, Y)
    assert "effect" not in look(here, "end").rules
    assert "effect" not in look(here, "end", said=frozenset(["cause"])).rules
    rc.advice("off", "cause")
    assert "effect" in look(here, "end").rules


def test_callbacks_are_known_by_the_classes_they_derive_from():
    class Own(rc.callbacks.EarlyStopping):
        """One's own."""

    m = model()
    m.fit(X, Y, verbose=0, callbacks=[Own("loss")])
    assert {"Own", "EarlyStopping"} <= m._advisor._seen.callbacks
    m.fit(X, Y, verbose=0)
    assert "EarlyStopping" not in m._advisor._seen.callbacks


def test_losses_are_compared_with_the_data_of_their_own_fit():
    m = model()
    m.fit(X / 1000, Y, verbose=0)
    m.fit(X[:8] / 1000, Y[:8], verbose=0)
    assert m._advisor._seen.outputs[0].y.samples == 8


def test_a_curve_begins_with_the_third_epoch():
    assert moments_of({"loss": [1.0, 0.5]}, "end") == ("epoch",)
    assert moments_of({"loss": [1.0, 0.5, 0.4]}, "end") == ("epoch", "curve", "end")
    assert moments_of({}) == ("epoch",)
