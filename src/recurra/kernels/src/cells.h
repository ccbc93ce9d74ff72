// The cells' elementwise part for one sample in one step, forwards and backwards.
//
// Every function goes over the units in vectors. Phi is `activation`, Sigma is
// `recurrent_activation`. `kept` holds for each gate what its slope follows from.
#pragma once

#include "activations.h"

namespace recurra {
namespace RECURRA_ISA {

// One gate: its value, and what is kept of it.
template <class R, class A>
RECURRA_INLINE Vec<R> gate(A activation, Vec<R> z, R* kept, int n) {
  const Vec<R> y = activation.template value<R>(z);
  if (kept) put(kept, activation.keeps() ? y : z, n);
  return y;
}

// The value and the slope of a gate from what was kept of it.
template <class R>
struct Recovered {
  Vec<R> value, slope;
};
template <class R, class A>
RECURRA_INLINE Recovered<R> recover(A activation, Vec<R> kept) {
  return {activation.keeps() ? kept : activation.template value<R>(kept),
          activation.template slope<R>(kept)};
}

// SimpleRNN: h = phi(z).

template <class R, class Phi>
void simple_rnn_forward(Phi phi, int64_t units, const R* z, R* kept, R* h) {
  phi.visit([=](auto known) {
    in_vectors<R>(units, [=](int64_t k, int n) {
      put(h + k, gate<R>(known, at(z + k, n), kept ? kept + k : nullptr, n), n);
    });
  });
}

template <class R, class Phi>
void simple_rnn_backward(Phi phi, int64_t units, const R* kept, R* d_h, R* d_row) {
  phi.visit([=](auto known) {
    in_vectors<R>(units, [=](int64_t k, int n) {
      put(d_row + k, at(d_h + k, n) * known.template slope<R>(at(kept + k, n)), n);
      put(d_h + k, Vec<R>{}, n);
    });
  });
}

// LSTM: c = f c + i g, h = o phi(c).

template <class R, class Phi, class Sigma>
void lstm_forward(Phi phi, Sigma sigma, int64_t units, const R* z, R* kept, R* c, R* h) {
  in_vectors<R>(units, [=](int64_t k, int n) {
    const auto slot = [=](int s) { return kept ? kept + s * units + k : nullptr; };
    const Vec<R> i = gate<R>(sigma, at(z + k, n), slot(0), n);
    const Vec<R> f = gate<R>(sigma, at(z + units + k, n), slot(1), n);
    const Vec<R> g = gate<R>(phi, at(z + 2 * units + k, n), slot(2), n);
    const Vec<R> o = gate<R>(sigma, at(z + 3 * units + k, n), slot(3), n);
    const Vec<R> cell = f * at(c + k, n) + i * g;
    put(c + k, cell, n);
    put(h + k, o * phi.template value<R>(cell), n);
  });
}

template <class R, class Phi, class Sigma>
void lstm_backward(Phi phi, Sigma sigma, int64_t units, const R* kept, const R* c_before,
                   const R* c, R* d_h, R* d_c, R* d_row) {
  in_vectors<R>(units, [=](int64_t k, int n) {
    const auto [i, i_slope] = recover<R>(sigma, at(kept + k, n));
    const auto [f, f_slope] = recover<R>(sigma, at(kept + units + k, n));
    const auto [g, g_slope] = recover<R>(phi, at(kept + 2 * units + k, n));
    const auto [o, o_slope] = recover<R>(sigma, at(kept + 3 * units + k, n));
    const Vec<R> cell = at(c + k, n), shown = phi.template value<R>(cell);
    const Vec<R> dh = at(d_h + k, n);
    const Vec<R> dc =
        at(d_c + k, n) + dh * o * phi.template slope<R>(phi.keeps() ? shown : cell);
    put(d_row + k, dc * g * i_slope, n);
    put(d_row + units + k, dc * at(c_before + k, n) * f_slope, n);
    put(d_row + 2 * units + k, dc * i * g_slope, n);
    put(d_row + 3 * units + k, dh * shown * o_slope, n);
    put(d_c + k, dc * f, n);
    put(d_h + k, Vec<R>{}, n);
  });
}

// GRU: h = z h + (1 - z) phi(x + r a), a = h U.

template <class R, class Phi, class Sigma>
void gru_forward(Phi phi, Sigma sigma, int64_t units, const R* z, R* kept, R* h) {
  in_vectors<R>(units, [=](int64_t k, int n) {
    const auto slot = [=](int s) { return kept ? kept + s * units + k : nullptr; };
    const Vec<R> update = gate<R>(sigma, at(z + k, n), slot(0), n);
    const Vec<R> reset = gate<R>(sigma, at(z + units + k, n), slot(1), n);
    const Vec<R> a = at(z + 2 * units + k, n);
    if (kept) put(slot(2), a, n);
    const Vec<R> candidate = gate<R>(phi, at(z + 3 * units + k, n) + reset * a, slot(3), n);
    put(h + k, update * (at(h + k, n) - candidate) + candidate, n);
  });
}

template <class R, class Phi, class Sigma>
void gru_backward(Phi phi, Sigma sigma, int64_t units, const R* kept, const R* h_before, R* d_h,
                  R* d_row) {
  in_vectors<R>(units, [=](int64_t k, int n) {
    const auto [update, update_slope] = recover<R>(sigma, at(kept + k, n));
    const auto [reset, reset_slope] = recover<R>(sigma, at(kept + units + k, n));
    const Vec<R> a = at(kept + 2 * units + k, n);
    const auto [candidate, slope] = recover<R>(phi, at(kept + 3 * units + k, n));
    const Vec<R> dh = at(d_h + k, n), dx = (dh - dh * update) * slope;
    put(d_row + k, dh * (at(h_before + k, n) - candidate) * update_slope, n);
    put(d_row + units + k, dx * a * reset_slope, n);
    put(d_row + 2 * units + k, dx * reset, n);
    put(d_row + 3 * units + k, dx, n);
    put(d_h + k, dh * update, n);
  });
}

// GRU with the reset gate before the product: h = z h + (1 - z) phi(x + (r h) U). `h_seen` is h
// with dropout. First the gates, then, when a = r h has been multiplied, the candidate.

template <class R, class Sigma>
void gru_before_gates(Sigma sigma, int64_t units, R* z, R* kept, const R* h_seen) {
  in_vectors<R>(units, [=](int64_t k, int n) {
    const auto slot = [=](int s) { return kept ? kept + s * units + k : nullptr; };
    put(z + k, gate<R>(sigma, at(z + k, n), slot(0), n), n);
    const Vec<R> reset = gate<R>(sigma, at(z + units + k, n), slot(1), n);
    const Vec<R> a = reset * at(h_seen + k, n);
    put(z + 2 * units + k, a, n);
    if (kept) put(slot(2), a, n);
  });
}

template <class R, class Phi>
void gru_before_forward(Phi phi, int64_t units, const R* z, R* kept, R* h) {
  in_vectors<R>(units, [=](int64_t k, int n) {
    const Vec<R> candidate = gate<R>(phi, at(z + 3 * units + k, n),
                                     kept ? kept + 3 * units + k : nullptr, n);
    put(h + k, at(z + k, n) * (at(h + k, n) - candidate) + candidate, n);
  });
}

template <class R, class Phi, class Sigma>
void gru_before_candidate(Phi phi, Sigma sigma, int64_t units, const R* kept, const R* h_before,
                          R* d_h, R* d_row) {
  in_vectors<R>(units, [=](int64_t k, int n) {
    const auto [update, update_slope] = recover<R>(sigma, at(kept + k, n));
    const auto [candidate, slope] = recover<R>(phi, at(kept + 3 * units + k, n));
    const Vec<R> dh = at(d_h + k, n), dx = (dh - dh * update) * slope;
    put(d_row + k, dh * (at(h_before + k, n) - candidate) * update_slope, n);
    put(d_row + 2 * units + k, dx, n);
    put(d_row + 3 * units + k, dx, n);
    put(d_h + k, dh * update, n);
  });
}

// `d_a` is the gradient of a = r h; what h gets of it is left there.
template <class R, class Sigma>
void gru_before_reset(Sigma sigma, int64_t units, const R* kept, const R* h_before, const R* keep,
                      R* d_a, R* d_row) {
  in_vectors<R>(units, [=](int64_t k, int n) {
    const auto [reset, reset_slope] = recover<R>(sigma, at(kept + units + k, n));
    const Vec<R> h = at(h_before + k, n), seen = keep ? h * at(keep + k, n) : h;
    const Vec<R> da = at(d_a + k, n);
    put(d_row + units + k, da * seen * reset_slope, n);
    put(d_a + k, da * reset, n);
  });
}

}  // namespace RECURRA_ISA
}  // namespace recurra
