#include "khien/feed/letter.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "json_text.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "letter_text.hpp"

namespace khien::feed {
namespace {

constexpr std::size_t kMostBytes = 2u << 20;

Error odd() { return Error(Code::corrupt, "a letter's facts are not as they are written"); }

// ---- writing

void write_place(JsonWriter& json, Place at, Confidence confidence) {
  json.field("begin", static_cast<std::int64_t>(at.begin)).field("end", static_cast<std::int64_t>(at.end));
  json.field("confidence", to_string(confidence));
}

template <class Value, class Write>
void write_all(JsonWriter& json, std::string_view name, const std::vector<Found<Value>>& all, Write write) {
  json.key(name).begin_array();
  for (const auto& one : all) {
    json.begin_object();
    write(one.value);
    write_place(json, one.at, one.confidence);
    json.end_object();
  }
  json.end_array();
}

void write_product(JsonWriter& json, const LetterProduct& product) {
  json.field("name", product.name);
  if (product.key) {
    json.key("key").begin_array().string(product.key->type).string(product.key->space).string(product.key->name);
    json.string(product.key->release).end_array();
  }
  json.key("affected").begin_array();
  for (const auto& range : product.affected) {
    json.begin_object().field("introduced", range.introduced).field("fixed", range.fixed).field("last_affected", range.last_affected).end_object();
  }
  json.end_array().field("fixed", product.fixed).key("cves").begin_array();
  for (const std::string& cve : product.cves) json.string(cve);
  json.end_array();
}

void write_deadline(JsonWriter& json, const LetterDeadline& deadline) {
  if (deadline.day) json.field("day", to_string(*deadline.day));
  if (deadline.days) json.field("days", static_cast<std::int64_t>(*deadline.days));
  json.field("working_days", deadline.working_days).field("is_report", deadline.is_report);
}

// ---- reading

Result<Confidence> confidence_of(std::string_view text) {
  for (const auto one : {Confidence::certain, Confidence::likely, Confidence::choice}) {
    if (to_string(one) == text) return one;
  }
  return odd();
}

template <class Value, class Read>
Result<std::vector<Found<Value>>> read_all(const Json& root, std::string_view name, Read read) {
  std::vector<Found<Value>> all;
  TRY(const Json list, root.field(name));
  TRY_VOID(list.each([&](Json json) -> Result<void> {
    TRY(auto value, read(json));
    TRY(const auto begin, json.integer_at("begin"));
    TRY(const auto end, json.integer_at("end"));
    TRY(const auto word, json.string_at("confidence"));
    TRY(const auto confidence, confidence_of(word));
    if (begin < 0 || end < begin) return odd();
    all.push_back({std::move(value), {static_cast<std::size_t>(begin), static_cast<std::size_t>(end)}, confidence});
    return {};
  }));
  return all;
}

Result<std::string> text_value(const Json& json) {
  TRY(const auto text, json.string_at("value"));
  return std::string(text);
}

Result<advisory::PackageKey> key_value(const Json& json) {
  std::vector<std::string> parts;
  TRY_VOID(json.each([&](Json one) -> Result<void> {
    TRY(const auto text, one.string());
    parts.emplace_back(text);
    return {};
  }));
  if (parts.size() != 4) return odd();
  return advisory::PackageKey{parts[0], parts[1], parts[2], parts[3]};
}

Result<LetterProduct> product_value(const Json& json) {
  LetterProduct product;
  TRY(product.name, json.string_at("name"));
  if (const auto key = json.field("key")) {
    TRY(product.key, key_value(*key));
  }
  TRY(const Json affected, json.field("affected"));
  TRY_VOID(affected.each([&](Json one) -> Result<void> {
    advisory::VersionRange range;
    TRY(range.introduced, one.string_at("introduced"));
    TRY(range.fixed, one.string_at("fixed"));
    TRY(range.last_affected, one.string_at("last_affected"));
    product.affected.push_back(std::move(range));
    return {};
  }));
  TRY(product.fixed, json.string_at("fixed"));
  TRY(const Json cves, json.field("cves"));
  TRY_VOID(cves.each([&](Json one) -> Result<void> {
    TRY(const auto text, one.string());
    product.cves.emplace_back(text);
    return {};
  }));
  return product;
}

Result<LetterDeadline> deadline_value(const Json& json) {
  LetterDeadline deadline;
  if (json.field("day")) {
    TRY(const auto text, json.string_at("day"));
    TRY(deadline.day, Date::parse(text));
  }
  if (json.field("days")) {
    TRY(const auto days, json.integer_at("days"));
    if (days < 0 || days > 10'000) return odd();
    deadline.days = static_cast<int>(days);
  }
  TRY(deadline.working_days, json.boolean_at("working_days"));
  TRY(deadline.is_report, json.boolean_at("is_report"));
  return deadline;
}

Result<Date> date_value(const Json& json) {
  TRY(const auto text, json.string_at("value"));
  return Date::parse(text);
}

Result<Severity> severity_value(const Json& json) {
  TRY(const auto text, json.string_at("value"));
  return severity_from_string(text);
}

Result<double> number_value(const Json& json) {
  TRY(const Json value, json.field("value"));
  return value.number();
}

Result<LetterFacts> facts_of(const Json& root) {
  LetterFacts facts;
  TRY(facts.text, root.string_at("text"));
  TRY(facts.numbers, read_all<std::string>(root, "numbers", text_value));
  TRY(facts.dates, read_all<Date>(root, "dates", date_value));
  TRY(facts.issuers, read_all<std::string>(root, "issuers", text_value));
  TRY(facts.subjects, read_all<std::string>(root, "subjects", text_value));
  TRY(facts.cves, read_all<std::string>(root, "cves", text_value));
  TRY(facts.products, read_all<LetterProduct>(root, "products", product_value));
  TRY(facts.deadlines, read_all<LetterDeadline>(root, "deadlines", deadline_value));
  TRY(facts.severities, read_all<Severity>(root, "severities", severity_value));
  TRY(facts.scores, read_all<double>(root, "scores", number_value));
  TRY(facts.references, read_all<std::string>(root, "references", text_value));
  return facts;
}

}  // namespace

std::string_view to_string(Confidence confidence) {
  switch (confidence) {
    case Confidence::certain: return "certain";
    case Confidence::likely: return "likely";
    case Confidence::choice: return "choice";
  }
  return "choice";
}

Result<LetterFacts> read_letter(std::string_view text, Budget& budget) {
  TRY_VOID(budget.take_in(text.size()));
  if (text.size() > kMostBytes) return Error(Code::exhausted, "the letter has " + std::to_string(text.size()) + " bytes, over " + std::to_string(kMostBytes));
  const LetterText letter = LetterText::of(text);
  LetterFacts facts;
  facts.text = letter.text();
  find_numbers(letter, facts);
  find_dates(letter, facts);
  find_issuers(letter, facts);
  find_subjects(letter, facts);
  find_cves(letter, facts);
  find_references(letter, facts);
  find_severities(letter, facts);
  find_scores(letter, facts);
  find_deadlines(letter, facts);
  find_products(letter, facts);
  TRY_VOID(budget.check_time());
  return facts;
}

std::string to_json(const LetterFacts& facts) {
  JsonWriter json;
  json.begin_object().field("text", facts.text);
  const auto text = [&](const std::string& value) { json.field("value", value); };
  write_all(json, "numbers", facts.numbers, text);
  write_all(json, "dates", facts.dates, [&](Date day) { json.field("value", to_string(day)); });
  write_all(json, "issuers", facts.issuers, text);
  write_all(json, "subjects", facts.subjects, text);
  write_all(json, "cves", facts.cves, text);
  write_all(json, "products", facts.products, [&](const LetterProduct& product) { write_product(json, product); });
  write_all(json, "deadlines", facts.deadlines, [&](const LetterDeadline& deadline) { write_deadline(json, deadline); });
  write_all(json, "severities", facts.severities, [&](Severity severity) { json.field("value", to_string(severity)); });
  write_all(json, "scores", facts.scores, [&](double score) { json.key("value").number(score); });
  write_all(json, "references", facts.references, text);
  json.end_object();
  return json.take();
}

Result<LetterFacts> letter_from_json(std::string_view text, Budget& budget) {
  JsonDocument document;
  auto root = document.parse(text, budget);
  if (!root) return root.error().code() == Code::exhausted ? root.error() : odd();
  auto facts = facts_of(*root);
  // Held against what would have been written of it: nothing else gets through.
  if (!facts || to_json(*facts) != text) return odd();
  return facts;
}

advisory::Advisory advisory_of(const LetterFacts& facts) {
  advisory::Advisory record;
  record.feed = "letter";
  if (!facts.numbers.empty()) record.id = facts.numbers.front().value;
  if (!facts.subjects.empty()) record.title = words_of(facts.subjects.front().value, 300);
  if (!facts.dates.empty()) record.published = vietnam_moment(facts.dates.front().value);
  std::set<std::string> cves;
  for (const auto& cve : facts.cves) cves.insert(cve.value);
  record.cves.assign(cves.begin(), cves.end());
  for (const auto& severity : facts.severities) record.severity = std::max(record.severity, severity.value);
  for (const auto& score : facts.scores) record.cvss_score = std::max(record.cvss_score.value_or(0), score.value);
  References references;
  for (const auto& reference : facts.references) references.add(reference.value);
  record.references = references.take();
  for (const auto& found : facts.products) {
    const LetterProduct& product = found.value;
    const bool one_fix = is_version(product.fixed) && product.fixed.find(',') == std::string::npos;
    if (!product.key || (product.affected.empty() && !one_fix)) continue;
    advisory::Affected affected;
    affected.package = *product.key;
    affected.basis = advisory::Basis::letter;
    affected.ranges = product.affected;
    if (affected.ranges.empty()) affected.ranges.push_back({.fixed = product.fixed});
    record.affected.push_back(std::move(affected));
  }
  return record;
}

}  // namespace khien::feed
