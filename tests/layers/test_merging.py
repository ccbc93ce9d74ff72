import numpy as np
import pytest

from recurra import layers as L
from recurra.engine.errors import ArgumentError, ShapeError
from recurra.engine.masks import get_mask
from tests.layers.facts import said

A = np.array([[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]], "float32")
B = A[..., ::-1] * 2
# the first and the last timestep of each are padding
MARKED = [np.array([[[9.0, 9.0], *A[0, 1:]]]), np.array([[*B[0, :2], [9.0, 9.0]]])]


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (L.Add(), A + B),
        (L.Subtract(), A - B),
        (L.Multiply(), A * B),
        (L.Average(), (A + B) / 2),
        (L.Maximum(), np.maximum(A, B)),
        (L.Minimum(), np.minimum(A, B)),
        (L.Concatenate(), np.concatenate([A, B], -1)),
        (L.Concatenate(1), np.concatenate([A, B], 1)),
        (L.Dot(2), np.einsum("btf,bsf->bts", A, B)),
        (L.Dot((1, 1)), np.einsum("btf,btg->bfg", A, B)),
    ],
)
def test_values(layer, expected):
    np.testing.assert_allclose(layer([A, B]), expected, rtol=1e-6)


def test_a_vector_meets_every_timestep():
    np.testing.assert_array_equal(L.Add()([A, B[:, 0]]), A + B[:, :1])
    assert L.Add()([L.Input((None, 3)), L.Input((3,))]).shape == (None, None, 3)


def test_the_cosine_of_two_vectors():
    a, b = A[:, 0], B[:, 0]
    cosine = (a * b).sum() / np.linalg.norm(a) / np.linalg.norm(b)
    np.testing.assert_allclose(L.Dot(1, normalize=True)([a, b]), [[cosine]], rtol=1e-6)


def test_the_functions_are_the_layers():
    np.testing.assert_array_equal(L.add([A, B]), A + B)
    np.testing.assert_array_equal(L.concatenate([A, B], axis=1), np.concatenate([A, B], 1))
    np.testing.assert_array_equal(L.dot([A, B], 2), L.Dot(2)([A, B]))
    assert {L.subtract, L.multiply, L.average, L.maximum, L.minimum}


def masked(layer):
    return layer([L.Masking(9.0)(m.astype("float32")) for m in MARKED])


@pytest.mark.parametrize(
    ("layer", "first", "last", "mask"),
    [
        (L.Add(), B[0, 0], A[0, 2], [1, 1, 1]),  # Masking has made the padding zero
        (L.Multiply(), B[0, 0], A[0, 2], [1, 1, 1]),
        (L.Maximum(), B[0, 0], A[0, 2], [1, 1, 1]),
        (L.Minimum(), B[0, 0], A[0, 2], [1, 1, 1]),
        (L.Concatenate(), [0, 0, *B[0, 0]], [*A[0, 2], 0, 0], [1, 1, 1]),
    ],
)
def test_where_one_input_is_masked_the_other_stands(layer, first, last, mask):
    out = masked(layer)
    np.testing.assert_array_equal(np.asarray(out)[0, [0, 2]], [first, last])
    np.testing.assert_array_equal(get_mask(out), [mask])


def test_an_input_without_a_mask_is_real_everywhere():
    some = L.Masking(9.0)(MARKED[0].astype("float32"))
    assert get_mask(L.Add()([some, B])) is None
    np.testing.assert_array_equal(get_mask(L.Concatenate(1)([some, B])), [[0, 1, 1, 1, 1, 1]])


@pytest.mark.parametrize(
    ("layer", "a", "b", "what"),
    [
        (L.Add, (7, 3), (5, 3), "timesteps"),
        (L.Multiply, (7, 3), (7, 2), "features"),
        (L.Concatenate, (7, 3), (5, 3), "timesteps"),
    ],
)
def test_both_shapes_are_said(layer, a, b, what):
    one, two = (f"(batch=None, timesteps={t}, features={f})" for t, f in (a, b))
    kind = layer.__name__
    assert said(ShapeError, layer(name="m"), [L.Input(a), L.Input(b)]) == (
        f"{kind} 'm' cannot combine {one} and {two}: they differ in {what}.",
        f"inputs[1] {two}",
        one,
        (),
    )


def test_more_refusals():
    x, vector = L.Input((None, 3)), L.Input((3,))
    problem, _, _, fixes = said(ShapeError, L.Add(name="m"), [x, L.Input((5, 3))])
    assert problem == (
        "Add 'm' cannot combine (batch=None, timesteps=None, features=3) and "
        "(batch=None, timesteps=5, features=3): they differ in timesteps."
    )
    assert fixes == ("Input((20, 1))  # states all sizes, if they are the same",)
    assert said(ShapeError, L.Concatenate(name="m"), [x, vector])[0] == (
        "Concatenate 'm' cannot combine (batch=None, timesteps=None, features=3) and "
        "(batch=None, features=3): they differ in the number of axes."
    )
    assert said(ShapeError, L.Add(name="m"), [A, np.repeat(A, 2, axis=0)])[0].endswith(
        "they differ in batch."
    )
    assert said(ShapeError, L.Dot((2, 1), name="m"), [x, L.Input((4,))])[0].endswith(
        "they differ in the axes 2 and 1, which are multiplied."
    )
    assert said(ArgumentError, L.Concatenate(3, name="m"), [x, x])[0] == (
        "Concatenate 'm': there is no axis=3 in 3 axes."
    )


def test_a_list_of_inputs_is_needed():
    assert said(ArgumentError, L.Add(name="m"), L.Input((7, 3))) == (
        "Add 'm' takes a list of at least 1 input, and `inputs` is one array (batch=None, "
        "timesteps=7, features=3).",
        None,
        None,
        ("Add()([a, b])",),
    )
    assert said(ArgumentError, L.Subtract(name="m"), [A, A, A])[0] == (
        "Subtract 'm' takes a list of 2 inputs, and `inputs` is a list of 3."
    )


def test_only_joining_samples_mixes_rows():
    assert L.Concatenate().per_sample and not L.Concatenate(0).per_sample
