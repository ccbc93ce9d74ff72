#include "update.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "isa.h"

using namespace recurra;

namespace {

UpdatePiece<float> chosen(float) {
#if defined(__x86_64__)
  if (isa() == Isa::avx512) return avx512::update32;
  if (isa() == Isa::avx2) return avx2::update32;
#endif
  return baseline::update32;
}

UpdatePiece<double> chosen(double) {
#if defined(__x86_64__)
  if (isa() == Isa::avx512) return avx512::update64;
  if (isa() == Isa::avx2) return avx2::update64;
#endif
  return baseline::update64;
}

// Gradient, value and slots of so many elements, each in memory of its own, which ends with them.
template <class R>
struct Arrays {
  static constexpr int kKinds = 2 + kMostSlots;

  explicit Arrays(int64_t count) : count(count) {
    for (int kind = 0; kind < kKinds; ++kind) {
      memory[kind] = static_cast<R*>(malloc(static_cast<size_t>(count) * sizeof(R)));
      for (int64_t k = 0; k < count; ++k) memory[kind][k] = R((k * 7 + kind * 3) % 11 + 1) / 4;
    }
  }
  ~Arrays() {
    for (R* its : memory) free(its);
  }

  Piece<R> piece(int64_t from, int64_t to) {
    Piece<R> p = {};
    p.count = to - from;
    p.gradient = memory[0] + from;
    p.value = p.new_value = memory[1] + from;
    for (int s = 0; s < kMostSlots; ++s) p.slot[s] = p.new_slot[s] = memory[2 + s] + from;
    p.decays = true;
    p.shrink = R(0.25);
    return p;
  }

  int64_t count;
  R* memory[kKinds];
};

struct Case {
  Rule rule;
  int64_t slots;
  double numbers[4];
};

constexpr Case kCases[] = {
    {Rule::sgd, 0, {0, 0}},
    {Rule::sgd, 1, {0.9, 0}},
    {Rule::sgd, 1, {0.9, 1}},
    {Rule::rmsprop, 1, {0.9, 0, 8, 0}},
    {Rule::rmsprop, 2, {0.9, 0.5, 8, 0}},
    {Rule::rmsprop, 2, {0.9, 0, 8, 1}},
    {Rule::rmsprop, 3, {0.9, 0.5, 8, 1}},
    {Rule::adam, 2, {0.9, 0.999, 1e-7, 0}},
    {Rule::adam, 3, {0.9, 0.999, 1e-7, 1}},
};

// Element by element must give the same bits as all at once.
template <class R>
void any_cut_gives_the_same_bits() {
  for (const Case& its : kCases) {
    const Update<R> u = {its.rule, its.slots, its.numbers, R(0.5), R(0.75)};
    for (int64_t count = 0; count < 40; ++count) {
      Arrays<R> whole(count), cut(count);
      chosen(R())(u, whole.piece(0, count));
      for (int64_t k = 0; k < count; ++k) chosen(R())(u, cut.piece(k, k + 1));
      for (int kind = 0; kind < Arrays<R>::kKinds; ++kind) {
        const size_t bytes = static_cast<size_t>(count) * sizeof(R);
        CHECK(count == 0 || !memcmp(whole.memory[kind], cut.memory[kind], bytes));
      }
      const Arrays<R> before(count);
      CHECK(count == 0 || whole.memory[1][0] != before.memory[1][0]);
    }
  }
}

}  // namespace

TEST(updates_of_floats_cut_anywhere) { any_cut_gives_the_same_bits<float>(); }
TEST(updates_of_doubles_cut_anywhere) { any_cut_gives_the_same_bits<double>(); }
