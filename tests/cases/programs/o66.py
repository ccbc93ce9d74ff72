"""darts' message about future covariates: how many rows are missing, and which."""

from recurra.cli import main

main(
    [
        "explain",
        "ValueError: For the given forecasting horizon `n=12`, the provided future covariates at "
        "dataset index `0` do not extend far enough into the future. As `n <= output_chunk_length` "
        "the future covariates must end at time step `2022-10-01 16:00:00`, whereas now they end "
        "at time step `2022-10-01 04:00:00`.",
    ]
)
