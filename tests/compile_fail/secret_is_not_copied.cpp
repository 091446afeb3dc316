// A secret moves; it is never in two places.
#include <utility>

#include "khien/core/secret.hpp"

khien::Secret use(khien::Secret secret) {
#ifdef MISUSE
  khien::Secret copy = secret;
  return copy;
#else
  return secret;
#endif
}
