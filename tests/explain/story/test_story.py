"""Whole explanations: the models of the questions that people ask about shapes.

The numbers of parameters are those of the questions; they are derived in `test_counts`.
"""

import numpy as np
import pytest

import recurra as rc
from recurra import layers as L
from tests.explain.story.told import (
    NOTES,
    convolved,
    fixed_batch,
    one_series,
    section,
    simple_rnn,
    stacked,
    unbuilt,
)

SIMPLE_RNN = """\
Sequential 'sequential': 2 layers, 4,289 parameters
  input   (batch=1000, timesteps=64, features=1)
  output  (batch=1000, units=1): 1 number for each sample

1. SimpleRNN 'simple_rnn'
  in          (batch=1000, timesteps=64, features=1)
  out         (batch=1000, units=64)
  does        reads the 64 timesteps one after the other and keeps a state of 64
              numbers; gives the state after the last timestep
  parameters  64 x (1 + 64) + 64 = 4,224
              units x (features + units) + biases

2. Dense 'dense'
  in          (batch=1000, units=64)
  out         (batch=1000, units=1)
  does        weighs the 64 numbers of each sample and adds them and a bias, and applies
              relu: gives 1 number for each sample
  parameters  64 x 1 + 1 = 65
              features x units + biases

All parameters
  4224 + 65 = 4,289

What the numbers mean
  batch=1000    how many samples are computed side by side, fixed here to 1000. They are
                1000 samples of (timesteps=64, features=1) each, not rows of one answer:
                each sample gets its own. Only stateful=True needs a fixed batch;
                Input((64, 1)) takes any.
  timesteps=64  how many moments one sample has, in the order of time. The same weights
                are used at each, so no parameter depends on their number. These layers
                take any number of them, which Input((None, 1)) says; only the samples
                of one batch need the same.
  features=1    how many numbers are measured at each timestep, given by the data; how
                many come out is set by the last layer. If the 64 numbers of a sample
                are columns of a table, in no order of time, they are features:
                Input((64,)) and Dense, without SimpleRNN.
  units=64, 1   how many numbers a layer gives, and in a recurrent layer the size of its
                state; they come into the next layer as its features. Your choice: it
                has nothing to do with the number of features, of timesteps or of
                samples. That timesteps and units are both 64 here is chance.
"""

STACKED = """\
Sequential 'sequential': 3 layers, 305 parameters
  input   (batch=None, timesteps=20, features=1)
  output  (batch=None, units=1): 1 number for each sample

1. LSTM 'lstm'
  in          (batch=None, timesteps=20, features=1)
  out         (batch=None, timesteps=20, units=5)
  does        reads the 20 timesteps one after the other and keeps a state of 5 numbers;
              gives the state after each timestep
  parameters  4 x (5 x (1 + 5) + 5) = 140
              gates x (units x (features + units) + biases)

2. LSTM 'lstm_1'
  in          (batch=None, timesteps=20, units=5)
  out         (batch=None, units=4)
  does        reads the 20 timesteps one after the other and keeps a state of 4 numbers;
              gives the state after the last timestep
  parameters  4 x (4 x (5 + 4) + 4) = 160
              gates x (units x (features + units) + biases)

3. Dense 'dense'
  in          (batch=None, units=4)
  out         (batch=None, units=1)
  does        weighs the 4 numbers of each sample and adds them and a bias, and applies
              sigmoid: gives 1 number for each sample
  parameters  4 x 1 + 1 = 5
              features x units + biases

All parameters
  140 + 160 + 5 = 305

What the numbers mean
  batch=None     how many samples are computed side by side: any number, which is why
                 summary() shows None. fit and predict hand the samples over in batches
                 of `batch_size`, 32 if it is not given; neither the parameters nor the
                 number of answers depend on it.
  timesteps=20   how many moments one sample has, in the order of time. The same weights
                 are used at each, so no parameter depends on their number. These layers
                 take any number of them, which Input((None, 1)) says; only the samples
                 of one batch need the same.
  features=1     how many numbers are measured at each timestep, given by the data; how
                 many come out is set by the last layer. If the 20 numbers of a sample
                 are columns of a table, in no order of time, they are features:
                 Input((20,)) and Dense, without LSTM.
  units=5, 4, 1  how many numbers a layer gives, and in a recurrent layer the size of
                 its state; they come into the next layer as its features. Your choice:
                 it has nothing to do with the number of features, of timesteps or of
                 samples.
"""

