"""Callbacks that write files."""

import pytest

from recurra import callbacks
from recurra.engine.errors import ArgumentError
from tests.training.hooks import losses, run


def test_checkpoints_of_every_epoch(tmp_path):
    path = str(tmp_path / "new" / "{epoch:02d}-{val_acc:.2f}.weights.h5")
    logs = [{"val_accuracy": 0.5}, {"val_accuracy": 0.75}]
    model, _ = run(callbacks.ModelCheckpoint(path, save_weights_only=True), logs)
    folder = str(tmp_path / "new")
    assert model.saved == [
        ("weights", f"{folder}/01-0.50.weights.h5"),
        ("weights", f"{folder}/02-0.75.weights.h5"),
    ]


def test_only_the_best_checkpoints(capsys):
    best = callbacks.ModelCheckpoint(
        "{epoch}.keras", "loss", save_best_only=True, initial_value_threshold=2.5, verbose=1
    )
    model, _ = run(best, losses(3.0, 2.0, 2.25, 1.0))
    assert model.saved == [("model", "2.keras"), ("model", "4.keras")]
    assert capsys.readouterr().out.splitlines() == [
        "Epoch 1: loss is 3.00000, not better than 2.50000",
        "Epoch 2: loss is 2.00000, better than 2.50000",
        "Epoch 2: saved to 2.keras",
        "Epoch 3: loss is 2.25000, not better than 2.00000",
        "Epoch 4: loss is 1.00000, better than 2.00000",
        "Epoch 4: saved to 4.keras",
    ]


def test_checkpoints_by_batches_and_by_periods():
    model, _ = run(
        callbacks.ModelCheckpoint("{epoch}-{batch}.keras", save_freq=3), losses(1.0, 1.0), batches=4
    )
    assert [path for _, path in model.saved] == ["1-3.keras", "2-2.keras"]
    model, _ = run(callbacks.ModelCheckpoint("{epoch}.keras", period=2), losses(*[1.0] * 5))
    assert [path for _, path in model.saved] == ["2.keras", "4.keras"]


@pytest.mark.parametrize(
    ("path", "only", "problem", "fixes"),
    [
        (
            "x.hdf5",
            False,
            "a whole model cannot be saved as 'x.hdf5': the name has to end in .keras.",
            (
                "ModelCheckpoint('x.keras')",
                "ModelCheckpoint('x.weights.h5', save_weights_only=True)",
            ),
        ),
        (
            "out/{epoch:02d}",
            False,
            "a whole model cannot be saved as 'out/{epoch:02d}': the name has to end in .keras.",
            ("ModelCheckpoint('out/{epoch:02d}.keras')",),
        ),
        (
            "best.keras",
            True,
            "weights cannot be saved as 'best.keras': the name has to end in .weights.h5.",
            ("ModelCheckpoint('best.weights.h5', save_weights_only=True)",),
        ),
    ],
)
def test_a_name_that_says_another_format_is_refused_before_training(path, only, problem, fixes):
    with pytest.raises(ArgumentError) as error:
        callbacks.ModelCheckpoint(path, save_weights_only=only)
    assert error.value.problem == f"ModelCheckpoint: {problem}"
    assert error.value.fixes == fixes


@pytest.mark.parametrize("path", ["x.weights.h5", "x.h5", "x.hdf5"])
def test_names_of_weights(path):
    model, _ = run(callbacks.ModelCheckpoint(path, save_weights_only=True), losses(1.0))
    assert model.saved == [("weights", path)]


def test_a_checkpoint_that_has_no_place():
    with pytest.raises(ArgumentError) as error:
        run(callbacks.ModelCheckpoint("{val_los}.keras"), [{"loss": 1.0, "val_loss": 1.0}])
    assert str(error.value) == (
        "ModelCheckpoint: filepath='{val_los}.keras' cannot be filled in: there is no 'val_los'. "
        "Did you mean 'val_loss'? There is epoch, loss, val_loss."
    )


def test_csv(tmp_path):
    path = tmp_path / "log.csv"
    run(callbacks.CSVLogger(path, separator=";"), [{"loss": 1.0, "acc": 0.5}, {"loss": 0.5}])
    run(callbacks.CSVLogger(path, separator=";", append=True), [{"loss": 2.0, "val_loss": 3.0}])
    assert path.read_text() == (
        "epoch;acc;loss;val_acc;val_loss\n0;0.5;1.0;NA;NA\n1;NA;0.5;NA;NA\n0;2.0;3.0\n"
    )
