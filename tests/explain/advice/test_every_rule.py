"""What holds for every rule: an id, a page, tests of its own, and a bound in what it looks at."""

import re
from pathlib import Path

import numpy as np
import pytest

from recurra.explain.advice.rule import load_rules
from recurra.explain.advice.rules import ORDER
from recurra.layers import LSTM, Dense
from tests.explain.advice.looking import seen

RULES = load_rules()
HERE = Path(__file__).parent


def test_every_module_is_one_rule_of_its_name():
    files = {p.stem for p in Path(load_rules.__code__.co_filename).parent.glob("rules/*.py")}
    order = [name for names in ORDER.values() for name in names]
    assert files - {"__init__"} == set(order)
    assert [rule.function.__module__.rpartition(".")[2] for rule in RULES.values()] == order
    assert [name.replace("-", "_") for name in RULES] == order
    assert all(RULES[n.replace("_", "-")].at == at for at, names in ORDER.items() for n in names)


def test_causes_are_rules():
    for rule in RULES.values():
        assert all(cause in RULES for cause in rule.unless), rule


@pytest.mark.parametrize("name", RULES)
def test_it_has_a_page(name):
    """A title that is a sentence, then why it matters and what to do."""
    title, _, rest = RULES[name].page.partition("\n\n")
    assert re.fullmatch(r"[A-Z`].{10,90}\.", title)
    assert len(rest.split()) >= 40


@pytest.mark.parametrize("name", RULES)
def test_it_has_tests_for_firing_and_for_not_firing(name):
    text = (HERE / "rules" / f"test_{name.replace('-', '_')}.py").read_text()
    assert f'found("{name}"' in text or f'"{name}"' in text
    assert "is None" in text and " == " in text


@pytest.mark.parametrize("loss", ["mse", "binary_crossentropy"])
@pytest.mark.parametrize("name", RULES)
def test_it_looks_at_a_bounded_part_of_the_data(name, loss):
    """Four hundred billion numbers that stand in memory once: going through all would not end."""
    samples = 10**10
    one = np.broadcast_to(np.linspace(0, 1, 40, dtype=np.float32).reshape(1, 20, 2), (8, 20, 2))
    here = seen([LSTM(2), Dense(1)], one, np.zeros((8, 1)), loss, epochs=3)
    here.history = {"loss": [1.0, 0.9, 0.8], "val_loss": [1.0, 0.9, 0.8]}
    for array in (here.x[0], here.outputs[0].y):
        whole = np.broadcast_to(array._array[:1], (samples, *array.shape[1:]))
        array._array, array.shape = whole, whole.shape
    here.x_validation = here.x
    here.predictions = [np.broadcast_to(np.float32(0.5), (samples, 1))]
    list(RULES[name].function(here))
