#include "parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

#include "call.h"

namespace recurra {
namespace {

// What is left of a fork for threads that come late lives on the heap until the last one is gone.
struct Fork {
  int64_t count;
  void* context;
  void (*run_one)(void*, int64_t);
  int64_t next = 0;  // the next task to claim
  int64_t done = 0;
  int holders;

  void work() {
    for (;;) {
      const int64_t task = __atomic_fetch_add(&next, 1, __ATOMIC_RELAXED);
      if (task >= count) return;
      run_one(context, task);
      __atomic_fetch_add(&done, 1, __ATOMIC_RELEASE);
    }
  }
  void let_go() {
    if (__atomic_sub_fetch(&holders, 1, __ATOMIC_ACQ_REL) == 0) free(this);
  }
};

void work_and_let_go(void* fork) {
  static_cast<Fork*>(fork)->work();
  static_cast<Fork*>(fork)->let_go();
}

// Asks XLA to run a task; false if it has no pool.
bool schedule(const Call& call, void (*task)(void*), void* data) {
  XLA_FFI_ThreadPool_Schedule_Args args = {};
  args.struct_size = XLA_FFI_ThreadPool_Schedule_Args_STRUCT_SIZE;
  args.ctx = call.frame->ctx;
  args.task = task;
  args.data = data;
  return call.accepted(call.frame->api->XLA_FFI_ThreadPool_Schedule(&args));
}

int pool_threads(const Call& call) {
  int64_t threads = 1;
  XLA_FFI_ThreadPool_NumThreads_Args args = {};
  args.struct_size = XLA_FFI_ThreadPool_NumThreads_Args_STRUCT_SIZE;
  args.ctx = call.frame->ctx;
  args.num_threads = &threads;
  if (!call.accepted(call.frame->api->XLA_FFI_ThreadPool_NumThreads(&args))) return 1;
  return static_cast<int>(threads);
}

// RECURRA_THREADS limits the threads; by default XLA's pool decides. Read when the library loads.
const int most_threads = [] {
  const char* given = getenv("RECURRA_THREADS");
  const int number = given ? atoi(given) : 0;
  return number > 0 ? number : 1 << 20;
}();

// Waiting burns a little time first, since tasks are of equal size, and then lets others run.
void wait(int turn) {
  if (turn > 2000) {
    sched_yield();
    return;
  }
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// A fork costs a microsecond while the pool is awake and 30 when it sleeps, as measured.
constexpr double kWorthAFork = 2e6;

struct Blocks {
  void* memory[3];
  size_t size[3];
};

pthread_key_t blocks_key;
pthread_once_t blocks_once = PTHREAD_ONCE_INIT;

void free_blocks(void* blocks) {
  for (void* memory : static_cast<Blocks*>(blocks)->memory) free(memory);
  free(blocks);
}

constexpr size_t kKept = size_t{1} << 26;  // a larger block is given back when a smaller will do

}  // namespace

Workers Workers::of(const Call* call, double work) {
  Workers workers;
  if (!call || work < kWorthAFork || most_threads < 2) return workers;
  workers.call_ = call;
  workers.threads_ = pool_threads(*call);
  if (workers.threads_ > most_threads) workers.threads_ = most_threads;
  return workers;
}

void Workers::run(int64_t count, void* context, Run run_one) const {
  const int64_t helpers = (count < threads_ ? count : threads_) - 1;
  Fork* fork = helpers > 0 ? static_cast<Fork*>(malloc(sizeof(Fork))) : nullptr;
  if (!fork) {
    for (int64_t task = 0; task < count; ++task) run_one(context, task);
    return;
  }
  *fork = Fork{count, context, run_one, 0, 0, static_cast<int>(helpers) + 1};
  for (int64_t k = 0; k < helpers; ++k) {
    if (!schedule(*call_, work_and_let_go, fork)) fork->let_go();
  }
  fork->work();
  for (int turn = 0; __atomic_load_n(&fork->done, __ATOMIC_ACQUIRE) < count; ++turn) wait(turn);
  fork->let_go();
}

void* scratch(Block block, size_t bytes) {
  pthread_once(&blocks_once, [] { pthread_key_create(&blocks_key, free_blocks); });
  auto* blocks = static_cast<Blocks*>(pthread_getspecific(blocks_key));
  if (!blocks) {
    blocks = static_cast<Blocks*>(calloc(1, sizeof(Blocks)));
    if (!blocks) return nullptr;
    pthread_setspecific(blocks_key, blocks);
  }
  const int k = static_cast<int>(block);
  const bool too_large = blocks->size[k] > kKept && bytes <= kKept;
  if (blocks->size[k] < bytes || too_large) {
    free(blocks->memory[k]);
    blocks->size[k] = 0;
    blocks->memory[k] = nullptr;
    if (posix_memalign(&blocks->memory[k], 64, (bytes + 63) / 64 * 64)) {
      blocks->memory[k] = nullptr;
      return nullptr;
    }
    blocks->size[k] = bytes;
  }
  return blocks->memory[k];
}

void with_large_pages(void* memory, size_t bytes) {
#ifdef __linux__
  constexpr size_t kPage = size_t{1} << 21;
  if (bytes < 2 * kPage) return;
  const size_t start = (reinterpret_cast<size_t>(memory) + kPage - 1) / kPage * kPage;
  const size_t end = (reinterpret_cast<size_t>(memory) + bytes) / kPage * kPage;
  madvise(reinterpret_cast<void*>(start), end - start, MADV_HUGEPAGE);
#else
  (void)memory, (void)bytes;
#endif
}

}  // namespace recurra
