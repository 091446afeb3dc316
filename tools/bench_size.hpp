#pragma once

#include <cstdint>
#include <cstdlib>

// How large a benchmark's world is: `full`, or `small` where ctest only tries that it runs.
inline std::int64_t bench_size(std::int64_t full, std::int64_t small) { return std::getenv("KHIEN_BENCH_SMOKE") != nullptr ? small : full; }
