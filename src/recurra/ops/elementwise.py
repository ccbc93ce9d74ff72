"""Value by value: arithmetic, functions of one number, comparisons, logic, bits."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import lax
from jax.scipy import special

from recurra.ops.making import BINARY, UNARY, named, op


def _by(function: Any, doc: str) -> Any:
    return op(function, BINARY, doc)


def _of(function: Any, doc: str) -> Any:
    return op(function, UNARY, doc)


# Arithmetic -------------------------------------------------------------------------------------

add = _by(jnp.add, "x1 + x2.")
subtract = _by(jnp.subtract, "x1 - x2.")
multiply = _by(jnp.multiply, "x1 * x2.")
divide = _by(jnp.divide, "x1 / x2.")
true_divide = _by(jnp.true_divide, "x1 / x2.")
floor_divide = _by(jnp.floor_divide, "x1 // x2, the quotient rounded down.")
mod = _by(jnp.mod, "x1 % x2, the remainder with the sign of x2.")
fmod = _by(jnp.fmod, "The remainder with the sign of x1.")
power = _by(jnp.power, "x1 to the power of x2.")
maximum = _by(jnp.maximum, "The larger of the two.")
minimum = _by(jnp.minimum, "The smaller of the two.")
fmax = _by(jnp.fmax, "The larger of the two, the other where one is NaN.")
fmin = _by(jnp.fmin, "The smaller of the two, the other where one is NaN.")
hypot = _by(jnp.hypot, "The square root of x1 squared + x2 squared.")
arctan2 = _by(jnp.arctan2, "The angle of the point (x2, x1).")
logaddexp = _by(jnp.logaddexp, "log(exp(x1) + exp(x2)).")
logaddexp2 = _by(jnp.logaddexp2, "The same to base 2.")
heaviside = _by(jnp.heaviside, "0 below 0, x2 at 0, 1 above.")
nextafter = _by(jnp.nextafter, "The number next to x1 in the direction of x2.")
ldexp = _by(jnp.ldexp, "x1 * 2 ** x2.")
gcd = _by(jnp.gcd, "The greatest common divisor.")
lcm = _by(jnp.lcm, "The least common multiple.")


@op
def divide_no_nan(x1: Any, x2: Any) -> Any:
    """x1 / x2, and 0 where x2 is 0."""
    x1, x2 = jnp.asarray(x1), jnp.asarray(x2)
    safe = jnp.where(x2 == 0, 1, x2)
    return jnp.where(x2 == 0, 0, jnp.divide(x1, safe))


# Functions of one number ------------------------------------------------------------------------

absolute = _of(jnp.absolute, "The value without its sign.")
abs = absolute
fabs = _of(jnp.fabs, "The value without its sign, as a float.")
negative = _of(jnp.negative, "-x.")
sign = _of(jnp.sign, "-1, 0 or 1.")
signbit = _of(jnp.signbit, "Whether the sign is minus.")
square = _of(jnp.square, "x * x.")
sqrt = _of(jnp.sqrt, "The square root.")
rsqrt = _of(lambda x: lax.rsqrt(_float(x)), "1 / sqrt(x).")
cbrt = _of(jnp.cbrt, "The cube root.")
reciprocal = _of(jnp.reciprocal, "1 / x.")
exp = _of(jnp.exp, "e to the power of x.")
exp2 = _of(jnp.exp2, "2 to the power of x.")
expm1 = _of(jnp.expm1, "exp(x) - 1, also exact for small x.")
log = _of(jnp.log, "The natural logarithm.")
log10 = _of(jnp.log10, "The logarithm to base 10.")
log1p = _of(jnp.log1p, "log(1 + x), also exact for small x.")
log2 = _of(jnp.log2, "The logarithm to base 2.")
erf = _of(lambda x: lax.erf(_float(x)), "The error function.")
erfc = _of(lambda x: special.erfc(_float(x)), "1 - erf(x).")
erfinv = _of(lambda x: special.erfinv(_float(x)), "The inverse of the error function.")
sin = _of(jnp.sin, "The sine.")
cos = _of(jnp.cos, "The cosine.")
tan = _of(jnp.tan, "The tangent.")
arcsin = _of(jnp.arcsin, "The inverse of the sine.")
arccos = _of(jnp.arccos, "The inverse of the cosine.")
arctan = _of(jnp.arctan, "The inverse of the tangent.")
sinh = _of(jnp.sinh, "The hyperbolic sine.")
cosh = _of(jnp.cosh, "The hyperbolic cosine.")
tanh = _of(jnp.tanh, "The hyperbolic tangent.")
arcsinh = _of(jnp.arcsinh, "The inverse of the hyperbolic sine.")
arccosh = _of(jnp.arccosh, "The inverse of the hyperbolic cosine.")
arctanh = _of(jnp.arctanh, "The inverse of the hyperbolic tangent.")
sinc = _of(jnp.sinc, "sin(pi x) / (pi x).")
i0 = _of(jnp.i0, "The modified Bessel function of order 0.")
deg2rad = _of(jnp.deg2rad, "Degrees to radians.")
rad2deg = _of(jnp.rad2deg, "Radians to degrees.")
floor = _of(lambda x: jnp.floor(_float(x)), "The next whole number below.")
ceil = _of(lambda x: jnp.ceil(_float(x)), "The next whole number above.")
trunc = _of(lambda x: jnp.trunc(x), "The whole number towards 0.")
round = op(jnp.round, "x, decimals=0", "The nearest number of that many decimals.")
clip = op(
    lambda x, low, high: jnp.clip(_number(x), low, high), "x, x_min, x_max", "x within limits."
)
nan_to_num = op(
    jnp.nan_to_num,
    "x, nan=0.0, posinf=None, neginf=None",
    "NaN and infinities replaced, by default by 0 and the largest finite numbers.",
)
real = _of(jnp.real, "The real part.")
imag = _of(jnp.imag, "The imaginary part.")
conjugate = _of(jnp.conjugate, "The complex conjugate.")
conj = conjugate
angle = _of(jnp.angle, "The angle of a complex number.")


def _float(x: Any) -> Any:
    x = jnp.asarray(x)
    return x if jnp.issubdtype(x.dtype, jnp.inexact) else x.astype("float32")


def _number(x: Any) -> Any:
    x = jnp.asarray(x)
    return x.astype("int32") if x.dtype == bool else x


# Comparisons and logic --------------------------------------------------------------------------

equal = _by(jnp.equal, "x1 == x2.")
not_equal = _by(jnp.not_equal, "x1 != x2.")
less = _by(jnp.less, "x1 < x2.")
less_equal = _by(jnp.less_equal, "x1 <= x2.")
greater = _by(jnp.greater, "x1 > x2.")
greater_equal = _by(jnp.greater_equal, "x1 >= x2.")
logical_and = _by(jnp.logical_and, "Whether both hold.")
logical_or = _by(jnp.logical_or, "Whether one or both hold.")
logical_xor = _by(jnp.logical_xor, "Whether exactly one holds.")
logical_not = _of(jnp.logical_not, "Whether it does not hold.")
isnan = _of(jnp.isnan, "Whether it is NaN.")
isfinite = _of(jnp.isfinite, "Whether it is neither NaN nor infinite.")
isinf = _of(jnp.isinf, "Whether it is infinite.")
isposinf = _of(jnp.isposinf, "Whether it is plus infinity.")
isneginf = _of(jnp.isneginf, "Whether it is minus infinity.")
isreal = _of(jnp.isreal, "Whether it has no imaginary part.")
_CLOSE = "x1, x2, rtol=1e-05, atol=1e-08, equal_nan=False"
isclose = op(jnp.isclose, _CLOSE, "Whether the two differ by at most atol + rtol * |x2|.")
allclose = op(jnp.allclose, _CLOSE, "Whether that holds everywhere.")
isin = op(
    lambda x1, x2, assume_unique, invert: jnp.isin(x1, x2, assume_unique, invert),
    "x1, x2, assume_unique=False, invert=False",
    "Whether each value of x1 is one of x2.",
)

# Bits -------------------------------------------------------------------------------------------

_BITS = "x, y"
bitwise_and = op(jnp.bitwise_and, _BITS, "The bits that both have.")
bitwise_or = op(jnp.bitwise_or, _BITS, "The bits that one or both have.")
bitwise_xor = op(jnp.bitwise_xor, _BITS, "The bits that exactly one has.")
bitwise_left_shift = op(jnp.left_shift, _BITS, "The bits moved up by y places.")
left_shift = bitwise_left_shift
bitwise_right_shift = op(jnp.right_shift, _BITS, "The bits moved down by y places.")
right_shift = bitwise_right_shift
bitwise_invert = _of(jnp.bitwise_invert, "All bits turned over.")
bitwise_not = bitwise_invert

named(globals())
