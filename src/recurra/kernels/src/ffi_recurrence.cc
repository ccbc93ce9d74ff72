// What XLA calls: buffers become plain pointers, and the kernels of the machine's instruction set
// do the rest. `native.py` is the other side; the order of buffers is the one in which they are
// taken here.
#define RECURRA_ISA baseline  // of activations.h only the table is used
#include "activations.h"
#include "call.h"
#include "isa.h"
#include "recurrence.h"

namespace recurra {
namespace {

template <class R>
const Kernels<R>& kernels();
template <>
const Kernels<float>& kernels<float>() {
  return RECURRA_CHOSEN(kernels32);
}
template <>
const Kernels<double>& kernels<double>() {
  return RECURRA_CHOSEN(kernels64);
}

constexpr int64_t kMost = 2;  // recurrences in a call: the two directions

// The attribute `how`, number by number, once for each recurrence of the call.
enum { kCell, kActivation, kRecurrentActivation, kReverse, kBias, kRecurrentBias, kMask, kKeep,
       kOutputs, kTraining, kInput, kNumbers };

// Takes buffers one after the other; optional ones are null where `how` says they are not there.
class Buffers {
 public:
  explicit Buffers(const Call& call) : call_(call), how_(call.numbers("how")) {}

  // Goes on to the next recurrence of the call.
  void next() {
    how_ += kNumbers;
    first_ = arg_;
  }

  bool is(int which) const { return how_[which] != 0; }
  const int64_t* dims(int arg) const { return call_.arg(first_ + arg).dims; }
  template <class T>
  const T* arg(bool there = true) {
    return there ? static_cast<const T*>(call_.arg(arg_++).data) : nullptr;
  }
  template <class T>
  T* result(bool there = true) {
    if (!there) return nullptr;
    const XLA_FFI_Buffer& result = call_.result(result_++);
    with_large_pages(result.data, sizeof(T) * static_cast<size_t>(size_of(result)));
    return static_cast<T*>(result.data);
  }

  How how(int64_t steps, int64_t batch, int64_t features, int64_t units) const {
    return {Cell(how_[kCell]), how_[kActivation], how_[kRecurrentActivation], how_[kReverse] != 0,
            steps, batch, features, units};
  }

 private:
  const Call& call_;
  const int64_t* how_;
  int first_ = 0, arg_ = 0, result_ = 0;
};

XLA_FFI_Error* answer(const Call& call, bool done) {
  return done ? nullptr : call.refuse("recurra's kernels need more memory than there is");
}

// Runs the recurrences of a call: both directions at once where each by itself has so few samples
// that it occupies one thread, else one after the other.
template <class P, class F>
bool run_all(const Call& call, const P* p, int64_t count, const F& run) {
  double work = 0;
  bool narrow = true;
  for (int64_t k = 0; k < count; ++k) {
    work += p[k].how.work();
    narrow = narrow && p[k].how.batch < kFewSamples;
  }
  bool done[kMost] = {true, true};
  const bool at_once = narrow && count > 1;
  Workers::of(at_once ? &call : nullptr, work).each(count, [&](int64_t k) {
    done[k] = run(p[k], at_once ? nullptr : &call);
  });
  return done[0] && done[1];
}

// Steps and samples are numbered in 32 bits.
bool too_large(const How& how) { return how.steps >= 1 << 30 || how.batch >= 1 << 30; }

// Whether more is kept than outputs: the slope of a SimpleRNN mostly follows from these.
bool keeps_row(const How& how) {
  return how.cell != Cell::simple_rnn ||
         !baseline::keeps_value(baseline::Activation(how.activation));
}

template <class R>
void take(Buffers& its, Forward<R>& p) {
  const int64_t *x = its.dims(0), *recurrent = its.dims(2);
  p.how = its.how(x[0], x[1], x[2], recurrent[0]);
  const bool lstm = p.how.cell == Cell::lstm, training = its.is(kTraining);
  p.x = its.arg<R>();
  p.kernel = its.arg<R>();
  p.recurrent = its.arg<R>();
  p.h0 = its.arg<R>();
  p.c0 = its.arg<R>(lstm);
  p.bias = its.arg<R>(its.is(kBias));
  p.recurrent_bias = its.arg<R>(its.is(kRecurrentBias));
  p.mask = its.arg<uint8_t>(its.is(kMask));
  p.keep = its.arg<R>(its.is(kKeep));
  p.h_last = its.result<R>();
  p.c_last = its.result<R>(lstm);
  p.outputs = its.result<R>(its.is(kOutputs));
  p.kept = its.result<R>(training && keeps_row(p.how));
  p.cells = its.result<R>(training && lstm);
}

template <class R>
void take(Buffers& its, Backward<R>& p) {
  const int64_t *x = its.dims(0), *recurrent = its.dims(2);
  p.how = its.how(x[0], x[1], x[2], recurrent[0]);
  const bool lstm = p.how.cell == Cell::lstm;
  p.x = its.arg<R>();
  p.kernel = its.arg<R>();
  p.recurrent = its.arg<R>();
  p.h0 = its.arg<R>();
  p.c0 = its.arg<R>(lstm);
  p.mask = its.arg<uint8_t>(its.is(kMask));
  p.keep = its.arg<R>(its.is(kKeep));
  p.outputs = its.arg<R>();
  p.kept = keeps_row(p.how) ? its.arg<R>() : p.outputs;
  p.cells = its.arg<R>(lstm);
  p.d_outputs = its.arg<R>(its.is(kOutputs));
  p.d_h_last = its.arg<R>();
  p.d_c_last = its.arg<R>(lstm);
  p.d_kernel = its.result<R>();
  p.d_recurrent = its.result<R>();
  p.d_bias = its.result<R>(its.is(kBias));
  p.d_recurrent_bias = its.result<R>(its.is(kRecurrentBias));
  p.d_h0 = its.result<R>();
  p.d_c0 = its.result<R>(lstm);
  p.d_x = its.result<R>(its.is(kInput));
}

// Takes the buffers of each recurrence of a call and runs them all, forwards or backwards.
template <class P>
XLA_FFI_Error* handle(const Call& call, bool (*run)(const P&, const Call*)) {
  P p[kMost];
  Buffers its(call);
  const int64_t count = call.count("how") / kNumbers;
  if (count > kMost) return call.refuse("more than two recurrences in one call");
  for (int64_t k = 0; k < count; ++k, its.next()) {
    take(its, p[k]);
    if (too_large(p[k].how)) {
      return call.refuse("more than 2^30 timesteps or samples in one call");
    }
  }
  return answer(call, run_all(call, p, count, run));
}

template <class R>
XLA_FFI_Error* forward(const Call& call) {
  return handle<Forward<R>>(call, kernels<R>().forward);
}

template <class R>
XLA_FFI_Error* backward(const Call& call) {
  return handle<Backward<R>>(call, kernels<R>().backward);
}

}  // namespace
}  // namespace recurra

#define RECURRA_BOTH(name)                                                                        \
  RECURRA_HANDLER(recurra_##name) {                                                               \
    return call.arg(0).dtype == XLA_FFI_DataType_F64 ? recurra::name<double>(call)                \
                                                     : recurra::name<float>(call);                \
  }
RECURRA_BOTH(forward)
RECURRA_BOTH(backward)

// The activations in the order of their numbers, each with a 1 where its value is what is kept.
extern "C" __attribute__((visibility("default"))) const char* recurra_activations() {
  return ""
#define RECURRA_ROW(name, value_kept, value, slope) #name " " #value_kept "\n"
      RECURRA_ACTIVATIONS(RECURRA_ROW)
#undef RECURRA_ROW
      ;
}
