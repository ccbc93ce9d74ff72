// The way back: from the gradients of outputs and last states to those of the projections.
#pragma once

#include "cells.h"
#include "parts.h"

namespace recurra {
namespace RECURRA_ISA {

template <class R>
struct BackwardShared {
  Parts recurrents;
  Packed<R> transposed[2];
  const int32_t* order;
  Chunks chunks;
  bool failed = false;
};

template <class R, class Phi, class Sigma>
class BackwardChunk {
 public:
  BackwardChunk(const Backward<R>& p, const BackwardShared<R>& s, int64_t chunk)
      : p_(p), s_(s), how_(p.how), phi_(Activation(how_.activation)),
        sigma_(Activation(how_.recurrent_activation)), first_(s.chunks.first(chunk)),
        rows_(s.chunks.first(chunk + 1) - first_) {}

  bool run() {
    const int64_t u = how_.units;
    const bool before = how_.cell == Cell::gru_reset_before;
    const int64_t sizes[] = {rows_ * u, rows_ * u, p_.keep || before ? rows_ * u : 0,
                             s_.order ? rows_ * how_.row() : 0};
    size_t bytes = 0;
    for (int64_t size : sizes) bytes += Pieces::bytes<R>(size);
    Pieces pieces{static_cast<char*>(scratch(Block::own, bytes))};
    if (!pieces.at) return false;
    d_h_ = pieces.take<R>(sizes[0]);
    d_c_ = pieces.take<R>(sizes[1]);
    through_ = pieces.take<R>(sizes[2]);
    own_rows_ = s_.order ? pieces.take<R>(sizes[3]) : nullptr;
    for (int64_t i = 0; i < rows_; ++i) {
      memcpy(d_h_ + i * u, p_.d_h_last + sample(i) * u, sizeof(R) * u);
      if (p_.c0) memcpy(d_c_ + i * u, p_.d_c_last + sample(i) * u, sizeof(R) * u);
    }
    for (int64_t k = how_.steps - 1; k >= 0; --k) step(k);
    for (int64_t i = 0; i < rows_; ++i) {
      memcpy(p_.d_h0 + sample(i) * u, d_h_ + i * u, sizeof(R) * u);
      if (p_.c0) memcpy(p_.d_c0 + sample(i) * u, d_c_ + i * u, sizeof(R) * u);
    }
    return true;
  }

 private:
  int64_t sample(int64_t row) const { return s_.order ? s_.order[first_ + row] : first_ + row; }
  // What the step behind `k` left, of a sequence of states or of the first ones.
  const R* before(int64_t k, const R* states, const R* first, int64_t i) const {
    const int64_t u = how_.units;
    if (k == 0) return first + sample(i) * u;
    return states + (how_.step(k - 1) * how_.batch + sample(i)) * u;
  }

  void step(int64_t k) {
    const int64_t t = how_.step(k), u = how_.units, row = how_.row();
    const uint8_t* mask = p_.mask ? p_.mask + t * how_.batch : nullptr;
    const int64_t rows = mask ? real_rows(mask, s_.order + first_, rows_) : rows_;
    if (p_.d_outputs) {
      for (int64_t i = 0; i < rows_; ++i) {
        const R* d = p_.d_outputs + (t * how_.batch + sample(i)) * u;
        for (int64_t j = 0; j < u; ++j) d_h_[i * u + j] += d[j];
      }
    }
    R* d_rows = own_rows_ ? own_rows_ : p_.d_row + (t * how_.batch + first_) * row;
    for (int64_t i = 0; i < rows; ++i) {
      if (mask && !mask[sample(i)]) {
        memset(d_rows + i * row, 0, sizeof(R) * row);
      } else {
        gates(k, t, i, d_rows + i * row);
      }
    }
    const bool before_product = how_.cell == Cell::gru_reset_before;
    if (before_product) {
      product<R>({d_rows + 2 * u, row, 1, s_.transposed[1], through_, u, Start::zero, nullptr},
                 rows);
      for (int64_t i = 0; i < rows; ++i) {
        if (mask && !mask[sample(i)]) continue;
        gru_before_reset<R>(sigma_, u, kept(t, i), before(k, p_.outputs, p_.h0, i), keep(i),
                            through_ + i * u, d_rows + i * row);
        add_through(i);
      }
    }
    for (int part = 0; part < s_.recurrents.count - before_product; ++part) {
      const R* a = d_rows + s_.recurrents.part[part].to;
      const Packed<R>& b = s_.transposed[part];
      if (p_.keep) {
        const Start start = part ? Start::old : Start::zero;
        product<R>({a, row, 1, b, through_, u, start, nullptr}, rows);
      } else {
        product<R>({a, row, 1, b, d_h_, u, Start::old, nullptr}, rows);
      }
    }
    if (p_.keep) {
      for (int64_t i = 0; i < rows; ++i) add_through(i);
    }
    if (!own_rows_) return;
    for (int64_t i = 0; i < rows; ++i) {
      if (!mask[sample(i)]) continue;
      memcpy(p_.d_row + (t * how_.batch + sample(i)) * row, own_rows_ + i * row,
             sizeof(R) * row);
    }
  }

