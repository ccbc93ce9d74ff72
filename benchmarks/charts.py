"""Charts of the results: how many times as long the peers take, and how cost grows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from systems import NAMES
from tables import figure, peers

COLORS = {
    "recurra": "#111111",
    "keras-jax": "#2a9d8f",
    "keras-tensorflow": "#e9a23b",
    "pytorch": "#d1495b",
    "onnxruntime": "#6b6fb5",
}


def comparison(results: dict[str, Any], path: Path) -> None:
    """Bars of training and inference: each peer's time as a multiple of recurra's."""
    parts = [part for part in ("training", "inference") if results.get(part)]
    height = sum(1 + sum(len(row) - 2 for row in results[p].values()) * 0.24 for p in parts)
    figure_, axes = plt.subplots(
        1, len(parts), figsize=(6.2 * len(parts) + 1.5, height / len(parts) + 1.6), squeeze=False
    )
    for axis, part in zip(axes[0], parts, strict=True):
        bars(axis, results[part], part)
    handles, labels = axes[0][-1].get_legend_handles_labels()
    columns = len(labels)
    figure_.legend(handles, labels, loc="lower center", ncols=columns, frameon=False, fontsize=9)
    machine = results["machine"]
    figure_.suptitle(
        f"Time as a multiple of recurra's, {machine['cores']} cores, {machine['instructions']}",
        fontsize=11,
    )
    figure_.tight_layout(rect=(0, 0.045, 1, 1))
    figure_.savefig(path, dpi=150)
    plt.close(figure_)


def bars(axis: Any, rows: dict[str, Any], part: str) -> None:
    """One group of bars a program, on a logarithmic axis; 1 is recurra."""
    systems = peers(rows)
    width, top = 0.8 / len(systems), 1.0
    for k, system in enumerate(systems):
        here = [(n, row) for n, row in enumerate(rows.values()) if system in row]
        at = [n + (k - (len(systems) - 1) / 2) * width for n, _ in here]
        values = [row[system]["ms"] / row["recurra"]["ms"] for _, row in here]
        axis.barh(
            at, [v - 1 for v in values], width * 0.9, 1, color=COLORS[system], label=NAMES[system]
        )
        for y, value in zip(at, values, strict=True):
            axis.text(max(value, 1) * 1.05, y, figure(value), va="center", fontsize=7)
        top = max(top, *values)
    axis.set_xscale("log")
    axis.set_xlim(0.5, top * 1.8)
    ticks = [t for t in (0.5, 1, 2, 5, 10, 20, 50, 100, 200) if t < top * 1.8]
    axis.set_xticks(ticks, [f"{t:g}" for t in ticks])
    axis.minorticks_off()
    axis.axvline(1, color=COLORS["recurra"], linewidth=1)
    axis.set_yticks(range(len(rows)), rows.keys(), fontsize=8)
    axis.invert_yaxis()
    axis.set_title(
        "training, a step of fit" if part == "training" else "predict, a batch", fontsize=10
    )
    for side in ("top", "right", "left"):
        axis.spines[side].set_visible(False)
    axis.tick_params(axis="y", length=0)


def growth(found: dict[str, Any], path: Path) -> None:
    """Lines of cost by units, steps and batch size; dashed on one core."""
    figure_, axes = plt.subplots(1, 3, figsize=(11, 3.6), sharey=True)
    base = (128, 50, 32)
    for k, (axis, name) in enumerate(zip(axes, ("units", "timesteps", "batch"), strict=True)):
        others = [j for j in range(3) if j != k]
        chosen = sorted(
            (size[k], n)
            for n, size in enumerate(found["sizes"])
            if all(size[j] == base[j] for j in others)
        )
        for run in found["runs"]:
            one = run["cores"] == 1
            axis.plot(
                [size for size, _ in chosen],
                [run["ms"][n] for _, n in chosen],
                color=COLORS[run["system"]],
                linestyle="--" if one else "-",
                marker="o",
                markersize=3,
                label=run["label"],
            )
        axis.set_xscale("log", base=2)
        axis.set_xticks([size for size, _ in chosen], [str(size) for size, _ in chosen])
        axis.set_yscale("log")
        axis.set_xlabel(name)
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("ms a step of training")
    axes[0].legend(frameon=False, fontsize=7)
    figure_.suptitle("One LSTM, from 128 units, 50 timesteps, batch 32", fontsize=11)
    figure_.tight_layout()
    figure_.savefig(path, dpi=150)
    plt.close(figure_)
