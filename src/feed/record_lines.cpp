#include "khien/feed/record_lines.hpp"

#include <utility>

#include "json_text.hpp"

namespace khien::feed {
namespace {

using advisory::Advisory;
using advisory::Affected;
using advisory::Basis;
using advisory::Exploited;
using advisory::Likelihood;
using advisory::PackageKey;
using advisory::VersionRange;

void write_texts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  json.key(name).begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end_array();
}

void write_moment(JsonWriter& json, std::string_view name, const std::optional<Timestamp>& moment) {
  if (moment) json.field(name, moment->ms);
}

void write(JsonWriter& json, const Affected& affected) {
  const PackageKey& key = affected.package;
  json.begin_object().key("p").begin_array();
  json.string(key.type).string(key.space).string(key.name).string(key.release).end_array();
  json.field("b", static_cast<std::int64_t>(affected.basis)).field("s", static_cast<std::int64_t>(affected.standing));
  json.key("r").begin_array();
  for (const VersionRange& range : affected.ranges) {
    json.begin_array().string(range.introduced).string(range.fixed).string(range.last_affected);
    json.boolean(range.introduced_excluded).end_array();
  }
  json.end_array();
  write_texts(json, "v", affected.versions);
  json.field("c", affected.cpe).field("w", affected.reason);
  if (affected.severity) json.field("y", static_cast<std::int64_t>(*affected.severity));
  json.end_object();
}

Error odd() { return Error(Code::corrupt, "a record's line is not as it is written"); }

template <class Enum>
Result<Enum> enum_at(const Json& json, std::string_view name, std::int64_t most) {
  TRY(const auto value, json.integer_at(name));
  if (value < 0 || value > most) return odd();
  return static_cast<Enum>(value);
}

Result<std::vector<std::string>> texts_at(const Json& json, std::string_view name) {
  std::vector<std::string> texts;
  TRY(const Json list, json.field(name));
  TRY_VOID(list.each([&](Json one) -> Result<void> {
    TRY(const auto text, one.string());
    texts.emplace_back(text);
    return {};
  }));
  return texts;
}

Result<std::optional<Timestamp>> moment_at(const Json& json, std::string_view name) {
  if (!json.field(name)) return std::optional<Timestamp>();
  TRY(const auto ms, json.integer_at(name));
  return std::optional(Timestamp{ms});
}

// The elements of an array of exactly `count`.
Result<std::vector<Json>> tuple(const Json& json, std::size_t count) {
  std::vector<Json> items;
  if (json.size() != count) return odd();
  TRY_VOID(json.each([&](Json one) -> Result<void> {
    items.push_back(one);
    return {};
  }));
  return items;
}

Result<VersionRange> range_of(const Json& json) {
  TRY(const auto items, tuple(json, 4));
  VersionRange range;
  TRY(range.introduced, items[0].string());
  TRY(range.fixed, items[1].string());
  TRY(range.last_affected, items[2].string());
  TRY(range.introduced_excluded, items[3].boolean());
  return range;
}

Result<PackageKey> key_at(const Json& json, std::string_view name) {
  TRY(const Json list, json.field(name));
  TRY(const auto items, tuple(list, 4));
  PackageKey key;
  TRY(key.type, items[0].string());
  TRY(key.space, items[1].string());
  TRY(key.name, items[2].string());
  TRY(key.release, items[3].string());
  return key;
}

Result<Affected> affected_of(const Json& json) {
  Affected affected;
  TRY(affected.package, key_at(json, "p"));
  TRY(affected.basis, enum_at<Basis>(json, "b", static_cast<std::int64_t>(Basis::letter)));
  TRY(affected.standing, enum_at<Affected::Standing>(json, "s", static_cast<std::int64_t>(Affected::Standing::unfixed_by_choice)));
  TRY(const Json ranges, json.field("r"));
  TRY_VOID(ranges.each([&](Json one) -> Result<void> {
    TRY(auto range, range_of(one));
    affected.ranges.push_back(std::move(range));
    return {};
  }));
  TRY(affected.versions, texts_at(json, "v"));
  TRY(affected.cpe, json.string_at("c"));
  TRY(affected.reason, json.string_at("w"));
  if (json.field("y")) {
    TRY(const auto severity, enum_at<Severity>(json, "y", static_cast<std::int64_t>(Severity::critical)));
    affected.severity = severity;
  }
  return affected;
}

Result<Advisory> advisory_from(const Json& json) {
  Advisory record;
  TRY(record.id, json.string_at("id"));
  TRY(record.feed, json.string_at("feed"));
  TRY(record.cves, texts_at(json, "cves"));
  TRY(record.title, json.string_at("title"));
  TRY(record.description, json.string_at("description"));
  TRY(record.severity, enum_at<Severity>(json, "severity", static_cast<std::int64_t>(Severity::critical)));
  if (const auto score = json.field("score")) {
    TRY(record.cvss_score, score->number());
  }
  TRY(record.cvss_vector, json.string_at("vector"));
  TRY(record.published, moment_at(json, "published"));
  TRY(record.modified, moment_at(json, "modified"));
  TRY(const Json affected, json.field("affected"));
  TRY_VOID(affected.each([&](Json one) -> Result<void> {
    TRY(auto entry, affected_of(one));
    record.affected.push_back(std::move(entry));
    return {};
  }));
  TRY(record.references, texts_at(json, "references"));
  TRY(record.withdrawn, json.boolean_at("withdrawn"));
  return record;
}

Result<Date> date_at(const Json& json, std::string_view name) {
  TRY(const auto text, json.string_at(name));
  return Date::parse(text);
}

Result<Exploited> exploited_from(const Json& json) {
  Exploited record;
  TRY(record.cve, json.string_at("cve"));
  TRY(record.vendor, json.string_at("vendor"));
  TRY(record.product, json.string_at("product"));
  TRY(record.name, json.string_at("name"));
  TRY(record.added_on, date_at(json, "added_on"));
  if (json.field("due_on")) {
    TRY(record.due_on, date_at(json, "due_on"));
  }
  TRY(record.ransomware, json.boolean_at("ransomware"));
  TRY(record.action, json.string_at("action"));
  return record;
}

Result<Likelihood> likelihood_from(const Json& json) {
  Likelihood record;
  TRY(record.cve, json.string_at("cve"));
  TRY(const Json probability, json.field("probability"));
  TRY(record.probability, probability.number());
  TRY(const Json percentile, json.field("percentile"));
  TRY(record.percentile, percentile.number());
  return record;
}

Result<FeedSummary> summary_from(const Json& json) {
  FeedSummary summary;
  TRY(summary.kind, enum_at<FeedKind>(json, "kind", static_cast<std::int64_t>(FeedKind::trivy)));
  TRY(summary.name, json.string_at("name"));
  TRY(summary.version, json.string_at("version"));
  TRY(summary.released, moment_at(json, "released"));
  const auto count = [&](std::string_view name, std::uint64_t& into) -> Result<void> {
    TRY(const auto value, json.integer_at(name));
    if (value < 0) return odd();
    into = static_cast<std::uint64_t>(value);
    return {};
  };
  TRY_VOID(count("taken", summary.taken));
  TRY_VOID(count("replaced", summary.replaced));
  TRY_VOID(count("passed_over", summary.passed_over));
  TRY(const Json named, json.field("named"));
  TRY_VOID(named.each([&](Json one) -> Result<void> {
    TRY(const auto items, tuple(one, 2));
    PassedOver passed;
    TRY(passed.where, items[0].string());
    TRY(passed.why, items[1].string());
    summary.named.push_back(std::move(passed));
    return {};
  }));
  return summary;
}

// Reads one, and holds it against what would have been written of it: so nothing gets
// through that the other end could not have meant.
template <class Record>
Result<Record> exactly(Result<Record> record, std::string_view line) {
  if (!record || to_line(*record) != line) return odd();
  return record;
}

}  // namespace

