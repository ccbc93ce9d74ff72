"""NumPy's message when a forecast of one feature is put behind a window of three."""

from recurra.cli import main

main(
    [
        "explain",
        "ValueError: all the input array dimensions except for the concatenation axis must match "
        "exactly, but along dimension 2, the array at index 0 has size 3 and the array at index 1 "
        "has size 1",
    ]
)
