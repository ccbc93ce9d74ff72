// The instruction set that the kernels run with, chosen once when the library loads.
#pragma once

namespace recurra {

// In ascending order. Machines other than x86-64 have the first alone, which means what the
// compiler may use on every machine of their kind (NEON on aarch64).
enum class Isa { baseline, avx2, avx512 };

// The best one that processor and operating system have; RECURRA_ISA lowers it.
Isa isa();

}  // namespace recurra
