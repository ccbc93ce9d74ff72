// Gradients of the weights: A^T D over the real steps, a block of them at a time, while what the
// way back has just computed of them is still in the nearest cache.
#pragma once

#include "parts.h"

namespace recurra {
namespace RECURRA_ISA {

constexpr int64_t kDepth = 128;  // steps of samples in a block

// Sums of one group of chunks; the first group's are the results themselves.
template <class R>
struct Sums {
  R *kernel, *recurrent, *bias, *recurrent_bias;  // the biases may be null
};

// Columns of a weight matrix that D's columns `part.to` belong to, and what D is multiplied with.
template <class R>
struct Target {
  enum What { input, state, reset_state } a;
  int64_t height;  // features or units
  Part part;
  R *matrix, *bias;
};

// Adds blocks to the sums of a group.
template <class R>
class WeightSums {
 public:
  WeightSums(const Backward<R>& p, const Sums<R>& sums) : p_(p), how_(p.how) {
    const Parts inputs = input_parts(how_), recurrents = recurrent_parts(how_);
    for (int k = 0; k < inputs.count; ++k) {
      add_target({Target<R>::input, how_.features, inputs.part[k], sums.kernel, sums.bias});
    }
    for (int k = 0; k < recurrents.count; ++k) {
      const bool reset = k == 1 && how_.cell == Cell::gru_reset_before;
      add_target({reset ? Target<R>::reset_state : Target<R>::state, how_.units,
                  recurrents.part[k], sums.recurrent, sums.recurrent_bias});
    }
  }

  // What a block is gathered in: x, h and, with the reset gate before the product, r h.
  static int64_t gathered(const How& how, int64_t depth) {
    return depth * (how.features + how.units * (how.cell == Cell::gru_reset_before ? 2 : 1));
  }

  // Adds A^T D for `depth` rows of D; `places` are their steps and samples in memory, or -1 for
  // rows of zeros. `workers` share the panels of the matrices.
  bool add(const R* d, const int64_t* places, int64_t depth, R* gathered, const Workers& workers) {
    gather(places, depth, gathered);
    bool failed = false;
    workers.each(panels_[count_], [&](int64_t panel) {
      int k = 0;
      while (panel >= panels_[k + 1]) ++k;
      if (!add_panel(targets_[k], (panel - panels_[k]) * kPanel<R>, d, depth)) {
        __atomic_store_n(&failed, true, __ATOMIC_RELAXED);
      }
    });
    fresh_ = false;
    return !failed;
  }

  // Where no block came, the sums are zero.
  void finish(const Sums<R>& sums) const {
    if (!fresh_) return;
    const int64_t width = how_.gates() * how_.units;
    memset(sums.kernel, 0, sizeof(R) * how_.features * width);
    memset(sums.recurrent, 0, sizeof(R) * how_.units * width);
    if (sums.bias) memset(sums.bias, 0, sizeof(R) * width);
    if (sums.recurrent_bias) memset(sums.recurrent_bias, 0, sizeof(R) * width);
  }

 private:
  void add_target(const Target<R>& target) {
    targets_[count_] = target;
    panels_[count_ + 1] =
        panels_[count_] + up(target.part.columns, kPanel<R>) / kPanel<R>;
    ++count_;
  }

  void gather(const int64_t* places, int64_t depth, R* to) {
    x_ = to;
    h_ = x_ + depth * how_.features;
    reset_h_ = h_ + depth * how_.units;
    const int64_t features = how_.features, u = how_.units;
    for (int64_t k = 0; k < depth; ++k) {
      R *x = to + k * features, *h = to + depth * features + k * u;
      R* reset_h = to + depth * (features + u) + k * u;
      const bool reset = how_.cell == Cell::gru_reset_before;
      const int64_t place = places[k];
      if (place < 0) {  // whatever stands at a masked step, 0 times it is 0
        memset(x, 0, sizeof(R) * features);
        memset(h, 0, sizeof(R) * u);
        if (reset) memset(reset_h, 0, sizeof(R) * u);
        continue;
      }
      const int64_t t = place / how_.batch, sample = place % how_.batch;
      const int64_t back = how_.reverse ? t + 1 : t - 1;
      const bool first = back < 0 || back == how_.steps;
      const R* before = first ? p_.h0 + sample * u : p_.outputs + (back * how_.batch + sample) * u;
      memcpy(x, p_.x + place * features, sizeof(R) * features);
      if (p_.keep) {
        const R* keep = p_.keep + sample * u;
        for (int64_t j = 0; j < u; ++j) h[j] = before[j] * keep[j];
      } else {
        memcpy(h, before, sizeof(R) * u);
      }
      if (reset) memcpy(reset_h, p_.kept + place * how_.row() + 2 * u, sizeof(R) * u);
    }
  }

  bool add_panel(const Target<R>& target, int64_t column, const R* d, int64_t depth) const {
    constexpr int L = kLanes<R>, P = kPanel<R>;
    R* panel = static_cast<R*>(scratch(Block::part, sizeof(R) * P * depth));
    if (!panel) return false;
    const int64_t left = target.part.columns - column, columns = left < P ? left : P;
    const int64_t width = how_.gates() * how_.units, row = how_.row();
    Vec<R> sum[kTileVectors] = {};
    for (int64_t k = 0; k < depth; ++k) {
      const R* from = d + k * row + target.part.to + column;
      for (int n = 0; n < kTileVectors; ++n) {
        const int64_t lanes = columns - n * L;
        const Vec<R> v = lanes >= L  ? load(from + n * L)
                         : lanes > 0 ? load(from + n * L, static_cast<int>(lanes))
                                     : Vec<R>{};
        store(panel + k * P + n * L, v);
        sum[n] += v;
      }
    }
    const int64_t to = target.part.from + column;
    if (target.bias) {
      for (int n = 0; n * L < columns; ++n) {
        const int lanes = columns - n * L < L ? static_cast<int>(columns - n * L) : L;
        R* bias = target.bias + to + n * L;
        put(bias, fresh_ ? sum[n] : at(bias, lanes) + sum[n], lanes);
      }
    }
    const R* a = target.a == Target<R>::input ? x_ : target.a == Target<R>::state ? h_ : reset_h_;
    const Packed<R> packed{panel, depth, columns, P};
    const Start start = fresh_ ? Start::zero : Start::old;
    panel_product<R>({a, 1, target.height, packed, target.matrix + to, width, start, nullptr},
                     target.height, 0);
    return true;
  }

  const Backward<R>& p_;
  const How& how_;
  Target<R> targets_[4];
  int64_t panels_[5] = {0};
  int count_ = 0;
  bool fresh_ = true;
  const R *x_, *h_, *reset_h_;
};

}  // namespace RECURRA_ISA
}  // namespace recurra
