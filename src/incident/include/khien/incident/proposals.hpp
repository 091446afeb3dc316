#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/hash.hpp"
#include "khien/incident/incidents.hpp"
#include "khien/model/asset.hpp"
#include "khien/model/finding.hpp"

namespace khien::incident {

// Which findings make an incident: content/incidents/opening.yaml.
struct OpeningRule {
  enum class On : unsigned char { any, machine, server, site };
  enum class Same : unsigned char { asset, content, rule };
  std::string id;
  LocalText title;
  LocalText why;                    // beside the title, for the person who decides
  Kind kind = Kind::other;          // of the incident
  Severity severity = Severity::high;
  bool open = false;                // at once, by the hub; else it is proposed
  JudgeId judge = JudgeId::scan;
  Severity least = Severity::high;  // of a finding
  On on = On::any;
  Same same = Same::asset;
  std::int64_t assets = 1;          // at least so many of one unit
  Duration within = hours(24);      // that began so near to each other
};
struct OpeningRules {
  std::vector<OpeningRule> rules;  // the first that takes a finding has it
  const OpeningRule* find(std::string_view id) const;
};
// Code::invalid names the line.
Result<OpeningRules> read_opening_rules(std::string_view yaml, Budget& budget);

// A finding as the rules see it.
struct FindingFact {
  FindingId id;
  UnitId unit;
  JudgeId judge = JudgeId::scan;
  std::string rule;
  Severity severity = Severity::info;
  AssetId asset;
  std::string asset_name;  // text from outside
  bool on_server = false;
  std::optional<Sha256> content;
  Timestamp began;  // first seen, or opened again
};

// An incident that the rules see.
struct Proposal {
  std::string rule;
  std::string key;  // with rule and unit: which incident it is, whenever it is asked
  UnitId unit;
  LocalText title;
  Kind kind = Kind::other;
  Severity severity = Severity::high;
  bool open = false;
  Timestamp detected_at;             // when the first of its findings began
  std::int64_t assets = 0;
  std::vector<FindingId> findings;   // by id; at most kMostProposed of them
};
inline constexpr std::size_t kMostProposed = 500;  // findings of one proposal

// Rule, unit and key of incidents that rules opened and that are not closed: one more finding
// of the same thing is theirs, however few.
using Living = std::set<std::tuple<std::string, UnitId, std::string>>;

// Worst first, then the oldest. Pure; the order of the facts does not matter.
std::vector<Proposal> proposals(const std::vector<FindingFact>& facts, const OpeningRules& rules, const Living& living = {});

// Open findings in scope, or of the unit and below, that some rule may take and that no incident has; at most 20,000,
// the worst. One that came back after its incident was closed counts again.
Result<std::vector<FindingFact>> read_facts(store::Connection& connection, const store::TenantScope& scope, std::optional<UnitId> unit,
                                            const OpeningRules& rules);

// What the rules open at once: opens it, or adds the findings to the incident that the rule
// opened for the same thing and that is not closed. Idempotent. How many incidents it touched.
Result<std::int64_t> open_proposals(store::Connection& connection, const store::TenantScope& scope, const Rules& rules, const OpeningRules& opening,
                                    Timestamp now);

}  // namespace khien::incident
