#include "khien/model/fleet.hpp"

#include <array>
#include <cstring>
#include <utility>

#include "khien/core/assert.hpp"
#include "malformed.hpp"

namespace khien {
namespace {

constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kMaxMessageBytes = 256u << 10;
constexpr std::size_t kMaxAnswerBytes = 8u << 10;
static_assert((FleetQuestion::kMaxAsked + FleetQuestion::kMaxClean) * kHashBytes * 4 / 3 < kMaxMessageBytes);

// One text for all of them: a name and two quotes a hash would be half the message.
std::string joined(const std::vector<Sha256>& hashes) {
  Bytes bytes;
  bytes.reserve(hashes.size() * kHashBytes);
  for (const Sha256& hash : hashes) bytes.insert(bytes.end(), hash.bytes.begin(), hash.bytes.end());
  return to_base64url(bytes);
}

Result<std::vector<Sha256>> hashes_at(const Json& root, std::string_view name, std::size_t most) {
  TRY(const auto text, root.string_at(name));
  auto bytes = from_base64url(text);
  if (!bytes || bytes->size() % kHashBytes != 0) {
    return Error(Code::invalid, "field '" + std::string(name) + "' is no list of hashes");
  }
  if (bytes->size() / kHashBytes > most) return Error(Code::exhausted, "field '" + std::string(name) + "' is too long");
  std::vector<Sha256> hashes(bytes->size() / kHashBytes);
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    std::memcpy(hashes[i].bytes.data(), bytes->data() + i * kHashBytes, kHashBytes);
  }
  return hashes;
}

constexpr std::string_view kLetters = "jcl";  // in the order of FleetWord

Result<std::vector<FleetWord>> words_at(const Json& root, std::size_t asked) {
  TRY(const auto text, root.string_at("words"));
  if (text.size() != asked) return Error(Code::invalid, "field 'words' does not answer what was asked");
  std::vector<FleetWord> words;
  words.reserve(text.size());
  for (const char letter : text) {
    const auto at = kLetters.find(letter);
    if (at == kLetters.npos) return Error(Code::invalid, "field 'words' holds an unknown word");
    words.push_back(static_cast<FleetWord>(at));
  }
  return words;
}

Result<FleetQuestion> read_question(const Json& root) {
  FleetQuestion question;
  TRY(const auto content, root.string_at("content"));
  TRY(question.content, content_from_name(content));
  TRY(question.asked, hashes_at(root, "ask", FleetQuestion::kMaxAsked));
  TRY(question.clean, hashes_at(root, "clean", FleetQuestion::kMaxClean));
  return question;
}

Result<FleetAnswer> read_answer(const Json& root, std::size_t asked) {
  FleetAnswer answer;
  TRY(answer.recall, root.integer_at("recall"));
  TRY(answer.check_per_mille, root.integer_at("check_per_mille"));
  if (answer.recall < 0 || answer.check_per_mille < 0 || answer.check_per_mille > 1'000) {
    return Error(Code::invalid, "a number is out of its range");
  }
  TRY(answer.words, words_at(root, asked));
  return answer;
}

}  // namespace

std::string content_name(std::uint64_t content) {
  std::array<std::byte, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(content >> (56 - 8 * i));
  return to_hex(bytes);
}

Result<std::uint64_t> content_from_name(std::string_view name) {
  const auto bytes = from_hex(name);
  if (!bytes || bytes->size() != 8) return Error(Code::invalid, "the content is not 16 hexadecimal digits");
  std::uint64_t content = 0;
  for (const std::byte byte : *bytes) content = content << 8 | static_cast<std::uint64_t>(byte);
  return content;
}

std::string to_json(const FleetQuestion& question) {
  khien_assert(question.asked.size() <= FleetQuestion::kMaxAsked);
  khien_assert(question.clean.size() <= FleetQuestion::kMaxClean);
  JsonWriter out;
  out.begin_object()
      .field("content", content_name(question.content))
      .field("ask", joined(question.asked))
      .field("clean", joined(question.clean))
      .end_object();
  return out.take();
}

Result<FleetQuestion> fleet_question_from_json(std::string_view text) {
  Budget budget({.bytes_in = kMaxMessageBytes, .depth = 4});
  JsonDocument memory;
  TRY(const auto root, memory.parse(text, budget));
  auto question = read_question(root);
  if (!question) return malformed(std::move(question).error());
  return question;
}

std::string to_json(const FleetAnswer& answer) {
  std::string words;
  for (const FleetWord word : answer.words) words += kLetters[static_cast<std::size_t>(word)];
  JsonWriter out;
  out.begin_object()
      .field("recall", answer.recall)
      .field("check_per_mille", answer.check_per_mille)
      .field("words", words)
      .end_object();
  return out.take();
}

Result<FleetAnswer> fleet_answer_from_json(std::string_view text, std::size_t asked) {
  Budget budget({.bytes_in = kMaxAnswerBytes, .depth = 4});
  JsonDocument memory;
  TRY(const auto root, memory.parse(text, budget));
  auto answer = read_answer(root, asked);
  if (!answer) return malformed(std::move(answer).error());
  return answer;
}

}  // namespace khien
