#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "khien/model/local_text.hpp"
#include "khien/model/observation.hpp"

namespace khien::check {

// Which observation tells a fact. A check asks facts of one of them only, so that
// one observation settles it.
enum class Source : unsigned char { configuration, machine, protection };

// The closed vocabulary: what an agent may tell and a check may ask.
struct FactKind {
  std::string_view name;  // "ssh.permit_root_login"; the area is what stands before the first dot
  Source source = Source::configuration;
  std::string_view vi, en;  // for people
};
std::span<const FactKind> fact_kinds();
const FactKind* find_fact(std::string_view name);
std::string_view area_of(std::string_view fact);

// What an observation says, as facts. What a machine says of its kernel, its system
// and its protection becomes facts here.
struct Facts {
  Source source = Source::configuration;
  std::vector<Fact> all;
  std::vector<std::string> unread;  // areas of which nothing is known
};
// None: the observation tells no facts.
std::optional<Facts> facts_of(const Observation& observation);

// Protection whose content is older than this is not up to date: the number that
// the national format asks for (official letter 2290/BTTTT-CATTT of 2018).
inline constexpr Duration kContentGrowsOld = days(15);

// Files are judged as they are written: ours with watching, or another maker's.
bool is_protected(const ProtectionSeen& seen);
// When the newest content of what protects the machine was made.
std::optional<Timestamp> content_updated_at(const ProtectionSeen& seen);

}  // namespace khien::check
