"""Every function of the table against keras.ops: numbers, dtypes, and shapes without numbers."""

import inspect

import keras
import numpy as np
import pytest

from recurra import ops
from recurra.engine.symbolic import SymbolicTensor
from recurra.engine.tree import any_leaf, leaves, map_leaves
from recurra.ops.making import ARRAYS

RNG = np.random.default_rng(0)


def floats(*shape):
    return RNG.uniform(0.1, 0.9, size=shape).astype("float32")


def whole(*shape, below=5):
    return RNG.integers(0, below, shape).astype("int32")


X, V, S = floats(3, 4), floats(4), floats(4, 4)
SPD = (S @ S.T + 4 * np.eye(4)).astype("float32")
NAN = np.where(X < 0.3, np.nan, X).astype("float32")
IDS, BITS = whole(3, below=3), whole(3, 4)
TRUTH = X < 0.5
HOT = np.eye(4, dtype="float32")[:3]
SERIES = floats(2, 7, 4)


# Arguments where random numbers (3, 4) for all will not do.
CALLS = {
    "append": (X, X, 0),
    "arange": (1, 7, 2),
    "arccosh": (X + 1,),
    "argpartition": (V, 2),
    "array": ([[1, 2], [3, 4]],),
    "array_split": (X, 2, 1),
    "associative_scan": (lambda a, b: a + b, X),
    "average": (X, 1, V),
    "average_pool": (SERIES, 2, 2, "same"),
    "batch_normalization": (X, V, V, -1, V, V),
    "binary_crossentropy": (HOT, X),
    "bincount": (whole(9),),
    "broadcast_to": (X, (2, 3, 4)),
    "cast": (X, "int32"),
    "cdist": (X, X),
    "cholesky": (SPD,),
    "cholesky_inverse": (np.linalg.cholesky(SPD),),
    "categorical_crossentropy": (HOT, X),
    "clip": (X, 0.3, 0.6),
    "concatenate": ([X, X], 1),
    "cond": (True, lambda: X, lambda: X * 2),
    "conv": (SERIES, floats(3, 2, 6), 1, "same", None, 2),
    "correlate": (V, V, "same"),
    "cross": (floats(2, 3), floats(2, 3)),
    "depthwise_conv": (SERIES, floats(3, 4, 2)),
    "digitize": (X, np.array([0.2, 0.5], "float32")),
    "divide_no_nan": (X, np.where(TRUTH, 0, X).astype("float32")),
    "dot": (X, S),
    "dot_product_attention": (floats(2, 5, 2, 3), floats(2, 6, 2, 3), floats(2, 6, 2, 3)),
    "dsplit": (floats(2, 2, 4), 2),
    "dstack": ([X, X],),
    "einsum": ("bti,io->bto", SERIES, S),
    "expand_dims": (X, 1),
    "extract_sequences": (X, 3, 1),
    "eye": (3, 4, 1),
    "fft": ((X, X),),
    "fft2": ((X, X),),
    "fori_loop": (0, 3, lambda i, v: v + 1.0, X),
    "full": ((2, 3), 7),
    "full_like": (X, 2),
    "geomspace": (1.0, 9.0, 5),
    "get_item": (X, 1),
    "histogram": (V, 3),
    "hstack": ([X, X],),
    "hsplit": (X, 2),
    "identity": (3,),
    "ifft2": ((X, X),),
    "in_top_k": (IDS, X, 2),
    "inner": (X, X),
    "irfft": ((X, X),),
    "isin": (BITS, whole(2)),
    "kaiser": (5, 2.0),
    "kron": (X, S),
    "layer_normalization": (X, V, V, -1, 1e-3),
    "ldexp": (X, BITS),
    "linspace": (0.0, 1.0, 5),
    "logspace": (0.0, 1.0, 5),
    "lstsq": (S, V),
    "map": (lambda row: row * 2, X),
    "matmul": (X, S),
    "max_pool": (SERIES, 3, 2),
    "meshgrid": (V, V[:3]),
    "moments": (SERIES, [0, 1], True),
    "moveaxis": (SERIES, 0, 2),
    "multi_hot": (BITS, 6),
    "nonzero": (BITS,),
    "norm": (X, 2, 1),
    "normalize": (X, 1),
    "one_hot": (BITS, 6),
    "ones": ((2, 3),),
    "pad": (X, ((1, 0), (0, 2)), "constant", 3.0),
    "percentile": (X, 30.0, 1),
    "nanpercentile": (NAN, 30.0, 1),
    "polar": (X, X),
    "quantile": (X, 0.3, 1),
    "nanquantile": (NAN, 0.3, 1),
    "repeat": (X, 2, 1),
    "reshape": (X, (2, -1)),
    "rms_normalization": (X, V),
    "roll": (X, 1, 1),
    "round": (X, 1),
    "saturate_cast": (X * 600, "uint8"),
    "scan": (lambda c, x: (c + x, c * x), V, X),
    "scatter": (whole(3, 2, below=2), floats(3), (2, 2)),
    "scatter_update": (X, np.array([[0, 1], [2, 2]]), floats(2)),
    "searchsorted": (np.sort(V), V),
    "select": ([TRUTH, ~TRUTH], [X, X * 2]),
    "separable_conv": (SERIES, floats(3, 4, 2), floats(1, 8, 5)),
    "slice": (X, (1, 0), (2, 3)),
    "slice_update": (X, (1, 0), floats(2, 3)),
    "solve": (SPD, floats(4, 2)),
    "solve_triangular": (SPD, floats(4, 2)),
    "sparse_categorical_crossentropy": (IDS, X),
    "split": (X, 2, 1),
    "stack": ([X, X], 1),
    "swapaxes": (X, 0, 1),
    "switch": (1, [lambda x: x, lambda x: x * 2], X),
    "take": (X, IDS, 1),
    "take_along_axis": (X, whole(3, 2, below=4), 1),
    "tensordot": (X, S, 1),
    "threshold": (X, 0.4, 0.0),
    "tile": (X, (2, 1)),
    "top_k": (X, 2),
    "tri": (3,),
    "unique": (BITS,),
    "unravel_index": (whole(4, below=12), (3, 4)),
    "vander": (V, 3),
    "vectorized_map": (lambda row: row * 2, X),
    "vdot": (V, V),
    "view": (X, "int32"),
    "view_as_complex": (X[:, :2],),
    "view_as_real": (X[:, :2] + 1j * X[:, 2:],),
    "vsplit": (X[:2], 2),
    "vstack": ([X, X],),
    "where": (TRUTH, X, X * 2),
    "while_loop": (lambda i, v: i < 3, lambda i, v: (i + 1, v * 2), (np.int32(0), X)),
    "zeros": ((2, 3),),
    "convert_to_numpy": (X,),
    "det": (SPD,),
    "slogdet": (SPD,),
    "logdet": (SPD,),
    "inv": (SPD,),
    "lu_factor": (SPD,),
    "logical_and": (TRUTH, X < 0.7),
    "logical_or": (TRUTH, X < 0.7),
    "logical_xor": (TRUTH, X < 0.7),
    "logical_not": (TRUTH,),
    **{name: (whole(9), whole(9)) for name in ("gcd", "lcm", "bitwise_and", "bitwise_or")},
    **dict.fromkeys(("bitwise_xor", "left_shift", "right_shift"), (BITS, BITS)),
    **dict.fromkeys(("bitwise_left_shift", "bitwise_right_shift"), (BITS, BITS)),
    **dict.fromkeys(("bitwise_invert", "bitwise_not"), (BITS,)),
    **dict.fromkeys(("bartlett", "blackman", "hamming", "hanning"), (6,)),
    **{f"segment_{how}": (X, IDS, 4) for how in ("sum", "max", "min", "prod")},
    **{name: (NAN, 1) for name in ops.OPS if name.startswith("nan") and "ile" not in name},
    "nan_to_num": (NAN, 5.0),
}
# Factors are unique only up to signs and order; the others give no numbers of their own.
FACTORS = {"eig", "eigh", "svd", "qr"}
NOT_COMPARED = FACTORS | {"empty", "empty_like", "vectorize", "custom_gradient", "dtype"}
# Shapes that depend on values, or results that are no arrays.
NOT_SYMBOLIC = {"bincount", "unique", "nonzero", "convert_to_numpy", "is_tensor", "shape"}
NOT_SYMBOLIC |= {"ndim", "size", "array", "convert_to_tensor"}


