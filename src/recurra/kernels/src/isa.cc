#include "isa.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

namespace recurra {
namespace {

constexpr const char* kNames[] = {"baseline", "avx2", "avx512"};

#if defined(__x86_64__)

struct Registers {
  uint32_t a, b, c, d;
};

// By hand: `__builtin_cpu_supports` needs a part of libgcc that not every compiler brings.
Registers cpuid(uint32_t leaf) {
  Registers r;
  asm volatile("cpuid" : "=a"(r.a), "=b"(r.b), "=c"(r.c), "=d"(r.d) : "a"(leaf), "c"(0));
  return r;
}

// Which registers the operating system saves when it switches threads.
uint32_t saved_registers() {
  uint32_t low, high;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

bool all_of(uint32_t value, uint32_t bits) { return (value & bits) == bits; }

Isa best() {
  constexpr uint32_t kFma = 1u << 12, kSaves = 1u << 27, kAvx = 1u << 28;
  constexpr uint32_t kAvx2 = 1u << 5, kBmi2 = 1u << 8;
  constexpr uint32_t kAvx512 = 1u << 16 | 1u << 17 | 1u << 30 | 1u << 31;  // F, DQ, BW, VL
  constexpr uint32_t kYmm = 0x06, kZmm = 0xe6;
  if (cpuid(0).a < 7 || !all_of(cpuid(1).c, kFma | kSaves | kAvx)) return Isa::baseline;
  const uint32_t saved = saved_registers(), more = cpuid(7).b;
  if (!all_of(saved, kYmm) || !all_of(more, kAvx2 | kBmi2)) return Isa::baseline;
  return all_of(saved, kZmm) && all_of(more, kAvx512) ? Isa::avx512 : Isa::avx2;
}

#else

Isa best() { return Isa::baseline; }

#endif

Isa choose() {
  const Isa most = best();
  const char* wanted = getenv("RECURRA_ISA");
  for (int k = 0; wanted && k < static_cast<int>(most); ++k) {
    if (!strcmp(wanted, kNames[k])) return static_cast<Isa>(k);
  }
  return most;
}

const Isa chosen = choose();

}  // namespace

Isa isa() { return chosen; }

}  // namespace recurra

extern "C" __attribute__((visibility("default"))) const char* recurra_isa() {
  return recurra::kNames[static_cast<int>(recurra::isa())];
}
