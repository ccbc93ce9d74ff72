// The way back: from the gradients of outputs and last states to those of everything that went in.
#pragma once

#include "cells.h"
#include "weights.h"

namespace recurra {
namespace RECURRA_ISA {

// What all chunks of one call read.
template <class R>
struct BackwardShared {
  Parts inputs, recurrents;
  Packed<R> kernel[2], recurrent[2];  // transposed
  const int32_t* order;               // the samples in the order of the chunks, or null
  Chunks chunks;
};

template <class R, class Phi, class Sigma>
class BackwardChunk {
 public:
  // Workers share the gradients of the weights, where there is one chunk alone.
  BackwardChunk(const Backward<R>& p, const BackwardShared<R>& s, int64_t chunk,
                const Workers& workers)
      : p_(p), s_(s), how_(p.how), workers_(workers), phi_(Activation(how_.activation)),
        sigma_(Activation(how_.recurrent_activation)), first_(s.chunks.first(chunk)),
        rows_(s.chunks.first(chunk + 1) - first_) {}

  bool run(WeightSums<R>& sums) {
    const int64_t u = how_.units, depth = rows_ > kDepth ? rows_ : kDepth / rows_ * rows_;
    const bool before = how_.cell == Cell::gru_reset_before;
    const int64_t sizes[] = {rows_ * u,
                             rows_ * u,
                             p_.keep || before ? rows_ * u : 0,
                             depth * how_.row(),
                             WeightSums<R>::gathered(how_, depth),
                             p_.d_x ? depth * how_.features : 0};
    size_t bytes = Pieces::bytes<int64_t>(depth);
    for (int64_t size : sizes) bytes += Pieces::bytes<R>(size);
    Pieces pieces{static_cast<char*>(scratch(Block::own, bytes))};
    if (!pieces.at) return false;
    d_h_ = pieces.take<R>(sizes[0]);
    d_c_ = pieces.take<R>(sizes[1]);
    through_ = pieces.take<R>(sizes[2]);
    d_rows_ = pieces.take<R>(sizes[3]);
    gathered_ = pieces.take<R>(sizes[4]);
    d_x_ = pieces.take<R>(sizes[5]);
    places_ = pieces.take<int64_t>(depth);
    for (int64_t i = 0; i < rows_; ++i) {
      memcpy(d_h_ + i * u, p_.d_h_last + sample(i) * u, sizeof(R) * u);
      if (p_.c0) memcpy(d_c_ + i * u, p_.d_c_last + sample(i) * u, sizeof(R) * u);
    }
    bool done = true;
    for (int64_t k = how_.steps - 1; k >= 0; --k) {
      step(k);
      if (k == 0 || filled_ + rows_ > depth) done = flush(sums) && done;
    }
    for (int64_t i = 0; i < rows_; ++i) {
      memcpy(p_.d_h0 + sample(i) * u, d_h_ + i * u, sizeof(R) * u);
      if (p_.c0) memcpy(p_.d_c0 + sample(i) * u, d_c_ + i * u, sizeof(R) * u);
    }
    return done;
  }

 private:
  int64_t sample(int64_t row) const { return s_.order ? s_.order[first_ + row] : first_ + row; }
  int64_t place(int64_t t, int64_t i) const { return t * how_.batch + sample(i); }
  const R* kept(int64_t t, int64_t i) const { return p_.kept + place(t, i) * how_.row(); }
  const R* keep(int64_t i) const {
    return p_.keep ? p_.keep + sample(i) * how_.units : nullptr;
  }
  // What the step before `k` left, of a sequence of states or of the first ones.
  const R* before(int64_t k, const R* states, const R* first, int64_t i) const {
    const int64_t u = how_.units;
    return k == 0 ? first + sample(i) * u : states + place(how_.step(k - 1), i) * u;
  }

