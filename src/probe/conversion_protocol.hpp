#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"

namespace khien::probe {

// One job: "KWC1" and the number of bytes, with a descriptor to read them from.
// The answer: "KWA1", a code (0: done) and a length, then the text in packets.
// The worker's first argument: for one job, or for as many as come.
inline constexpr std::string_view kConvertOne = "--convert";
inline constexpr std::string_view kConvertMany = "--convert-many";
inline constexpr std::string_view kConvertStream = "--stream";
inline constexpr std::size_t kMaxConvertedBytes = 16u << 20;

// A streamed job: "KWS1", the number of bytes and what is asked, with the file beside. The
// answer: packets that begin with kPiece, then one that begins with kEnd, an AnswerHead
// (of what follows in it) and the error's words.
inline constexpr char kPiece = 'D', kEnd = 'E';

struct StreamJob {
  std::uint64_t size = 0;
  std::string ask;
};
std::string encode(const StreamJob& job);
Result<StreamJob> decode_stream(ByteView message);

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