std::string to_line(const Advisory& record) {
  JsonWriter json;
  json.begin_object().field("k", "a").field("id", record.id).field("feed", record.feed);
  write_texts(json, "cves", record.cves);
  json.field("title", record.title).field("description", record.description);
  json.field("severity", static_cast<std::int64_t>(record.severity));
  if (record.cvss_score) json.key("score").number(*record.cvss_score);
  json.field("vector", record.cvss_vector);
  write_moment(json, "published", record.published);
  write_moment(json, "modified", record.modified);
  json.key("affected").begin_array();
  for (const Affected& affected : record.affected) write(json, affected);
  json.end_array();
  write_texts(json, "references", record.references);
  json.field("withdrawn", record.withdrawn).end_object();
  return json.take();
}

std::string to_line(const Exploited& record) {
  JsonWriter json;
  json.begin_object().field("k", "e").field("cve", record.cve).field("vendor", record.vendor);
  json.field("product", record.product).field("name", record.name).field("added_on", to_string(record.added_on));
  if (record.due_on) json.field("due_on", to_string(*record.due_on));
  json.field("ransomware", record.ransomware).field("action", record.action).end_object();
  return json.take();
}

std::string to_line(const Likelihood& record) {
  JsonWriter json;
  json.begin_object().field("k", "l").field("cve", record.cve);
  json.key("probability").number(record.probability).key("percentile").number(record.percentile).end_object();
  return json.take();
}