  const R* keep(int64_t i) const {
    return p_.keep ? p_.keep + sample(i) * how_.units : nullptr;
  }
  // Adds what came through the product, and through its dropout, to the gradient of h.
  void add_through(int64_t i) {
    const int64_t u = how_.units;
    R *d_h = d_h_ + i * u, *through = through_ + i * u;
    const R* kept = keep(i);
    for (int64_t j = 0; j < u; ++j) d_h[j] += kept ? through[j] * kept[j] : through[j];
  }

  const R* kept(int64_t t, int64_t i) const {
    return p_.kept + (t * how_.batch + sample(i)) * how_.row();
  }

  void gates(int64_t k, int64_t t, int64_t i, R* d_row) {
    const int64_t u = how_.units;
    R *d_h = d_h_ + i * u, *d_c = d_c_ + i * u;
    const R* h_before = before(k, p_.outputs, p_.h0, i);
    switch (how_.cell) {
      case Cell::simple_rnn: return simple_rnn_backward<R>(phi_, u, kept(t, i), d_h, d_row);
      case Cell::lstm:
        return lstm_backward<R>(phi_, sigma_, u, kept(t, i), before(k, p_.cells, p_.c0, i),
                                p_.cells + (t * how_.batch + sample(i)) * u, d_h, d_c, d_row);
      case Cell::gru:
        return gru_backward<R>(phi_, sigma_, u, kept(t, i), h_before, d_h, d_row);
      case Cell::gru_reset_before:
        return gru_before_candidate<R>(phi_, sigma_, u, kept(t, i), h_before, d_h, d_row);
    }
  }

  const Backward<R>& p_;
  const BackwardShared<R>& s_;
  const How& how_;
  Phi phi_;
  Sigma sigma_;
  int64_t first_, rows_;
  R *d_h_, *d_c_, *through_, *own_rows_;
};

template <class R, class Phi, class Sigma>
bool run_backward(const Backward<R>& p, const Call& call) {
  const How& how = p.how;
  const int64_t width = how.gates() * how.units;
  BackwardShared<R> s;
  s.recurrents = recurrent_parts(how);
  s.chunks = chunks_of(how.batch);
  const int64_t weights = transposed_size<R>(s.recurrents, how.units);
  const size_t bytes = Pieces::bytes<R>(weights) +
                       (p.mask ? 2 * Pieces::bytes<int32_t>(how.batch) +
                                     Pieces::bytes<int32_t>(how.steps + 2)
                               : 0);
  Pieces pieces{static_cast<char*>(scratch(Block::shared, bytes))};
  if (!pieces.at) return false;
  R* packed = pieces.take<R>(weights);
  pack_transposed(s.recurrents, p.recurrent, how.units, width, packed, s.transposed);
  s.order = nullptr;
  if (p.mask) {
    auto* order = pieces.take<int32_t>(how.batch);
    auto* length = pieces.take<int32_t>(how.batch);
    order_by_length(how, p.mask, order, length, pieces.take<int32_t>(how.steps + 2));
    s.order = order;
  }
  const double work = double(how.steps) * how.batch * how.units * width;
  bool* failed = &s.failed;
  Workers::of(call, work).each(s.chunks.count, [&, failed](int64_t chunk) {
    if (!BackwardChunk<R, Phi, Sigma>(p, s, chunk).run()) __atomic_store_n(failed, true, __ATOMIC_RELAXED);
  });
  return !s.failed;
}

}  // namespace RECURRA_ISA
}  // namespace recurra
