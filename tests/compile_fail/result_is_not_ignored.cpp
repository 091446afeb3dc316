// An error that nobody looks at is an error.
#include "khien/core/result.hpp"

khien::Result<int> risky();

void use() {
  if (auto value = risky()) static_cast<void>(*value);
#ifdef MISUSE
  risky();
#endif
}
