// What the kernels compute with: plain pointers, and a table of entry points for each instruction
// set. Sequences are time-major, (steps, batch, ...). Pointers that may be null say so.
//
// The projections of one sample in one step lie side by side in a row of `segments * units`:
//   LSTM        i f g o
//   GRU         z r a x    a = h U (the candidate's recurrent part, or r h), x = its input part
//   SimpleRNN   z
#pragma once

#include <stdint.h>

#include "parallel.h"

namespace recurra {

enum class Cell : int64_t { simple_rnn, lstm, gru, gru_reset_before };

struct How {
  Cell cell;
  int64_t activation, recurrent_activation;  // enum Activation of activations.h
  bool reverse;                              // from the last step to the first
  int64_t steps, batch, features, units;

  bool gated_unit() const { return cell == Cell::gru || cell == Cell::gru_reset_before; }
  int64_t segments() const { return cell == Cell::simple_rnn ? 1 : 4; }
  int64_t gates() const { return cell == Cell::lstm ? 4 : gated_unit() ? 3 : 1; }
  int64_t row() const { return segments() * units; }
  // Multiplications of the way forward.
  double work() const { return double(steps) * batch * gates() * units * (features + units); }
  // The step that the k-th in the order of processing is.
  int64_t step(int64_t k) const { return reverse ? steps - 1 - k : k; }
};

template <class R>
struct Forward {
  How how;
  const R* x;               // (steps, batch, features)
  const R* kernel;          // (features, gates * units)
  const R* recurrent;       // (units, gates * units)
  const R* bias;            // (gates * units,) or null
  const R* recurrent_bias;  // (gates * units,) or null
  const R* h0;              // (batch, units)
  const R* c0;              // (batch, units), LSTM
  const R* keep;            // (batch, units) or null: what h is multiplied with before the product
  const uint8_t* mask;      // (steps, batch) or null
  R* outputs;               // (steps, batch, units) or null
  R* h_last;                // (batch, units)
  R* c_last;                // (batch, units), LSTM
  R* kept;                  // (steps, batch, row) or null
  R* cells;                 // (steps, batch, units) or null, LSTM
};

// From the gradients of outputs and last states to those of everything that went in.
template <class R>
struct Backward {
  How how;
  const R* x;
  const R* kernel;
  const R* recurrent;
  const R* h0;
  const R* c0;
  const R* keep;
  const uint8_t* mask;
  const R* outputs;    // all of them, kept by Forward
  const R* kept;
  const R* cells;
  const R* d_outputs;  // (steps, batch, units) or null
  const R* d_h_last;   // (batch, units)
  const R* d_c_last;   // (batch, units), LSTM
  R* d_kernel;
  R* d_recurrent;
  R* d_bias;            // or null
  R* d_recurrent_bias;  // or null
  R* d_h0;
  R* d_c0;
  R* d_x;  // (steps, batch, features) or null
};

// Fewer samples than this are one chunk, which goes through by itself.
constexpr int64_t kFewSamples = 8;

// The entry points of one instruction set and one type; false where memory is exhausted. Threads are
// those of a call; without one the caller computes alone.
template <class R>
struct Kernels {
  bool (*forward)(const Forward<R>&, const Call*);
  bool (*backward)(const Backward<R>&, const Call*);
};

// Each in a namespace of its instruction set, defined by recurrence.isa.cc.
#define RECURRA_KERNELS(isa)              \
  namespace isa {                         \
  extern const Kernels<float> kernels32;  \
  extern const Kernels<double> kernels64; \
  }
RECURRA_KERNELS(baseline)
RECURRA_KERNELS(avx2)
RECURRA_KERNELS(avx512)
#undef RECURRA_KERNELS

}  // namespace recurra
