#include "worker_protocol.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <type_traits>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"

namespace khien::probe {
namespace {

constexpr std::uint32_t kHello = 0x3148'574b;    // "KWH1"
constexpr std::uint32_t kJob = 0x314a'574b;      // "KWJ1"
constexpr std::uint32_t kVerdict = 0x3156'574b;  // "KWV1"

constexpr std::size_t kMaxMatches = 64;
constexpr std::size_t kMaxRuleBytes = 128;
constexpr std::size_t kMaxOriginBytes = 64;
constexpr std::size_t kMaxReasonBytes = 32;
constexpr std::size_t kMaxGaps = 16;
constexpr std::size_t kMaxSentenceBytes = 4'000;

class Writer {
 public:
  template <class T>
  Writer& number(T value) {
    static_assert(std::is_integral_v<T>);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  Writer& text(std::string_view value, std::size_t max_bytes) {
    value = truncate(value, max_bytes);
    number(static_cast<std::uint16_t>(value.size()));
    bytes_.append(value);
    return *this;
  }
  Writer& digest(const Sha256& value) {
    bytes_.append(as_text(value.view()));
    return *this;
  }
  std::string take() {
    khien_assert(bytes_.size() <= kMaxMessageBytes);
    return std::move(bytes_);
  }

 private:
  std::string bytes_;
};

// Reads until the first thing that is wrong; from then on all is zero and
// ended() is false.
class Reader {
 public:
  explicit Reader(ByteView bytes) : bytes_(bytes) {}

  template <class T>
  T number() {
    static_assert(std::is_integral_v<T>);
    T value{};
    if (const ByteView raw = take(sizeof value); !raw.empty()) std::memcpy(&value, raw.data(), sizeof value);
    return value;
  }
  std::string text(std::size_t max_bytes) {
    const auto size = number<std::uint16_t>();
    if (size > max_bytes) failed_ = true;
    return std::string(as_text(take(size)));
  }
  Sha256 digest() {
    Sha256 value;
    std::ranges::copy(take(value.bytes.size()), value.bytes.begin());
    return value;
  }
  // The whole message was read and nothing was wrong.
  bool ended() const { return !failed_ && bytes_.empty(); }

 private:
  ByteView take(std::size_t count) {
    if (failed_ || bytes_.size() < count) failed_ = true;
    if (failed_) return {};
    const ByteView taken = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return taken;
  }

