"""The rule `cold-start`."""

import numpy as np
import pytest

from recurra import Input, Sequential
from recurra.explain.advice import Array
from recurra.layers import LSTM, Dense
from tests.explain.advice.looking import found

RULE = "cold-start"


def said(timesteps, *, trained=(1, 600, 2), samples=1, declared=None, sequences=True, batch=None):
    x = np.zeros((samples, timesteps, 2), np.float32)
    model = Sequential(
        [
            Input((declared, 2), batch_size=batch),
            LSTM(4, return_sequences=sequences, stateful=batch is not None),
            Dense(1),
        ]
    )
    predictions = np.zeros((samples, timesteps, 1) if sequences else (samples, 1))
    seen = {"predictions": [predictions], "trained": [Array("x", np.zeros(trained))]}
    return found(RULE, model, x, np.zeros_like(predictions), **seen)


def test_it_fires_for_the_next_steps_of_a_long_series():
    assert said(10) == (
        "advice: the model learnt from 600 timesteps and is asked about 10, which start from a "
        "state of zeros. [cold-start]\n"
        "  why:      nothing is remembered from training: if these timesteps go on after the "
        "others, the model does not know that.\n"
        "  fix:      model.predict(np.concatenate([x_train, x_new], axis=1))[:, -10:]  # with what "
        "came before\n"
        "  fix:      stepper = model.stepper()  # takes one timestep at a time and keeps the state"
    )


@pytest.mark.parametrize("timesteps", [151, 600])
def test_about_as_many_timesteps_are_fine(timesteps):
    assert said(timesteps) is None
    assert said(150) is not None


def test_short_sequences_are_fine():
    assert said(10, trained=(1, 99, 2)) is None


def test_sentences_of_different_lengths_are_fine():
    assert said(10, trained=(1000, 600, 2)) is None
    assert said(10, trained=(9, 600, 2), samples=9) is None
    assert said(10, trained=(8, 600, 2), samples=8) is not None


def test_windows_with_one_output_are_fine():
    assert said(10, sequences=False) is None


def test_a_declared_length_is_warned_of_elsewhere():
    assert said(10, declared=10) is None


def test_states_that_are_carried_are_fine():
    assert said(10, batch=1) is None
