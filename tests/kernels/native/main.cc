// Runs all tests of this folder; the sanitizers end the program where something is wrong.
#include <stdio.h>

#include "check.h"
#include "isa.h"

// Memory comes filled with NaN, and more of it than there is comes as null.
extern "C" const char* __asan_default_options() {
  return "malloc_fill_byte=255:max_malloc_fill_size=1000000000:allocator_may_return_null=1";
}
extern "C" const char* __tsan_default_options() { return "allocator_may_return_null=1"; }

static Test* tests = nullptr;
static bool failed;

Test::Test(const char* name, void (*run)()) : name(name), run(run), next(tests) { tests = this; }

void fail(const char* file, int line, const char* what) {
  fprintf(stderr, "%s:%d: %s\n", file, line, what);
  failed = true;
}

int main() {
  int good = 0, bad = 0;
  for (Test* test = tests; test; test = test->next) {
    failed = false;
    test->run();
    if (failed) fprintf(stderr, "FAILED: %s\n", test->name);
    ++(failed ? bad : good);
  }
  static const char* const names[] = {"baseline", "avx2", "avx512"};
  printf("native kernels, %s:\n%d passed, %d failed\n", names[int(recurra::isa())], good, bad);
  return bad || !good;
}
