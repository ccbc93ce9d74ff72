// Matrix products on register tiles.
//
// B is packed into panels of a few vectors' width, each panel one piece of memory from its first
// row to its last, so that the innermost loop reads it in order. A is read where it lies, one
// number for each row at a time. A tile of C stays in registers over the whole inner dimension.
#pragma once

#include "simd.h"

namespace recurra {
namespace RECURRA_ISA {

// How many rows and vectors of C fit the registers, with B's vectors and one of A beside them.
constexpr int kTileRows = 6;
#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int kTileVectors = 4;  // of 32 registers
#else
constexpr int kTileVectors = 2;  // of 16 registers
#endif
template <class R>
constexpr int kPanel = kTileVectors * kLanes<R>;

constexpr int64_t up(int64_t n, int64_t to) { return (n + to - 1) / to * to; }

// A matrix (inner, columns) in panels; the last one is filled up with zeros.
template <class R>
struct Packed {
  const R* data;
  int64_t inner, columns;
  int64_t step;  // from one row of a panel to the next; the whole width where it is not packed

  const R* panel(int64_t column) const {
    return data + (step == kPanel<R> ? column * inner : column);
  }
  static int64_t size(int64_t inner, int64_t columns) {
    return inner * up(columns, kPanel<R>);
  }
};

// Packs a matrix (inner, columns) whose rows are `width` apart into `to`.
template <class R>
Packed<R> pack(const R* matrix, int64_t width, int64_t inner, int64_t columns, R* to) {
  constexpr int P = kPanel<R>, L = kLanes<R>;
  for (int64_t first = 0; first < columns; first += P) {
    R* panel = to + first * inner;
    for (int64_t k = 0; k < inner; ++k) {
      for (int v = 0; v < P; v += L) {
        const int64_t left = columns - first - v;
        const R* p = matrix + k * width + first + v;
        store(panel + k * P + v,
              left >= L ? load(p) : left > 0 ? load(p, static_cast<int>(left)) : Vec<R>{});
      }
    }
  }
  return {to, inner, columns, P};
}

// Four rows of four numbers, `width` apart, as four columns, kPanel apart.
template <class R>
RECURRA_INLINE void transpose_4(const R* from, int64_t width, R* to) {
  typedef R Four __attribute__((vector_size(4 * sizeof(R))));
  Four row[4];
  for (int k = 0; k < 4; ++k) memcpy(&row[k], from + k * width, sizeof(Four));
  const Four a = __builtin_shufflevector(row[0], row[1], 0, 4, 1, 5);
  const Four b = __builtin_shufflevector(row[0], row[1], 2, 6, 3, 7);
  const Four c = __builtin_shufflevector(row[2], row[3], 0, 4, 1, 5);
  const Four d = __builtin_shufflevector(row[2], row[3], 2, 6, 3, 7);
  const Four column[4] = {__builtin_shufflevector(a, c, 0, 1, 4, 5),
                          __builtin_shufflevector(a, c, 2, 3, 6, 7),
                          __builtin_shufflevector(b, d, 0, 1, 4, 5),
                          __builtin_shufflevector(b, d, 2, 3, 6, 7)};
  for (int k = 0; k < 4; ++k) memcpy(to + k * kPanel<R>, &column[k], sizeof(Four));
}

// Packs the transpose of a matrix (columns, inner) whose rows are `width` apart into `to`.
template <class R>
Packed<R> pack_transpose(const R* matrix, int64_t width, int64_t inner, int64_t columns, R* to) {
  constexpr int P = kPanel<R>;
  for (int64_t first = 0; first < columns; first += P) {
    const int64_t count = columns - first < P ? columns - first : P;
    R* panel = to + first * inner;
    const R* from = matrix + first * width;
    if (count < P) memset(panel, 0, sizeof(R) * P * inner);
    const int64_t even_n = count / 4 * 4, even_k = inner / 4 * 4;
    for (int64_t block = 0; block < even_k; block += 16) {  // what is read of a row: a cache line
      const int64_t end = block + 16 < even_k ? block + 16 : even_k;
      for (int64_t n = 0; n < even_n; n += 4) {
        for (int64_t k = block; k < end; k += 4) {
          transpose_4(from + n * width + k, width, panel + k * P + n);
        }
      }
    }
    for (int64_t n = 0; n < count; ++n) {
      for (int64_t k = n < even_n ? even_k : 0; k < inner; ++k) {
        panel[k * P + n] = from[n * width + k];
      }
    }
  }
  return {to, inner, columns, P};
}

// What a tile starts from.
enum class Start { zero, bias, old };

template <class R>
struct Product {
  const R* a;      // (rows, inner), element (m, k) at a[m * a_row + k * a_step]
  int64_t a_row, a_step;
  Packed<R> b;     // (inner, columns)
  R* c;            // (rows, columns), rows `c_row` apart
  int64_t c_row;
  Start start;
  const R* bias;   // (columns,)
};

// M rows and N vectors of C from a column on; `width` is how many of its columns there are.
template <class R, int M, int N>
void tile(const Product<R>& p, int64_t row, int64_t column, int64_t width) {
  constexpr int L = kLanes<R>;
  // Few rows leave the adders waiting for each other; then the inner dimension goes in parts.
  constexpr int S = M * N >= 8 ? 1 : M * N >= 4 ? 2 : 4;
  Vec<R> sum[S][M][N];
  R* c = p.c + row * p.c_row + column;
  const int last = static_cast<int>(width - (N - 1) * L);  // lanes of the last vector
  for (int m = 0; m < M; ++m) {
    for (int n = 0; n < N; ++n) {
      const int lanes = n == N - 1 ? last : L;
      sum[0][m][n] = p.start == Start::zero   ? Vec<R>{}
                     : p.start == Start::bias ? at(p.bias + column + n * L, lanes)
                                              : at(c + m * p.c_row + n * L, lanes);
      for (int s = 1; s < S; ++s) sum[s][m][n] = Vec<R>{};
    }
  }
  const R* a = p.a + row * p.a_row;
  const R* b = p.b.panel(column);
  const int64_t a_row = p.a_row, a_step = p.a_step, b_step = p.b.step, inner = p.b.inner;
  int64_t k = 0;
  for (; k + S <= inner; k += S) {
    for (int s = 0; s < S; ++s) {
      Vec<R> v[N];
      for (int n = 0; n < N; ++n) v[n] = load(b + s * b_step + n * L);
      for (int m = 0; m < M; ++m) {
        const Vec<R> x = all<R>(a[m * a_row + s * a_step]);
        for (int n = 0; n < N; ++n) sum[s][m][n] += x * v[n];
      }
    }
    a += S * a_step;
    b += S * b_step;
  }
  if constexpr (S > 1) {
    for (; k < inner; ++k, a += a_step, b += b_step) {
      for (int m = 0; m < M; ++m) {
        const Vec<R> x = all<R>(a[m * a_row]);
        for (int n = 0; n < N; ++n) sum[0][m][n] += x * load(b + n * L);
      }
    }
    for (int s = 1; s < S; ++s) {
      for (int m = 0; m < M; ++m) {
        for (int n = 0; n < N; ++n) sum[0][m][n] += sum[s][m][n];
      }
    }
  }
  for (int m = 0; m < M; ++m) {
    for (int n = 0; n < N; ++n) put(c + m * p.c_row + n * L, sum[0][m][n], n == N - 1 ? last : L);
  }
}

template <class R, int N>
void tile_of(int rows, const Product<R>& p, int64_t row, int64_t column, int64_t width) {
  switch (rows) {
    case 1: return tile<R, 1, N>(p, row, column, width);
    case 2: return tile<R, 2, N>(p, row, column, width);
    case 3: return tile<R, 3, N>(p, row, column, width);
    case 4: return tile<R, 4, N>(p, row, column, width);
    case 5: return tile<R, 5, N>(p, row, column, width);
    default: return tile<R, 6, N>(p, row, column, width);
  }
}

// One panel of C from `column` on, all rows, in tiles of nearly equal height.
template <class R>
void panel_product(const Product<R>& p, int64_t rows, int64_t column) {
  const int64_t left = p.b.columns - column, width = left < kPanel<R> ? left : kPanel<R>;
  const int vectors = static_cast<int>((width + kLanes<R> - 1) / kLanes<R>);
  for (int64_t row = 0, tiles = (rows + kTileRows - 1) / kTileRows; tiles > 0; --tiles) {
    const int height = static_cast<int>((rows - row + tiles - 1) / tiles);
    switch (vectors) {
      case 1: tile_of<R, 1>(height, p, row, column, width); break;
      case 2: tile_of<R, 2>(height, p, row, column, width); break;
#if defined(__AVX512F__) || defined(__aarch64__)
      case 3: tile_of<R, 3>(height, p, row, column, width); break;
      case 4: tile_of<R, 4>(height, p, row, column, width); break;
#endif
    }
    row += height;
  }
}

// C(rows, columns) = what it starts from + A B.
template <class R>
void product(const Product<R>& p, int64_t rows) {
  for (int64_t column = 0; column < p.b.columns; column += kPanel<R>) {
    panel_product(p, rows, column);
  }
}

}  // namespace RECURRA_ISA
}  // namespace recurra
