#include "dto_advisory.hpp"

#include <algorithm>
#include <tuple>

#include "dto.hpp"
#include "khien/core/text.hpp"

namespace khien::api {
namespace {

void write_number_or_null(JsonWriter& json, std::string_view name, const std::optional<double>& value) {
  json.key(name);
  value ? json.number(*value) : json.null();
}

void write_day_or_null(JsonWriter& json, std::string_view name, const std::optional<Date>& day) {
  json.key(name);
  day ? json.string(to_string(*day)) : json.null();
}

template <class Tag>
void write_ref_or_null(JsonWriter& json, std::string_view name, const std::optional<Id<Tag>>& id, std::string_view text) {
  json.key(name);
  id ? write_ref(json, id->value, text) : static_cast<void>(json.null());
}

std::string_view name_of_standing(std::int64_t standing) {
  switch (standing) {
    case 2: return "under_investigation";
    case 3: return "unfixed_by_choice";
    default: return "affected";
  }
}

}  // namespace

void write_patch_counts(JsonWriter& json, const patch::PatchCounts& counts) {
  json.begin_object().field("open", counts.open).field("overdue", counts.overdue).field("mitigated", counts.mitigated);
  json.field("accepted", counts.accepted).field("patched", counts.patched).field("not_affected", counts.not_affected);
  json.field("unknown", counts.unknown).end_object();
}

void write_advisory(JsonWriter& json, const patch::AdvisoryRecord& record) {
  json.begin_object().field("id", record.id.value).field("kind", to_string(record.kind)).field("name", record.name);
  json.field("title", record.title).field("severity", to_string(record.severity)).key("reasons").begin_array();
  for (const auto reason : record.reasons) json.string(to_string(reason));
  json.end_array().field("ransomware", record.ransomware);
  write_number_or_null(json, "likelihood", record.likelihood);
  write_number_or_null(json, "cvss_score", record.cvss_score);
  json.field("followed_since", record.followed_since);
  write_day_or_null(json, "due_on", record.due);
  json.field("due_by", to_string(record.due_by)).field("overdue", record.overdue).key("counts");
  write_patch_counts(json, record.counts);
  json.field("units", record.units).field("units_acknowledged", record.units_acknowledged);
  json.field("units_done", record.units_done).key("letters").begin_array();
  for (const auto& letter : record.letters) {
    json.begin_object().field("id", letter.id.value).field("name", letter.name).field("sender", letter.sender).end_object();
  }
  json.end_array().end_object();
}

void write_advisory_unit(JsonWriter& json, const patch::AdvisoryUnit& unit, const NameMap& names) {
  json.begin_object().key("unit");
  write_ref(json, unit.unit.value, unit.name);
  json.key("counts");
  write_patch_counts(json, unit.counts);
  write_time(json, "acknowledged_at", unit.acknowledged_at);
  json.key("acknowledged_by");
  write_user_ref(json, unit.acknowledged_by, names);
  write_time(json, "reminded_at", unit.reminded_at);
  write_time(json, "escalated_at", unit.escalated_at);
  json.field("overdue", unit.overdue).field("done", unit.counts.done()).end_object();
}

void write_advisory_decision(JsonWriter& json, const patch::AdvisoryDecision& decision, const NameMap& names, bool may_end) {
  json.begin_object().field("id", decision.id.value).field("kind", to_string(decision.kind));
  write_ref_or_null(json, "machine", decision.machine, decision.machine_name);
  write_ref_or_null(json, "unit", decision.unit, decision.unit_name);
  json.key("package");
  decision.package.empty() ? json.null() : json.string(decision.package);
  json.field("reason", decision.reason).field("until", to_string(decision.until)).key("decided_by");
  write_user_ref(json, decision.decided_by, names);
  json.field("decided_at", decision.decided_at);
  write_time(json, "ended_at", decision.ended_at);
  json.field("covers", decision.covers).field("may_end", may_end && !decision.ended_at).end_object();
}

void write_advisory_fixes(JsonWriter& json, const std::vector<patch::AdvisoryFix>& fixes) {
  json.key("fixes").begin_array();
  for (const auto& fix : fixes) {
    json.begin_object().field("package", fix.package).field("fixed", fix.fixed).field("machines", fix.machines);
    json.field("record", fix.record).field("rule", fix.rule).end_object();
  }
  json.end_array();
}

void write_advisory_history(JsonWriter& json, const std::vector<patch::AdvisoryEvent>& events, const NameMap& names) {
  json.key("history").begin_array();
  for (const auto& event : events) {
    json.begin_object().field("at", event.at).key("who");
    write_user_ref(json, event.who, names);
    json.field("event", event.event);
    write_ref_or_null(json, "unit", event.unit, event.unit_name);
    json.field("note", event.note).end_object();
  }
  json.end_array();
}

void write_advisory_figures(JsonWriter& json, const patch::AdvisoryFigures& figures) {
  json.key("advisories").begin_object().field("open", figures.open).field("overdue", figures.overdue);
  json.field("exploited_open", figures.exploited_open).field("machines_open", figures.machines_open);
  json.field("machines_overdue", figures.machines_overdue).field("without_inventory", figures.without_inventory);
  json.field("units_unacknowledged", figures.units_unacknowledged).end_object();
}

void write_software(JsonWriter& json, const patch::Software& software) {
  const Package& package = software.package;
  json.begin_object().field("purl", package.purl).field("name", package.name).field("version", package.version);
  json.field("source", package.source).field("source_version", package.source_version).key("vulnerabilities").begin_array();
  for (const auto& one : software.vulnerabilities) {
    json.begin_object().field("name", one.name).field("severity", to_string(one.severity));
    json.field("state", one.unknown ? "unknown" : "affected").field("standing", name_of_standing(one.standing));
    json.field("fixed", one.fixed).field("record", one.record).field("rule", one.rule);
    json.field("followed", one.followed).field("exploited", one.exploited);
    write_number_or_null(json, "likelihood", one.likelihood);
    json.key("advisory");
    one.advisory ? json.integer(one.advisory->value) : json.null();
    json.end_object();
  }
  json.end_array().end_object();
}

void write_advisory_settings(JsonWriter& json, const patch::Settings& settings, const NameMap& names) {
  json.begin_object().key("least_severity");
  settings.least_severity ? json.string(to_string(*settings.least_severity)) : json.null();
  json.key("least_likelihood");
  settings.least_likelihood ? json.integer(*settings.least_likelihood) : json.null();
  json.field("days_exploited", std::int64_t{settings.days_exploited}).field("days_ransomware", std::int64_t{settings.days_ransomware});
  json.field("days_likely", std::int64_t{settings.days_likely}).field("days_critical", std::int64_t{settings.days_critical});
  json.field("days_high", std::int64_t{settings.days_high}).field("days_medium", std::int64_t{settings.days_medium});
  json.field("days_low", std::int64_t{settings.days_low}).field("remind_days", std::int64_t{settings.remind_days});
  json.field("shipped", !settings.changed_at.has_value()).key("changed_by");
  write_user_ref(json, settings.changed_by, names);
  write_time(json, "changed_at", settings.changed_at);
  json.end_object();
}

void write_letter(JsonWriter& json, const patch::Letter& letter, const NameMap& names) {
  json.begin_object().field("id", letter.id.value).field("state", letter.confirmed ? "confirmed" : "read");
  json.field("number", letter.number).field("sender", letter.sender).field("title", letter.title);
  write_day_or_null(json, "issued_on", letter.issued);
  write_day_or_null(json, "due_on", letter.due);
  json.key("cves").begin_array();
  for (const auto& cve : letter.cves) json.string(cve);
  json.end_array().key("fixes").begin_array();
  for (const auto& fix : letter.fixes) json.string(fix);
  json.end_array().field("file_name", letter.file_name).key("received_by");
  write_user_ref(json, letter.received_by, names);
  json.field("received_at", letter.received_at).key("confirmed_by");
  write_user_ref(json, letter.confirmed_by, names);
  write_time(json, "confirmed_at", letter.confirmed_at);
  json.key("advisory");
  letter.advisory ? json.integer(letter.advisory->value) : json.null();
  json.key("evidence");
  letter.evidence ? json.integer(letter.evidence->value) : json.null();
  json.end_object();
}

namespace {

constexpr std::size_t kMostFound = 500;
constexpr std::size_t kMostTextBytes = 60'000;
constexpr std::size_t kAround = 60;  // bytes on each side

// What was read, and where.
struct FoundWord {
  std::string_view field;
  std::string value;
  std::string fixed;
  std::optional<std::string> package;
  feed::Confidence confidence = feed::Confidence::certain;
  feed::Place at;
};

std::string words_around(const std::string& text, const feed::Place& at) {
  const std::size_t begin = at.begin > kAround ? at.begin - kAround : 0;
  const std::size_t end = std::min(text.size(), at.end + kAround);
  if (begin >= end) return {};
  return to_valid_utf8(std::string_view(text).substr(begin, end - begin));
}

template <class Value, class Word>
void add_found(std::vector<FoundWord>& all, std::string_view field, const std::vector<feed::Found<Value>>& found, Word word) {
  for (const auto& one : found) {
    all.push_back({.field = field, .value = word(one.value), .fixed = {}, .package = {}, .confidence = one.confidence, .at = one.at});
  }
}

std::vector<FoundWord> found_in(const feed::LetterFacts& facts) {
  const auto itself = [](const std::string& text) { return text; };
  std::vector<FoundWord> all;
  add_found(all, "number", facts.numbers, itself);
  add_found(all, "issued_on", facts.dates, [](Date day) { return to_string(day); });
  add_found(all, "sender", facts.issuers, itself);
  add_found(all, "title", facts.subjects, itself);
  add_found(all, "cve", facts.cves, itself);
  add_found(all, "due_on", facts.deadlines, [](const feed::LetterDeadline& due) {
    if (due.day) return to_string(*due.day);
    return due.days ? std::to_string(*due.days) : std::string();
  });
  add_found(all, "severity", facts.severities, [](Severity severity) { return std::string(to_string(severity)); });
  add_found(all, "reference", facts.references, itself);
  for (const auto& one : facts.products) {
    FoundWord word{.field = "product", .value = one.value.name, .fixed = one.value.fixed, .package = {}, .confidence = one.confidence, .at = one.at};
    if (one.value.key && !one.value.fixed.empty()) word.package = patch::url_of(*one.value.key, one.value.fixed);
    all.push_back(std::move(word));
  }
  std::ranges::sort(all, {}, [](const FoundWord& word) { return std::tuple(word.at.begin, word.field, std::string_view(word.value)); });
  if (all.size() > kMostFound) all.resize(kMostFound);
  return all;
}

}  // namespace

void write_letter_facts(JsonWriter& json, const feed::LetterFacts& facts) {
  json.key("found").begin_array();
  for (const FoundWord& word : found_in(facts)) {
    json.begin_object().field("field", word.field).field("value", word.value).field("fixed", word.fixed).key("package");
    word.package ? json.string(*word.package) : json.null();
    json.field("confidence", to_string(word.confidence)).field("words", words_around(facts.text, word.at)).end_object();
  }
  json.end_array().field("text", truncate(facts.text, kMostTextBytes));
}

void write_feed(JsonWriter& json, const patch::FeedState& feed, Timestamp now) {
  json.begin_object().field("feed", feed.feed).field("records", feed.records);
  write_time(json, "newest_at", feed.newest);
  write_time(json, "imported_at", feed.imported_at);
  json.key("age_days");
  feed.imported_at ? json.integer((now - *feed.imported_at).ms / days(1).ms) : json.null();
  json.field("stale", patch::is_stale(feed, now)).field("file", feed.file).field("failure", feed.failure);
  write_time(json, "failed_at", feed.failed_at);
  json.end_object();
}

scan::RuleText words_for_advisory(std::string_view name, std::string_view title) {
  const std::string id(name);
  const std::string what(title.empty() ? name : title);
  return {{"Lỗ hổng " + id + " chưa vá", "Vulnerability " + id + " is not patched"},
          {what, what},
          {{"Mở cảnh báo, xem phiên bản nào khắc phục lỗ hổng.", "Open the advisory and see which version mends it."},
           {"Sao lưu rồi cập nhật gói phần mềm trên máy.", "Back up, then update the package on the machine."},
           {"Nếu là nhân hệ điều hành (kernel): khởi động lại máy.", "If it is the kernel: restart the machine."},
           {"Chưa vá được: ghi biện pháp thay thế hoặc chấp nhận rủi ro đến một ngày.",
            "If it cannot be patched yet: record what was done instead, or the risk accepted until a day."}}};
}

std::vector<LocalText> steps_for_advisory(const patch::AdvisoryDetail& detail) {
  std::vector<LocalText> steps;
  constexpr std::size_t kMostNamed = 5;
  const bool mends = std::ranges::any_of(detail.fixes, [](const auto& fix) { return !fix.fixed.empty(); });
  if (mends) steps.push_back({"Sao lưu rồi cập nhật trên các máy được liệt kê:", "Back up, then update on the machines that are listed:"});
  for (std::size_t i = 0; i < std::min(kMostNamed, detail.fixes.size()); ++i) {
    const auto& fix = detail.fixes[i];
    if (fix.fixed.empty()) continue;
    steps.push_back({fix.package + " lên phiên bản " + fix.fixed + " trở lên", fix.package + " to " + fix.fixed + " or later"});
  }
  if (!mends && detail.record.counts.open > 0) {
    steps.push_back({"Chưa có bản vá: tách khỏi mạng hoặc làm theo khuyến nghị của hãng, rồi ghi «Đã giảm thiểu» kèm ngày hết hạn.",
                     "There is no patch yet: cut it off or do what the maker advises, then record it as mitigated with an end day."});
  }
  if (detail.kernel) {
    steps.push_back({"Khởi động lại máy: chỉ khi chạy nhân mới mới được tính là đã vá.",
                     "Restart the machine: it counts as patched only when the new kernel runs."});
  }
  if (detail.record.counts.unknown > 0) {
    steps.push_back({"Máy chưa có danh mục phần mềm: cài tác tử hoặc kiểm tra thủ công.",
                     "Machines without an inventory: install the agent, or look by hand."});
  }
  steps.push_back({"Không cần báo lại: lần kiểm kê sau của máy tự chứng minh.", "Nothing to report: the machine's next inventory proves it."});
  return steps;
}

}  // namespace khien::api