std::string to_line(const FeedSummary& summary) {
  JsonWriter json;
  json.begin_object().field("k", "s").field("kind", static_cast<std::int64_t>(summary.kind)).field("name", summary.name);
  json.field("version", summary.version);
  write_moment(json, "released", summary.released);
  json.field("taken", static_cast<std::int64_t>(summary.taken)).field("replaced", static_cast<std::int64_t>(summary.replaced));
  json.field("passed_over", static_cast<std::int64_t>(summary.passed_over)).key("named").begin_array();
  for (const PassedOver& passed : summary.named) {
    json.begin_array().string(passed.where).string(passed.why).end_array();
  }
  json.end_array().end_object();
  return json.take();
}

Result<void> RecordLines::take_line(std::string_view line) {
  if (summary_) return odd();  // it ends them
  auto json = document_.parse(line, budget_);
  if (!json) return json.error().code() == Code::exhausted ? json.error() : odd();
  const auto kind = json->string_at("k");
  if (!kind) return odd();
  if (*kind != "s" && ++taken_ > most_) return Error(Code::exhausted, "more than " + std::to_string(most_) + " records");
  if (*kind == "a") {
    TRY(auto record, exactly(advisory_from(*json), line));
    return sink_.take(std::move(record));
  }
  if (*kind == "e") {
    TRY(auto record, exactly(exploited_from(*json), line));
    return sink_.take(std::move(record));
  }
  if (*kind == "l") {
    TRY(auto record, exactly(likelihood_from(*json), line));
    return sink_.take(std::move(record));
  }
  TRY(auto summary, exactly(summary_from(*json), line));
  if (summary.named.size() > FeedSummary::kMostNamed) return odd();
  summary_ = std::move(summary);
  return {};
}

Result<void> RecordLines::take(std::string_view piece) {
  for (;;) {
    const auto end = piece.find('\n');
    if (rest_.size() + std::min(end, piece.size()) > kMostLineBytes) return Error(Code::exhausted, "a record's line is over 64 MiB");
    if (end == piece.npos) {
      rest_.append(piece);
      return {};
    }
    if (rest_.empty()) {
      TRY_VOID(take_line(piece.substr(0, end)));
    } else {
      rest_.append(piece.substr(0, end));
      TRY_VOID(take_line(rest_));
      rest_.clear();
    }
    piece.remove_prefix(end + 1);
  }
}

Result<FeedSummary> RecordLines::finish() {
  if (!rest_.empty() || !summary_) return Error(Code::corrupt, "the records' lines were cut off");
  return *std::move(summary_);
}

}  // namespace khien::feed