  // Gradients of the projections of one step, added to the block, and of the states before it.
  void step(int64_t k) {
    const int64_t t = how_.step(k), u = how_.units, row = how_.row();
    const uint8_t* mask = p_.mask ? p_.mask + t * how_.batch : nullptr;
    const int64_t rows = mask ? real_rows(mask, s_.order + first_, rows_) : rows_;
    R* d_rows = d_rows_ + filled_ * row;
    for (int64_t i = 0; i < rows_; ++i) {
      const bool real = !mask || mask[sample(i)];
      if (p_.d_outputs) {
        const R* d = p_.d_outputs + place(t, i) * u;
        for (int64_t j = 0; j < u; ++j) d_h_[i * u + j] += d[j];
      }
      if (real) {
        gates(k, t, i, d_rows + i * row);
      } else {
        if (i < rows) memset(d_rows + i * row, 0, sizeof(R) * row);
        if (p_.d_x) memset(p_.d_x + place(t, i) * how_.features, 0, sizeof(R) * how_.features);
      }
      if (i < rows) places_[filled_ + i] = real ? place(t, i) : -1;
    }
    through_products(k, t, mask, rows, d_rows);
    filled_ += rows;
  }

  void through_products(int64_t k, int64_t t, const uint8_t* mask, int64_t rows, R* d_rows) {
    const int64_t u = how_.units, row = how_.row();
    const bool reset_before = how_.cell == Cell::gru_reset_before;
    if (reset_before) {
      product<R>({d_rows + 2 * u, row, 1, s_.recurrent[1], through_, u, Start::zero, nullptr},
                 rows);
      for (int64_t i = 0; i < rows; ++i) {
        if (mask && !mask[sample(i)]) continue;
        gru_before_reset<R>(sigma_, u, kept(t, i), before(k, p_.outputs, p_.h0, i), keep(i),
                            through_ + i * u, d_rows + i * row);
        add_through(i);
      }
    }
    for (int part = 0; part < s_.recurrents.count - reset_before; ++part) {
      const R* a = d_rows + s_.recurrents.part[part].to;
      const Start start = p_.keep && !part ? Start::zero : Start::old;
      product<R>({a, row, 1, s_.recurrent[part], p_.keep ? through_ : d_h_, u, start, nullptr},
                 rows);
    }
    if (!p_.keep) return;
    for (int64_t i = 0; i < rows; ++i) add_through(i);
  }

  // Adds what came through a product, and through its dropout, to the gradient of h.
  void add_through(int64_t i) {
    const int64_t u = how_.units;
    R *d_h = d_h_ + i * u, *through = through_ + i * u;
    const R* kept = keep(i);
    for (int64_t j = 0; j < u; ++j) d_h[j] += kept ? through[j] * kept[j] : through[j];
  }

  void gates(int64_t k, int64_t t, int64_t i, R* d_row) {
    const int64_t u = how_.units;
    R *d_h = d_h_ + i * u, *d_c = d_c_ + i * u;
    const R* h_before = before(k, p_.outputs, p_.h0, i);
    switch (how_.cell) {
      case Cell::simple_rnn: return simple_rnn_backward<R>(phi_, u, kept(t, i), d_h, d_row);
      case Cell::lstm:
        return lstm_backward<R>(phi_, sigma_, u, kept(t, i), before(k, p_.cells, p_.c0, i),
                                p_.cells + place(t, i) * u, d_h, d_c, d_row);
      case Cell::gru:
        return gru_backward<R>(phi_, sigma_, u, kept(t, i), h_before, d_h, d_row);
      case Cell::gru_reset_before:
        return gru_before_candidate<R>(phi_, sigma_, u, kept(t, i), h_before, d_h, d_row);
    }
  }

  // What is asked of a block of steps, and makes room for the next one.
  bool flush(WeightSums<R>& sums) {
    if (!filled_) return true;
    if (p_.d_x) input_gradient();
    const bool done = sums.add(d_rows_, places_, filled_, gathered_, workers_);
    filled_ = 0;
    return done;
  }

  void input_gradient() {
    const int64_t features = how_.features;
    for (int k = 0; k < s_.inputs.count; ++k) {
      const R* a = d_rows_ + s_.inputs.part[k].to;
      const Start start = k ? Start::old : Start::zero;
      product<R>({a, how_.row(), 1, s_.kernel[k], d_x_, features, start, nullptr}, filled_);
    }
    for (int64_t k = 0; k < filled_; ++k) {
      if (places_[k] < 0) continue;
      memcpy(p_.d_x + places_[k] * features, d_x_ + k * features, sizeof(R) * features);
    }
  }

