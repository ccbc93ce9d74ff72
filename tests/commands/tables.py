"""Tables for the tests of commands."""

import numpy as np


def days(count, first="2024-01-01"):
    """Dates as text."""
    return (np.datetime64(first) + np.arange(count)).astype(str).tolist()


def write(path, names, rows):
    """A CSV file."""
    lines = [",".join(map(str, row)) for row in (names, *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def stores(path, rows=90, future=3):
    """Two stores with a price that is known for a few rows more than the sales."""
    made = []
    for k, store in enumerate(("<b>North</b>", "South & Co")):
        for t, day in enumerate(days(rows + future)):
            price = 1 + (t * (3 + k)) % 5
            sales = 50 + 10 * k - 4 * price + (t * 7) % 3
            made.append((day, store, price, "" if t >= rows else sales))
    return write(path, ("date", "store", "price", "sales"), made)
