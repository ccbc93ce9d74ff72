"""Successive halving: who gets into the next round, what a file keeps, what is refused."""

import json

import numpy as np
import pytest

import recurra as rc
from recurra.forecasting import tuning
from tests.forecasting.quick import quick, wave

TABLE = {"y": wave(120)}
SPACE = {"lookback": [4, 8, 12], "learning_rate": [0.001, 0.01, 0.1]}


@pytest.fixture
def scored(monkeypatch):
    """Scores without training: the best look-back is 8 and the best rate 0.01."""
    tried = []

    def score(wanted):
        _, options = wanted
        settings = options.settings
        tried.append((options.lookback, settings.learning_rate, settings.epochs))
        return abs(options.lookback - 8) + abs(np.log10(settings.learning_rate) + 2)

    monkeypatch.setattr(tuning, "_score", score)
    return tried


def test_a_third_of_the_settings_gets_three_times_the_epochs(scored):
    forecaster = quick(horizon=2, epochs=18)
    forecaster.tune(TABLE, space=SPACE, trials=9)
    # 9 settings for 18 / 3 epochs, and the best 3 for all
    assert [epochs for _, _, epochs in scored] == [6] * 9 + [18] * 3
    assert len({(back, rate) for back, rate, _ in scored[:9]}) == 9
    assert {back for back, _, _ in scored[9:12]} == {8}
    assert (forecaster.lookback, forecaster.learning_rate) == (8, 0.01)
    assert forecaster.lookback_ == 8  # it is fitted
    best = forecaster.trials_[0]
    assert (best.parameters, best.epochs, best.mase) == (
        {"lookback": 8, "learning_rate": 0.01},
        18,
        0.0,
    )


def test_a_tuning_that_was_stopped_goes_on_where_it_was(scored, tmp_path):
    path = tmp_path / "trials"
    quick(horizon=2, epochs=18).tune(TABLE, space=SPACE, trials=9, file=path)
    lines = path.read_text().splitlines()
    assert len(lines) == 12
    path.write_text("\n".join(lines[:10]) + "\n")  # as if it had been stopped there
    scored.clear()
    again = quick(horizon=2, epochs=18).tune(TABLE, space=SPACE, trials=9, file=path)
    assert len(scored) == 2
    assert again.trials_[0].parameters == {"lookback": 8, "learning_rate": 0.01}


@pytest.mark.parametrize("seed", [0, None])
@pytest.mark.parametrize("after", [1, 4, 9, 10])
def test_a_tuning_stopped_anywhere_ends_as_one_that_was_not(
    scored, monkeypatch, tmp_path, seed, after
):
    def tuned(path):
        asked = quick(horizon=2, epochs=18, random_state=seed)
        return asked.tune(TABLE, space=SPACE, trials=9, file=path).trials_

    whole = tuned(tmp_path / "whole")
    score, done = tuning._score, []

    def stopped(wanted):
        if len(done) == after:
            raise KeyboardInterrupt
        done.append(wanted)
        return score(wanted)

    monkeypatch.setattr(tuning, "_score", stopped)
    path = tmp_path / "stopped"
    with pytest.raises(KeyboardInterrupt):
        tuned(path)
    with path.open("a") as file:
        file.write('{"of": "')  # and a line that was not written to its end
    monkeypatch.setattr(tuning, "_score", score)
    scored.clear()
    assert tuned(path) == whole
    assert len(scored) == 12 - after
    assert path.read_text() == (tmp_path / "whole").read_text()


