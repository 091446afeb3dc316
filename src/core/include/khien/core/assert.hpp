#pragma once

namespace khien {

// Prints the condition with its place and aborts. Never returns.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace khien

// For what only a bug in Khiên can cause; stays on in release. What the outside
// world can cause is a Result.
#define khien_assert(condition)                                               \
  ((condition) ? static_cast<void>(0)                                         \
               : ::khien::assertion_failed(#condition, __FILE_NAME__, __LINE__))

#ifndef __FILE_NAME__
#define __FILE_NAME__ __FILE__
#endif
