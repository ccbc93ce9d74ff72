"""One network of darts or neuralforecast on one series, in an environment that has them."""

from __future__ import annotations

import logging
import sys
import tempfile
import time
import warnings
from typing import Any

import numpy as np

UNITS, PATIENCE, EPOCHS, BATCH, RATE = 32, 12, 100, 32, 0.005


def main() -> None:
    """Learn, forecast from each origin, and write both the forecasts and the time of the fit."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    method, given, made = sys.argv[1:4]
    epochs = int(sys.argv[4]) if len(sys.argv) > 4 else None
    with np.load(given) as file:
        y, origins = file["y"], file["origins"]
        horizon, lookback = int(file["horizon"]), int(file["lookback"])
    library, kind = method.split()
    way = darts if library == "darts" else neuralforecast
    forecasts, seconds = way(kind, y.astype("float32"), origins, horizon, lookback, epochs)
    np.savez(made, made=forecasts, seconds=seconds)


def darts(
    kind: str, y: Any, origins: Any, horizon: int, lookback: int, epochs: int | None
) -> tuple[Any, float]:
    """BlockRNNModel or TCNModel on scaled values, stopped on the last part of the history.

    A number of epochs is gone through to the end.
    """
    from darts import TimeSeries
    from darts.dataprocessing.transformers import Scaler
    from darts.models import BlockRNNModel, TCNModel
    from pytorch_lightning.callbacks import EarlyStopping

    first = int(origins[0])
    border = int(first - max(0.2 * (first - lookback - horizon), horizon))
    quiet = {
        "accelerator": "cpu",
        "enable_progress_bar": False,
        "enable_model_summary": False,
        "callbacks": [] if epochs else [EarlyStopping("val_loss", patience=PATIENCE)],
    }
    common = {
        "input_chunk_length": max(lookback, horizon + 1),
        "output_chunk_length": horizon,
        "n_epochs": epochs or EPOCHS,
        "batch_size": BATCH,
        "optimizer_kwargs": {"lr": RATE},
        "pl_trainer_kwargs": quiet,
        "random_state": 0,
        "save_checkpoints": True,
        "force_reset": True,
        "work_dir": tempfile.mkdtemp(),
        "model_name": f"benchmark_{kind}",
    }
    if kind == "TCN":
        model: Any = TCNModel(kernel_size=3, num_filters=UNITS, **common)
    else:
        model = BlockRNNModel(model=kind, hidden_dim=UNITS, **common)
    scaler = Scaler()
    begin = time.perf_counter()
    scaler.fit(TimeSeries.from_values(y[:border]))
    series = scaler.transform(TimeSeries.from_values(y[:first]))
    length = common["input_chunk_length"]
    model.fit(series[:border], val_series=series[border - length :])
    model = type(model).load_from_checkpoint(
        common["model_name"], work_dir=common["work_dir"], best=True
    )
    seconds = time.perf_counter() - begin
    known = [scaler.transform(TimeSeries.from_values(y[:o])) for o in origins]
    made = [scaler.inverse_transform(f) for f in model.predict(horizon, known, verbose=False)]
    return np.stack([f.values()[:, 0] for f in made]), seconds


def neuralforecast(
    kind: str, y: Any, origins: Any, horizon: int, lookback: int, epochs: int | None
) -> tuple[Any, float]:
    """LSTM, GRU or TCN with its own defaults but for size, scaled by window.

    A number of epochs, in steps of 32 windows, is gone through to the end.
    """
    import pandas as pd
    from neuralforecast import NeuralForecast, models

    size = (
        {"kernel_size": 3, "encoder_hidden_size": UNITS}
        if kind == "TCN"
        else {"encoder_hidden_size": UNITS, "encoder_n_layers": 1}
    )
    first = int(origins[0])
    if epochs:
        windows = int(0.8 * (first - lookback - horizon))
        steps = {"max_steps": epochs * windows // BATCH, "windows_batch_size": BATCH}
    else:
        steps = {"max_steps": 1000, "early_stop_patience_steps": PATIENCE, "val_check_steps": 20}
    model = getattr(models, kind)(
        h=horizon,
        input_size=lookback,
        scaler_type="standard",
        **steps,
        learning_rate=RATE,
        random_seed=0,
        accelerator="cpu",
        enable_progress_bar=False,
        enable_model_summary=False,
        logger=False,
        **size,
    )
    table = pd.DataFrame({"unique_id": "y", "ds": np.arange(len(y)), "y": y})
    forecaster = NeuralForecast([model], freq=1)
    begin = time.perf_counter()
    forecaster.fit(table[:first], val_size=max(horizon, int(0.2 * first)))
    seconds = time.perf_counter() - begin
    made = [forecaster.predict(table[:o])[kind].to_numpy() for o in origins]
    return np.stack(made), seconds


if __name__ == "__main__":
    main()
