"""Layout: ranks below each other, neighbours apart, as near to their own as can be."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recurra.explain.drawing.layout import Spot, arrange, nearest


@st.composite
def graphs(draw):
    count = draw(st.integers(1, 12))
    size = st.integers(5, 120)
    spots = [Spot(draw(size), draw(size)) for _ in range(count)]
    edges = []
    for end in range(1, count):
        for start in draw(st.sets(st.integers(0, end - 1), max_size=3)):
            edges.append((spots[start], spots[end]))
    return spots, edges


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_edges_go_down_and_neighbours_keep_their_distance(graph):
    spots, edges = graph
    routes = arrange(spots, edges, gap=10)
    for (start, end), route in zip(edges, routes):
        assert route[0] is start and route[-1] is end
        assert [s.rank for s in route] == list(range(start.rank, end.rank + 1))
    everything = {id(s): s for s in [*spots, *(s for r in routes for s in r)]}.values()
    for rank in {s.rank for s in everything}:
        row = sorted((s for s in everything if s.rank == rank), key=lambda s: s.x)
        for one, two in pairwise(row):
            assert two.x - two.left - (one.x + one.right) >= 10 - 1e-6


def test_a_chain_is_straight_and_an_input_is_right_above_its_user():
    chain = [Spot(10, 30) for _ in range(4)]
    late = Spot(10, 10)
    edges = [*pairwise(chain), (late, chain[3])]
    arrange([*chain, late], edges, gap=10)
    assert [s.rank for s in chain] == [0, 1, 2, 3] and late.rank == 2
    straight = [Spot(10, 30) for _ in range(4)]
    arrange(straight, list(pairwise(straight)), gap=10)
    assert len({s.x for s in straight}) == 1


def test_a_chain_stays_straight_beside_an_edge_that_passes_it():
    chain = [Spot(width, width) for width in (20, 40, 80, 20, 20)]
    routes = arrange(chain, [*pairwise(chain), (chain[0], chain[3])], gap=10)
    assert max(s.x for s in chain) - min(s.x for s in chain) < 1
    one, two = routes[-1][1:-1]
    assert abs(one.x - two.x) < 1 and abs(two.x - chain[2].x) == pytest.approx(80 + 10 + 10, abs=1)


def test_two_chains_side_by_side_do_not_cross():
    left, right = ([Spot(20, 20) for _ in range(3)] for _ in range(2))
    spots = [left[0], right[0], right[1], left[1], left[2], right[2]]
    arrange(spots, [*pairwise(left), *pairwise(right)], gap=10)
    orders = {(a.x < b.x) for a, b in zip(left, right)}
    assert len(orders) == 1


@given(
    st.lists(st.tuples(st.integers(1, 20), st.integers(1, 20), st.integers(-50, 50)), min_size=1)
)
def test_places_are_the_nearest_that_fit(rows):
    """Projected gradient descent, a slow way to the same, finds nothing nearer."""
    row = [Spot(left, right) for left, right, _ in rows]
    wanted = np.array([w for *_, w in rows], float)
    places = np.array(nearest(row, list(wanted), 3))
    least = np.array([a.right + 3 + b.left for a, b in pairwise(row)])
    assert (np.diff(places) >= least - 1e-6).all()
    cost = ((places - wanted) ** 2).sum()
    rng = np.random.default_rng(0)
    for _ in range(50):
        other = places + rng.normal(0, 1, len(places))
        if (np.diff(other) >= least).all():
            assert ((other - wanted) ** 2).sum() >= cost - 1e-6
