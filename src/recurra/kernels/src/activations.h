// Activations and their slopes, one row of a table each.
//
// What the way back needs of an activation is `kept`: its value where the slope follows from that,
// otherwise its argument.
#pragma once

#include "simd.h"

namespace recurra {
namespace RECURRA_ISA {

template <class R>
RECURRA_INLINE Vec<R> sigmoid(Vec<R> x) {
  return R(1) / (R(1) + exponential<R>(-x));
}

template <class R>
RECURRA_INLINE Vec<R> exponential_less_1(Vec<R> x) {  // exact for small x too; x below 80
  Vec<R> power, rest;
  exponential_parts<R>(clamp<R>(x, R(-80), R(80)), &power, &rest);
  return power * rest + (power - R(1));
}

template <class R>
RECURRA_INLINE Vec<R> tanh(Vec<R> x) {
  const Vec<R> e = exponential_less_1<R>(x + x);
  return e / (e + R(2));
}

template <class R>
RECURRA_INLINE Vec<R> absolute(Vec<R> x) {
  return x < R(0) ? -x : x;
}

// 1 - erf |x| = e^{-x^2} p(s) / (1 + 2 |x|) with s = (|x| - 3) / (|x| + 3); p is the Chebyshev fit
// of degree 22 over all of 0 <= x < infinity, right to 1e-15.
constexpr double kErf[] = {
    1.2530080582697296, -0.13562110612457462, -0.047562294353420895, 0.12964515870220827,
    -0.11927366341685294, 0.068308027357868853, -0.023770514889707967, 0.0025293916535615454,
    0.001888690082217342, -0.00077983121036438491, -0.00010515823637277773,
    0.00012509509739634444, 4.9438852062926432e-06, -2.0089583800819702e-05,
    -7.1830349000253149e-07, 3.4537844012075675e-06, 3.3606341700922606e-07,
    -5.9601053786030637e-07, -1.2002613727712968e-07, 8.749306977408291e-08,
    2.7608181898541464e-08, -7.6114720728824034e-09, -3.1350140671960154e-09};

template <class R>
RECURRA_INLINE Vec<R> erf(Vec<R> x) {
  const Vec<R> a = clamp<R>(absolute<R>(x), R(0), R(30));  // it is 1 from there to infinity
  const Vec<R> s = (a - R(3)) / (a + R(3));
  Vec<R> p = all<R>(R(kErf[22]));
  for (int k = 21; k >= 0; --k) p = p * s + all<R>(R(kErf[k]));
  const Vec<R> y = R(1) - exponential<R>(-a * a) * p / (R(1) + R(2) * a);
  return x < R(0) ? -y : y;
}

template <class R>
RECURRA_INLINE Vec<R> normal_share(Vec<R> x) {  // the share of a normal distribution below x
  return R(0.5) * (R(1) + erf<R>(x * R(0.7071067811865476)));
}

template <class R>
RECURRA_INLINE Vec<R> inside(Vec<R> x, R least, R most, R slope) {  // the slope there, else 0
  const Vec<R> above = x > least ? all<R>(slope) : all<R>(R(0));
  return x < most ? above : all<R>(R(0));
}

// name, whether the value is kept (else the argument), value of x, slope from what is kept
#define RECURRA_ACTIVATIONS(row)                                                                  \
  row(linear, true, x, (x == x ? all<R>(R(1)) : x))                                               \
  row(tanh_, true, tanh<R>(x), R(1) - x * x)                                                      \
  row(sigmoid_, true, sigmoid<R>(x), x * (R(1) - x))                                              \
  row(relu, true, (x < R(0) ? all<R>(R(0)) : x), (x > R(0) ? all<R>(R(1)) : all<R>(R(0))))        \
  row(hard_sigmoid, true, clamp<R>(x / R(6) + R(0.5), R(0), R(1)),                                \
      inside<R>(x, R(0), R(1), R(1) / R(6)))                             \
  row(hard_sigmoid_keras1, true, clamp<R>(R(0.2) * x + R(0.5), R(0), R(1)),                            \
      inside<R>(x, R(0), R(1), R(0.2)))                                  \
  row(softsign, true, x / (R(1) + absolute<R>(x)),                                                \
      (R(1) - absolute<R>(x)) * (R(1) - absolute<R>(x)))                                          \
  row(elu, true, (x > R(0) ? x : exponential_less_1<R>(x)),                                       \
      (x > R(0) ? all<R>(R(1)) : x + R(1)))                                                       \
  row(hard_tanh, false, clamp<R>(x, R(-1), R(1)),                                                 \
      (clamp<R>(x, R(-1), R(1)) == x ? all<R>(R(1)) : all<R>(R(0))))                              \
  row(relu6, true, clamp<R>(x, R(0), R(6)),                                                       \
      inside<R>(x, R(0), R(6), R(1)))                                    \
  row(leaky_relu, true, (x > R(0) ? x : R(0.2) * x),                                              \
      (x >= R(0) ? all<R>(R(1)) : all<R>(R(0.2))))                                                 \
  row(silu, false, x * sigmoid<R>(x),                                                             \
      sigmoid<R>(x) * (R(1) + x * (R(1) - sigmoid<R>(x))))                                        \
  row(gelu, false, x * normal_share<R>(x),                                                        \
      normal_share<R>(x) +                                                                        \
          clamp<R>(x, R(-40), R(40)) * R(0.3989422804014327) * exponential<R>(R(-0.5) * x * x))

enum class Activation : int64_t {
#define RECURRA_ROW(name, value_kept, value, slope) name,
  RECURRA_ACTIVATIONS(RECURRA_ROW)
#undef RECURRA_ROW
  count
};

constexpr bool keeps_value(Activation which) {
  switch (which) {
#define RECURRA_ROW(name, value_kept, value, slope) \
  case Activation::name:                            \
    return value_kept;
    RECURRA_ACTIVATIONS(RECURRA_ROW)
#undef RECURRA_ROW
    default:
      return true;
  }
}

// An activation known when this is compiled, or `Any`, which looks it up for each vector.
#define RECURRA_ROW(row_name, value_kept, value_of, slope_of)        \
  struct row_name##_activation {                                     \
    explicit row_name##_activation(Activation) {}                    \
    constexpr bool keeps() const { return value_kept; }              \
    template <class F>                                               \
    void visit(const F& f) const {                                   \
      f(*this);                                                      \
    }                                                                \
    template <class R>                                               \
    RECURRA_INLINE Vec<R> value(Vec<R> x) const {                    \
      return value_of;                                               \
    }                                                                \
    template <class R>                                               \
    RECURRA_INLINE Vec<R> slope(Vec<R> x) const {                    \
      return slope_of;                                               \
    }                                                                \
  };
RECURRA_ACTIVATIONS(RECURRA_ROW)
#undef RECURRA_ROW

template <class R>
__attribute__((noinline)) Vec<R> value_of(Activation which, Vec<R> x) {
  switch (which) {
#define RECURRA_ROW(name, value_kept, value, slope) \
  case Activation::name:                            \
    return value;
    RECURRA_ACTIVATIONS(RECURRA_ROW)
#undef RECURRA_ROW
    default:
      return x;
  }
}

template <class R>
__attribute__((noinline)) Vec<R> slope_of(Activation which, Vec<R> x) {
  switch (which) {
#define RECURRA_ROW(name, value_kept, value, slope) \
  case Activation::name:                            \
    return slope;
    RECURRA_ACTIVATIONS(RECURRA_ROW)
#undef RECURRA_ROW
    default:
      return x;
  }
}

struct Any {
  explicit Any(Activation its) : which(its) {}
  bool keeps() const { return keeps_value(which); }
  // Calls `f` with the activation as one that is known, for loops that need no other.
  template <class F>
  void visit(const F& f) const {
    switch (which) {
#define RECURRA_ROW(name, value_kept, value, slope) \
  case Activation::name:                            \
    return f(name##_activation(which));
      RECURRA_ACTIVATIONS(RECURRA_ROW)
#undef RECURRA_ROW
      default:
        return;
    }
  }
  template <class R>
  RECURRA_INLINE Vec<R> value(Vec<R> x) const {
    return value_of<R>(which, x);
  }
  template <class R>
  RECURRA_INLINE Vec<R> slope(Vec<R> x) const {
    return slope_of<R>(which, x);
  }
  Activation which;
};

}  // namespace RECURRA_ISA
}  // namespace recurra
