// New values of parameters and of what an optimizer keeps, from gradients: element by element.
#pragma once

#include <stdint.h>

namespace recurra {

enum class Rule : int64_t { sgd, rmsprop, adam };  // the order of update.py

// Positions in `numbers`, which are those of the optimizer's arguments. Whether there is momentum,
// or the largest mean, follows from the slots: to a thread that takes tiny numbers for zero, as
// XLA's do, a tiny momentum is none.
namespace sgd { enum { momentum, nesterov }; }
namespace rmsprop { enum { rho, momentum, epsilon, centered }; }
namespace adam { enum { beta_1, beta_2, epsilon, amsgrad }; }

constexpr int kMostSlots = 3;

// A piece of one parameter. Results may be the memory of what they replace. Slots:
//   sgd      momentum, if any
//   rmsprop  mean of the gradient if centered, of its square, momentum if any
//   adam     mean of the gradient, of its square, the largest of these if amsgrad
template <class R>
struct Piece {
  int64_t count;
  const R* gradient;
  const R* value;
  const R* slot[kMostSlots];
  R* new_value;
  R* new_slot[kMostSlots];
  bool decays;
  R shrink;  // with `decays`: the value first loses this share of itself, times the learning rate
};

template <class R>
struct Update {
  Rule rule;
  int64_t slots;  // how many each parameter has
  const double* numbers;
  R learning_rate;
  R factor;  // the learning rate, or what the rule makes of it at this step
};

template <class R>
using UpdatePiece = void (*)(const Update<R>&, const Piece<R>&);

// Each in a namespace of its instruction set, defined by update.isa.cc.
#define RECURRA_UPDATES(isa)            \
  namespace isa {                       \
  extern const UpdatePiece<float> update32;   \
  extern const UpdatePiece<double> update64;  \
  }
RECURRA_UPDATES(baseline)
RECURRA_UPDATES(avx2)
RECURRA_UPDATES(avx512)
#undef RECURRA_UPDATES

}  // namespace recurra