  ByteView bytes_;
  bool failed_ = false;
};

// Names go into findings, logs and screens.
bool is_tame(std::string_view text) { return printable(text) == text; }

bool is_reason(std::string_view text) {
  return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == text.npos;
}

bool is_tame(const FileMatch& match) {
  return !match.rule.empty() && is_tame(match.rule) && is_tame(match.origin) && is_tame(match.inside);
}

bool is_tame(const scan::Gap& gap) { return is_reason(gap.reason) && is_tame(gap.inside); }

bool is_possible(const scan::Verdict& verdict) {
  const auto& matches = verdict.matches;
  if (!std::ranges::all_of(verdict.gaps, [](const scan::Gap& gap) { return is_tame(gap); })) return false;
  if (!std::ranges::all_of(matches, [](const FileMatch& match) { return is_tame(match); })) return false;
  const bool bad = !matches.empty() && std::ranges::max(matches, {}, &FileMatch::severity).severity >= Severity::high;
  switch (verdict.verdict) {
    case FileVerdict::clean: return matches.empty() && verdict.gaps.empty() && verdict.reason.empty() && verdict.hashed();
    case FileVerdict::suspicious: return !matches.empty() && !bad && verdict.reason.empty() && verdict.hashed();
    case FileVerdict::malicious: return bad && verdict.reason.empty() && verdict.hashed();
    case FileVerdict::not_scanned: return matches.empty() && is_reason(verdict.reason);
  }
  return false;
}

// An enumerator that came as a number; clears `good` if there is none of that number.
template <class E>
E enumerator(Reader& reader, E last, bool& good) {
  const auto value = reader.number<std::uint8_t>();
  if (value > static_cast<std::uint8_t>(last)) good = false;
  return static_cast<E>(std::min(value, static_cast<std::uint8_t>(last)));
}

}  // namespace

std::string encode(const WorkerHello& hello) {
  return Writer()
      .number(kHello)
      .number(hello.rules)
      .number(hello.iocs)
      .text(hello.sandbox, kMaxSentenceBytes)
      .text(hello.build, kMaxSentenceBytes)
      .text(hello.failure, kMaxSentenceBytes)
      .take();
}

Result<WorkerHello> decode_hello(ByteView message) {
  Reader reader(message);
  const bool right_kind = reader.number<std::uint32_t>() == kHello;
  WorkerHello hello;
  hello.rules = reader.number<std::uint32_t>();
  hello.iocs = reader.number<std::uint32_t>();
  hello.sandbox = reader.text(kMaxSentenceBytes);
  hello.build = reader.text(kMaxSentenceBytes);
  hello.failure = reader.text(kMaxSentenceBytes);
  if (!right_kind || !reader.ended()) return Error(Code::corrupt, "worker: not a greeting");
  hello.sandbox = printable(hello.sandbox);
  hello.build = printable(hello.build);
  hello.failure = printable(hello.failure);
  return hello;
}

std::string encode(const WorkerJob& job) {
  return Writer().number(kJob).number(job.number).number(job.size).number(job.time_ms).take();
}

Result<WorkerJob> decode_job(ByteView message) {
  Reader reader(message);
  const bool right_kind = reader.number<std::uint32_t>() == kJob;
  WorkerJob job;
  job.number = reader.number<std::uint64_t>();
  job.size = reader.number<std::uint64_t>();
  job.time_ms = reader.number<std::uint32_t>();
  if (!right_kind || !reader.ended()) return Error(Code::corrupt, "worker: not a job");
  return job;
}

std::string encode(std::uint64_t number, const scan::Verdict& verdict) {
  khien_assert(verdict.matches.size() <= kMaxMatches);
  khien_assert(verdict.gaps.size() <= kMaxGaps);
  Writer writer;
  writer.number(kVerdict).number(number).number(static_cast<std::uint8_t>(verdict.verdict));
  writer.digest(verdict.sha256).text(verdict.reason, kMaxReasonBytes);
  writer.number(static_cast<std::uint8_t>(verdict.matches.size()));
  for (const FileMatch& match : verdict.matches) {
    writer.number(static_cast<std::uint8_t>(match.engine)).number(static_cast<std::uint8_t>(match.severity));
    writer.text(match.rule, kMaxRuleBytes).text(match.origin, kMaxOriginBytes);
    writer.text(match.inside, scan::kMaxInsideBytes);
  }
  writer.number(static_cast<std::uint8_t>(verdict.gaps.size()));
  for (const scan::Gap& gap : verdict.gaps) {
    writer.text(gap.inside, scan::kMaxInsideBytes).text(gap.reason, kMaxReasonBytes);
  }
  return writer.take();
}

Result<scan::Verdict> decode_verdict(ByteView message, std::uint64_t number) {
  Reader reader(message);
  bool good = reader.number<std::uint32_t>() == kVerdict && reader.number<std::uint64_t>() == number;
  scan::Verdict verdict;
  verdict.verdict = enumerator(reader, FileVerdict::not_scanned, good);
  verdict.sha256 = reader.digest();
  verdict.reason = reader.text(kMaxReasonBytes);
  const std::size_t count = reader.number<std::uint8_t>();
  if (count > kMaxMatches) good = false;
  for (std::size_t i = 0; good && i < count; ++i) {
    FileMatch match;
    match.engine = enumerator(reader, khien::Engine::yara, good);
    match.severity = enumerator(reader, Severity::critical, good);
    match.rule = reader.text(kMaxRuleBytes);
    match.origin = reader.text(kMaxOriginBytes);
    match.inside = reader.text(scan::kMaxInsideBytes);
    verdict.matches.push_back(std::move(match));
  }
  const std::size_t gaps = reader.number<std::uint8_t>();
  if (gaps > kMaxGaps) good = false;
  for (std::size_t i = 0; good && i < gaps; ++i) {
    scan::Gap gap;
    gap.inside = reader.text(scan::kMaxInsideBytes);
    gap.reason = reader.text(kMaxReasonBytes);
    verdict.gaps.push_back(std::move(gap));
  }
  if (!good || !reader.ended() || !is_possible(verdict)) return Error(Code::corrupt, "worker: not a verdict");
  return verdict;
}

}  // namespace khien::probe
