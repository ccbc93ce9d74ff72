"""A forecaster from its file forecasts what it did before."""

import json
import zipfile

import numpy as np
import pytest

import recurra as rc
from recurra.forecasting import Forecaster, load_forecaster
from tests.forecasting.quick import days, quick, small, wave


def stores():
    """Two series with a price, a category and a static column."""
    rows = 60
    return {
        "day": np.tile(days(rows), 2),
        "store": np.repeat(["a", "b"], rows),
        "sales": np.concatenate([wave(rows), wave(rows, seed=1) * 3]),
        "price": wave(2 * rows, 5, seed=2),
        "weather": np.tile(np.array(["sun", "rain"], object), rows),
        "size": np.repeat([1.0, 2.0], rows),
    }


@pytest.mark.parametrize(
    "arguments",
    [
        {"model": "lstm"},
        {"model": "gru", "quantiles": (0.1, 0.5, 0.9), "members": 2},
        {"model": "lstm", "strategy": "recursive"},
        {"model": rc.Sequential([rc.Input((14, 11)), rc.layers.Flatten(), rc.layers.Dense(3)])},
    ],
    ids=["lstm", "quantiles", "recursive", "own"],
)
def test_predictions_are_the_same_to_the_last_bit(arguments, tmp_path):
    table = stores()
    roles = {"time": "day", "by": "store", "target": "sales"}
    if arguments.get("strategy") != "recursive":
        roles |= {"past": ["price", "weather"], "static": "size"}
    if isinstance(arguments["model"], rc.Model):
        # a target, the price, 3 pairs of the season of 7 and what the calendar of days tells
        roles |= {"past": "price"}
        plan = quick(horizon=3, lookback=14, **roles).fit(table).learned_.plan
        layers = [rc.Input((14, plan.columns)), rc.layers.Flatten(), rc.layers.Dense(3)]
        arguments = {"model": rc.Sequential(layers)}
    forecaster = Forecaster(
        horizon=3, lookback=14, epochs=1, random_state=0, units=4, **roles, **arguments
    ).fit(table)
    path = tmp_path / "kept"
    forecaster.save(path)
    again = load_forecaster(path)
    before, after = forecaster.predict(table), again.predict(table)
    assert list(before) == list(after)
    for name, values in before.items():
        np.testing.assert_array_equal(values, after[name])
    assert again.notes_ == forecaster.notes_
    assert again.get_params().keys() == forecaster.get_params().keys()


def test_the_history_is_not_in_the_file(tmp_path):
    forecaster = quick(horizon=2).fit({"y": wave(60)})
    forecaster.save(tmp_path / "kept")
    again = load_forecaster(tmp_path / "kept")
    with pytest.raises(rc.StateError) as refused:
        again.forecast()
    assert str(refused.value) == (
        "Forecaster: a forecaster from a file does not have the history that it learnt from.\n"
        "  fix:      forecaster.predict(table)  # forecasts what follows a table\n"
        "  fix:      forecaster.update(table)  # takes a table as the history"
    )


def test_files_that_are_none_are_refused(tmp_path):
    path = tmp_path / "kept"
    path.write_text("month,sales\n")
    with pytest.raises(rc.FileError) as refused:
        load_forecaster(path)
    assert str(refused.value) == f"{path} is no file of a forecaster."
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("other", "text")
    with pytest.raises(rc.FileError) as refused:
        load_forecaster(path)
    assert str(refused.value) == f"{path} is damaged or no file of a forecaster."


def test_packed_files_and_those_of_another_version_are_refused(tmp_path):
    quick(horizon=2).fit({"y": wave(60)}).save(tmp_path / "kept")
    with np.load(tmp_path / "kept") as file:
        arrays = dict(file)
    np.savez_compressed(tmp_path / "packed.npz", **arrays)
    with pytest.raises(rc.FileError) as refused:
        load_forecaster(tmp_path / "packed.npz")
    assert str(refused.value) == (
        f"{tmp_path / 'packed.npz'} holds compressed parts, which is refused."
    )
    data = json.loads(arrays["forecaster"].tobytes()) | {"format": 99}
    arrays["forecaster"] = np.frombuffer(json.dumps(data).encode(), np.uint8)
    np.savez(tmp_path / "other.npz", **arrays)
    with pytest.raises(rc.FileError) as refused:
        load_forecaster(tmp_path / "other.npz")
    assert str(refused.value) == (
        f"{tmp_path / 'other.npz'} was written by another version of recurra (format 99).\n"
        "  expected: format 2\n"
        "  fix:      learn again, and write the file anew: forecaster.save(path), or --save FILE"
    )


def test_a_file_is_replaced_only_where_it_may_be(tmp_path):
    forecaster = quick(horizon=2).fit({"y": wave(60)})
    forecaster.save(tmp_path / "kept")
    with pytest.raises(rc.FileError) as refused:
        forecaster.save(tmp_path / "kept", overwrite=False)
    assert str(refused.value).startswith(
        f"{tmp_path / 'kept'} exists and `overwrite` is False; nothing was written."
    )
    with pytest.raises(rc.StateError) as refused:
        Forecaster().save(tmp_path / "other")
    assert str(refused.value) == (
        "save_forecaster: nothing was learnt yet.\n  fix:      forecaster.fit(table)"
    )


def test_ids_that_json_does_not_hold_are_refused(tmp_path):
    table = {"y": np.tile(wave(60), 2), "by": np.repeat(days(2), 60)}
    forecaster = quick(horizon=2, by="by", target="y", time=None, model=small).fit(table)
    with pytest.raises(rc.ArgumentError) as refused:
        forecaster.save(tmp_path / "kept")
    assert str(refused.value).splitlines()[-1] == ("  fix:      turn the column into text first")
    assert not (tmp_path / "kept").exists()


def test_a_forecaster_from_a_file_goes_on_in_the_step_that_was_learnt(tmp_path):
    weekdays = np.busday_offset("2024-01-01", np.arange(60), roll="forward")
    table = {"day": weekdays, "y": wave(60, 5)}
    quick(lookback=4).fit(table).save(tmp_path / "kept")
    again = load_forecaster(tmp_path / "kept")
    week = {name: values[:5] for name, values in table.items()}  # which looks like days
    assert again.predict(week)["day"].tolist() == [weekdays[5].item()]
    hours = {"day": weekdays[0].astype("M8[h]") + np.arange(8), "y": wave(8)}
    with pytest.raises(rc.DataError) as error:
        again.predict(hours)
    assert error.value.problem == (
        "Forecaster: the times in `day` go on hourly, and those that were learnt from every "
        "weekday."
    )
