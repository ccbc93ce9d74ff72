"""Charts of the results: how many times as long the peers take, and how cost grows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from programs import PROGRAMS
from systems import NAMES
from tables import peers

COLORS = {
    "recurra": "#111111",
    "keras-jax": "#2a9d8f",
    "keras-tensorflow": "#e9a23b",
    "pytorch": "#d1495b",
    "onnxruntime": "#6b6fb5",
}


def comparison(results: dict[str, Any], path: Path) -> None:
    """Bars of training and inference: each peer's time as a multiple of recurra's."""
    parts = {"training": "training, a step of fit", "inference": "predict, a batch"}
    parts = {part: title for part, title in parts.items() if results.get(part)}
    names = [name for name in PROGRAMS if any(name in results[part] for part in parts)]
    if not names:
        return
    figure, axes = plt.subplots(
        1,
        len(parts),
        figsize=(3 + 4.2 * len(parts), 1.6 + 0.62 * len(names)),
        sharey=True,
        squeeze=False,
    )
    legend: dict[str, Any] = {}
    for axis, (part, title) in zip(axes[0], parts.items(), strict=True):
        legend |= bars(axis, results[part], names)
        axis.set_title(title, fontsize=10)
    axes[0][0].set_yticks(range(len(names)), names, fontsize=8)
    axes[0][0].invert_yaxis()
    machine = results["machine"]
    figure.suptitle(
        f"Time as a multiple of recurra's ({machine['cores']} cores, {machine['instructions']}): "
        "right of the line recurra is faster",
        fontsize=10,
    )
    figure.legend(
        legend.values(),
        legend.keys(),
        loc="lower center",
        ncols=len(legend),
        frameon=False,
        fontsize=9,
    )
    figure.tight_layout(rect=(0, 0.05, 1, 1))
    figure.savefig(path, dpi=150)
    plt.close(figure)


def bars(axis: Any, rows: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """A group of bars for each program on a logarithmic axis from 1, which is recurra."""
    systems, low, high = peers(rows), 0.8, 2.0
    width, legend = 0.84 / len(systems), {}
    for k, system in enumerate(systems):
        here = [(n, rows[name]) for n, name in enumerate(names) if system in rows.get(name, {})]
        at = [n + (k - (len(systems) - 1) / 2) * width for n, _ in here]
        values = [row[system]["ms"] / row["recurra"]["ms"] for _, row in here]
        lengths = [value - 1 for value in values]
        drawn = axis.barh(at, lengths, width * 0.9, left=1, color=COLORS[system])
        legend[NAMES[system]] = drawn
        for y, value in zip(at, values, strict=True):
            axis.text(max(value, 1) * 1.06, y, f"{value:.2g}", va="center", fontsize=6.5)
        low, high = min(low, *values), max(high, *values)
    axis.set_xscale("log")
    axis.set_xlim(low * 0.9, high * 1.6)
    ticks = [t for t in (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100) if low < t < high * 1.6]
    axis.set_xticks(ticks, [f"{t:g}" for t in ticks])
    axis.minorticks_off()
    axis.axvline(1, color=COLORS["recurra"], linewidth=1)
    for side in ("top", "right", "left"):
        axis.spines[side].set_visible(False)
    axis.tick_params(axis="y", length=0)
    return legend


def growth(found: dict[str, Any], path: Path) -> None:
    """Lines of cost by units, steps and batch size; dashed on one core."""
    figure, axes = plt.subplots(1, 3, figsize=(11, 3.6), sharey=True)
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
    axes[0].yaxis.set_major_formatter("{x:g}")
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        loc="lower center",
        ncols=len(labels),
        frameon=False,
        fontsize=8,
        handlelength=3,
    )
    figure.suptitle("One LSTM, from 128 units, 50 timesteps, batch 32", fontsize=11)
    figure.tight_layout(rect=(0, 0.06, 1, 1))
    figure.savefig(path, dpi=150)
    plt.close(figure)
