#include "khien/core/yaml.hpp"
#include "khien/incident/clocks.hpp"

namespace khien::incident {
namespace {

constexpr std::size_t kMostTraits = 20;
constexpr std::int64_t kMostMinutes = 24 * 60;

Error wrong(const Yaml& at, std::string_view why) {
  return Error(Code::invalid, "line " + std::to_string(at.line) + ": " + std::string(why));
}

Result<const Yaml*> member(const Yaml& map, std::string_view name, Yaml::Kind kind) {
  const Yaml* found = map.find(name);
  if (found == nullptr) return wrong(map, std::string(name) + " is missing");
  if (found->kind != kind) return wrong(*found, std::string(name) + " must be a " + std::string(to_string(kind)));
  return found;
}

Result<LocalText> both_languages(const Yaml& map, std::string_view name) {
  TRY(const Yaml* words, member(map, name, Yaml::Kind::map));
  TRY(const Yaml* vi, member(*words, "vi", Yaml::Kind::text));
  TRY(const Yaml* en, member(*words, "en", Yaml::Kind::text));
  return LocalText{vi->text, en->text};
}

Result<std::vector<std::string>> trait_names(const Yaml& map) {
  TRY(const Yaml* list, member(map, "traits", Yaml::Kind::list));
  if (list->items.size() > kMostTraits) return wrong(*list, "at most 20 traits");
  std::vector<std::string> names;
  for (const Yaml& item : list->items) {
    if (item.kind != Yaml::Kind::text) return wrong(item, "a trait is a name");
    names.push_back(item.text);
  }
  return names;
}

Result<SeverityTable::Row> read_row(const Yaml& item) {
  TRY(const Yaml* name, member(item, "severity", Yaml::Kind::text));
  const auto severity = severity_from_string(name->text);
  if (!severity) return wrong(*name, "unknown severity '" + name->text + "'");
  TRY(LocalText title, both_languages(item, "title"));
  TRY(LocalText when, both_languages(item, "when"));
  TRY(std::vector<std::string> traits, trait_names(item));
  return SeverityTable::Row{.severity = *severity, .title = std::move(title), .when = std::move(when), .traits = std::move(traits)};
}

Result<Duration> minutes_of(const Yaml& file, std::string_view name, Duration otherwise) {
  const Yaml* given = file.find(name);
  if (given == nullptr) return otherwise;
  const bool is_some = given->kind == Yaml::Kind::integer && given->integer >= 1 && given->integer <= kMostMinutes;
  if (!is_some) return wrong(*given, std::string(name) + " is a number from 1 to 1440");
  return minutes(given->integer);
}

}  // namespace

Result<SeverityTable> read_severities(std::string_view yaml, Budget& budget) {
  TRY(const Yaml file, parse_yaml(yaml, budget));
  SeverityTable table;
  TRY(table.label, both_languages(file, "label"));
  TRY(table.at_once, minutes_of(file, "at_once_minutes", table.at_once));
  TRY(table.quiet, minutes_of(file, "entered_late_minutes", table.quiet));
  TRY(const Yaml* rows, member(file, "severities", Yaml::Kind::list));
  for (const Yaml& item : rows->items) {
    TRY(SeverityTable::Row row, read_row(item));
    if (table.row(row.severity) != nullptr) return wrong(item, "this severity stands twice");
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace khien::incident