def arguments(name):
    if name in CALLS:
        return CALLS[name]
    parameters = inspect.signature(ops.OPS[name]).parameters.values()
    return [X for p in parameters if p.default is p.empty]


COMPARED = sorted(set(ops.OPS) - NOT_COMPARED)


def flat(result):
    return [np.asarray(r) for r in leaves(result)]


def test_every_function_is_one_of_keras():
    assert [name for name in ops.OPS if not hasattr(keras.ops, name)] == []


@pytest.mark.parametrize("name", sorted(ops.OPS))
def test_arguments_are_called_as_in_keras(name):
    mine = inspect.signature(ops.OPS[name]).parameters
    theirs = inspect.signature(getattr(keras.ops, name)).parameters
    shared = [k for k in theirs if k != "kwargs"]
    assert list(mine)[: len(shared)] == shared
    for key in shared:
        if theirs[key].default is not inspect.Parameter.empty and name != "multi_hot":
            assert mine[key].default == theirs[key].default


@pytest.mark.parametrize("name", COMPARED)
def test_the_results_are_those_of_keras(name):
    args = arguments(name)
    got, want = flat(ops.OPS[name](*args)), flat(getattr(keras.ops, name)(*args))
    assert [(g.shape, g.dtype) for g in got] == [(w.shape, w.dtype) for w in want]
    for g, w in zip(got, want, strict=True):
        # float32: sums over up to 24 values, and other forms of the same formula
        np.testing.assert_allclose(g, w, rtol=1e-5, atol=1e-6)