FIXED_BATCH = """\
Sequential 'sequential': 3 layers, 213,121 parameters
  input   (batch=52, timesteps=20, features=30)
  output  (batch=52, units=1): 1 number for each sample

1. LSTM 'lstm'
  in          (batch=52, timesteps=20, features=30)
  out         (batch=52, timesteps=20, units=128)
  does        reads the 20 timesteps one after the other and keeps a state of 128
              numbers; gives the state after each timestep
  parameters  4 x (128 x (30 + 128) + 128) = 81,408
              gates x (units x (features + units) + biases)

2. LSTM 'lstm_1'
  in          (batch=52, timesteps=20, units=128)
  out         (batch=52, units=128)
  does        reads the 20 timesteps one after the other and keeps a state of 128
              numbers; gives the state after the last timestep
  parameters  4 x (128 x (128 + 128) + 128) = 131,584
              gates x (units x (features + units) + biases)

3. Dense 'dense'
  in          (batch=52, units=128)
  out         (batch=52, units=1)
  does        weighs the 128 numbers of each sample and adds them and a bias, and
              applies sigmoid: gives 1 number for each sample
  parameters  128 x 1 + 1 = 129
              features x units + biases

All parameters
  81408 + 131584 + 129 = 213,121

What the numbers mean
  batch=52      how many samples are computed side by side, fixed here to 52. They are
                52 samples of (timesteps=20, features=30) each, not rows of one answer:
                each sample gets its own. Only stateful=True needs a fixed batch;
                Input((20, 30)) takes any.
  timesteps=20  how many moments one sample has, in the order of time. The same weights
                are used at each, so no parameter depends on their number. These layers
                take any number of them, which Input((None, 30)) says; only the samples
                of one batch need the same.
  features=30   how many numbers are measured at each timestep, given by the data; how
                many come out is set by the last layer.
  units=128, 1  how many numbers a layer gives, and in a recurrent layer the size of its
                state; they come into the next layer as its features. Your choice: it
                has nothing to do with the number of features, of timesteps or of
                samples.
"""

ONE_SERIES = """\
Sequential 'sequential': 2 layers, 78,977 parameters
  input   (batch=None, timesteps=600, features=25)
  output  (batch=None, timesteps=600, units=1): 1 number for each timestep of each
          sample

1. LSTM 'lstm'
  in          (batch=None, timesteps=600, features=25)
  out         (batch=None, timesteps=600, units=128)
  does        reads the 600 timesteps one after the other and keeps a state of 128
              numbers; gives the state after each timestep
  parameters  4 x (128 x (25 + 128) + 128) = 78,848
              gates x (units x (features + units) + biases)

2. Dense 'dense'
  in          (batch=None, timesteps=600, units=128)
  out         (batch=None, timesteps=600, units=1)
  does        weighs the 128 numbers of each timestep and adds them and a bias: gives 1
              number for each timestep, all by the same weights
  parameters  128 x 1 + 1 = 129
              features x units + biases

All parameters
  78848 + 129 = 78,977

What the numbers mean
  batch=None     how many samples are computed side by side: any number, which is why
                 summary() shows None. fit and predict hand the samples over in batches
                 of `batch_size`, 32 if it is not given; neither the parameters nor the
                 number of answers depend on it.
  timesteps=600  how many moments one sample has, in the order of time. The same weights
                 are used at each, so no parameter depends on their number. These layers
                 take any number of them, which Input((None, 25)) says; only the samples
                 of one batch need the same.
  features=25    how many numbers are measured at each timestep, given by the data; how
                 many come out is set by the last layer.
  units=128, 1   how many numbers a layer gives, and in a recurrent layer the size of
                 its state; they come into the next layer as its features. Your choice:
                 it has nothing to do with the number of features, of timesteps or of
                 samples.

Steps of an epoch
  1 sample / batch of 32 = 1 step, with 1 sample (fit takes batch_size=32 if it is told
  no other)

Your data
  x  (samples=1, timesteps=600, features=25): 1 sample of 600 timesteps with 25 features
     (one sequence, so not 600 samples), values all 0
  y  (samples=1, timesteps=600, units=1): 1 target of 600 timesteps with 1 number,
     values all 1

A sample on its way, with the values of 1 sample
  lstm   -> (timesteps=600, units=128): all 0, 100% zeros
  dense  -> (timesteps=600, units=1): all 0, 100% zeros
"""

