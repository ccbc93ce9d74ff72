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
    ("layer", "a", "b", "what", "fixes"),
    [
        (L.Add, (7, 3), (5, 3), "timesteps", ()),
        (
            L.Multiply,
            (7, 3),
            (7, 2),
            "features",
            (
                "Dense(3)(inputs[1])  # makes 3 features of 2",
                "Concatenate()([...])  # side by side: 3 + 2 features",
            ),
        ),
        (
            L.Concatenate,
            (7, 3),
            (5, 3),
            "timesteps",
            ("Concatenate(axis=1)  # in time: 7 timesteps and then 5",),
        ),
    ],
)
def test_both_shapes_are_said(layer, a, b, what, fixes):
    one, two = (f"(batch=None, timesteps={t}, features={f})" for t, f in (a, b))
    kind = layer.__name__
    assert said(ShapeError, layer(name="m"), [L.Input(a), L.Input(b)]) == (
        f"{kind} 'm' cannot combine {one} and {two}: they differ in {what}.",
        f"inputs[1] {two}",
        one,
        fixes,
    )


def test_a_sequence_and_a_vector():
    x, static = L.Input((20, 3)), L.Input((5,))
    lstm = L.LSTM(8, return_sequences=True, name="s")
    after = L.Dropout(0.1)(lstm(x))
    last = (
        f"return_sequences=False in LSTM 's' ({lstm.origin.place})  # gives its last output alone"
    )
    repeat = "RepeatVector(20)(inputs[{}])  # the vector once for each timestep"
    mean = "GlobalAveragePooling1D()(inputs[{}])  # the mean over the timesteps"
    join = L.Concatenate(name="m")
    assert said(ShapeError, join, [after, static])[3] == (last, repeat.format(1))
    assert said(ShapeError, join, [static, after])[3] == (last, repeat.format(0))
    assert said(ShapeError, join, [x, static])[3] == (repeat.format(1), mean.format(0))
    deeper = L.Conv1D(4, 3, padding="same")(after)  # which needs the timesteps
    assert said(ShapeError, join, [static, deeper])[3] == (repeat.format(0), mean.format(1))
    any_length = L.Input((None, 3))
    assert said(ShapeError, join, [any_length, static])[3] == (mean.format(0),)
    assert said(ShapeError, L.Add(name="m"), [after, static])[3] == (last, repeat.format(1))
    # each of them works
    assert join([L.LSTM(8)(x), static]).shape == (None, 13)
    assert join([x, L.RepeatVector(20)(static)]).shape == (None, 20, 8)
    assert join([L.GlobalAveragePooling1D()(x), static]).shape == (None, 8)


def test_a_convolution_that_has_made_a_sequence_shorter():
    x = L.Input((20, 3))
    conv = L.Conv1D(3, 5, name="c")
    fix = f"padding='same' in Conv1D 'c' ({conv.origin.place})  # keeps all timesteps"
    assert said(ShapeError, L.Add(name="m"), [x, conv(x)])[3] == (fix,)
    assert L.Add()([x, L.Conv1D(3, 5, padding="same")(x)]).shape == (None, 20, 3)


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
