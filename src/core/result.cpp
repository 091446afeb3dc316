#include "khien/core/result.hpp"

#include <cerrno>
#include <system_error>

#include "khien/core/assert.hpp"

namespace khien {
namespace {

Code code_of(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return Code::not_found;
    case EACCES:
    case EPERM:
    case EROFS:
    case ELOOP:
      return Code::denied;
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EFBIG:
      return Code::exhausted;
    default:
      return Code::unavailable;
  }
}

}  // namespace

std::string_view to_string(Code code) {
  switch (code) {
    case Code::invalid: return "invalid";
    case Code::not_found: return "not_found";
    case Code::conflict: return "conflict";
    case Code::denied: return "denied";
    case Code::exhausted: return "exhausted";
    case Code::unavailable: return "unavailable";
    case Code::corrupt: return "corrupt";
    case Code::internal: return "internal";
  }
  khien_assert(false);
}

Error Error::within(std::string_view doing) && {
  std::string what;
  what.reserve(doing.size() + 2 + what_.size());
  what.append(doing).append(": ").append(what_);
  return {code_, std::move(what)};
}

Error system_error(std::string_view doing, int error_number) {
  // strerror() is not thread-safe; the category's message() is.
  return Error(code_of(error_number), std::generic_category().message(error_number)).within(doing);
}

}  // namespace khien
