// The way forward through a sequence.
#pragma once

#include "cells.h"
#include "parts.h"

namespace recurra {
namespace RECURRA_ISA {

// What all chunks of one call read.
template <class R>
struct ForwardShared {
  Parts inputs, recurrents;
  Packed<R> kernel[2], recurrent[2];
  const R* bias;         // (row,): what a row of projections starts from
  const int32_t* order;  // the samples in the order of the chunks, or null for their own
  Chunks chunks;
};

template <class R, class Phi, class Sigma>
class ForwardChunk {
 public:
  ForwardChunk(const Forward<R>& p, const ForwardShared<R>& s, int64_t chunk)
      : p_(p), s_(s), how_(p.how), phi_(Activation(how_.activation)),
        sigma_(Activation(how_.recurrent_activation)), first_(s.chunks.first(chunk)),
        rows_(s.chunks.first(chunk + 1) - first_) {
    // Few samples leave a product of one step without rows; then several steps are projected at
    // once.
    at_once_ = rows_ >= kTileRows || how_.steps == 0 ? 1 : 48 / rows_;
    if (at_once_ > how_.steps) at_once_ = how_.steps;
  }

  bool run() {
    const int64_t u = how_.units, row = how_.row();
    const int64_t sizes[] = {rows_ * u,      rows_ * u, p_.keep ? rows_ * u : 0,
                             at_once_ * rows_ * row,
                             s_.order ? rows_ * how_.features : 0};
    size_t bytes = 0;
    for (int64_t size : sizes) bytes += Pieces::bytes<R>(size);
    Pieces pieces{static_cast<char*>(scratch(Block::own, bytes))};
    if (!pieces.at) return false;
    h_ = pieces.take<R>(sizes[0]);
    c_ = pieces.take<R>(sizes[1]);
    seen_ = p_.keep ? pieces.take<R>(sizes[2]) : h_;
    z_ = pieces.take<R>(sizes[3]);
    x_ = pieces.take<R>(sizes[4]);
    load_states();
    for (int64_t k = 0; k < how_.steps; k += at_once_) {
      const int64_t end = k + at_once_ < how_.steps ? k + at_once_ : how_.steps;
      if (at_once_ > 1) project_steps(k, end);
      for (int64_t j = k; j < end; ++j) step(how_.step(j), z_ + (j - k) * rows_ * row);
    }
    store_states();
    return true;
  }

 private:
  int64_t sample(int64_t row) const { return s_.order ? s_.order[first_ + row] : first_ + row; }

  void load_states() {
    const int64_t u = how_.units;
    for (int64_t i = 0; i < rows_; ++i) {
      memcpy(h_ + i * u, p_.h0 + sample(i) * u, sizeof(R) * u);
      if (p_.c0) memcpy(c_ + i * u, p_.c0 + sample(i) * u, sizeof(R) * u);
    }
  }

  void store_states() {
    const int64_t u = how_.units;
    for (int64_t i = 0; i < rows_; ++i) {
      memcpy(p_.h_last + sample(i) * u, h_ + i * u, sizeof(R) * u);
      if (p_.c0) memcpy(p_.c_last + sample(i) * u, c_ + i * u, sizeof(R) * u);
    }
  }

  // Projections of the steps from k to end, sample by sample: rows are steps.
  void project_steps(int64_t k, int64_t end) {
    const int64_t between = how_.batch * how_.features;
    for (int64_t i = 0; i < rows_; ++i) {
      const R* x = p_.x + how_.step(k) * between + sample(i) * how_.features;
      project(x, how_.reverse ? -between : between, end - k, z_ + i * how_.row(),
              rows_ * how_.row());
    }
  }

  // Projections of one step; rows are samples.
  void project_step(int64_t t, int64_t rows, R* z) {
    const int64_t features = how_.features;
    const R* x = p_.x + (t * how_.batch + first_) * features;
    if (s_.order) {
      for (int64_t i = 0; i < rows; ++i) {
        memcpy(x_ + i * features, p_.x + (t * how_.batch + sample(i)) * features,
               sizeof(R) * features);
      }
      x = x_;
    }
    project(x, features, rows, z, how_.row());
  }

  void project(const R* x, int64_t x_row, int64_t rows, R* z, int64_t z_row) {
    for (int k = 0; k < s_.inputs.count; ++k) {
      const int64_t to = s_.inputs.part[k].to;
      product<R>({x, x_row, 1, s_.kernel[k], z + to, z_row, Start::bias, s_.bias + to}, rows);
    }
  }

