"""The table of `make demo`: monthly CO2 at Mauna Loa, as statsmodels carries it, to a CSV file."""

from __future__ import annotations

import sys

from statsmodels.datasets import co2


def main(path: str) -> None:
    """Write months and their mean CO2, in parts per million; five months are empty."""
    monthly = co2.load_pandas().data["co2"].resample("MS").mean()
    monthly.rename_axis("month").round(2).to_csv(path)


if __name__ == "__main__":
    main(sys.argv[1])
