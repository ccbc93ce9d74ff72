from types import SimpleNamespace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from recurra.engine.errors import ArgumentError
from recurra.engine.rule import follow, parse
from recurra.engine.shapes import Shape
from tests.engine.said import problem

LAYER = SimpleNamespace(yes=True, no=False)


def expected(rule, index=0, sizes=(), layer=LAYER):
    return parse(rule).expected(index, layer, dict(sizes))


def named(rule, inputs, output, layer=LAYER):
    (shape,) = parse(rule).name(layer, [Shape(s) for s in inputs], [output])
    return str(shape)


# Reading ----------------------------------------------------------------------------------------


def test_a_rule_is_a_list_of_words_for_each_input_and_output():
    rule = parse("a ... b?yes, c -> d, same")
    assert rule.inputs == (("a", "...", "b?yes"), ("c",))
    assert rule.outputs == (("d",), ("same",))


@pytest.mark.parametrize("line", ["", "batch", "-> batch", "a -> b -> c", "a, -> b"])
def test_a_rule_that_cannot_be_read(line):
    assert problem(ArgumentError, parse, line) == (
        f"the shape rule {line!r} needs one `->` with axes before it, such as "
        "'batch timesteps features -> batch units'."
    )


@pytest.mark.parametrize("line", ["... a ... -> b", "a -> ... ..."])
def test_a_rule_with_two_gaps(line):
    assert (
        problem(ArgumentError, parse, line)
        == f"the shape rule {line!r} has two `...` in one shape."
    )


# Checking ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "fits", "does_not"),
    [
        ("batch features -> same", [(2, 3), (None, None)], [(), (2,), (2, 3, 4)]),
        ("batch ... features -> same", [(2, 3), (2, 3, 4), (1,) * 6], [(), (2,)]),
        ("... -> same", [(), (1,), (1, 2, 3)], []),
        ("... a b -> same", [(1, 2), (1, 2, 3)], [(1,)]),
        ("a b ... -> same", [(1, 2), (1, 2, 3)], [(1,)]),
        ("a b?yes -> same", [(1, 2)], [(1,)]),
        ("a b?no -> same", [(1,)], [(1, 2)]),
    ],
)
def test_ranks(rule, fits, does_not):
    assert all(expected(rule).fit(Shape(s)) for s in fits)
    assert not any(expected(rule).fit(Shape(s)) for s in does_not)


def test_sizes_that_are_fixed():
    wanted = expected("batch ... features -> same", sizes={"features": 3})
    assert str(wanted) == "(batch, ..., features=3)"
    assert wanted.fit(Shape((7, 3))) and wanted.fit(Shape((7, 9, 3)))
    assert wanted.fit(Shape((7, None))) and wanted.fit(Shape((7, "2*t")))
    assert not wanted.fit(Shape((3, 4))) and not wanted.fit(Shape((7, 3, 4)))


def test_axes_on_both_sides_of_a_gap_meet_those_at_the_ends():
    pairs = expected("a ... b c -> same").paired(Shape((1, 2, 3, 4, 5)))
    assert [(want.name, have.size) for want, have in pairs] == [("a", 1), ("b", 4), ("c", 5)]


def test_further_inputs_follow_the_last_rule():
    rule = "a b, c ... -> same"
    assert [str(expected(rule, k)) for k in range(3)] == ["(a, b)", "(c, ...)", "(c, ...)"]
    assert str(expected("a -> same")) == "(a,)"


# Naming -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "shape", "output", "words"),
    [
        ("batch t f -> batch units", (2, 3, 4), (2, 9), "(batch=2, units=9)"),
        ("batch t f -> batch t?yes units", (2, 3, 4), (2, 3, 9), "(batch=2, t=3, units=9)"),
        ("batch t f -> batch t?no units", (2, 3, 4), (2, 9), "(batch=2, units=9)"),
        ("batch ... f -> batch ... units", (2, 3, 4), (2, 3, 9), "(batch=2, timesteps=3, units=9)"),
        ("batch ... f -> batch ... units", (2, 4), (2, 9), "(batch=2, units=9)"),
        ("... -> same", (2, 3, 4), (2, 3, 4), "(batch=2, timesteps=3, features=4)"),
        ("... -> new ...", (2, 3), (7, 2, 3), "(new=7, batch=2, features=3)"),
        ("... -> ... new", (2, 3), (2, 3, 7), "(batch=2, features=3, new=7)"),
        ("a b -> c d e", (2, 3), (2, 3), "(batch=2, features=3)"),  # lies: sizes are followed
        ("a b ->", (2, 3), (3,), "(features=3,)"),
    ],
)
def test_names_of_outputs(rule, shape, output, words):
    assert named(rule, [shape], output) == words


