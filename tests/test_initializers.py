import numpy as np
import pytest

from recurra import initializers
from recurra.engine.errors import ArgumentError, ShapeError
from recurra.engine.seeds import set_random_seed
from recurra.engine.variable import Variable

#: Of a standard normal number kept within -2..2: var = 1 - 2 * 2 pdf(2) / (cdf(2) - cdf(-2)).
_PDF2 = np.exp(-2) / np.sqrt(2 * np.pi)
CUT_STDDEV = np.sqrt(1 - 4 * _PDF2 / 0.9544997361036416)

BIG = (300, 500)  # 150,000 numbers: their standard deviation is known to 0.2 %


def stddev(name, shape=BIG, **config):
    set_random_seed(3)
    values = initializers.deserialize({"class_name": name, "config": config})(shape)
    assert values.shape == shape and values.dtype == np.float32 and type(values) is np.ndarray
    assert abs(values.mean()) < 0.01 * values.std()
    return values.std(), np.abs(values).max()


def test_given_values():
    np.testing.assert_array_equal(initializers.get("zeros")((2, 1)), [[0], [0]])
    np.testing.assert_array_equal(initializers.get("one")((2,)), [1, 1])
    np.testing.assert_array_equal(initializers.Constant(2.5)((1, 2)), [[2.5, 2.5]])
    np.testing.assert_array_equal(initializers.Constant([1, 2])((2, 2)), [[1, 2], [1, 2]])
    np.testing.assert_array_equal(initializers.Identity(3)((2, 3)), [[3, 0, 0], [0, 3, 0]])


@pytest.mark.parametrize("name", ["zeros", "ones", "he_normal", "orthogonal", "uniform"])
@pytest.mark.parametrize("dtype", ["float32", "float64", "bfloat16"])
def test_the_dtype_is_the_one_asked_for(name, dtype):
    assert str(initializers.get(name)((2, 2), dtype=dtype).dtype) == dtype


def test_the_truncated_normals_correction_is_the_cut_distributions_deviation():
    assert pytest.approx(CUT_STDDEV) == initializers.TRUNCATED_STDDEV


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("RandomNormal", 0.05),
        ("RandomUniform", 0.1 / np.sqrt(12)),
        ("TruncatedNormal", 0.05 * CUT_STDDEV),
        ("GlorotUniform", np.sqrt(2 / 800)),
        ("GlorotNormal", np.sqrt(2 / 800)),
        ("HeUniform", np.sqrt(2 / 300)),
        ("HeNormal", np.sqrt(2 / 300)),
        ("LecunUniform", np.sqrt(1 / 300)),
        ("LecunNormal", np.sqrt(1 / 300)),
    ],
)
def test_the_standard_deviation(name, expected):
    assert stddev(name)[0] == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(
    ("name", "bound"),
    [
        ("RandomUniform", 0.05),
        ("TruncatedNormal", 2 * 0.05),
        ("GlorotUniform", np.sqrt(6 / 800)),
        ("HeNormal", 2 * np.sqrt(2 / 300) / CUT_STDDEV),
        ("LecunUniform", np.sqrt(3 / 300)),
    ],
)
def test_the_bounds(name, bound):
    largest = stddev(name)[1]
    assert 0.99 * bound < largest <= bound * (1 + 1e-6)


@pytest.mark.parametrize(
    ("mode", "distribution", "fans"),
    [
        ("fan_in", "normal", 300),
        ("fan_out", "untruncated_normal", 500),
        ("fan_avg", "uniform", 400),
    ],
)
def test_variance_scaling(mode, distribution, fans):
    found, _ = stddev("VarianceScaling", scale=3.0, mode=mode, distribution=distribution)
    assert found == pytest.approx(np.sqrt(3 / fans), rel=0.01)


@pytest.mark.parametrize(
    ("shape", "fans"),
    [
        ((), (1, 1)),
        ((7,), (7, 7)),
        ((3, 5), (3, 5)),
        ((4, 3, 5), (4 * 3, 4 * 5)),  # a convolution's kernel: window 4
        ((2, 4, 3, 5), (8 * 3, 8 * 5)),
    ],
)
def test_fans(shape, fans):
    assert initializers.compute_fans(shape) == fans


def test_fans_of_named_axes():
    assert initializers.compute_fans((3, 4, 5), input_axes=[0, 2], output_axes=[1]) == (15, 4)


