import io
import re
import sys

import pytest

from recurra.engine.errors import ArgumentError
from recurra.training.progress import Progress, duration, metric, per_step, wrapped


class Clock:
    """A clock that the test sets."""

    now = 0.0

    def __call__(self):
        return self.now


class Terminal(io.StringIO):
    def isatty(self):
        return True

    def drawings(self):
        """The lines as they were drawn one after the other, the bar as `=`."""
        plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", self.getvalue()).replace("\r", "\n")
        plain = re.sub("[━╸╺]{20}", "=", plain)  # a fifth of the columns
        lines = [line.strip() for line in plain.split("\n") if line.strip()]
        return [line for line, before in zip(lines, [None, *lines]) if line != before]


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return Terminal()


def two_epochs(stream, verbose, steps=4, **arguments):
    """Two epochs of four steps, half a second each after the first, which takes two seconds."""
    clock = Clock()
    with Progress(2, steps, verbose, stream=stream, clock=clock, **arguments) as progress:
        for epoch in range(2):
            progress.epoch_begin(epoch)
            clock.now += 1.5
            for step in range(4):
                clock.now += 0.5
                progress.step(step + 1, lambda: {"loss": 0.5})
            progress.steps_end()
            clock.now += 1.0
            progress.epoch_end({"loss": 0.25, "val_loss": 0.125})


LINES = (
    "Epoch 1/2 - 4 steps - 4.5s - 500 ms/step - loss: 0.2500 - val_loss: 0.1250\n"
    "Epoch 2/2 - 4 steps - 4.5s - 500 ms/step - loss: 0.2500 - val_loss: 0.1250\n"
)


@pytest.mark.parametrize("verbose", [2, 1, True, "auto"])
@pytest.mark.parametrize("steps", [4, None])
def test_a_line_an_epoch_where_there_is_no_terminal(verbose, steps):
    stream = io.StringIO()
    two_epochs(stream, verbose, steps)
    assert stream.getvalue() == LINES


def test_a_line_an_epoch_in_a_terminal_where_asked(terminal):
    two_epochs(terminal, 2)
    assert terminal.getvalue() == LINES


@pytest.mark.parametrize("verbose", [0, False])
def test_nothing(verbose, terminal):
    two_epochs(terminal, verbose)
    assert terminal.getvalue() == ""


def test_one_epoch_is_not_numbered():
    stream, clock = io.StringIO(), Clock()
    with Progress(1, 1, stream=stream, clock=clock) as progress:
        progress.epoch_begin(0)
        clock.now = 0.25
        progress.step(1)
        progress.epoch_end()
    assert stream.getvalue() == "1 step - 0.25s - 250 ms/step\n"


@pytest.mark.parametrize("verbose", [1, "auto"])
def test_a_bar(terminal, verbose):
    two_epochs(terminal, verbose)
    assert terminal.drawings()[:6] == [
        "Epoch 1/2 = 0/4",
        # the first step is reported after two seconds: it is all that is known
        "Epoch 1/2 = 1/4 - ETA 6.0s - 2.0 s/step - loss: 0.5000",
        "Epoch 1/2 = 2/4 - ETA 1.0s - 500 ms/step - loss: 0.5000",
        "Epoch 1/2 = 3/4 - ETA 0.50s - 500 ms/step - loss: 0.5000",
        "Epoch 1/2 = 4/4 - ETA 0.00s - 500 ms/step - loss: 0.5000",
        "Epoch 1/2 = 4/4 - 4.5s - 500 ms/step - loss: 0.2500 - val_loss: 0.1250",
    ]
    assert terminal.drawings()[-1].startswith("Epoch 2/2 = 4/4 - 4.5s")


def test_the_bar_grows(terminal):
    two_epochs(terminal, 1)
    parts = re.findall("━+╺", re.sub(r"\x1b\[[0-9;?]*m", "", terminal.getvalue()))
    assert [len(part) for part in dict.fromkeys(parts)] == [6, 11, 16]  # 1, 2, 3 of 4