WITH_ARRAYS = [
    name
    for name in COMPARED
    if name not in NOT_SYMBOLIC
    and any_leaf(lambda leaf: isinstance(leaf, np.ndarray), list(arguments(name)))
]


def symbolic(args, unknown=False):
    """The same arguments without numbers, the first axis of unknown size if wanted."""

    def tensor(leaf):
        if not isinstance(leaf, np.ndarray):
            return leaf
        shape = (None, *leaf.shape[1:]) if unknown else leaf.shape
        return SymbolicTensor(shape, str(leaf.dtype))

    return map_leaves(tensor, list(args))


@pytest.mark.parametrize("name", WITH_ARRAYS)
def test_symbolic_results_have_the_shape_and_dtype_of_computed_ones(name):
    args = arguments(name)
    want = flat(ops.OPS[name](*args))
    got = list(leaves(ops.OPS[name](*symbolic(args))))
    assert [(g.shape, g.dtype) for g in got] == [(w.shape, str(w.dtype)) for w in want]


def of_module(part):
    return [n for n in WITH_ARRAYS if ops.OPS[n].__module__ == f"recurra.ops.{part}"]


@pytest.mark.parametrize("name", sorted(set(of_module("elementwise")) - set(CALLS)))
def test_value_by_value_sizes_stay_known_beside_an_unknown_batch(name):
    result = ops.OPS[name](*symbolic(arguments(name), unknown=True))
    assert result.shape in ((None, 4), ())


REDUCTIONS = [
    n for n in of_module("reductions") if "keepdims" in inspect.signature(ops.OPS[n]).parameters
]


@pytest.mark.parametrize("name", sorted(set(REDUCTIONS) - set(CALLS)))
def test_reductions_of_an_unknown_batch(name):
    x = SymbolicTensor((None, None, 4))
    assert ops.OPS[name](x, axis=1).shape == (None, 4)
    assert ops.OPS[name](x, axis=2, keepdims=True).shape == (None, None, 1)


REFUSED_BY_KERAS = {"erf", "rsqrt"}  # of whole numbers; recurra computes them in float32
OF_WHOLE_NUMBERS = sorted(set(of_module("elementwise") + REDUCTIONS) - set(CALLS))


@pytest.mark.parametrize("name", OF_WHOLE_NUMBERS)
def test_whole_numbers_give_the_dtype_of_keras(name):
    args = [BITS + 1 for _ in arguments(name)]
    if name in REFUSED_BY_KERAS:
        assert ops.OPS[name](*args).dtype == "float32"
    else:
        assert ops.OPS[name](*args).dtype == getattr(keras.ops, name)(*args).dtype


def test_arrays_may_be_lists():
    assert {"x", "x1", "x2", "y"} <= ARRAYS
    np.testing.assert_array_equal(ops.add([1.0, 2.0], [3.0, 4.0]), [4.0, 6.0])
