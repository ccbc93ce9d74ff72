import numpy as np
import pytest

from recurra import layers as L
from recurra.engine.errors import ArgumentError, ShapeError
from recurra.models import Sequential
from tests.layers.facts import said

X = np.random.default_rng(0).normal(size=(2, 7, 4)).astype("float32")


def by_hand(layer, x):
    """y_t = b + the sum over k of x[stride * t + dilation * k] W[k], group by group."""
    kernel, bias = layer.get_weights()
    (size,), (stride,), (dilation,) = layer.kernel_size, layer.strides, layer.dilation_rate
    span = dilation * (size - 1) + 1
    if layer.padding == "causal":
        x = np.pad(x, ((0, 0), (span - 1, 0), (0, 0)))
    if layer.padding == "same":  # as many windows as strides, what is missing half at each end
        missing = max(0, (-(-x.shape[1] // stride) - 1) * stride + span - x.shape[1])
        x = np.pad(x, ((0, 0), (missing // 2, missing - missing // 2), (0, 0)))
    starts = range(0, x.shape[1] - span + 1, stride)
    windows = np.stack([x[:, t : t + span : dilation] for t in starts], axis=1)
    parts = zip(np.split(windows, layer.groups, axis=-1), np.split(kernel, layer.groups, axis=-1))
    return np.concatenate([np.einsum("btkc,kcf->btf", w, k) for w, k in parts], -1) + bias


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"strides": 3},
        {"padding": "same"},
        {"padding": "same", "strides": 2},
        {"padding": "causal"},
        {"padding": "causal", "dilation_rate": 2},
        {"dilation_rate": 3},
        {"groups": 2},
    ],
)
def test_values(options):
    layer = L.Conv1D(6, 3, bias_initializer="ones", **options)
    out = layer(X)
    np.testing.assert_allclose(out, by_hand(layer, X), rtol=1e-4, atol=1e-5)


def test_channels_first_is_the_same_with_axes_exchanged():
    last, first = L.Conv1D(6, 3), L.Conv1D(6, 3, data_format="channels_first")
    expected = last(X)
    first.build((None, 4, None))
    first.set_weights(last.get_weights())
    np.testing.assert_allclose(first(X.swapaxes(1, 2)), np.swapaxes(expected, 1, 2), rtol=1e-5)
    assert first(L.Input((4, None))).axes.names == ("batch", "filters", "timesteps")


def test_a_causal_output_sees_nothing_later():
    layer = L.Conv1D(2, 3, padding="causal")
    later = X.copy()
    later[:, 4:] += 1
    np.testing.assert_array_equal(layer(X)[:, :4], layer(later)[:, :4])


@pytest.mark.parametrize(
    ("options", "length", "expected"),
    [({}, 10, 8), ({"padding": "same", "strides": 2}, 5, 3), ({"strides": 2}, None, None)],
)
def test_lengths_are_known_where_they_can_be(options, length, expected):
    assert L.Conv1D(6, 3, **options)(L.Input((length, 4))).shape == (None, expected, 6)


def test_one_step_of_many_values_is_a_series_along_the_wrong_axis():
    layer = L.Conv1D(1, 3, name="c")
    expected = (
        "Conv1D 'c' covers 3 timesteps at once, and its input has 1.",
        "inputs (batch=None, timesteps=1, features=133906)",
        "at least 3 timesteps",
        (
            "X.transpose(0, 2, 1), input_shape=(133906, 1)  # if the 133906 features are the "
            "values of one series: (batch, timesteps, 1)",
            'padding="same"  # the kernel may reach over the ends',
            "kernel_size=1  # at most",
        ),
    )
    assert said(ShapeError, layer, L.Input((1, 133906))) == expected
    assert layer.weights == []  # refused before anything was made
    made = L.MaxPooling1D(4)(L.Input((4, 8)))  # one step that a layer has made is no series
    assert said(ShapeError, layer, made)[3] == expected[3][1:]
    assert layer(L.Input((133906, 1))).shape == (None, 133904, 1)


def test_a_dilated_kernel_covers_more_and_leaves_the_model_as_it_was():
    model = Sequential([L.Input((4, 2))])
    layer = L.Conv1D(3, 3, dilation_rate=2, name="c")
    problem, came, expected, fixes = said(ShapeError, model.add, layer)
    assert problem.endswith(" has 4.") and came == "inputs (batch=None, timesteps=4, features=2)"
    assert (expected, fixes[1]) == ("at least 5 timesteps", "kernel_size=2  # at most")
    model.add(L.Conv1D(3, 2, dilation_rate=2))
    assert model.output_shape == (None, 2, 3)


def test_a_kernel_longer_than_the_data_is_found_with_unknown_timesteps_too():
    layer = L.Conv1D(1, 3, name="c")
    layer(L.Input((None, 2)))
    assert said(ShapeError, layer, np.ones((1, 2, 2), "float32"))[2] == "at least 3 timesteps"


def test_features_and_groups():
    layer = L.Conv1D(6, 3, groups=2, name="c")
    assert said(ShapeError, layer, np.ones((1, 5, 3), "float32"))[0] == (
        "Conv1D 'c' splits the features into groups=2, and its input has 3 features."
    )
    layer(np.ones((1, 5, 4), "float32"))
    assert said(ShapeError, layer, np.ones((1, 5, 6), "float32"))[2] == (
        "(batch, timesteps, features=4)"
    )
    assert said(ShapeError, L.Conv1D(6, 3, name="d"), L.Input((5, None)))[0] == (
        "Conv1D 'd' makes its kernel for a fixed number of features, and that of its input "
        "(batch=None, timesteps=5, features=None) is not known."
    )


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"groups": 4}, "Conv1D: filters=6 cannot be split into groups=4."),
        (
            {"strides": 2, "dilation_rate": 2},
            "Conv1D: strides=2 and dilation_rate=2 cannot both be above 1.",
        ),
        (
            {"padding": "full"},
            "Conv1D: padding='full' (str): one of 'valid', 'same', 'causal' is needed.",
        ),
        (
            {"strides": (2, 2)},
            "Conv1D: strides=(2, 2) (tuple): a whole number of at least 1 is needed.",
        ),
    ],
)
def test_arguments(options, problem):
    assert said(ArgumentError, L.Conv1D, 6, 3, **options)[0] == problem


@pytest.mark.filterwarnings("ignore:.* now")
def test_old_spellings():
    layer = L.Convolution1D(
        nb_filter=6,
        filter_length=3,
        border_mode="same",
        subsample_length=2,
        init="zeros",
        bias=False,
    )
    assert (layer.filters, layer.kernel_size, layer.padding, layer.strides, layer.use_bias) == (
        6,
        (3,),
        "same",
        (2,),
        False,
    )
    assert L.Conv1D(6, 3, atrous_rate=2).dilation_rate == (2,)