def test_an_unknown_number_of_steps_counts_up_and_is_known_afterwards(terminal):
    two_epochs(terminal, 1, steps=None)
    counts = re.findall(r"Epoch \d/2 = (\S+(?: steps?)?)", "\n".join(terminal.drawings()))
    assert list(dict.fromkeys(counts)) == [
        *("0 steps", "1 step", "2 steps", "3 steps", "4 steps"),
        *("0/4", "1/4", "2/4", "3/4", "4/4"),
    ]


def test_logs_are_fetched_only_where_they_are_drawn(terminal):
    clock, fetched = Clock(), []
    with Progress(1, 100, 1, stream=terminal, clock=clock) as progress:
        progress.epoch_begin(0)
        for step in range(100):
            clock.now += 0.01
            progress.step(step + 1, lambda: fetched.append(1) or {})
        progress.epoch_end({})
    assert 9 <= len(fetched) <= 10  # one second
    with Progress(1, 100, 2, stream=terminal, clock=clock) as progress:
        progress.epoch_begin(0)
        clock.now += 1.0
        progress.step(1, lambda: pytest.fail("a line needs no logs of steps"))


def test_an_error_leaves_the_terminal_in_order(terminal):
    with pytest.raises(KeyboardInterrupt), Progress(2, 4, 1, stream=terminal) as progress:
        progress.epoch_begin(0)
        assert sys.stdout is not terminal
        raise KeyboardInterrupt
    hidden, shown = "\x1b[?25l", "\x1b[?25h"
    written = terminal.getvalue()
    assert hidden in written and written.rindex(shown) > written.rindex(hidden)


def test_errors_of_the_logs_are_not_hidden(terminal):
    clock = Clock()
    with pytest.raises(ZeroDivisionError), Progress(1, 4, 1, stream=terminal, clock=clock) as p:
        p.epoch_begin(0)
        clock.now = 1.0
        p.step(1, lambda: 1 / 0)


class Closing(Terminal):
    """A pipe whose reader goes away after some writing."""

    def __init__(self, error, after):
        super().__init__()
        self.error, self.left = error, after

    def write(self, text):
        self.left -= 1
        if self.left < 0:
            raise self.error
        return super().write(text)


@pytest.mark.parametrize("after", [0, 1, 3])
@pytest.mark.parametrize("verbose", [1, 2])
@pytest.mark.parametrize(
    "error",
    [
        BrokenPipeError(),
        ValueError("I/O operation on closed file"),
        UnicodeEncodeError("ascii", "━", 0, 1, "no such character"),
    ],
)
def test_an_output_that_goes_away_is_no_reason_to_stop(terminal, error, verbose, after):
    before = sys.stdout
    two_epochs(Closing(error, after), verbose)
    assert sys.stdout is before


def test_no_output_at_all(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    two_epochs(None, "auto")
    closed = io.StringIO()
    closed.close()
    two_epochs(closed, "auto")


@pytest.mark.parametrize("verbose", [3, "bar", None])
def test_another_verbose(verbose):
    with pytest.raises(ArgumentError) as error:
        Progress(1, 1, verbose)
    assert str(error.value) == (
        f"verbose={verbose!r}: 0 (nothing), 1 (a bar), 2 (a line an epoch) or 'auto' is needed."
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.042, "0.04s"),
        (4.25, "4.2s"),
        (42.4, "42s"),
        (59.9, "1:00"),
        (65, "1:05"),
        (3725, "1:02:05"),
    ],
)
def test_durations(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.00034, "0.34 ms/step"),
        (0.0034, "3.4 ms/step"),
        (0.034, "34 ms/step"),
        (0.9996, "1.0 s/step"),
        (3.44, "3.4 s/step"),
    ],
)
def test_times_a_step(seconds, text):
    assert per_step(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.69314, "m: 0.6931"),
        (12345.5, "m: 12345.5000"),
        (0.0, "m: 0.0000"),
        (-0.000123, "m: -1.2300e-04"),
        (float("nan"), "m: nan"),
        ("text", "m: text"),
    ],
)
def test_metrics(value, text):
    assert metric("m", value) == text


def test_no_part_is_broken():
    assert wrapped(["12/42", "loss: 0.5", "accuracy: 0.75"], 17) == (
        "12/42 - loss: 0.5\naccuracy: 0.75"
    )
    assert wrapped(["a part that is too long"], 5) == "a part that is too long"
