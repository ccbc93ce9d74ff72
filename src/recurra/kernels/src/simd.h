// Vectors of floats or doubles as wide as the instruction set has them.
//
// Arithmetic is the compiler's own on vector types; here are loads and stores of a part of a
// vector, and the exponential. Included by *.isa.cc alone, which are compiled once for each
// instruction set, so everything lies in a namespace of that name.
#pragma once

#include <stdint.h>
#include <string.h>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#ifdef __clang__
#define RECURRA_UNROLL(n) _Pragma(RECURRA_TEXT(clang loop unroll_count(n)))
#else
#define RECURRA_UNROLL(n) _Pragma(RECURRA_TEXT(GCC unroll n))
#endif
#define RECURRA_TEXT(x) #x
#define RECURRA_INLINE inline __attribute__((always_inline))

namespace recurra {
namespace RECURRA_ISA {

#if defined(__AVX512F__)
constexpr int kBytes = 64;
#elif defined(__AVX2__)
constexpr int kBytes = 32;
#else
constexpr int kBytes = 16;
#endif

template <class R>
struct Simd;

template <>
struct Simd<float> {
  typedef float V __attribute__((vector_size(kBytes)));
  typedef int32_t I __attribute__((vector_size(kBytes)));
  typedef uint32_t U __attribute__((vector_size(kBytes)));
};

template <>
struct Simd<double> {
  typedef double V __attribute__((vector_size(kBytes)));
  typedef int64_t I __attribute__((vector_size(kBytes)));
  typedef uint64_t U __attribute__((vector_size(kBytes)));
};

template <class R>
using Vec = typename Simd<R>::V;
template <class R>
constexpr int kLanes = kBytes / static_cast<int>(sizeof(R));

template <class R>
RECURRA_INLINE Vec<R> all(R value) {
  return value - Vec<R>{};  // not plus: 0 + -0 is another zero
}

template <class R>
RECURRA_INLINE Vec<R> load(const R* p) {
  Vec<R> v;
  memcpy(&v, p, sizeof v);
  return v;
}

template <class R>
RECURRA_INLINE void store(R* p, Vec<R> v) {
  memcpy(p, &v, sizeof v);
}

// The first `count` lanes, 0 < count < kLanes; the others are zero, and left alone by a store.
#if defined(__AVX512F__)
RECURRA_INLINE Vec<float> load(const float* p, int count) {
  return (Vec<float>)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), p);
}
RECURRA_INLINE Vec<double> load(const double* p, int count) {
  return (Vec<double>)_mm512_maskz_loadu_pd((__mmask8)((1u << count) - 1), p);
}
RECURRA_INLINE void store(float* p, Vec<float> v, int count) {
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << count) - 1), (__m512)v);
}
RECURRA_INLINE void store(double* p, Vec<double> v, int count) {
  _mm512_mask_storeu_pd(p, (__mmask8)((1u << count) - 1), (__m512d)v);
}
#elif defined(__AVX2__)
RECURRA_INLINE __m256i lanes32(int count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
RECURRA_INLINE __m256i lanes64(int count) {
  return _mm256_cmpgt_epi64(_mm256_set1_epi64x(count), _mm256_setr_epi64x(0, 1, 2, 3));
}
RECURRA_INLINE Vec<float> load(const float* p, int count) {
  return (Vec<float>)_mm256_maskload_ps(p, lanes32(count));
}
RECURRA_INLINE Vec<double> load(const double* p, int count) {
  return (Vec<double>)_mm256_maskload_pd(p, lanes64(count));
}
RECURRA_INLINE void store(float* p, Vec<float> v, int count) {
  _mm256_maskstore_ps(p, lanes32(count), (__m256)v);
}
RECURRA_INLINE void store(double* p, Vec<double> v, int count) {
  _mm256_maskstore_pd(p, lanes64(count), (__m256d)v);
}
#else
template <class R>
RECURRA_INLINE Vec<R> load(const R* p, int count) {
  Vec<R> v = {};
  for (int k = 0; k < count; ++k) v[k] = p[k];
  return v;
}
template <class R>
RECURRA_INLINE void store(R* p, Vec<R> v, int count) {
  for (int k = 0; k < count; ++k) p[k] = v[k];
}
#endif

// Runs `body(k, n)` over 0..count in vectors; `n` is kLanes, or less for what is left at the end.
// `at(p, n)` and `put(p, v, n)` load and store accordingly.
template <class R, class F>
RECURRA_INLINE void in_vectors(int64_t count, const F& body) {
  int64_t k = 0;
  for (; k + kLanes<R> <= count; k += kLanes<R>) body(k, kLanes<R>);
  if (k < count) body(k, static_cast<int>(count - k));
}

template <class R>
RECURRA_INLINE Vec<R> at(const R* p, int n) {
  return n == kLanes<R> ? load(p) : load(p, n);
}

template <class R>
RECURRA_INLINE void put(R* p, Vec<R> v, int n) {
  if (n == kLanes<R>) {
    store(p, v);
  } else {
    store(p, v, n);
  }
}

// e^x = 2^n e^r with n = round(x / ln 2), |r| <= ln 2 / 2, and e^r by its power series.
template <class R>
struct Exponent;

template <>
struct Exponent<float> {
  static constexpr float kRound = 12582912.0f;  // 1.5 * 2^23: adding it rounds to whole numbers
  static constexpr float kLog2 = 0x1.62e4p-1f, kLog2Rest = 0x1.7f7d1cp-20f;  // ln 2 in two parts
  static constexpr float kMost = 88.0f, kLeast = -87.0f;
  static constexpr int kTerms = 7, kMantissa = 23;
};

template <>
struct Exponent<double> {
  static constexpr double kRound = 6755399441055744.0;  // 1.5 * 2^52
  static constexpr double kLog2 = 0x1.62e42feep-1, kLog2Rest = 0x1.a39ef35793c76p-33;
  static constexpr double kMost = 709.0, kLeast = -708.0;
  static constexpr int kTerms = 13, kMantissa = 52;
};

// 1/n! for n = 1, 2, ...
constexpr double kInverseFactorials[] = {
    1.0,           1.0 / 2,        1.0 / 6,         1.0 / 24,         1.0 / 120,
    1.0 / 720,     1.0 / 5040,     1.0 / 40320,     1.0 / 362880,     1.0 / 3628800,
    1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800.0};

// e^x as (2^n, e^r - 1); x has to lie between kLeast and kMost, or be NaN.
template <class R>
RECURRA_INLINE void exponential_parts(Vec<R> x, Vec<R>* power, Vec<R>* rest) {
  using E = Exponent<R>;
  using U = typename Simd<R>::U;
  const Vec<R> shifted = x * all<R>(R(1.4426950408889634)) + all<R>(E::kRound);
  const Vec<R> n = shifted - all<R>(E::kRound);
  const Vec<R> r = (x - n * all<R>(E::kLog2)) - n * all<R>(E::kLog2Rest);
  Vec<R> sum = all<R>(R(kInverseFactorials[E::kTerms - 1]));
  for (int k = E::kTerms - 2; k >= 0; --k) sum = sum * r + all<R>(R(kInverseFactorials[k]));
  *rest = sum * r;
  // n stands in the lowest bits of `shifted`; moved up it is an exponent.
  const U one = (U)all<R>(R(1));
  *power = (Vec<R>)(((U)shifted << E::kMantissa) + one);
}

template <class R>
RECURRA_INLINE Vec<R> clamp(Vec<R> x, R least, R most) {  // NaN stays NaN
  x = x > all<R>(most) ? all<R>(most) : x;
  return x < all<R>(least) ? all<R>(least) : x;
}

template <class R>
RECURRA_INLINE Vec<R> exponential(Vec<R> x) {
  Vec<R> power, rest;
  exponential_parts<R>(clamp<R>(x, Exponent<R>::kLeast, Exponent<R>::kMost), &power, &rest);
  return power * rest + power;
}

}  // namespace RECURRA_ISA
}  // namespace recurra
