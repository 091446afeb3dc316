#pragma once

#include <cstdint>
#include <string>

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"

namespace khien::probe {

// One job: "KWC1" and the number of bytes, with a descriptor to read them from.
// The answer: "KWA1", a code (0: done) and a length, then the text in packets.
inline constexpr std::size_t kMaxConvertedBytes = 16u << 20;

struct AnswerHead {
  std::uint8_t code = 0;  // 0, or the error's Code + 1
  std::uint64_t size = 0;
};
std::string encode_conversion(std::uint64_t size);
Result<std::uint64_t> decode_conversion(ByteView message);
std::string encode(const AnswerHead& head);
// Code::corrupt unless a head that an honest worker could give.
Result<AnswerHead> decode_answer_head(ByteView message);

}  // namespace khien::probe
