// Gradients of weights, A^T D over all real steps of all samples, and of the input, D W^T.
#pragma once

#include "parts.h"

namespace recurra {
namespace RECURRA_ISA {

constexpr int64_t kDepth = 128;   // real steps that are gathered at a time
constexpr int64_t kHeight = 256;  // rows of a weight gradient that are gathered at a time

// One weight gradient: columns `from` of the matrix, from columns `to` of the rows of D.
template <class R>
struct Target {
  enum What { input, state, reset_state } a;  // what D is multiplied with
  int64_t height;                             // features or units
  Part part;
  R *matrix, *bias;  // (height, width) and (width,) or null
};

template <class R>
class WeightTask {
 public:
  WeightTask(const WeightGradients<R>& p, const Target<R>& target, int64_t column)
      : p_(p), how_(p.how), target_(target), column_(column) {
    const int64_t left = target.part.columns - column;
    columns_ = left < kPanel<R> ? left : kPanel<R>;
  }

  static size_t bytes(int64_t height) {
    return Pieces::bytes<R>(kDepth * kPanel<R>) + Pieces::bytes<R>(kDepth * least(height)) +
           Pieces::bytes<int64_t>(kDepth);
  }

  // Adds the share of the steps with numbers from `first` to `end` in the order of memory into
  // `matrix` (rows `width` apart) and `bias`, which are overwritten.
  bool run(int64_t first, int64_t end, R* matrix, R* bias, int64_t width) {
    Pieces pieces{static_cast<char*>(scratch(Block::own, bytes(target_.height)))};
    if (!pieces.at) return false;
    d_ = pieces.take<R>(kDepth * kPanel<R>);
    a_ = pieces.take<R>(kDepth * least(target_.height));
    places_ = pieces.take<int64_t>(kDepth);
    for (int n = 0; n < kTileVectors; ++n) sum_[n] = Vec<R>{};
    Start start = Start::zero;
    for (int64_t place = first; place < end;) {
      const int64_t depth = collect(place, end);
      if (!depth && start == Start::old) break;
      gather_d(depth);
      for (int64_t top = 0; top < target_.height; top += kHeight) {
        const int64_t left = target_.height - top, height = least(left);
        gather_a(depth, top, height);
        const Packed<R> d{d_, depth, columns_, kPanel<R>};
        panel_product<R>({a_, 1, height, d, matrix + top * width, width, start, nullptr}, height,
                         0);
      }
      start = Start::old;
    }
    if (first == end) {
      for (int64_t k = 0; k < target_.height; ++k) {
        memset(matrix + k * width, 0, sizeof(R) * columns_);
      }
    }
    if (bias) {
      for (int64_t n = 0, k = 0; k < columns_; ++n, k += kLanes<R>) {
        const int64_t left = columns_ - k;
        put(bias + k, sum_[n], left < kLanes<R> ? static_cast<int>(left) : kLanes<R>);
      }
    }
    return true;
  }

 private:
  static int64_t least(int64_t height) { return height < kHeight ? height : kHeight; }

  // The next real steps, at most kDepth; `place` goes on behind them.
  int64_t collect(int64_t& place, int64_t end) {
    int64_t depth = 0;
    for (; place < end && depth < kDepth; ++place) {
      if (!p_.mask || p_.mask[place]) places_[depth++] = place;
    }
    return depth;
  }

  void gather_d(int64_t depth) {
    constexpr int L = kLanes<R>;
    for (int64_t k = 0; k < depth; ++k) {
      const R* from = p_.d_row + places_[k] * how_.row() + target_.part.to + column_;
      R* to = d_ + k * kPanel<R>;
      for (int n = 0; n < kTileVectors; ++n) {
        const int64_t left = columns_ - n * L;
        const Vec<R> v = left >= L ? load(from + n * L)
                         : left > 0 ? load(from + n * L, static_cast<int>(left))
                                    : Vec<R>{};
        store(to + n * L, v);
        sum_[n] += v;
      }
    }
  }

  void gather_a(int64_t depth, int64_t top, int64_t height) {
    for (int64_t k = 0; k < depth; ++k) {
      const int64_t place = places_[k], sample = place % how_.batch;
      const R* from = row_of_a(place, sample) + top;
      R* to = a_ + k * height;
      if (p_.keep && target_.a == Target<R>::state) {
        const R* keep = p_.keep + sample * how_.units + top;
        for (int64_t j = 0; j < height; ++j) to[j] = from[j] * keep[j];
      } else {
        memcpy(to, from, sizeof(R) * height);
      }
    }
  }

  const R* row_of_a(int64_t place, int64_t sample) const {
    if (target_.a == Target<R>::input) return p_.x + place * how_.features;
    if (target_.a == Target<R>::reset_state) {
      return p_.kept + place * how_.row() + 2 * how_.units;
    }
    const int64_t t = place / how_.batch, back = how_.reverse ? t + 1 : t - 1;
    if (back < 0 || back == how_.steps) return p_.h0 + sample * how_.units;
    return p_.outputs + (back * how_.batch + sample) * how_.units;
  }

