#include "isa.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

extern "C" const char* recurra_isa();

TEST(instruction_set_is_not_above_the_one_asked_for) {
  const char* asked = getenv("RECURRA_ISA");
  if (asked && !strcmp(asked, "baseline")) CHECK(recurra::isa() == recurra::Isa::baseline);
  if (asked && !strcmp(asked, "avx2")) CHECK(recurra::isa() <= recurra::Isa::avx2);
  CHECK(strlen(recurra_isa()) > 0);
}
