"""scikit-learn's message when a scaler of 4 columns is asked to turn one back."""

from recurra.cli import main

main(
    [
        "explain",
        "ValueError: non-broadcastable output operand with shape (59,1) doesn't match the "
        "broadcast shape (59,4)",
    ]
)
