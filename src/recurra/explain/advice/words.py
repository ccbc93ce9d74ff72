"""How numbers read in findings."""

from __future__ import annotations


def number(value: float) -> str:
    """Three or four digits that matter: `98,211`, `12.3`, `0.00123`, `3.57e+09`."""
    value = float(value)
    if value == 0 or 1e-3 <= abs(value) < 1000:
        return f"{value:.3g}"
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e7 else f"{value:.2e}"


def percent(share: float) -> str:
    """`12 %`, and `0.4 %` below one per cent."""
    return f"{100 * share:.0f} %" if share >= 0.01 or share == 0 else f"{100 * share:.1g} %"
