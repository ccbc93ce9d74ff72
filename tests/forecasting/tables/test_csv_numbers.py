"""Numbers as people write them are read where it is clear what they mean, and it is said."""

import polars as pl
import pytest

from recurra.forecasting.tables.csv_numbers import as_numbers

READ = {
    "missing": (
        ["1.5", "n.a.", None, "NULL", "-2"],
        [1.5, None, None, None, -2.0],
        ["'n.a.' in `y` is read as missing, in 2 rows."],
    ),
    "English thousands": (
        ["1,234.50", "12", "1,000"],
        [1234.5, 12.0, 1000.0],
        ["`y` is written such that 1,234.50 means 1234.50."],
    ),
    "millions": (
        ["1,234,567", "1,234"],
        [1234567.0, 1234.0],
        ["`y` is written such that 1,234,567 means 1234567."],
    ),
    "German thousands": (
        ["-1.234,5", "12"],
        [-1234.5, 12.0],
        ["`y` is written such that -1.234,5 means -1234.5."],
    ),
    "French thousands": (
        ["1\u202f234,5", "12"],
        [1234.5, 12.0],
        ["`y` is written such that 1\u202f234,5 means 1234.5."],
    ),
    "Swiss thousands": (
        ["1'234", "12.5"],
        [1234.0, 12.5],
        ["`y` is written such that 1'234 means 1234."],
    ),
    "decimal commas": (
        ["1,234", "0,5", "12,25"],
        [1.234, 0.5, 12.25],
        ["`y` is written such that 1,234 means 1.234."],
    ),
    "money": (["$1.50", "$20"], [1.5, 20.0], ["`y` is written with $, which is left out."]),
    "shares": (["5 %", "7.5 %"], [5.0, 7.5], ["`y` is written with %, which is left out."]),
}


@pytest.mark.parametrize("texts, numbers, told", READ.values(), ids=list(READ))
def test_what_is_clear_is_read(texts, numbers, told):
    made, said = as_numbers(pl.Series("y", texts), decimal_comma=False)
    assert made.to_list() == numbers
    assert said == told


LEFT = {
    "thousands or decimals": ["1,234", "2,345"],
    "words": ["1.5", "shut"],
    "ids": ["007", "12"],
    "dates": ["05.01.2024", "06.01.2024"],
    "two currencies": ["$1", "€2"],
    "some with a sign": ["$1", "2"],
    "nothing": [None, "-", ""],
    "groups of other lengths": ["1,23,456", "1,000.5"],
}


@pytest.mark.parametrize("texts", LEFT.values(), ids=list(LEFT))
def test_what_is_not_clear_is_left(texts):
    made, said = as_numbers(pl.Series("y", texts), decimal_comma=False)
    assert made.to_list() == texts and said == []


def test_other_columns_tell_what_a_point_means():
    made, _ = as_numbers(pl.Series("y", ["1.234", "12"]), decimal_comma=True)
    assert made.to_list() == [1234.0, 12.0]
