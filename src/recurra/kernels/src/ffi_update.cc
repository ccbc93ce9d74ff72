// One call for all parameters of a model: XLA's buffers become plain pointers. `update.py` is the
// other side. Arguments: (learning rate, factor) in float32, then gradients, values and the slots,
// one kind after the other; results: new values and slots.
#include "call.h"
#include "isa.h"
#include "parallel.h"
#include "update.h"

namespace recurra {
namespace {

template <class R>
UpdatePiece<R> chosen();
template <>
UpdatePiece<float> chosen<float>() {
  return RECURRA_CHOSEN(update32);
}
template <>
UpdatePiece<double> chosen<double>() {
  return RECURRA_CHOSEN(update64);
}

// Parameters end to end are cut into ranges of so many values, whatever the threads are.
constexpr int64_t kRange = int64_t{1} << 15;
constexpr double kWorkOfValue = 10;

// The buffers of a call: `parameters` of them, each with a gradient and `slots` slots.
template <class R>
struct Buffers {
  const Call& call;
  const int parameters, slots;
  const double* decays;  // a share for each parameter

  const XLA_FFI_Buffer& gradient(int k) const { return call.arg(1 + k); }
  const R* arg(int kind, int k) const {
    return static_cast<const R*>(call.arg(1 + kind * parameters + k).data);
  }
  R* result(int kind, int k) const {
    return static_cast<R*>(call.result(kind * parameters + k).data);
  }

  Piece<R> piece(int k, int64_t from, int64_t to) const {
    Piece<R> p = {};
    p.count = to - from;
    p.gradient = arg(0, k) + from;
    p.value = arg(1, k) + from;
    p.new_value = result(0, k) + from;
    for (int s = 0; s < slots; ++s) {
      p.slot[s] = arg(2 + s, k) + from;
      p.new_slot[s] = result(1 + s, k) + from;
    }
    p.decays = decays[k] != 0;
    p.shrink = R(decays[k]);
    return p;
  }
};

template <class R>
XLA_FFI_Error* update(const Call& call) {
  const int64_t* rule = call.numbers("rule");
  if (rule[2] > kMostSlots || call.args() != 1 + (2 + rule[2]) * rule[1]) {
    return call.refuse("gradients, values and slots are not of the same number");
  }
  const Buffers<R> its = {call, static_cast<int>(rule[1]), static_cast<int>(rule[2]),
                          reinterpret_cast<const double*>(call.numbers("decays"))};
  const auto* rates = static_cast<const float*>(call.arg(0).data);
  const Update<R> u = {Rule(rule[0]), its.slots,
                       reinterpret_cast<const double*>(call.numbers("numbers")), R(rates[0]),
                       R(rates[1])};
  const UpdatePiece<R> update_piece = chosen<R>();
  int64_t total = 0;
  for (int k = 0; k < its.parameters; ++k) total += size_of(its.gradient(k));
  const Workers workers = Workers::of(&call, kWorkOfValue * static_cast<double>(total));
  workers.each((total + kRange - 1) / kRange, [&](int64_t task) {
    int64_t from = task * kRange, to = from + kRange;  // counted from the start of parameter k
    for (int k = 0; k < its.parameters && to > 0; ++k) {
      const int64_t size = size_of(its.gradient(k));
      if (from < size) update_piece(u, its.piece(k, from > 0 ? from : 0, to < size ? to : size));
      from -= size;
      to -= size;
    }
  });
  return nullptr;
}

}  // namespace
}  // namespace recurra

RECURRA_HANDLER(recurra_update) {
  const bool doubles = call.args() > 1 && call.arg(1).dtype == XLA_FFI_DataType_F64;
  return doubles ? recurra::update<double>(call) : recurra::update<float>(call);
}
