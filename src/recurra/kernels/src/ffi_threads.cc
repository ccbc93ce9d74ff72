// How many threads a large call is shared by: XLA's pool is known only inside a call.
#include "call.h"
#include "parallel.h"

RECURRA_HANDLER(recurra_threads) {
  *static_cast<int32_t*>(call.result(0).data) = recurra::Workers::of(&call, 1e18).threads();
  return nullptr;
}