@pytest.mark.parametrize("shape", [(6, 6), (8, 3), (3, 8), (2, 3, 5)])
def test_orthogonal(shape):
    matrix = initializers.Orthogonal(gain=2.0)(shape).reshape(-1, shape[-1])
    if matrix.shape[0] < matrix.shape[1]:
        matrix = matrix.T
    np.testing.assert_allclose(matrix.T @ matrix, 4 * np.eye(matrix.shape[1]), atol=1e-5)


def test_orthogonal_prefers_no_sign():
    # LAPACK's QR alone gives a first row of one sign: with the correction the mean is near 0
    set_random_seed(0)
    corners = [initializers.Orthogonal()((3, 3))[0, 0] for _ in range(200)]
    assert abs(np.mean(corners)) < 0.15


def test_a_seed_gives_the_same_values_at_each_call():
    first = initializers.GlorotUniform(seed=4)
    np.testing.assert_array_equal(first((3, 2)), first((3, 2)))
    np.testing.assert_array_equal(first((3, 2)), initializers.GlorotUniform(seed=4)((3, 2)))
    assert (first((3, 2)) != initializers.GlorotUniform(seed=5)((3, 2))).all()


def test_without_one_each_call_differs_and_the_programs_seed_repeats_them():
    draw = initializers.get("he_normal")
    set_random_seed(1)
    first, second = draw((3,)), draw((3,))
    assert (first != second).all()
    set_random_seed(1)
    np.testing.assert_array_equal(draw((3,)), first)


def test_configurations_are_those_of_keras():
    assert initializers.GlorotUniform(seed=2).get_config() == {
        "seed": 2,
        "input_axes": None,
        "output_axes": None,
    }
    assert initializers.VarianceScaling(distribution="normal").get_config() == {
        "scale": 1.0,
        "mode": "fan_in",
        "distribution": "truncated_normal",
        "seed": None,
        "input_axes": None,
        "output_axes": None,
    }
    assert initializers.Constant(np.array([1.0, 2.0])).get_config() == {"value": [1.0, 2.0]}


def test_a_configuration_makes_a_like_one():
    made = initializers.RandomNormal(1.0, 0.5, seed=3)
    again = initializers.get(initializers.serialize(made))
    np.testing.assert_array_equal(again((4,)), made((4,)))
    np.testing.assert_array_equal(made.clone()((4,)), made((4,)))


def test_functions_arrays_and_own_classes_do_as_well():
    def twos(shape, dtype=None):
        return np.full(shape, 2, dtype)

    class Threes(initializers.Initializer):
        def __call__(self, shape, dtype=None):
            return np.full(shape, 3, dtype)

    for given, value in ((twos, 2), (Threes(), 3), (Threes, 3), (np.full((2, 2), 4.0), 4)):
        variable = Variable(initializers.get(given), (2, 2), "float32")
        np.testing.assert_array_equal(variable.numpy(), np.full((2, 2), value))


def test_an_array_of_another_shape_is_refused():
    with pytest.raises(ShapeError) as error:
        initializers.get(np.zeros((2, 3)))((2, 4))
    assert str(error.value) == (
        "Constant cannot take `value` of shape (2, 3): (2, 4) is needed.\n"
        "  came:     value (2, 3)\n"
        "  expected: (2, 4)"
    )


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (
            lambda: initializers.get("glorot_unifrom"),
            "there is no initializer 'glorot_unifrom'. Did you mean 'glorot_uniform'?",
        ),
        (
            lambda: initializers.VarianceScaling(scale=-1.0, mode="fan"),
            "VarianceScaling: scale=-1.0 (float): a number above 0 is needed; mode='fan' (str): "
            "one of 'fan_in', 'fan_out', 'fan_avg' is needed.",
        ),
        (
            lambda: initializers.RandomNormal(std=0.1),
            "RandomNormal: there is no argument 'std'. Did you mean 'stddev'?",
        ),
        (
            lambda: initializers.Orthogonal()((3,)),
            "Orthogonal makes weights of at least two axes, not of shape (3,).\n"
            "  came:     shape (3,)\n"
            "  expected: at least two axes",
        ),
        (
            lambda: initializers.Identity()((3,)),
            "Identity makes weights of two axes, (rows, columns), not of shape (3,).\n"
            "  came:     shape (3,)\n"
            "  expected: two axes, (rows, columns)",
        ),
    ],
)
def test_mistakes(make, problem):
    with pytest.raises((ArgumentError, ShapeError)) as error:
        make()
    assert str(error.value) == problem
