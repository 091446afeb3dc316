#include "khien/check/checks.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace khien::check {
namespace {

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_one_of(const Condition& condition, std::string_view value) {
  return std::ranges::find(condition.values, value) != condition.values.end();
}

// Of conditions that one value can meet by itself.
bool fits(const Condition& condition, std::string_view value) {
  using enum Condition::Asks;
  switch (condition.asks) {
    case is: return is_one_of(condition, value);
    case is_not: return !is_one_of(condition, value);
    case begins:
      return std::ranges::any_of(condition.values, [&](const std::string& start) { return value.starts_with(start); });
    case at_least: {
      const auto number = number_of(value);
      return number && *number >= condition.number;
    }
    case at_most: {
      const auto number = number_of(value);
      return number && *number <= condition.number;
    }
    case told: return true;
    case missing: return false;
  }
  return false;
}

bool holds(const Condition& condition, const std::vector<Fact>& facts) {
  const auto asked = [&](const Fact& fact) { return fact.name == condition.fact; };
  const bool told = std::ranges::any_of(facts, asked);
  if (condition.asks == Condition::Asks::missing) return !told;
  const auto fitting = [&](const Fact& fact) { return asked(fact) && fits(condition, fact.value); };
  if (condition.asks != Condition::Asks::is_not) return std::ranges::any_of(facts, fitting);
  return told && std::ranges::none_of(facts, [&](const Fact& fact) {
           return asked(fact) && is_one_of(condition, fact.value);
         });
}

Claim claim_of(const Check& check, bool present) {
  if (!present) {
    return {.judge = JudgeId::law, .standing = Claim::Standing::gone, .rule = {}, .subject = check.subject};
  }
  return {.judge = JudgeId::law,
          .standing = Claim::Standing::present,
          .rule = std::string(kRulePrefix) + check.id,
          .subject = check.subject,
          .severity = check.severity};
}

}  // namespace

bool holds(const Check& check, const std::vector<Fact>& facts) {
  return std::ranges::all_of(check.when, [&](const Condition& condition) { return holds(condition, facts); });
}

std::vector<Fact> reasons(const Check& check, const std::vector<Fact>& facts) {
  std::vector<Fact> found;
  for (const Condition& condition : check.when) {
    for (const Fact& fact : facts) {
      if (fact.name != condition.fact || !fits(condition, fact.value)) continue;
      if (std::ranges::find(found, fact) == found.end()) found.push_back(fact);
    }
  }
  return found;
}

const Check* CheckSet::find(std::string_view rule) const {
  if (!rule.starts_with(kRulePrefix)) return nullptr;
  const auto found = std::ranges::find(checks_, rule.substr(kRulePrefix.size()), &Check::id);
  return found == checks_.end() ? nullptr : &*found;
}

std::vector<Claim> CheckSet::judge(const Observation& observation) const {
  std::vector<Claim> claims;
  const auto facts = facts_of(observation);
  if (!facts) return claims;
  for (const Check& check : checks_) {
    if (check.source != facts->source) continue;
    const bool unread = std::ranges::any_of(
        check.when, [&](const Condition& c) { return std::ranges::find(facts->unread, area_of(c.fact)) != facts->unread.end(); });
    if (!unread) claims.push_back(claim_of(check, holds(check, facts->all)));
  }
  return claims;
}

}  // namespace khien::check
