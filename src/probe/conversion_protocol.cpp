#include "conversion_protocol.hpp"

#include <cstring>

#include "khien/probe/conversion.hpp"

namespace khien::probe {
namespace {

constexpr std::uint32_t kJob = 0x3143'574b;     // "KWC1"
constexpr std::uint32_t kStream = 0x3153'574b;  // "KWS1"
constexpr std::uint32_t kAnswer = 0x3141'574b;  // "KWA1"

template <class T>
void append(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
T at(ByteView bytes, std::size_t offset) {
  T value{};
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

}  // namespace

std::string encode_conversion(std::uint64_t size) {
  std::string bytes;
  append(bytes, kJob);
  append(bytes, size);
  return bytes;
}

Result<std::uint64_t> decode_conversion(ByteView message) {
  if (message.size() != 12 || at<std::uint32_t>(message, 0) != kJob) return Error(Code::corrupt, "worker: not a job");
  return at<std::uint64_t>(message, 4);
}

std::string encode(const StreamJob& job) {
  std::string bytes;
  append(bytes, kStream);
  append(bytes, job.size);
  return bytes + job.ask;
}

Result<StreamJob> decode_stream(ByteView message) {
  const bool right = message.size() >= 12 && message.size() <= 12 + kMostAskBytes && at<std::uint32_t>(message, 0) == kStream;
  if (!right) return Error(Code::corrupt, "worker: not a job");
  return StreamJob{at<std::uint64_t>(message, 4), std::string(as_text(message.subspan(12)))};
}

std::string encode(const AnswerHead& head) {
  std::string bytes;
  append(bytes, kAnswer);
  append(bytes, head.code);
  append(bytes, head.size);
  return bytes;
}

Result<AnswerHead> decode_answer_head(ByteView message) {
  const bool right = message.size() == 13 && at<std::uint32_t>(message, 0) == kAnswer;
  if (!right) return Error(Code::corrupt, "worker: not an answer");
  const AnswerHead head{at<std::uint8_t>(message, 4), at<std::uint64_t>(message, 5)};
  if (head.code > static_cast<std::uint8_t>(Code::internal) + 1) return Error(Code::corrupt, "worker: not an answer");
  return head;
}

}  // namespace khien::probe
