"""The six questions' programs as they were written, each by `recurra run` in its own process.

Asserted is what a reader sees: numbers of parameters, epochs, shapes, what is said about old
spellings on stderr, and for the broken ones the whole message.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[1] / "scripts"


def run(name):
    """stdout, stderr and exit code of a script."""
    command = [Path(sys.executable).parent / "recurra", "run", SCRIPTS / f"{name}.py"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    return done.stdout, done.stderr, done.returncode


def succeeds(name):
    """stdout, and what was said on stderr, of a script that comes to its end."""
    out, err, code = run(name)
    assert code == 0, err
    said = [line.split(": ", 1)[1] for line in err.splitlines() if re.match(r"/.*\.py:\d+: ", line)]
    return out, said


def error(name):
    """The message of a script that stops, without the traceback before it."""
    _, err, code = run(name)
    assert code == 1
    _, traceback, shown = err.partition("Traceback (most recent call last):\n")
    assert traceback and f'{name}.py", line' in shown.splitlines()[0]
    return err[err.index("recurra.engine.errors.") :]


def epochs(out):
    """The metrics of each epoch, by name, from its line."""
    lines = [line for line in out.splitlines() if " - loss: " in line]
    return [dict(re.findall(r"(\w+): ([\d.]+)", line)) for line in lines]


def test_question_1():
    out, said = succeeds("q1_simple_rnn")
    assert re.search(r"simple_rnn \(SimpleRNN\) +│ \(1000, 64\) +│ +4,224 │", out)
    assert re.search(r"dense \(Dense\) +│ \(1000, 1\) +│ +65 │", out)
    assert "Total params: 4,289" in out
    assert "\nNone\n" in out[out.index("Total params") :]  # print(model.summary())
    assert [sorted(e) for e in epochs(out)] == [["accuracy", "loss", "val_accuracy", "val_loss"]]
    assert said == []


@pytest.mark.parametrize(
    ("name", "steps", "row", "shape"),
    [
        ("q2_stacked_lstm", 10, r"\(None, 20, 5\) +│ +140 │", "(100, 1)"),
        ("q2_any_length", 4, r"\(None, None, 5\) +│ +140 │", "(5, 1)"),
    ],
)
def test_question_2(name, steps, row, shape):
    out, said = succeeds(name)
    assert "Total params: 305 " in out and re.search(row, out)
    assert len(epochs(out)) == 2
    assert f"Epoch 2/2 - {steps} steps" in out
    assert out.splitlines()[-1] == shape and said == []


@pytest.mark.parametrize(("name", "total"), [("q3_two_lstms", "213,121"), ("q3_answer", "3,412")])
def test_question_3(name, total):
    out, said = succeeds(name)
    # 4 * 15 * (30 + 15 + 1) + 4 * 7 * (15 + 7 + 1) + 8 = 2760 + 644 + 8 = 3412
    assert f"Total params: {total} " in out
    assert len(epochs(out)) == 2
    assert out.splitlines()[-1] == "(104, 1)" and said == []


def test_question_4_kernel_of_3_over_1_step():
    line = (
        "q4_conv_broken.py:19  model.add(Convolution1D(filters = 1, kernel_size = (3),"
        "input_shape=(1,x_train.shape[2])))"
    )
    assert error("q4_conv_broken").splitlines() == [
        "recurra.engine.errors.ShapeError: Conv1D 'conv1d' covers 3 timesteps at once, and its "
        "input has 1.",
        "  came:     inputs (batch=None, timesteps=1, features=133906)",
        "  expected: at least 3 timesteps",
        f"  set by:   {line}",
        "  fix:      X.transpose(0, 2, 1), input_shape=(133906, 1)  # if the 133906 features are "
        "the values of one series: (batch, timesteps, 1)",
        '  fix:      padding="same"  # the kernel may reach over the ends',
        "  fix:      kernel_size=1  # at most",
    ]


def test_question_4_as_answered():
    """A kernel of 1 lets the model be built; its softmax over one number is refused at once."""
    assert error("q4_answer").splitlines() == [
        "recurra.engine.errors.DataError: Dense 'dense' gives a softmax over one number, which is "
        "always 1: the model says 1 to every sample, whatever it learns.",
        "  set by:   q4_answer.py:22  model.add(Dense(1, activation = 'softmax'))",
        "  fix:      for yes or no, Dense(1, activation='sigmoid') and loss='binary_crossentropy'",
        "  fix:      for several classes, one output a class: Dense(classes, activation='softmax')",
    ]


def test_question_5_in_the_middle():
    out, said = succeeds("q5_hadamard")
    # 64 * 128 + 128, 128 * 64 + 64, 10 * 64, 64 * 32 + 32, 32 + 1
    total = 8320 + 8256 + 640 + 2080 + 33
    assert f"Total params: {total:,}" in out and "\nNone\n" in out
    assert re.search(r"hadamard \(Hadamard\) +│ \(None, 10, 64\) +│ +640 │", out)
    assert len(epochs(out)) == 1
    printed = out[out.index("[[[") :]
    assert len(re.findall(r"-?\d+\.\d+", printed)) == 20 * 10 and said == []


def test_question_5_as_first_layer():
    out, said = succeeds("q5_first")
    assert "Total params: 640 " in out and out.rstrip().endswith("\nNone")
    assert re.search(r"hadamard \(Hadamard\) +│ \(None, 10, 64\) +│ +640 │", out)
    assert said == []


def test_question_5_a_weight_for_each_sample():
    assert error("q5_broken").splitlines() == [
        "recurra.engine.errors.ShapeError: Hadamard 'hadamard': the weight 'kernel' was asked for "
        "with shape (None, 16), and axis 0 is not known.",
        "  came:     shape (batch=None, features=16)",
        "  expected: a whole number for every axis",
        "  set by:   q5_broken.py:28  model.add(Hadamard())",
        "  fix:      self.add_weight('kernel', shape=(1,) + input_shape[1:])  # one weight for "
        "each position, (1, 16), the same for every sample: one for each sample would be of no use "
        "for other samples",
    ]


BATCH_SIZE = (
    "OldSpelling: `batch_size` of LSTM is now said in front of it: Input(batch_shape=(1, {}, {}))"
)


def test_question_6_ten_steps_where_600_were_declared():
    out, said = succeeds("q6_lstm_broken")
    losses = [float(e["loss"]) for e in epochs(out)]
    assert len(losses) == 20 and losses[-1] < losses[0] / 2
    # 4 * 128 * (25 + 128 + 1) + 128 + 1
    assert "Trainable params: 78,977" in out
    assert out.splitlines()[-1] == "(1, 10, 1)"
    assert said == [
        BATCH_SIZE.format(600, 25),
        "UserWarning: Sequential 'sequential' was declared for 600 timesteps and is used with 10. "
        "Its layers take any number, so this works; write Input((None, 25)) to say so. Each "
        "sequence starts from a zero state: nothing is remembered from training.",
    ]


@pytest.mark.parametrize(
    ("name", "count", "said", "end"),
    [
        ("q6_padded", 20, [BATCH_SIZE.format(600, 25)], "(1, 600, 25) (1, 600, 1)"),
        ("q6_rows_as_samples", 1, [BATCH_SIZE.format(25, 1)], "(10, 1)"),
        ("q6_windows", 2, [], "(590, 10, 25) (590, 1) (1, 1)"),
        ("q6_stateful", 1, [], "(1, 1) other from a zero state: True"),
    ],
)
def test_question_6_as_answered(name, count, said, end):
    out, heard = succeeds(name)
    assert len(epochs(out)) == count
    assert out.splitlines()[-1] == end and heard == said


def test_every_script_is_run_here():
    tested = Path(__file__).read_text()
    assert all(f'"{script.stem}"' in tested for script in SCRIPTS.glob("*.py"))