CONVOLVED = """\
Sequential 'sequential': 4 layers, 105 parameters
  input   (batch=None, timesteps=20, features=1)
  output  (batch=None, units=1): 1 number for each sample

1. Conv1D 'conv1d'
  in          (batch=None, timesteps=20, features=1)
  out         (batch=None, timesteps=18, filters=8)
  does        moves a window of 3 timesteps along the sequence and makes 8 numbers at
              each place, with the same weights everywhere
  timesteps   20 -> 18 = 20 - 3 + 1
  parameters  3 x 1 x 8 + 8 = 32
              kernel size x features x filters + biases

2. MaxPooling1D 'max_pooling1d'
  in          (batch=None, timesteps=18, filters=8)
  out         (batch=None, timesteps=9, filters=8)
  does        gives the largest value of each feature in each window of 2 timesteps
  timesteps   18 -> 9 = (18 - 2) // 2 + 1
  parameters  no parameters

3. Flatten 'flatten'
  in          (batch=None, timesteps=9, filters=8)
  out         (batch=None, features=72)
  does        puts all numbers of a sample in one row: 9 x 8 = 72
  parameters  no parameters

4. Dense 'dense'
  in          (batch=None, features=72)
  out         (batch=None, units=1)
  does        weighs the 72 numbers of each sample and adds them and a bias: gives 1
              number for each sample
  parameters  72 x 1 + 1 = 73
              features x units + biases

All parameters
  32 + 73 = 105

What the numbers mean
  batch=None    how many samples are computed side by side: any number, which is why
                summary() shows None. fit and predict hand the samples over in batches
                of `batch_size`, 32 if it is not given; neither the parameters nor the
                number of answers depend on it.
  timesteps=20  how many moments one sample has, in the order of time.
  features=1    how many numbers are measured at each timestep, given by the data; how
                many come out is set by the last layer.
  units=1       how many numbers a layer gives, and in a recurrent layer the size of its
                state; they come into the next layer as its features. Your choice: it
                has nothing to do with the number of features, of timesteps or of
                samples.
  filters=8     how many numbers a convolution makes at each place of its window; they
                come into the next layer as its features. Your choice, like units.
"""

UNBUILT = """\
Sequential 'sequential': 2 layers
  input   not known yet: begin with Input((timesteps, features)), or call the model on
          data
  output  (batch, units=1): 1 number for each sample

1. LSTM 'lstm'
  in          (batch, timesteps, features)
  out         (batch, units=32)
  does        reads the timesteps one after the other and keeps a state of 32 numbers;
              gives the state after the last timestep
  parameters  4 x (32 x (features + 32) + 32)
              gates x (units x (features + units) + biases)

2. Dense 'dense'
  in          (batch, units=32)
  out         (batch, units=1)
  does        weighs the numbers of each sample and adds them and a bias: gives 1 number
              for each sample
  parameters  32 x 1 + 1 = 33
              features x units + biases

What the numbers mean
  units=32, 1  how many numbers a layer gives, and in a recurrent layer the size of its
               state; they come into the next layer as its features. Your choice: it has
               nothing to do with the number of features, of timesteps or of samples.
"""


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (simple_rnn, SIMPLE_RNN),
        (stacked, STACKED),
        (fixed_batch, FIXED_BATCH),
        (convolved, CONVOLVED),
        (unbuilt, UNBUILT),
    ],
)
def test_models_are_told_whole(make, text):
    assert f"{make().explain()}\n" == text


def test_a_model_is_told_on_data():
    told = one_series().explain(np.zeros((1, 600, 25)), np.ones((1, 600, 1)))
    assert f"{told}\n" == ONE_SERIES


def test_timesteps_are_said_to_be_free_only_where_they_are():
    free = "These layers take any number of them, which Input((None, 1)) says"
    assert free in section(stacked(), NOTES)["timesteps=20"]
    assert "any number" not in section(convolved(), NOTES)["timesteps=20"]
    layers = [rc.Input((None, 1)), L.LSTM(5)]
    assert section(rc.Sequential(layers), NOTES)["timesteps=None"] == (
        "how many moments one sample has, in the order of time: any number, but the samples of one "
        "batch all have the same. The same weights are used at each, so no parameter depends on "
        "their number."
    )


