// The entry points of one instruction set.
#include "backward.h"
#include "forward.h"

namespace recurra {
namespace RECURRA_ISA {
namespace {

// The usual activations are compiled into the loops; others are looked up for each vector.
bool usual(const How& how) {
  return how.cell != Cell::simple_rnn &&
         Activation(how.activation) == Activation::tanh_ &&
         Activation(how.recurrent_activation) == Activation::sigmoid_;
}

template <class R>
bool forward(const Forward<R>& p, const Call* call) {
  return usual(p.how) ? run_forward<R, tanh__activation, sigmoid__activation>(p, call)
                      : run_forward<R, Any, Any>(p, call);
}

template <class R>
bool backward(const Backward<R>& p, const Call* call) {
  return usual(p.how) ? run_backward<R, tanh__activation, sigmoid__activation>(p, call)
                      : run_backward<R, Any, Any>(p, call);
}

template <class R>
constexpr Kernels<R> kKernels = {forward<R>, backward<R>};

}  // namespace

extern const Kernels<float> kernels32;
extern const Kernels<double> kernels64;
const Kernels<float> kernels32 = kKernels<float>;
const Kernels<double> kernels64 = kKernels<double>;

}  // namespace RECURRA_ISA
}  // namespace recurra