  void step(int64_t t, R* z) {
    const uint8_t* mask = p_.mask ? p_.mask + t * how_.batch : nullptr;
    const int64_t rows = mask ? real_rows(mask, s_.order + first_, rows_) : rows_;
    const int64_t u = how_.units, row = how_.row();
    if (at_once_ == 1) project_step(t, rows, z);
    if (p_.keep) {
      for (int64_t i = 0; i < rows; ++i) {
        const R *h = h_ + i * u, *keep = p_.keep + sample(i) * u;
        for (int64_t k = 0; k < u; ++k) seen_[i * u + k] = h[k] * keep[k];
      }
    }
    const bool before = how_.cell == Cell::gru_reset_before;
    for (int k = 0; k < s_.recurrents.count - before; ++k) {
      const Part& part = s_.recurrents.part[k];
      const Start start = part.to ? Start::bias : Start::old;  // a GRU's a = h U + b
      product<R>({seen_, u, 1, s_.recurrent[k], z + part.to, row, start, s_.bias + part.to}, rows);
    }
    if (before) {
      for (int64_t i = 0; i < rows; ++i) {
        if (mask && !mask[sample(i)]) continue;
        gru_before_gates<R>(sigma_, u, z + i * row, kept(t, i), seen_ + i * u);
      }
      product<R>({z + 2 * u, row, 1, s_.recurrent[1], z + 3 * u, row, Start::old, nullptr}, rows);
    }
    for (int64_t i = 0; i < rows_; ++i) {
      if (!mask || mask[sample(i)]) gates(t, i, z + i * row);
      if (p_.outputs) memcpy(p_.outputs + place(t, i) * u, h_ + i * u, sizeof(R) * u);
      if (p_.cells) memcpy(p_.cells + place(t, i) * u, c_ + i * u, sizeof(R) * u);
    }
  }

  int64_t place(int64_t t, int64_t i) const { return t * how_.batch + sample(i); }
  R* kept(int64_t t, int64_t i) const {
    return p_.kept ? p_.kept + place(t, i) * how_.row() : nullptr;
  }

  void gates(int64_t t, int64_t i, R* z) {
    const int64_t u = how_.units;
    R *h = h_ + i * u, *c = c_ + i * u;
    switch (how_.cell) {
      case Cell::simple_rnn: return simple_rnn_forward<R>(phi_, u, z, kept(t, i), h);
      case Cell::lstm: return lstm_forward<R>(phi_, sigma_, u, z, kept(t, i), c, h);
      case Cell::gru: return gru_forward<R>(phi_, sigma_, u, z, kept(t, i), h);
      case Cell::gru_reset_before: return gru_before_forward<R>(phi_, u, z, kept(t, i), h);
    }
  }

  const Forward<R>& p_;
  const ForwardShared<R>& s_;
  const How& how_;
  Phi phi_;
  Sigma sigma_;
  int64_t first_, rows_, at_once_;
  R *h_, *c_, *seen_, *z_, *x_;
};

// The bias of a row: what both products start from where they add up, each its own elsewhere.
template <class R>
void row_bias(const Forward<R>& p, R* bias) {
  const How& how = p.how;
  const int64_t u = how.units;
  memset(bias, 0, sizeof(R) * how.row());
  const bool gated = how.gated_unit();
  for (int64_t k = 0; k < how.gates() * u; ++k) {
    const bool candidate = gated && k >= 2 * u;
    if (p.bias) bias[candidate ? k + u : k] += p.bias[k];
    if (p.recurrent_bias) bias[k] += p.recurrent_bias[k];
  }
}

template <class R, class Phi, class Sigma>
bool run_forward(const Forward<R>& p, const Call* call) {
  const How& how = p.how;
  const int64_t width = how.gates() * how.units, rows = how.steps * how.batch;
  ForwardShared<R> s;
  s.inputs = input_parts(how);
  s.recurrents = recurrent_parts(how);
  s.chunks = chunks_of(how.batch);
  const int64_t weights =
      packed_size<R>(s.inputs, how.features) + packed_size<R>(s.recurrents, how.units);
  const size_t bytes = Pieces::bytes<R>(weights) + Pieces::bytes<R>(how.row()) +
                       order_bytes(how, p.mask);
  Pieces pieces{static_cast<char*>(scratch(Block::shared, bytes))};
  if (!pieces.at) return false;
  R* packed = pieces.take<R>(weights);
  pack_parts(s.inputs, p.kernel, how.features, width, rows, packed, s.kernel);
  pack_parts(s.recurrents, p.recurrent, how.units, width, rows, packed, s.recurrent);
  R* bias = pieces.take<R>(how.row());
  row_bias(p, bias);
  s.bias = bias;
  s.order = take_order(how, p.mask, pieces);
  bool failed = false;
  Workers::of(call, how.work()).each(s.chunks.count, [&](int64_t chunk) {
    if (!ForwardChunk<R, Phi, Sigma>(p, s, chunk).run()) {
      __atomic_store_n(&failed, true, __ATOMIC_RELAXED);
    }
  });
  return !failed;
}

}  // namespace RECURRA_ISA
}  // namespace recurra
