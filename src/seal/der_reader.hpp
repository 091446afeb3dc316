#pragma once

#include <cstdint>
#include <optional>

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"

namespace khien::seal {

// One element of X.690 in its distinguished form.
struct DerElement {
  std::uint8_t tag = 0;
  ByteView content;
  ByteView whole;  // with tag and length
};

// Reads elements one after another, strictly: definite and shortest lengths, one-byte tags.
// Everything is bounded by the bytes it was given. Code::corrupt else.
class DerReader {
 public:
  explicit DerReader(ByteView bytes) : rest_(bytes) {}

  Result<DerElement> next();
  Result<DerElement> next(std::uint8_t tag);
  // The next if it has this tag.
  Result<std::optional<DerElement>> maybe(std::uint8_t tag);
  bool at_end() const { return rest_.empty(); }
  ByteView rest() const { return rest_; }
  Result<void> end() const;

 private:
  ByteView rest_;
};

inline constexpr std::uint8_t kDerInteger = 0x02, kDerOctets = 0x04, kDerNull = 0x05, kDerObject = 0x06, kDerUtcTime = 0x17,
                              kDerGeneralizedTime = 0x18, kDerSequence = 0x30, kDerSet = 0x31;
inline constexpr std::uint8_t der_context(int number) { return static_cast<std::uint8_t>(0xa0 + number); }

}  // namespace khien::seal
