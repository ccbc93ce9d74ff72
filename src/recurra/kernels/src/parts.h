// How weights are cut into products whose results lie side by side in a row of projections, and
// how samples are cut into chunks.
#pragma once

#include "gemm.h"
#include "recurrence.h"

namespace recurra {
namespace RECURRA_ISA {

// Columns of a weight matrix and where they lie in a row: `from` in the matrix, `to` in the row.
struct Part {
  int64_t from, to, columns;
};

struct Parts {
  Part part[2];
  int count;
};

// What the input is multiplied with.
inline Parts input_parts(const How& how) {
  const int64_t u = how.units;
  if (how.gated_unit()) return {{{0, 0, 2 * u}, {2 * u, 3 * u, u}}, 2};
  return {{{0, 0, how.gates() * u}, {}}, 1};
}

// What the state is multiplied with; a GRU's last part is a = h U, or the product with a = r h.
inline Parts recurrent_parts(const How& how) {
  const int64_t u = how.units;
  if (how.gated_unit()) return {{{0, 0, 2 * u}, {2 * u, 2 * u, u}}, 2};
  return {{{0, 0, how.gates() * u}, {}}, 1};
}

// Whether a matrix is packed for `rows` rows of a product; for a few it costs more than it saves.
template <class R>
bool worth_packing(const Part& part, int64_t rows) {
  return rows > 64 || part.columns % kLanes<R> != 0;
}

template <class R>
int64_t packed_size(const Parts& parts, int64_t inner) {
  int64_t size = 0;
  for (int k = 0; k < parts.count; ++k) size += Packed<R>::size(inner, parts.part[k].columns);
  return size;
}

// The parts of a matrix (inner, width), each packed for `rows` rows; `to` goes on behind them.
template <class R>
void pack_parts(const Parts& parts, const R* matrix, int64_t inner, int64_t width, int64_t rows,
                R*& to, Packed<R>* packed) {
  for (int k = 0; k < parts.count; ++k) {
    const Part& part = parts.part[k];
    if (!worth_packing<R>(part, rows)) {
      packed[k] = {matrix + part.from, inner, part.columns, width};
      continue;
    }
    packed[k] = pack(matrix + part.from, width, inner, part.columns, to);
    to += Packed<R>::size(inner, part.columns);
  }
}

// The same transposed, (part's columns, inner), for products on the way back.
template <class R>
int64_t transposed_size(const Parts& parts, int64_t inner) {
  int64_t size = 0;
  for (int k = 0; k < parts.count; ++k) size += Packed<R>::size(parts.part[k].columns, inner);
  return size;
}

template <class R>
void pack_transposed(const Parts& parts, const R* matrix, int64_t inner, int64_t width, R*& to,
                     Packed<R>* packed) {
  for (int k = 0; k < parts.count; ++k) {
    const Part& part = parts.part[k];
    packed[k] = pack_transpose(matrix + part.from, width, part.columns, inner, to);
    to += Packed<R>::size(part.columns, inner);
  }
}

// Chunks of samples that go through the whole sequence by themselves. They depend on the shapes
// alone, not on the threads. So few samples a chunk keep its states in the nearest cache and still
// read each weight once for all of them; of many samples, twice as many make a chunk, since there are
// chunks enough for any number of threads.
constexpr int64_t kChunk = 16, kMany = 512;

struct Chunks {
  int64_t count, batch;
  int64_t first(int64_t k) const { return k * batch / count; }
  int64_t most() const { return (batch + count - 1) / count; }
};

inline Chunks chunks_of(int64_t batch) {
  const int64_t pair = batch < kMany ? 2 * kChunk : 4 * kChunk;
  const int64_t pairs = (batch + pair - 1) / pair;
  return {batch >= kFewSamples ? 2 * pairs : batch > 0, batch};
}

// The samples by falling number of real steps, so that those of a chunk end at about the same time
// and those that still go on come first. Counting sort: as large as batch + steps.
inline void order_by_length(const How& how, const uint8_t* mask, int32_t* order, int32_t* length,
                            int32_t* place) {
  memset(length, 0, sizeof(int32_t) * how.batch);
  for (int64_t t = 0; t < how.steps; ++t) {
    for (int64_t b = 0; b < how.batch; ++b) length[b] += mask[t * how.batch + b] != 0;
  }
  memset(place, 0, sizeof(int32_t) * (how.steps + 2));
  for (int64_t b = 0; b < how.batch; ++b) ++place[how.steps - length[b] + 1];
  for (int64_t k = 0; k < how.steps; ++k) place[k + 1] += place[k];
  for (int64_t b = 0; b < how.batch; ++b) {
    order[place[how.steps - length[b]]++] = static_cast<int32_t>(b);
  }
}

// How much of a chunk is real in a step: up to the last sample that is.
inline int64_t real_rows(const uint8_t* mask, const int32_t* order, int64_t rows) {
  while (rows > 0 && !mask[order[rows - 1]]) --rows;
  return rows;
}

// Takes pieces out of a block of memory, each aligned to a cache line.
struct Pieces {
  char* at;
  template <class T>
  static size_t bytes(int64_t count) {
    return (static_cast<size_t>(count) * sizeof(T) + 63) / 64 * 64;
  }
  template <class T>
  T* take(int64_t count) {
    T* piece = reinterpret_cast<T*>(at);
    at += bytes<T>(count);
    return piece;
  }
};

// The order of the samples and what it takes to find it; none without a mask.
inline size_t order_bytes(const How& how, const uint8_t* mask) {
  if (!mask) return 0;
  return 2 * Pieces::bytes<int32_t>(how.batch) + Pieces::bytes<int32_t>(how.steps + 2);
}

inline const int32_t* take_order(const How& how, const uint8_t* mask, Pieces& pieces) {
  if (!mask) return nullptr;
  auto* order = pieces.take<int32_t>(how.batch);
  auto* length = pieces.take<int32_t>(how.batch);
  order_by_length(how, mask, order, length, pieces.take<int32_t>(how.steps + 2));
  return order;
}

}  // namespace RECURRA_ISA
}  // namespace recurra
