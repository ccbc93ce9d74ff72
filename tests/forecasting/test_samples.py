"""Windows of a table, beside plain loops over what the user wrote into it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recurra.forecasting import choices
from recurra.forecasting.preparation import Preparation
from recurra.forecasting.samples import Samples, thinned
from recurra.forecasting.tables.table import Table

ROLES = {
    "time": "day",
    "target": ["y", "z"],
    "by": "shop",
    "known": ["price", "holiday"],
    "past": ["visitors", "weather"],
    "static": ["size", "town"],
    "categorical": ["holiday", "weather", "town"],
}
NAN = math.nan


@st.composite
def worlds(draw):
    """What is known of some shops: (shop, day) -> a dict of values; some days have no row."""
    world = {}
    number = st.one_of(st.just(NAN), *[st.integers(-9, 9).map(float)] * 5)
    for shop in range(draw(st.integers(1, 3))):
        days = draw(st.integers(6, 16))
        begin = draw(st.integers(0, 3))
        for day in range(days):
            inside = 0 < day < days - 1
            if inside and day > 1 and draw(st.integers(0, 9)) == 0:  # two days tell the step
                continue
            some = number if inside else st.integers(-9, 9).map(float)
            names = ("y", "z", "price", "visitors")
            world[shop, begin + day] = {name: draw(some) for name in names} | {
                "holiday": draw(st.sampled_from(["no", "Easter", None if inside else "no"])),
                "weather": draw(st.sampled_from(["rain", "sun", "snow"])),
            }
    return world


def as_frame(world):
    keys = list(world)
    columns = {
        "day": np.datetime64("2024-02-20") + np.array([day for _, day in keys]),
        "shop": np.array([f"shop {shop}" for shop, _ in keys], object),
    }
    for name in world[keys[0]]:
        kind = object if name in ROLES["categorical"] else float
        columns[name] = np.array([world[key][name] for key in keys], kind)
    columns["size"] = np.array([10.0 * shop for shop, _ in keys])
    columns["town"] = np.array(["Ulm" if shop else "Bonn" for shop, _ in keys], object)
    return columns


def whole(row, names):
    return row is not None and not any(math.isnan(row[name]) for name in names)


def of_loop(world, back, ahead):
    """(shop, day) of each complete window's first day to forecast."""
    found = []
    for shop in sorted({shop for shop, _ in world}):
        days = sorted(day for s, day in world if s == shop)
        for day in range(days[0] + back, days[-1] - ahead + 2):
            seen = [world.get((shop, d)) for d in range(day - back, day)]
            asked = [world.get((shop, d)) for d in range(day, day + ahead)]
            if all(whole(r, ("y", "z", "price", "visitors")) for r in seen) and all(
                whole(r, ("y", "z", "price")) for r in asked
            ):
                found.append((shop, day))
    return found


def mean_and_deviation(values):
    known = [v for v in values if not math.isnan(v)]
    if not known:
        return 0.0, 1.0
    mean = sum(known) / len(known)
    deviation = math.sqrt(sum((v - mean) ** 2 for v in known) / len(known))
    return mean, deviation or 1.0


def codes(values):
    """The number of each category by its place in the alphabet, 0 for one that is missing."""
    seen = sorted({v for v in values if v is not None})
    return {None: 0} | {v: k + 1 for k, v in enumerate(seen)}


