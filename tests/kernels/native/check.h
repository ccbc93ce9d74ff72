// Tests of the C++ alone: `TEST(name) { CHECK(what has to be true); }` in any file of this folder.
#pragma once

#include <stdio.h>

struct Test {
  Test(const char* name, void (*run)());

  const char* name;
  void (*run)();
  Test* next;
};

// Notes that the running test has failed.
void fail(const char* file, int line, const char* what);

#define TEST(its_name)                                  \
  static void test_##its_name();                        \
  static Test entry_##its_name(#its_name, test_##its_name); \
  static void test_##its_name()

#define CHECK(what)                                   \
  do {                                                \
    if (!(what)) fail(__FILE__, __LINE__, #what);     \
  } while (0)
