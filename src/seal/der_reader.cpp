#include "der_reader.hpp"

namespace khien::seal {
namespace {

Error damaged(const char* how) { return Error(Code::corrupt, std::string("DER: ") + how); }

}  // namespace

Result<DerElement> DerReader::next() {
  if (rest_.size() < 2) return damaged("it ends early");
  const auto tag = static_cast<std::uint8_t>(rest_[0]);
  if ((tag & 0x1f) == 0x1f) return damaged("a tag of many bytes");
  std::size_t size = static_cast<std::uint8_t>(rest_[1]);
  std::size_t head = 2;
  if (size >= 0x80) {
    const std::size_t more = size & 0x7f;
    if (more == 0 || more > 4 || rest_.size() < 2 + more) return damaged("a length of no use");
    size = 0;
    for (std::size_t i = 0; i < more; ++i) size = size << 8 | static_cast<std::uint8_t>(rest_[2 + i]);
    const bool shortest = size >= 0x80 && (more == 1 || size >> (8 * (more - 1)) != 0);
    if (!shortest) return damaged("a length that is not the shortest");
    head += more;
  }
  if (size > rest_.size() - head) return damaged("it ends early");
  const DerElement element{tag, rest_.subspan(head, size), rest_.first(head + size)};
  rest_ = rest_.subspan(head + size);
  return element;
}

Result<DerElement> DerReader::next(std::uint8_t tag) {
  if (rest_.empty() || static_cast<std::uint8_t>(rest_[0]) != tag) return damaged("another element than expected");
  return next();
}

Result<std::optional<DerElement>> DerReader::maybe(std::uint8_t tag) {
  if (rest_.empty() || static_cast<std::uint8_t>(rest_[0]) != tag) return std::optional<DerElement>();
  TRY(const auto element, next());
  return std::optional(element);
}

Result<void> DerReader::end() const {
  if (!rest_.empty()) return damaged("more than expected");
  return {};
}

}  // namespace khien::seal
