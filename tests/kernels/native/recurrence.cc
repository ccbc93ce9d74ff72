// The kernels on buffers that end where their numbers end: what is read or written outside is found
// by the address sanitizer. Scratch memory and results start as NaN, so that a number that is read
// before it is written, or never written, shows. Whether numbers are right, Python tests.
#include "recurrence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <initializer_list>

#include "check.h"
#include "fake_xla.h"
#include "isa.h"

using namespace recurra;

namespace {

// Numbers on the heap, as many as there are and not one more.
template <class T>
struct Heap {
  explicit Heap(int64_t count) : count(count), data(alloc(count)) {}
  ~Heap() { free(data); }
  Heap(const Heap&) = delete;

  static T* alloc(int64_t count) {
    T* memory = static_cast<T*>(malloc(sizeof(T) * static_cast<size_t>(count)));
    memset(memory, 255, sizeof(T) * static_cast<size_t>(count));
    return memory;
  }
  // Random numbers, the same each time.
  void fill(uint32_t seed, T scale) {
    for (int64_t k = 0; k < count; ++k) {
      seed = seed * 1664525u + 1013904223u;
      data[k] = scale * (T(seed >> 8) / T(1 << 23) - 1);
    }
  }
  bool written() const {
    for (int64_t k = 0; k < count; ++k) {
      if (!isfinite(data[k])) return false;
    }
    return true;
  }
  bool same_bits(const Heap& other) const {
    return !memcmp(data, other.data, sizeof(T) * static_cast<size_t>(count));
  }
  const int64_t count;
  T* const data;
};

enum class Mask { none, right, holes, empty };

struct Case {
  How how;
  Mask mask;
  bool bias, recurrent_bias, keep, sequences;
};

// All that goes in and comes out of one recurrence and its way back.
template <class R>
struct Arrays {
  explicit Arrays(const Case& its)
      : c(its), states(its.how.batch * its.how.units), places(its.how.steps * its.how.batch),
        width(its.how.gates() * its.how.units), x(places * its.how.features),
        kernel(its.how.features * width), recurrent(its.how.units * width), bias(width),
        recurrent_bias(width), h0(states), c0(states), keep(states), mask(places),
        d_outputs(places * its.how.units), d_h(states), d_c(states), h(states), cell(states),
        outputs(places * its.how.units), row(places * its.how.row()),
        cells(places * its.how.units), d_x(x.count), d_kernel(kernel.count),
        d_recurrent(recurrent.count), d_bias(width), d_recurrent_bias(width), d_h0(states),
        d_c0(states) {
    const R in = R(1) / R(sqrt(double(c.how.features + 1)));
    const R in_turn = R(1) / R(sqrt(double(c.how.units)));
    uint32_t seed = 1;
    for (Heap<R>* its : {&x, &bias, &recurrent_bias, &h0, &c0, &keep, &d_outputs, &d_h, &d_c}) {
      its->fill(++seed, 1);
    }
    kernel.fill(++seed, in);
    recurrent.fill(++seed, in_turn);
    for (int64_t k = 0; k < places; ++k) {
      const int64_t t = k / c.how.batch, b = k % c.how.batch;
      const bool real = c.mask == Mask::right   ? t < b % (c.how.steps + 1)
                        : c.mask == Mask::holes ? (t * 7 + b * 3) % 5 != 0
                                                : c.mask == Mask::none;
      mask.data[k] = real;
      for (int64_t j = 0; !real && j < c.how.features; ++j) x.data[k * c.how.features + j] = NAN;
    }
  }

  bool lstm() const { return c.how.cell == Cell::lstm; }
  const uint8_t* masked() const { return c.mask == Mask::none ? nullptr : mask.data; }
  const R* kept_state() const { return c.keep ? keep.data : nullptr; }

  bool forward(const Kernels<R>& kernels, const Call* call, bool training) {
    Forward<R> p;
    p.how = c.how;
    p.x = x.data;
    p.kernel = kernel.data;
    p.recurrent = recurrent.data;
    p.bias = c.bias ? bias.data : nullptr;
    p.recurrent_bias = c.recurrent_bias ? recurrent_bias.data : nullptr;
    p.h0 = h0.data;
    p.c0 = lstm() ? c0.data : nullptr;
    p.keep = kept_state();
    p.mask = masked();
    p.outputs = training || c.sequences ? outputs.data : nullptr;
    p.h_last = h.data;
    p.c_last = lstm() ? cell.data : nullptr;
    p.kept = training ? row.data : nullptr;
    p.cells = training && lstm() ? cells.data : nullptr;
    return kernels.forward(p, call);
  }

  bool backward(const Kernels<R>& kernels, const Call* call, bool wants_input) {
    Backward<R> p;
    p.how = c.how;
    p.x = x.data;
    p.kernel = kernel.data;
    p.recurrent = recurrent.data;
    p.h0 = h0.data;
    p.c0 = lstm() ? c0.data : nullptr;
    p.keep = kept_state();
    p.mask = masked();
    p.outputs = outputs.data;
    p.kept = row.data;
    p.cells = lstm() ? cells.data : nullptr;
    p.d_outputs = c.sequences ? d_outputs.data : nullptr;
    p.d_h_last = d_h.data;
    p.d_c_last = lstm() ? d_c.data : nullptr;
    p.d_kernel = d_kernel.data;
    p.d_recurrent = d_recurrent.data;
    p.d_bias = c.bias ? d_bias.data : nullptr;
    p.d_recurrent_bias = c.recurrent_bias ? d_recurrent_bias.data : nullptr;
    p.d_h0 = d_h0.data;
    p.d_c0 = lstm() ? d_c0.data : nullptr;
    p.d_x = wants_input ? d_x.data : nullptr;
    return kernels.backward(p, call);
  }

