"""Which column is what: guessed where it is clear, told, and asked for where it is not."""

import numpy as np
import pandas as pd
import pytest

from recurra.engine.errors import ArgumentError
from recurra.forecasting.tables.roles import Roles, guess_roles
from tests.engine.said import fixes, problem

FRAME = pd.DataFrame({
    "when": pd.date_range("2024-01-01", periods=3),
    "shop": ["a", "a", "a"],
    "sales": [1.0, 2.0, 3.0],
    "price": [2, 2, 3],
    "open": [True, True, False],
})  # fmt: skip


def test_what_is_named_is_taken_and_text_is_categorical():
    roles, told = guess_roles(
        FRAME, time="when", target="sales", by=None, known=["price", "shop"], past="open"
    )
    assert roles == Roles(
        "when", ("sales",), known=("price", "shop"), past=("open",), categorical=("shop",)
    )
    assert told == []


def test_what_is_guessed_is_told():
    roles, told = guess_roles(FRAME[["when", "sales", "shop"]])
    assert roles == Roles("when", ("sales",))
    assert told == [
        "`when` is taken as the time.",
        "`sales` is taken as the target.",
        "Not used: `shop`. `known=`, `past=` or `static=` takes columns in.",
    ]


def test_the_target_has_to_be_named_among_several():
    assert problem(ArgumentError, guess_roles, FRAME) == (
        "Forecaster: which column is to be forecast? 3 columns hold numbers."
    )
    assert fixes(ArgumentError, guess_roles, FRAME) == (
        "target='sales'", "target='price'", "target='open'"
    )  # fmt: skip
    assert problem(ArgumentError, guess_roles, FRAME[["when"]], who="recurra forecast") == (
        "recurra forecast: no column of numbers is left to be forecast."
    )


def test_columns_that_are_nearly_numbers_may_be_the_target():
    named, frame = {"time": "when"}, {"when": ["2024-01", "2024-02", "2024-03"]}
    frame |= {"note": ["1", "b", "c"], "sales": ["1", "2.5", "shut"]}
    assert fixes(ArgumentError, guess_roles, frame, **named) == ("target='sales'",)
    frame["sales"] = list("abc")
    assert fixes(ArgumentError, guess_roles, frame, **named) == (
        "target='y'  # the name of the column",
    )


@pytest.mark.parametrize(
    ("columns", "time"),
    [
        ({"x": ["2024-01", "2024-02"], "y": [1, 2]}, "x"),
        ({"x": ["31.12.2024", "1.1.2025"], "y": [1, 2]}, "x"),
        ({"date": ["soon", "later"], "y": [1, 2]}, "date"),
        ({"Year": [1990, 1991], "y": [1, 2]}, "Year"),
        ({"ds": [5.0, 6.0], "y": [1, 2]}, "ds"),
        ({"x": ["a", "b"], "y": [1, 2]}, None),
        ({"made": np.array([1, 2], "M8[D]"), "date": np.array([1, 2], "M8[D]"), "y": [1, 2]},
         "date"),
    ],
)  # fmt: skip
def test_the_time_is_guessed_by_its_values_or_its_name(columns, time):
    assert guess_roles(columns, target="y")[0].time == time


def test_two_columns_of_times():
    days = np.array([1, 2], "M8[D]")
    frame = {"begin": days, "end": days, "y": [1, 2]}
    assert problem(ArgumentError, guess_roles, frame) == (
        "Forecaster: which column is the time? `begin` and `end` hold times."
    )
    assert fixes(ArgumentError, guess_roles, frame) == ("time='begin'", "time='end'")
    assert guess_roles(frame, time=None)[0].time is None


def test_names_of_any_type_are_text():
    frame = pd.DataFrame(np.ones((3, 2)))
    assert guess_roles(frame, target=1)[0].targets == ("1",)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"target": "sale"},
         "Forecaster: target='sale': there is no such column. Did you mean 'sales'?"),
        ({"by": "store"}, "Forecaster: by='store': there is no such column."),
        ({"known": ["price", "xyz"]}, "Forecaster: known='xyz': there is no such column."),
        ({"target": "price", "known": "price"},
         "Forecaster: the column 'price' is named twice: as target and as known."),
        ({"past": ["price", "price"]},
         "Forecaster: the column 'price' is named twice: as past and as past."),
        ({"tim": "when"}, "Forecaster: there is no role 'tim'. Did you mean 'time'?"),
        ({"target": "sales", "targets": "price"},
         "Forecaster: `target` and `targets` are both given; one of them is enough."),
        (
            {"time": ["when", "shop"]},
            "Forecaster: time=['when', 'shop'] has to be the name of one column.",
        ),
        ({"target": "sales", "categorical": "shop"},
         "Forecaster: categorical='shop' is in none of known, past and static."),
    ],
)  # fmt: skip
def test_wrong_roles(given, said):
    assert problem(ArgumentError, guess_roles, FRAME, **given) == said