def test_columns_of_a_table_are_thought_of_only_where_there_is_one_feature():
    columns = "If the 64 numbers of a sample are columns of a table, in no order of time"
    assert columns in section(simple_rnn(), NOTES)["features=1"]
    assert section(fixed_batch(), NOTES)["features=30"] == (
        "how many numbers are measured at each timestep, given by the data; how many come out is "
        "set by the last layer."
    )
    flat = rc.Sequential([rc.Input((64,)), L.Dense(1)])
    assert section(flat, NOTES)["features=64"].startswith("how many numbers each sample has, given")


def test_what_holds_of_several_inputs_is_said_once():
    a, b = rc.Input((4, 2)), rc.Input((4, 3))
    model = rc.Model([a, b], [L.LSTM(5)(a), L.LSTM(5)(b)])
    labels = ["batch=None", "timesteps=4", "features=2", "features=3", "units=5"]
    assert list(section(model, NOTES)) == labels


def test_equal_sizes_are_said_to_be_chance_only_where_they_are_equal():
    assert "That timesteps and units are both 64 here is chance." in str(
        section(simple_rnn(), NOTES)["units=64, 1"]
    )
    assert "chance" not in str(stacked().explain())  # features=1 and Dense(1) mislead nobody


def test_a_stateful_layer_needs_its_batch():
    layers = [rc.Input(batch_shape=(2, None, 3)), L.LSTM(4, stateful=True)]
    note = section(rc.Sequential(layers), NOTES)["batch=2"]
    assert note == (
        "how many samples are computed side by side, fixed here to 2. They are 2 samples of "
        "(timesteps=None, features=3) each, not rows of one answer: each sample gets its own. "
        "A stateful layer carries one state for each of these 2 samples."
    )


# Steps of an epoch --------------------------------------------------------------------------------

STEPS = "Steps of an epoch"
USUAL = " (fit takes batch_size=32 if it is told no other)"


@pytest.mark.parametrize(
    ("samples", "batch_size", "text"),
    [
        (100, 10, "100 samples / batch of 10 = 10 steps"),
        (100, None, "100 samples / batch of 32 = 4 steps, the last with 4 samples" + USUAL),
        (33, None, "33 samples / batch of 32 = 2 steps, the last with 1 sample" + USUAL),
        (5, None, "5 samples / batch of 32 = 1 step, with 5 samples" + USUAL),
        (32, None, "32 samples / batch of 32 = 1 step" + USUAL),
    ],
)
def test_steps_follow_from_samples_and_batch_size(samples, batch_size, text):
    x = np.zeros((samples, 20, 1))
    assert section(stacked(), STEPS, x, batch_size=batch_size) == {"": text}


def test_steps_of_the_last_fit_are_told_where_no_data_are_given():
    model = stacked()
    model.compile("sgd", "mse")
    assert section(model, STEPS) is None
    x, y = np.zeros((100, 20, 1)), np.zeros((100, 1))
    model.fit(x, y, batch_size=30, verbose=0)
    text = "100 samples / batch of 30 = 4 steps, the last with 10 samples"
    assert section(model, STEPS) == {"": f"in the last fit: {text}"}
    assert section(model, STEPS, x) == {"": text}
    model.fit(x, y, batch_size=30, steps_per_epoch=2, verbose=0)
    told = f"in the last fit: {text}; fit was told to take 2 of them an epoch"
    assert section(model, STEPS) == {"": told}


def test_steps_of_a_fit_on_a_source_of_batches():
    model = stacked()
    model.compile("sgd", "mse")
    model.fit([(np.zeros((4, 20, 1)), np.zeros((4, 1)))] * 3, verbose=0)
    text = "in the last fit: 3 steps, one for each batch that the source of data gave"
    assert section(model, STEPS) == {"": text}


def test_a_model_that_carries_states_takes_its_own_batch():
    layers = [rc.Input(batch_shape=(2, None, 3)), L.LSTM(4, stateful=True)]
    model = rc.Sequential(layers)
    x = np.ones((4, 6, 3), "float32")
    assert section(model, STEPS, x) == {"": "4 samples / batch of 2 = 2 steps"}
    assert not model.layers[0].states[0].numpy().any()  # it was looked at, not run on