@given(worlds(), st.integers(1, 4), st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_windows_are_those_of_a_loop(world, back, ahead):
    table = Table.read(as_frame(world), ROLES)
    lengths = table.lengths
    preparation = Preparation("skip", season=1).fit(table, lengths)
    samples = Samples(preparation.arrays(table)[0], back, ahead)
    origins = np.concatenate(
        [
            samples.origins(table.rows(k).start, table.rows(k).stop)
            for k in range(len(table.offsets) - 1)
        ]
    )
    expected = of_loop(world, back, ahead)
    began = np.datetime64("2024-02-20", "ns")
    days = ((table.times[origins] - began) / np.timedelta64(1, "D")).astype(int).tolist()
    assert list(zip(samples.arrays.series[origins].tolist(), days)) == expected
    names = ("past", "future", "codes", "static", "static_codes")
    inputs = {n: np.asarray(v) for n, v in samples.inputs(origins, names).items()}
    answers = samples.answers(origins)

    scales = {}
    for shop in {shop for shop, _ in world}:
        for name in ("y", "z"):
            own = [row[name] for (s, _), row in world.items() if s == shop]
            scales[shop, name] = mean_and_deviation(own)
        for name in ("price", "visitors"):
            scales[shop, name] = mean_and_deviation([row[name] for row in world.values()])

    def scaled(shop, day, *columns):
        row = world[shop, day]
        return [(row[n] - scales[shop, n][0]) / scales[shop, n][1] for n in columns]

    number = {n: codes([row[n] for row in world.values()]) for n in ("weather", "holiday")}
    shops = sorted({shop for shop, _ in world})
    mean, deviation = mean_and_deviation([10.0 * shop for shop in shops])
    town = codes(["Ulm" if shop else "Bonn" for shop in shops])
    for k, (shop, day) in enumerate(expected):
        before, after = range(day - back, day), range(day, day + ahead)
        past = [scaled(shop, d, "y", "z", "visitors", "price") for d in before]
        np.testing.assert_allclose(inputs["past"][k, :, :4], past, atol=1e-5)
        price = [scaled(shop, d, "price") for d in after]
        np.testing.assert_allclose(inputs["future"][k, :, :1], price, atol=1e-5)
        # what else is known of the future is the calendar's, in the same columns of both
        assert inputs["past"].shape[2] - 3 == inputs["future"].shape[2]
        came = [scaled(shop, d, "y", "z") for d in after]
        np.testing.assert_allclose(answers[k], came, atol=1e-5)
        seen = [
            [number[n][world[shop, d][n]] for n in ("weather", "holiday")]
            for d in (*before, *after)
        ]
        assert inputs["codes"][k].tolist() == seen
        np.testing.assert_allclose(inputs["static"][k], [(10 * shop - mean) / deviation], atol=1e-6)
        assert inputs["static_codes"][k].tolist() == [town["Ulm" if shop else "Bonn"]]


@given(worlds(), st.integers(1, 4), st.integers(1, 3), st.sampled_from([0.05, 0.2, 0.5]))
@settings(max_examples=60, deadline=None)
def test_no_learnt_window_reaches_what_is_held_out(world, back, ahead, share):
    table = Table.read(as_frame(world), ROLES)
    until = choices.rows_for_training(table, back, ahead, share)
    assert (until >= 0).all() and (until <= table.lengths).all()
    samples = Samples(Preparation("skip", 1).fit(table, until).arrays(table)[0], back, ahead)
    try:
        parts = choices.parts(table, samples, until)
    except ValueError:  # too few: another test
        return
    first = table.offsets[:-1] + until
    for origin in parts.learnt:
        k = samples.arrays.series[origin]
        assert table.offsets[k] <= origin - back and origin + ahead <= first[k]
    for origin in parts.held_out:
        k = samples.arrays.series[origin]
        assert first[k] <= origin and origin + ahead <= table.offsets[k + 1]


@pytest.mark.parametrize(
    ("rows", "back", "ahead", "share", "learnt", "held_out"),
    [
        (100, 10, 1, 0.2, 72, 18),  # 90 windows, 18 of them held out
        (100, 10, 5, 0.2, 65, 17),  # 86 windows; four reach across the border
        (30, 2, 1, 0.2, 20, 8),  # 28 windows; a fifth would be 6, and 8 are held out
        (10, 2, 1, 0.2, 4, 4),  # 8 windows, half of them
    ],
)
def test_how_many_windows_are_held_out(rows, back, ahead, share, learnt, held_out):
    table = Table.read({"y": np.arange(float(rows))}, {"target": "y"})
    until = choices.rows_for_training(table, back, ahead, share)
    samples = Samples(Preparation("skip", 1).fit(table, until).arrays(table)[0], back, ahead)
    parts = choices.parts(table, samples, until)
    assert (len(parts.learnt), len(parts.held_out)) == (learnt, held_out)


def test_some_origins_are_spread_evenly_from_the_first_to_the_last():
    assert thinned(np.arange(5), 5).tolist() == [0, 1, 2, 3, 4]
    assert thinned(np.arange(10, 111), 5).tolist() == [10, 35, 60, 85, 110]
