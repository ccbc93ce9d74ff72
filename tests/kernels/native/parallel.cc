// Tasks over a pool: each once, whatever the pool does. `make sanitize` watches memory;
//   g++ -std=c++17 -g -O1 -fsanitize=thread -Isrc/recurra/kernels/src -isystem <jaxlib>/include
//     tests/kernels/native/{parallel,main}.cc src/recurra/kernels/src/{parallel,isa}.cc -lpthread
// watches for races.
#include "parallel.h"

#include <stdint.h>

#include <initializer_list>

#include "check.h"
#include "fake_xla.h"

int XLA_FFI_Error::alive = 0;

using namespace recurra;

namespace {

constexpr double kMuch = 1e18;  // work that is always worth a fork
constexpr int64_t kMost = 3000;

// Runs so many tasks and counts how often each has run, without any lock: a task that two threads
// run is a race, and one that has not been waited for is missed.
bool each_runs_once(const Call* call, int64_t count) {
  int times[kMost] = {0};
  Workers::of(call, kMuch).each(count, [&](int64_t task) { ++times[task]; });
  for (int64_t k = 0; k < kMost; ++k) {
    if (times[k] != (k < count)) return false;
  }
  return true;
}

struct Caller {
  Pool* pool;
  bool good = true;
};

void* call_often(void* given) {
  auto* caller = static_cast<Caller*>(given);
  for (int k = 0; k < 200; ++k) caller->good &= each_runs_once(caller->pool->call(), k % 40);
  return nullptr;
}

}  // namespace

TEST(every_task_runs_once) {
  for (int threads = 0; threads <= 8; ++threads) {
    Pool pool(threads);
    for (int64_t count : {int64_t{0}, int64_t{1}, int64_t{2}, int64_t{3}, int64_t{17}, kMost}) {
      for (int k = 0; k < 50; ++k) CHECK(each_runs_once(pool.call(), count));
    }
  }
}

TEST(the_pool_may_come_when_all_is_done) {
  Pool pool(4, Pool::Way::later);
  for (int k = 0; k < 100; ++k) CHECK(each_runs_once(pool.call(), 10));
  pool.release();
  for (int k = 0; k < 100; ++k) CHECK(each_runs_once(pool.call(), 10));
}

TEST(the_pool_may_run_tasks_in_the_caller_or_refuse_them) {
  for (Pool::Way way : {Pool::Way::at_once, Pool::Way::refuses_some}) {
    Pool pool(4, way);
    for (int64_t count = 0; count < 50; ++count) CHECK(each_runs_once(pool.call(), count));
  }
  CHECK(XLA_FFI_Error::alive == 0);
}

TEST(several_callers_share_a_pool) {
  Pool pool(3);
  Caller callers[4] = {{&pool}, {&pool}, {&pool}, {&pool}};
  pthread_t threads[4];
  for (int k = 0; k < 4; ++k) pthread_create(&threads[k], nullptr, call_often, &callers[k]);
  for (int k = 0; k < 4; ++k) pthread_join(threads[k], nullptr);
  for (const Caller& caller : callers) CHECK(caller.good);
}

TEST(little_work_is_done_by_the_caller_alone) {
  Pool pool(4);
  CHECK(Workers::of(pool.call(), 1000).threads() == 1);
  CHECK(Workers::of(nullptr, kMuch).threads() == 1);
  CHECK(Workers::of(pool.call(), kMuch).threads() == 4);
  const pthread_t self = pthread_self();
  bool alone = true;
  Workers::of(pool.call(), 1000).each(100, [&](int64_t) { alone &= pthread_self() == self; });
  CHECK(alone);
}

TEST(scratch_memory_is_aligned_and_kept_for_the_next_call) {
  for (Block block : {Block::shared, Block::own, Block::part}) {
    char* memory = static_cast<char*>(scratch(block, 1000));
    CHECK(reinterpret_cast<uintptr_t>(memory) % 64 == 0);
    memory[0] = memory[999] = 1;
    CHECK(scratch(block, 10) == memory);
    char* larger = static_cast<char*>(scratch(block, 100000));
    CHECK(reinterpret_cast<uintptr_t>(larger) % 64 == 0);
    larger[99999] = 1;
  }
  CHECK(scratch(Block::shared, 1) != scratch(Block::own, 1));
  CHECK(scratch(Block::own, 1) != scratch(Block::part, 1));
}

TEST(scratch_memory_that_there_is_not) {
  CHECK(scratch(Block::own, SIZE_MAX / 4) == nullptr);
  CHECK(scratch(Block::own, 64) != nullptr);
}

TEST(a_large_piece_of_scratch_memory_is_given_back) {
  const size_t large = size_t{1} << 27;
  char* memory = static_cast<char*>(scratch(Block::own, large));
  memory[large - 1] = 1;
  CHECK(scratch(Block::own, large / 2 + 1) == memory);
  scratch(Block::own, 64);
  CHECK(scratch(Block::own, 128) != nullptr);
}