  bool run(const Kernels<R>& kernels, const Call* call) {
    return forward(kernels, call, false) && forward(kernels, call, true) &&
           backward(kernels, call, false) && backward(kernels, call, true);
  }

  // Calls `all` with each result.
  template <class F>
  bool results(const Arrays& other, const F& all) const {
    bool good = all(h, other.h) && all(outputs, other.outputs) && all(d_x, other.d_x) &&
                all(d_kernel, other.d_kernel) && all(d_recurrent, other.d_recurrent) &&
                all(d_h0, other.d_h0);
    if (lstm()) good = good && all(cell, other.cell) && all(d_c0, other.d_c0);
    if (c.bias) good = good && all(d_bias, other.d_bias);
    if (c.recurrent_bias) good = good && all(d_recurrent_bias, other.d_recurrent_bias);
    return good;
  }

  const Case c;
  const int64_t states, places, width;
  Heap<R> x, kernel, recurrent, bias, recurrent_bias, h0, c0, keep;
  Heap<uint8_t> mask;
  Heap<R> d_outputs, d_h, d_c, h, cell, outputs, row, cells, d_x, d_kernel, d_recurrent,
      d_bias, d_recurrent_bias, d_h0, d_c0;
};

// The kernels of the instruction set that RECURRA_ISA says, or of the machine's highest.
const Kernels<float>& chosen(float) {
#if defined(__x86_64__)
  if (isa() == Isa::avx512) return avx512::kernels32;
  if (isa() == Isa::avx2) return avx2::kernels32;
#endif
  return baseline::kernels32;
}
const Kernels<double>& chosen(double) {
#if defined(__x86_64__)
  if (isa() == Isa::avx512) return avx512::kernels64;
  if (isa() == Isa::avx2) return avx2::kernels64;
#endif
  return baseline::kernels64;
}

template <class R>
void run_case(const Case& c, const Pool& pool) {
  Arrays<R> alone(c), shared(c);
  CHECK(alone.run(chosen(R()), nullptr));
  CHECK(shared.run(chosen(R()), pool.call()));
  CHECK(alone.results(shared, [](const auto& a, const auto& b) { return a.same_bits(b); }));
  CHECK(alone.results(shared, [](const auto& a, const auto&) { return a.written(); }));
}

// In a thread of its own scratch memory is new, and holds NaN.
struct Run {
  Case c;
  const Pool* pool;
};

void in_thread(const Run& run) {
  pthread_t thread;
  pthread_create(
      &thread, nullptr,
      [](void* given) -> void* {
        const Run& its = *static_cast<const Run*>(given);
        run_case<float>(its.c, *its.pool);
        run_case<double>(its.c, *its.pool);
        return nullptr;
      },
      const_cast<Run*>(&run));
  pthread_join(thread, nullptr);
}

// Steps, batch, features, units: vectors, tiles, chunks and blocks that are full or not, and none.
constexpr int64_t kSizes[][4] = {
    {1, 1, 1, 1},   {1, 1, 1, 16},  {3, 1, 5, 7},   {2, 2, 3, 8},   {4, 5, 2, 9},
    {3, 6, 1, 13},  {5, 8, 7, 15},  {2, 9, 16, 16}, {3, 16, 8, 17}, {2, 17, 33, 31},
    {3, 33, 4, 32}, {1, 65, 3, 33}, {50, 1, 3, 5},  {49, 2, 6, 4},  {97, 1, 2, 64},
    {0, 3, 2, 4},   {3, 0, 2, 4},   {0, 0, 1, 1},   {2, 3, 0, 4},   {9, 4, 70, 64},
    {2, 20, 5, 48}, {66, 70, 3, 24}, {3, 12, 300, 2},
    {12, 31, 48, 48}, {70, 3, 40, 33},
};
constexpr int64_t kActivations = 13;

}  // namespace

TEST(nothing_is_read_or_written_outside_of_buffers) {
  Pool pool(4);
  int64_t number = 0;
  for (const auto& size : kSizes) {
    for (Cell cell : {Cell::simple_rnn, Cell::lstm, Cell::gru, Cell::gru_reset_before}) {
      for (Mask mask : {Mask::none, Mask::right, Mask::holes, Mask::empty}) {
        ++number;
        // All activations by turns, and half of the time those that are compiled into the loops;
        // with others long recurrences leave the range of floats.
        const bool usual = number % 2 || size[0] > 20;
        const int64_t phi = usual ? 1 : number / 2 % kActivations;
        const int64_t sigma = usual ? 2 : number / 3 % kActivations;
        const bool second = cell != Cell::gru_reset_before && number % 3;
        const How how = {cell, phi, sigma, number % 5 > 2, size[0], size[1], size[2], size[3]};
        in_thread({{how, mask, number % 4 != 0, second, number % 3 == 0, number % 7 > 2}, &pool});
      }
    }
  }
}

TEST(what_does_not_fit_into_memory_is_refused) {
  for (Cell cell : {Cell::simple_rnn, Cell::lstm, Cell::gru, Cell::gru_reset_before}) {
    Forward<float> p = {};
    p.how = {cell, 1, 2, false, 1, 1, 1, int64_t{1} << 24};
    CHECK(!baseline::kernels32.forward(p, nullptr));
    Backward<float> q = {};
    q.how = p.how;
    CHECK(!baseline::kernels32.backward(q, nullptr));
  }
}