  const WeightGradients<R>& p_;
  const How& how_;
  const Target<R>& target_;
  int64_t column_, columns_;
  R *d_, *a_;
  int64_t* places_;
  Vec<R> sum_[kTileVectors];
};

// The matrices that there are gradients of, each cut into parts.
template <class R>
int targets_of(const WeightGradients<R>& p, Target<R>* targets) {
  const How& how = p.how;
  int count = 0;
  const Parts inputs = input_parts(how), recurrents = recurrent_parts(how);
  for (int k = 0; k < inputs.count; ++k) {
    targets[count++] = {Target<R>::input, how.features, inputs.part[k], p.d_kernel, p.d_bias};
  }
  for (int k = 0; k < recurrents.count; ++k) {
    const bool reset = k == 1 && how.cell == Cell::gru_reset_before;
    targets[count++] = {reset ? Target<R>::reset_state : Target<R>::state, how.units,
                        recurrents.part[k], p.d_recurrent, p.d_recurrent_bias};
  }
  return count;
}

// Few columns are not enough tasks; then the steps are cut into ranges, each with sums of its own
// that are added up in the end, in an order that does not depend on threads.
inline int64_t ranges_of(const How& how) {
  const int64_t places = how.steps * how.batch, width = how.gates() * how.units;
  const int64_t weights = width * (how.units + how.features);
  if (weights > 65536) return 1;
  const int64_t ranges = places / 2048;
  return ranges < 1 ? 1 : ranges > 8 ? 8 : ranges;
}

template <class R>
bool run_weight_gradients(const WeightGradients<R>& p, const Call& call) {
  const How& how = p.how;
  const int64_t width = how.gates() * how.units, places = how.steps * how.batch;
  Target<R> targets[4];
  const int count = targets_of(p, targets);
  int64_t panels[5] = {0};
  for (int k = 0; k < count; ++k) {
    panels[k + 1] = panels[k] + up(targets[k].part.columns, kPanel<R>) / kPanel<R>;
  }
  const int64_t ranges = ranges_of(how), height = how.features + how.units + 2;
  R* sums = nullptr;  // of each range but the first: kernel, recurrent kernel, both biases
  if (ranges > 1) {
    sums = static_cast<R*>(scratch(Block::shared, sizeof(R) * (ranges - 1) * height * width));
    if (!sums) return false;
  }
  bool failed = false;
  const auto task = [&](int64_t number) {
    const int64_t range = number / panels[count], panel = number % panels[count];
    int k = 0;
    while (panel >= panels[k + 1]) ++k;
    const Target<R>& target = targets[k];
    const int64_t column = (panel - panels[k]) * kPanel<R>, from = target.part.from + column;
    R *matrix = target.matrix, *bias = target.bias;
    const bool input = target.a == Target<R>::input;
    if (range) {
      R* base = sums + (range - 1) * height * width;
      matrix = base + (input ? 0 : how.features * width);
      if (bias) bias = base + (height - (input ? 2 : 1)) * width;
    }
    WeightTask<R> work(p, target, column);
    if (!work.run(range * places / ranges, (range + 1) * places / ranges, matrix + from,
                  bias ? bias + from : nullptr, width)) {
      __atomic_store_n(&failed, true, __ATOMIC_RELAXED);
    }
  };
  const double work = double(places) * height * width;
  Workers::of(call, work).each(ranges * panels[count], task);
  if (failed) return false;
  const auto add = [&](R* to, int64_t from, int64_t size) {
    for (int64_t range = 1; to && range < ranges; ++range) {
      const R* sum = sums + ((range - 1) * height + from) * width;
      for (int64_t k = 0; k < size; ++k) to[k] += sum[k];
    }
  };
  add(p.d_kernel, 0, how.features * width);
  add(p.d_recurrent, how.features, how.units * width);
  add(p.d_bias, height - 2, width);
  add(p.d_recurrent_bias, height - 1, width);
  return true;
}

// Gradient of the input, in blocks of steps and samples; only real ones are computed.
template <class R>
bool run_input_gradient(const InputGradient<R>& p, const Call& call) {
  const How& how = p.how;
  const int64_t width = how.gates() * how.units, places = how.steps * how.batch;
  const int64_t row = how.row(), features = how.features;
  const Parts parts = input_parts(how);
  const int64_t weights = transposed_size<R>(parts, features);
  R* packed = static_cast<R*>(scratch(Block::shared, sizeof(R) * (weights + 1)));
  if (!packed) return false;
  Packed<R> transposed[2];
  pack_transposed(parts, p.kernel, features, width, packed, transposed);
  constexpr int64_t kBlock = 48;
  bool failed = false;
  const auto task = [&](int64_t block) {
    const int64_t first = block * kBlock, end = first + kBlock < places ? first + kBlock : places;
    const R* d = p.d_row + first * row;
    R* x = p.d_x + first * features;
    int64_t rows = end - first;
    if (p.mask) {  // gather the real ones, and put the results where they belong
      Pieces pieces{static_cast<char*>(scratch(
          Block::own, Pieces::bytes<R>(kBlock * row) + Pieces::bytes<R>(kBlock * features)))};
      if (!pieces.at) {
        __atomic_store_n(&failed, true, __ATOMIC_RELAXED);
        return;
      }
      R* real = pieces.take<R>(kBlock * row);
      x = pieces.take<R>(kBlock * features);
      rows = 0;
      for (int64_t place = first; place < end; ++place) {
        if (p.mask[place]) memcpy(real + rows++ * row, p.d_row + place * row, sizeof(R) * row);
      }
      d = real;
    }
    for (int k = 0; k < parts.count; ++k) {
      const Start start = k ? Start::old : Start::zero;
      product<R>({d + parts.part[k].to, row, 1, transposed[k], x, features, start, nullptr}, rows);
    }
    if (!p.mask) return;
    for (int64_t place = first, k = 0; place < end; ++place) {
      R* to = p.d_x + place * features;
      if (p.mask[place]) {
        memcpy(to, x + k++ * features, sizeof(R) * features);
      } else {
        memset(to, 0, sizeof(R) * features);
      }
    }
  };
  const double work = double(places) * features * width;
  Workers::of(call, work).each((places + kBlock - 1) / kBlock, task);
  return !failed;
}

}  // namespace RECURRA_ISA
}  // namespace recurra