def test_a_file_of_another_search_is_refused(scored, tmp_path):
    path = tmp_path / "trials"
    quick(horizon=2, epochs=18).tune(TABLE, space=SPACE, trials=2, file=path)
    before = path.read_text()
    other = {"y": TABLE["y"] + 1}
    for table, more in ((other, {}), (TABLE, {"patience": 3}), (TABLE, {"horizon": 3})):
        with pytest.raises(rc.FileError) as refused:
            quick(**{"horizon": 2, "epochs": 18} | more).tune(table, space=SPACE, file=path)
        assert str(refused.value) == (
            f"tune: {path} holds the scores of another search: its table, or what the forecaster "
            "is asked for beside what is tuned, was another.\n"
            "  fix:      give the name of a new file\n"
            "  fix:      tune with the table and the parameters of that search, which then goes on"
        )
    assert path.read_text() == before
    # how much is shown, and how many settings are tried, make no other search
    quick(horizon=2, epochs=18, verbose=1).tune(TABLE, space=SPACE, trials=2, file=path)
    assert path.read_text() == before


def test_a_file_that_holds_something_else_is_refused(scored, tmp_path):
    path = tmp_path / "trials"
    path.write_text("hello\n" + json.dumps({"of": "x", "key": "y", "mase": 1}) + "\n")
    with pytest.raises(rc.FileError) as refused:
        quick(horizon=2).tune(TABLE, space=SPACE, file=path)
    assert str(refused.value) == (
        f"tune: line 1 of {path} is no trial.\n"
        "  fix:      give the name of a new file, or delete the line"
    )
    assert path.read_text().startswith("hello\n")


@pytest.mark.parametrize(
    ("space", "message"),
    [
        (
            {"unit": [1]},
            "tune: 'unit' cannot be tuned. Did you mean 'units'?\n"
            "  expected: of model, lookback, units, members, missing, season, learning_rate, "
            "batch_size, patience",
        ),
        (
            {"units": 32},
            "tune: space['units']=32 has to be a list of values to try.\n"
            "  fix:      {'units': [32]}",
        ),
    ],
)
def test_spaces_that_mean_nothing(space, message):
    with pytest.raises(rc.ArgumentError) as refused:
        quick(horizon=2).tune(TABLE, space=space)
    assert str(refused.value) == message


def test_a_model_that_has_changed_is_tried_again(scored, tmp_path):
    for units, tried in ((2, 1), (3, 1), (3, 0)):
        layers = [rc.layers.LSTM(units, name="state"), rc.layers.Dense(7, name="wrong")]
        space = {"model": [rc.Sequential([rc.Input((4, 1), name="x"), *layers], name="mine")]}
        scored.clear()
        with pytest.raises(rc.ArgumentError):  # of the fit that follows
            quick(horizon=2, lookback=4).tune(
                TABLE, space=space, trials=1, file=tmp_path / "trials"
            )
        assert len(scored) == tried


def one(lookback, features, horizon):
    return rc.Sequential([rc.layers.Flatten(), rc.layers.Dense(horizon)])


def test_models_that_cannot_be_told_apart_are_refused(tmp_path):
    """Their scores are kept by name: one would get those of the other."""
    fix = "\n  fix:      def small(lookback, features, horizon): ...  # a name for each function"
    nameless, other = (lambda lookback: None), (lambda lookback: None)
    path = tmp_path / "trials"
    for models, file, told in (
        ([nameless, other], None, "two values of space['model'] are both '<lambda>'."),
        ([one, one], None, "two values of space['model'] are both 'one'."),
        (
            ["lstm", nameless],
            path,
            "a function of space['model'] has no name, by which `file` would know it again.",
        ),
    ):
        with pytest.raises(rc.ArgumentError) as refused:
            quick(horizon=2).tune(TABLE, space={"model": models}, file=file)
        assert str(refused.value) == f"tune: {told}{fix}"
    assert not path.exists()


def test_real_trials_in_two_processes():
    forecaster = quick(horizon=2, epochs=2, lookback=4, model="gru", units=2)
    forecaster.tune(TABLE, space={"learning_rate": [1e-3, 1e-2]}, trials=2, jobs=2)
    assert all(np.isfinite(t.mase) for t in forecaster.trials_)


def test_look_backs_that_are_too_long_are_left_out():
    forecaster = quick(horizon=2, epochs=2)
    forecaster.tune(TABLE, space={"lookback": [4, 1000]}, trials=2)
    assert forecaster.lookback == 4
    assert forecaster.trials_[-1].mase == float("inf")
