// The instruction set that the kernels run with, chosen once when the library loads.
#pragma once

namespace recurra {

// In ascending order. Machines other than x86-64 have the first alone, which means what the
// compiler may use on every machine of their kind (NEON on aarch64).
enum class Isa { baseline, avx2, avx512 };

// The best one that processor and operating system have; RECURRA_ISA lowers it.
Isa isa();

}  // namespace recurra

// The one of three things of the same name, each in a namespace of its instruction set, that this
// machine runs; other machines than x86-64 have only the first.
#if defined(__x86_64__)
#define RECURRA_CHOSEN(name)                                        \
  (recurra::isa() == recurra::Isa::avx512 ? recurra::avx512::name   \
   : recurra::isa() == recurra::Isa::avx2 ? recurra::avx2::name     \
                                          : recurra::baseline::name)
#else
#define RECURRA_CHOSEN(name) (recurra::baseline::name)
#endif