  const Backward<R>& p_;
  const BackwardShared<R>& s_;
  const How& how_;
  const Workers& workers_;
  Phi phi_;
  Sigma sigma_;
  int64_t first_, rows_, filled_ = 0;
  R *d_h_, *d_c_, *through_, *d_rows_, *gathered_, *d_x_;
  int64_t* places_;
};

// Chunks go through in groups, each with sums of its own: as many as keep threads busy and fit a
// bounded memory. The sums are added up in the groups' order, whoever computed them.
template <class R>
int64_t groups_of(const How& how, const Chunks& chunks) {
  constexpr int64_t kMost = 8, kNumbers = int64_t{1} << 21;
  const int64_t size = (how.features + how.units + 2) * how.gates() * how.units;
  int64_t groups = kNumbers / size < 2 ? 2 : kNumbers / size;
  if (groups > kMost) groups = kMost;
  if (groups > chunks.count) groups = chunks.count;
  return groups < 1 ? 1 : groups;  // no samples: one group finds that the sums are zero
}

template <class R, class Phi, class Sigma>
bool run_backward(const Backward<R>& p, const Call* call) {
  const How& how = p.how;
  const int64_t width = how.gates() * how.units;
  BackwardShared<R> s;
  s.inputs = input_parts(how);
  s.recurrents = recurrent_parts(how);
  s.chunks = chunks_of(how.batch);
  const int64_t groups = groups_of<R>(how, s.chunks);
  const int64_t matrix = (how.features + how.units + 2) * width;
  const int64_t weights = (p.d_x ? transposed_size<R>(s.inputs, how.features) : 0) +
                          transposed_size<R>(s.recurrents, how.units);
  const size_t bytes = Pieces::bytes<R>(weights) + Pieces::bytes<R>((groups - 1) * matrix) +
                       order_bytes(how, p.mask);
  Pieces pieces{static_cast<char*>(scratch(Block::shared, bytes))};
  if (!pieces.at) return false;
  R* packed = pieces.take<R>(weights);
  pack_transposed(s.recurrents, p.recurrent, how.units, width, packed, s.recurrent);
  if (p.d_x) pack_transposed(s.inputs, p.kernel, how.features, width, packed, s.kernel);
  R* further = pieces.take<R>((groups - 1) * matrix);
  s.order = take_order(how, p.mask, pieces);
  const auto sums_of = [&](int64_t group) -> Sums<R> {
    if (group == 0) return {p.d_kernel, p.d_recurrent, p.d_bias, p.d_recurrent_bias};
    R* base = further + (group - 1) * matrix;
    R* recurrent = base + how.features * width;
    R* bias = recurrent + how.units * width;
    return {base, recurrent, p.d_bias ? bias : nullptr,
            p.d_recurrent_bias ? bias + width : nullptr};
  };
  const int64_t inner = 2 * how.units + how.features * (p.d_x ? 2 : 1);
  const double work = double(how.steps) * how.batch * width * inner;
  const Workers alone;
  const bool one = s.chunks.count == 1;
  const double block = double(kDepth) * width * (how.units + how.features);
  const Workers shared = Workers::of(call, one ? (block < work ? block : work) : 0);
  bool failed = false;
  Workers::of(call, work).each(groups, [&](int64_t group) {
    const Sums<R> sums = sums_of(group);
    WeightSums<R> weight_sums(p, sums);
    const int64_t end = (group + 1) * s.chunks.count / groups;
    for (int64_t k = group * s.chunks.count / groups; k < end; ++k) {
      BackwardChunk<R, Phi, Sigma> chunk(p, s, k, one ? shared : alone);
      if (!chunk.run(weight_sums)) __atomic_store_n(&failed, true, __ATOMIC_RELAXED);
    }
    weight_sums.finish(sums);
  });
  if (failed) return false;
  const auto add = [&](R* to, const R* from, int64_t size) {
    for (int64_t k = 0; to && k < size; ++k) to[k] += from[k];
  };
  for (int64_t group = 1; group < groups; ++group) {
    const Sums<R> sums = sums_of(group);
    add(p.d_kernel, sums.kernel, how.features * width);
    add(p.d_recurrent, sums.recurrent, how.units * width);
    add(p.d_bias, sums.bias, width);
    add(p.d_recurrent_bias, sums.recurrent_bias, width);
  }
  return true;
}

}  // namespace RECURRA_ISA
}  // namespace recurra
