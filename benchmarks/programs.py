"""The programs that are measured."""

from __future__ import annotations

from dataclasses import replace

from program import Layer, Program

LOGIT, LINEAR = Layer("Dense", 1, "sigmoid"), Layer("Dense", 1)
LSTM, GRU = Layer("LSTM", 128), Layer("GRU", 128)

#: The rows of the table.
PROGRAMS = {
    "SimpleRNN(64, relu), (1000, 64, 1)": Program(
        (Layer("SimpleRNN", 64, "relu"), LOGIT), 64, 1, 1000, 8, 2, factor=3
    ),
    "LSTM 5 -> LSTM 4, (10, 20, 1)": Program(
        (Layer("LSTM", 5, sequences=True), Layer("LSTM", 4), LOGIT), 20, 1, 10, 100, 10, factor=4
    ),
    "two LSTM(128), (52, 20, 30)": Program(
        (replace(LSTM, sequences=True), LSTM, LOGIT), 20, 30, 52, 20, 2, factor=2
    ),
    "LSTM(128), (1, 600, 25), sequences": Program(
        (replace(LSTM, sequences=True), LINEAR), 600, 25, 1, 10, 5, factor=3
    ),
    "LSTM(128), 590 windows, (1, 10, 25)": Program((LSTM, LINEAR), 10, 25, 1, 590, 2, factor=3),
    "GRU(128), (32, 50, 32)": Program((GRU, LOGIT), 50, 32, 32, 20, 2, factor=3),
    "Bidirectional LSTM(64), (32, 50, 32)": Program(
        (Layer("LSTM", 64, both=True), LOGIT), 50, 32, 32, 20, 2, factor=3
    ),
    "two Bidirectional GRU(64), (32, 10..100, 16)": Program(
        (Layer("GRU", 64, sequences=True, both=True), Layer("GRU", 64, both=True), LOGIT),
        *(100, 16, 32, 10, 2),
        factor=3,
        shortest=10,
    ),
    "Conv1D(1, 3), (5, 133906, 1)": Program(
        (Layer("Conv1D", 1), Layer("Flatten"), LOGIT), 133_906, 1, 5, 10, 1
    ),
    "Dense, Hadamard, (10, 10, 64)": Program(
        (
            *(Layer("Dense", 128, "relu"), Layer("Dense", 64), Layer("Hadamard")),
            *(Layer("Activation", activation="relu"), Layer("Dense", 32), LINEAR),
        ),
        *(10, 64, 10, 100, 10),
    ),
}


def grown(units: int, steps: int, batch: int) -> Program:
    """One LSTM of any size, for the question how cost grows."""
    return Program((Layer("LSTM", units), LINEAR), steps, 32, batch, 4, 1)


def series(steps: int) -> Program:
    """One series of so many steps through an LSTM(32) that keeps them all."""
    return Program((Layer("LSTM", 32, sequences=True), LINEAR), steps, 8, 1, 1, 1)


#: The model whose `predict` of one sample is timed.
ONE_SAMPLE = Program((Layer("LSTM", 32), LINEAR), 20, 1, 1, 64, 1)
