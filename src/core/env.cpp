#include "khien/core/env.hpp"

namespace khien {

Env system_env() { return {system_clock(), system_random(), system_files()}; }

}  // namespace khien
