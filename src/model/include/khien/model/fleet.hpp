#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/hash.hpp"
#include "khien/core/json.hpp"

namespace khien {

// A content epoch as it is written: 16 hexadecimal digits.
std::string content_name(std::uint64_t content);
Result<std::uint64_t> content_from_name(std::string_view name);

// POST /agent/v1/fleet: what the other machines know of files that this one has,
// by hash; and what it found out itself. No content, no name, no path.
struct FleetQuestion {
  static constexpr std::size_t kMaxAsked = 1'024;
  static constexpr std::size_t kMaxClean = 4'096;

  std::uint64_t content = 0;   // under which rules and signatures
  std::vector<Sha256> asked;
  std::vector<Sha256> clean;   // judged here, by every engine, under `content`

  bool operator==(const FleetQuestion&) const = default;
};
std::string to_json(const FleetQuestion& question);
// Code::exhausted over the limits.
Result<FleetQuestion> fleet_question_from_json(std::string_view text);

// clean: machines of enough different units judged these bytes so, under this
// content. judge: look yourself; nothing else is said, also of what is known to be
// malicious, for the machine's own engines must find it. later: enough others are
// looking now; ask again in some minutes, or judge.
enum class FleetWord : unsigned char { judge, clean, later };

struct FleetAnswer {
  // Differs from the last answer's if something was recalled since: then no word
  // of before counts any more.
  std::int64_t recall = 0;
  std::int64_t check_per_mille = 0;  // of `clean`: to be judged all the same
  std::vector<FleetWord> words;      // one for each that was asked

  bool operator==(const FleetAnswer&) const = default;
};
std::string to_json(const FleetAnswer& answer);
// Code::invalid unless there are `asked` words.
Result<FleetAnswer> fleet_answer_from_json(std::string_view text, std::size_t asked);

}  // namespace khien
