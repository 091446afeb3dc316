#include <algorithm>
#include <array>

#include "khien/core/yaml.hpp"
#include "khien/incident/content.hpp"
#include "khien/incident/proposals.hpp"
#include "names.hpp"

namespace khien::incident {
namespace {

constexpr std::size_t kMostRules = 100;
constexpr std::size_t kMostIdLength = 60;
constexpr std::int64_t kMostAssets = 10'000;
constexpr std::int64_t kMostHours = 24 * 365;

constexpr std::array<std::string_view, 4> kOns{"any", "machine", "server", "site"};
constexpr std::array<std::string_view, 3> kSames{"asset", "content", "rule"};

Error wrong(const Yaml& at, std::string_view why) { return Error(Code::invalid, "line " + std::to_string(at.line) + ": " + std::string(why)); }

Result<const Yaml*> member(const Yaml& map, std::string_view name, Yaml::Kind kind) {
  const Yaml* found = map.find(name);
  if (found == nullptr) return wrong(map, std::string(name) + " is missing");
  if (found->kind != kind) return wrong(*found, std::string(name) + " must be a " + std::string(to_string(kind)));
  return found;
}

// A text that `parse` understands.
template <class Parse>
auto word(const Yaml& map, std::string_view name, Parse parse) -> decltype(parse(std::string_view())) {
  TRY(const Yaml* found, member(map, name, Yaml::Kind::text));
  auto value = parse(found->text);
  if (!value) return wrong(*found, std::string(name) + ": '" + found->text + "' is not one that is known");
  return value;
}

Result<LocalText> both_languages(const Yaml& map, std::string_view name) {
  TRY(const Yaml* words, member(map, name, Yaml::Kind::map));
  TRY(const Yaml* vi, member(*words, "vi", Yaml::Kind::text));
  TRY(const Yaml* en, member(*words, "en", Yaml::Kind::text));
  return LocalText{vi->text, en->text};
}

Result<std::int64_t> number(const Yaml& map, std::string_view name, std::int64_t most) {
  TRY(const Yaml* found, member(map, name, Yaml::Kind::integer));
  if (found->integer < 1 || found->integer > most) return wrong(*found, std::string(name) + " must be from 1 to " + std::to_string(most));
  return found->integer;
}

Result<void> knows_only(const Yaml& map, std::initializer_list<std::string_view> names) {
  for (const auto& field : map.fields) {
    if (std::ranges::find(names, field.name) == names.end()) return wrong(field.value, "unknown field '" + field.name + "'");
  }
  return {};
}

Result<void> read_findings(const Yaml& map, OpeningRule& rule) {
  TRY_VOID(knows_only(map, {"judge", "least", "on", "same", "assets", "within_hours"}));
  TRY(rule.judge, word(map, "judge", judge_from_string));
  TRY(rule.least, word(map, "least", severity_from_string));
  TRY(rule.on, word(map, "on", [](std::string_view text) { return value_of<OpeningRule::On>(kOns, "on", text); }));
  TRY(rule.same, word(map, "same", [](std::string_view text) { return value_of<OpeningRule::Same>(kSames, "same", text); }));
  TRY(rule.assets, number(map, "assets", kMostAssets));
  TRY(const auto within, number(map, "within_hours", kMostHours));
  rule.within = hours(within);
  // One machine is not several.
  if (rule.same == OpeningRule::Same::asset && rule.assets != 1) return wrong(map, "same: asset goes with assets: 1");
  return {};
}

Result<OpeningRule> read_rule(const Yaml& item) {
  if (item.kind != Yaml::Kind::map) return wrong(item, "a rule is a map");
  TRY_VOID(knows_only(item, {"id", "title", "why", "kind", "severity", "open", "findings"}));
  OpeningRule rule;
  TRY(const Yaml* id, member(item, "id", Yaml::Kind::text));
  if (id->text.empty() || id->text.size() > kMostIdLength) return wrong(*id, "an id has 1 to 60 characters");
  rule.id = id->text;
  TRY(rule.title, both_languages(item, "title"));
  TRY(rule.why, both_languages(item, "why"));
  TRY(rule.kind, word(item, "kind", kind_from_string));
  TRY(rule.severity, word(item, "severity", severity_from_string));
  TRY(const Yaml* open, member(item, "open", Yaml::Kind::boolean));
  rule.open = open->boolean;
  TRY(const Yaml* findings, member(item, "findings", Yaml::Kind::map));
  TRY_VOID(read_findings(*findings, rule));
  return rule;
}

}  // namespace

const OpeningRule* OpeningRules::find(std::string_view id) const {
  const auto found = std::ranges::find(rules, id, &OpeningRule::id);
  return found == rules.end() ? nullptr : &*found;
}

Result<OpeningRules> read_opening_rules(std::string_view yaml, Budget& budget) {
  TRY(const Yaml file, parse_yaml(yaml, budget));
  if (file.kind != Yaml::Kind::map) return wrong(file, "the file is a map");
  TRY(const Yaml* list, member(file, "rules", Yaml::Kind::list));
  if (list->items.size() > kMostRules) return wrong(*list, "at most 100 rules");
  OpeningRules read;
  for (const Yaml& item : list->items) {
    TRY(OpeningRule rule, read_rule(item));
    if (read.find(rule.id) != nullptr) return wrong(item, "this id stands twice");
    read.rules.push_back(std::move(rule));
  }
  return read;
}

Result<Content> read_content(std::string_view severities_yaml, std::string_view opening_yaml) {
  const Budget::Limits limits{.bytes_in = 1u << 20, .depth = 8, .entries = 10'000};
  Content content;
  Budget first(limits);
  auto severities = read_severities(severities_yaml, first);
  if (!severities) return std::move(severities).error().within("incidents/severities.yaml");
  content.severities = *std::move(severities);
  Budget second(limits);
  auto opening = read_opening_rules(opening_yaml, second);
  if (!opening) return std::move(opening).error().within("incidents/opening.yaml");
  content.opening = *std::move(opening);
  return content;
}

}  // namespace khien::incident
