// Tasks over the threads of XLA's own pool.
//
// The caller works too: threads claim numbered tasks from a counter, and the caller waits only for
// those that another thread has claimed. What a task computes depends on its number alone, so
// results are the same bits for any number of threads.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace recurra {

struct Call;

// Who runs tasks: the threads of XLA's pool behind a call, or the caller alone.
class Workers {
 public:
  // Of a call, or none; `work` is how many multiplications and additions there are to do. Below what a
  // fork costs the caller does them alone.
  static Workers of(const Call* call, double work);

  // Runs `function(0)` to `function(count - 1)`, in any order, and returns when all are done.
  template <class F>
  void each(int64_t count, const F& function) const {
    run(count, const_cast<F*>(&function),
        [](void* context, int64_t task) { (*static_cast<const F*>(context))(task); });
  }

  int threads() const { return threads_; }

 private:
  using Run = void (*)(void* context, int64_t task);
  void run(int64_t count, void* context, Run run_one) const;

  const Call* call_ = nullptr;
  int threads_ = 1;
};

// Memory of the calling thread for one call, aligned to 64 bytes and kept for the next one: freshly
// mapped pages cost more than small kernels do. There are three independent blocks: for what all tasks
// of a call read, for a task itself, and for parts of a task. Null where memory is exhausted.
enum class Block { shared, own, part };
void* scratch(Block block, size_t bytes);

// Asks for large pages under a result that is about to be written: the first touch of each small
// page of a fresh buffer costs more than what the kernels write there.
void with_large_pages(void* memory, size_t bytes);

}  // namespace recurra
