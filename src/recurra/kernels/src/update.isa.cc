// The update rules of one instruction set, operation by operation as training/optimizers states
// them.
#include "update.h"

#include "simd.h"

namespace recurra {
namespace RECURRA_ISA {
namespace {

template <class R>
RECURRA_INLINE Vec<R> square_root(Vec<R> x) {
#if __has_builtin(__builtin_elementwise_sqrt)
  return __builtin_elementwise_sqrt(x);
#else
  for (int k = 0; k < kLanes<R>; ++k) {
    x[k] = sizeof(R) == 4 ? R(__builtin_sqrtf(float(x[k]))) : R(__builtin_sqrt(x[k]));
  }
  return x;
#endif
}

template <class R>
RECURRA_INLINE Vec<R> largest(Vec<R> a, Vec<R> b) {  // NaN in `a` stays
  return a <= b ? b : a;
}

// Calls `change(gradient, slots...)`, which returns what is added to the value and may change the
// slots, for every vector of a piece.
template <int slots, class R, class F>
RECURRA_INLINE void for_each_vector(const Update<R>& u, const Piece<R>& p, const F& change) {
  const Vec<R> shrink = all<R>(p.shrink), rate = all<R>(u.learning_rate);
  in_vectors<R>(p.count, [&](int64_t k, int n) {
    Vec<R> slot[slots > 0 ? slots : 1];
    for (int s = 0; s < slots; ++s) slot[s] = at(p.slot[s] + k, n);
    Vec<R> value = at(p.value + k, n);
    if (p.decays) value -= value * shrink * rate;
    value += change(at(p.gradient + k, n), slot);
    put(p.new_value + k, value, n);
    for (int s = 0; s < slots; ++s) put(p.new_slot[s] + k, slot[s], n);
  });
}

template <class R>
void by_sgd(const Update<R>& u, const Piece<R>& p) {
  const Vec<R> rate = all<R>(-u.factor), momentum = all<R>(R(u.numbers[sgd::momentum]));
  const bool nesterov = u.numbers[sgd::nesterov] != 0;
  if (u.slots == 0) {
    for_each_vector<0>(u, p, [&](Vec<R> g, Vec<R>*) { return rate * g; });
    return;
  }
  for_each_vector<1>(u, p, [&](Vec<R> g, Vec<R>* slot) {
    const Vec<R> step = rate * g;
    slot[0] = step + momentum * slot[0];
    return nesterov ? step + momentum * slot[0] : slot[0];
  });
}

template <bool centered, bool has_momentum, class R>
void by_rmsprop(const Update<R>& u, const Piece<R>& p) {
  const double* its = u.numbers;
  const Vec<R> keep = all<R>(R(its[rmsprop::rho])), add = all<R>(R(1 - its[rmsprop::rho]));
  const Vec<R> momentum = all<R>(R(its[rmsprop::momentum]));
  const Vec<R> epsilon = all<R>(R(its[rmsprop::epsilon])), rate = all<R>(u.factor);
  for_each_vector<1 + centered + has_momentum>(u, p, [&](Vec<R> g, Vec<R>* slot) {
    Vec<R>& square = slot[centered];
    square = add * (g * g) + keep * square;
    Vec<R> size = square;
    if (centered) {
      slot[0] = add * g + keep * slot[0];
      size -= slot[0] * slot[0];
    }
    Vec<R> step = g / square_root<R>(size + epsilon) * rate;
    if (has_momentum) {
      Vec<R>& velocity = slot[centered + has_momentum];
      step = velocity = step + momentum * velocity;
    }
    return -step;
  });
}

template <bool amsgrad, class R>
void by_adam(const Update<R>& u, const Piece<R>& p) {
  const double* its = u.numbers;
  const Vec<R> add = all<R>(R(1 - its[adam::beta_1]));
  const Vec<R> add_square = all<R>(R(1 - its[adam::beta_2]));
  const Vec<R> epsilon = all<R>(R(its[adam::epsilon])), rate = all<R>(-u.factor);
  for_each_vector<2 + amsgrad>(u, p, [&](Vec<R> g, Vec<R>* slot) {
    slot[0] += (g - slot[0]) * add;
    slot[1] += (g * g - slot[1]) * add_square;
    if (amsgrad) slot[2] = largest<R>(slot[1], slot[2]);
    return slot[0] / (square_root<R>(slot[1 + amsgrad]) + epsilon) * rate;
  });
}

template <class R>
void update(const Update<R>& u, const Piece<R>& p) {
  switch (u.rule) {
    case Rule::sgd: return by_sgd(u, p);
    case Rule::rmsprop:
      if (u.slots == 1) return by_rmsprop<false, false>(u, p);
      if (u.slots == 3) return by_rmsprop<true, true>(u, p);
      return u.numbers[rmsprop::centered] != 0 ? by_rmsprop<true, false>(u, p)
                                               : by_rmsprop<false, true>(u, p);
    case Rule::adam:
      return u.slots == 3 ? by_adam<true>(u, p) : by_adam<false>(u, p);
  }
}

}  // namespace

extern const UpdatePiece<float> update32;
extern const UpdatePiece<double> update64;
const UpdatePiece<float> update32 = update<float>;
const UpdatePiece<double> update64 = update<double>;

}  // namespace RECURRA_ISA
}  // namespace recurra
