#include "khien/core/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace khien {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
  // Not log(): it may be what failed.
  std::fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, condition);
  std::abort();
}

}  // namespace khien