def test_each_output_has_its_own_words_and_the_last_serve_the_rest():
    rule = parse("batch t f -> batch t units, batch units")
    outputs = [(2, 3, 9), (2, 9), (2, 9)]
    shapes = rule.name(LAYER, [Shape((2, 3, 4))], outputs)
    assert [s.names for s in shapes] == [("batch", "t", "units"), *[("batch", "units")] * 2]


@pytest.mark.parametrize(
    ("inputs", "sizes", "names"),
    [
        ([(2, 3, 4)], (2, 3, 4), ("batch", "timesteps", "features")),
        ([(2, 3, 4)], (2, 4), ("batch", "features")),
        ([(2, 3, 3)], (2, 3), ("batch", "axis1")),  # which of the two is not known
        ([(2, 3, 4)], (4, 2), ("features", "batch")),
        ([(2, 3), (2, 5)], (2, 8), ("batch", "axis1")),
        ([(2, 3), (2, 5)], (3, 5), ("axis0", "features")),  # a name stands once
        ([], ("batch", 3), ("batch", "axis1")),
        ([], (), ()),
    ],
)
def test_names_by_where_sizes_come_from(inputs, sizes, names):
    assert follow([Shape(s) for s in inputs], sizes).names == names


# For any rule and shape -------------------------------------------------------------------------

WORDS = st.sampled_from(["batch", "timesteps", "features", "units", "x?yes", "y?no"])
SIZE = st.one_of(st.none(), st.just("5*timesteps"), st.integers(0, 9))
SHAPES = st.lists(SIZE, max_size=6).map(tuple)


@st.composite
def parts(draw):
    words = draw(st.lists(WORDS, max_size=4))
    if not words or draw(st.booleans()):
        words.insert(draw(st.integers(0, len(words))), "...")
    return " ".join(words)


LINES = st.lists(parts(), min_size=1, max_size=3).map(", ".join)


@settings(deadline=None)
@given(LINES, LINES, SHAPES, st.integers(0, 3))
def test_any_shape_fits_or_does_not(left, right, sizes, index):
    wanted = expected(f"{left} -> {right}", index)
    shape = Shape(sizes)
    words = [a for a in wanted if a.name != "..."]
    assert wanted.fit(shape) == (
        len(shape) >= len(words) if wanted.open else len(shape) == len(words)
    )
    if wanted.fit(shape):
        assert [want.name for want, _ in wanted.paired(shape)] == [a.name for a in words]


@settings(deadline=None)
@given(LINES, LINES, SHAPES, SHAPES)
def test_outputs_keep_their_sizes_and_have_a_name_for_each(left, right, sizes, output):
    rule, shape = parse(f"{left} -> {right}"), Shape(sizes)
    assume(rule.expected(0, LAYER, {}).fit(shape))
    (result,) = rule.name(LAYER, [shape], [output])
    assert tuple(a.size for a in result) == output
    assert len(result.names) == len(output) and all(result.names)


@settings(deadline=None)
@given(LINES, SHAPES, st.lists(st.integers(0, 9), max_size=4))
def test_what_a_rule_gives_is_taken_by_one_that_asks_for_it(side, sizes, further):
    """An output named by `-> side` fits an input that is asked for as `side ->`."""
    wanted = expected(f"{side} -> same")
    shape = Shape(sizes)
    assume(wanted.fit(shape))
    (result,) = parse(f"{side} -> {side}").name(LAYER, [shape], [tuple(a.size for a in shape)])
    assert wanted.fit(result)
    fixed = {a.name: a.size for a in result if isinstance(a.size, int)}
    names = [a.name for a in wanted if a.name != "..."]
    if len(set(names)) == len(names) and len(set(result.names)) == len(result.names):
        assert expected(f"{side} -> same", sizes=fixed).fit(result)
