#include "khien/patch/letters.hpp"

#include <algorithm>
#include <utility>

#include "decision_rows.hpp"
#include "khien/advisory/package.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/duty/evidence.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/units.hpp"

namespace khien::patch {
namespace {

constexpr std::int64_t kMostLetters = 500;
constexpr std::size_t kMostFactsBytes = 4u << 20;
constexpr std::size_t kMostText = 300;  // bytes of a field as it is read
constexpr std::string_view kPastedName = "cong-van.txt";

Error invalid(std::string_view field) { return Error(Code::invalid, std::string(field)); }
Error no_letter() { return Error(Code::not_found, "there is no such letter"); }

#define KHIEN_LETTER                                                                                                      \
  "SELECT l.id, l.unit_id, l.state, l.number, l.sender, l.title, l.severity, l.issued_day, l.due_day, l.cves, l.fixes, "  \
  "l.file_name, l.received_by, l.received_at, l.confirmed_by, l.confirmed_at, l.advisory_id, l.evidence_id, l.facts "     \
  "FROM letter l "

std::string json_of(const std::vector<std::string>& texts) {
  JsonWriter json;
  json.begin_array();
  for (const auto& text : texts) json.string(text);
  json.end_array();
  return json.take();
}

Result<std::vector<std::string>> strings_from(std::string_view text) {
  JsonDocument memory;
  Budget budget({});
  TRY(const auto root, memory.parse(text, budget));
  std::vector<std::string> all;
  TRY_VOID(root.each([&](Json one) -> Result<void> {
    TRY(const auto value, one.string());
    all.emplace_back(value);
    return {};
  }));
  return all;
}

Result<Letter> letter_from(const store::Row& row) {
  Letter letter;
  letter.id = row.id<LetterTag>(0);
  letter.unit = row.id<UnitTag>(1);
  letter.confirmed = row.text(2) == "confirmed";
  letter.number = row.text(3);
  letter.sender = row.text(4);
  letter.title = row.text(5);
  letter.severity = static_cast<Severity>(row.integer(6));
  if (!row.is_null(7)) letter.issued = Date::from_days(row.integer(7));
  if (!row.is_null(8)) letter.due = Date::from_days(row.integer(8));
  TRY(letter.cves, strings_from(row.text(9)));
  TRY(letter.fixes, strings_from(row.text(10)));
  letter.file_name = row.text(11);
  letter.received_by = row.id<UserTag>(12);
  letter.received_at = row.time(13);
  if (!row.is_null(14)) letter.confirmed_by = row.id<UserTag>(14);
  if (!row.is_null(15)) letter.confirmed_at = row.time(15);
  if (!row.is_null(16)) letter.advisory = row.id<AdvisoryTag>(16);
  if (!row.is_null(17)) letter.evidence = row.id<EvidenceTag>(17);
  return letter;
}

// What has one reading: of several that are as good a person chooses.
template <class Value>
const Value* certain(const std::vector<feed::Found<Value>>& found) {
  if (found.empty() || found.front().confidence == feed::Confidence::choice) return nullptr;
  return &found.front().value;
}

std::string text_or_empty(const std::string* text) {
  return text == nullptr ? std::string() : std::string(truncate(*text, kMostText));
}

std::optional<Date> due_of(const feed::LetterFacts& facts, const std::optional<Date>& issued) {
  for (const auto& found : facts.deadlines) {
    if (found.value.is_report || found.confidence == feed::Confidence::choice) continue;
    if (found.value.day) return found.value.day;
    // Working days need a calendar of holidays: shown, and left to the person.
    if (found.value.days && issued && !found.value.working_days) return *issued + *found.value.days;
  }
  return std::nullopt;
}

std::vector<std::string> fixes_of(const feed::LetterFacts& facts) {
  std::vector<std::string> fixes;
  for (const auto& found : facts.products) {
    if (found.value.key && !found.value.fixed.empty()) fixes.push_back(url_of(*found.value.key, found.value.fixed));
  }
  return fixes;
}

store::Value day_or_null(const std::optional<Date>& day) {
  return day ? store::Value(std::int64_t{day->days()}) : store::Value(nullptr);
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

Result<void> check(const Confirmation& confirmation) {
  if (is_blank(confirmation.number)) return invalid("number");
  if (is_blank(confirmation.sender)) return invalid("sender");
  if (is_blank(confirmation.title)) return invalid("title");
  if (confirmation.due && *confirmation.due < confirmation.issued) return invalid("due_on");
  if (confirmation.cves.empty() && confirmation.fixes.empty()) return invalid("cves");
  for (const auto& fix : confirmation.fixes) {
    const auto url = advisory::parse_package_url(fix);
    if (!url || url->version.empty()) return invalid("fixes");
  }
  return {};
}

Result<AdvisoryId> make_advisory(store::Connection& connection, TenantId tenant, const Confirmation& confirmation, UserId who,
                                 Timestamp now) {
  bool there = false;
  TRY_VOID(connection.query("SELECT 1 FROM advisory WHERE tenant_id = ?1 AND kind = 'letter' AND name = ?2", {tenant, confirmation.number},
                            [&](const store::Row&) -> Result<void> {
                              there = true;
                              return {};
                            }));
  if (there) return invalid("number");
  TRY_VOID(connection.run(
      "INSERT INTO advisory (tenant_id, kind, name, title, severity, followed_since, due_day, due_by) "
      "VALUES (?1, 'letter', ?2, ?3, ?4, ?5, ?6, ?7)",
      {tenant, confirmation.number, confirmation.title, static_cast<int>(confirmation.severity), now, day_or_null(confirmation.due),
       to_string(confirmation.due ? DueBy::letter : DueBy::none)}));
  const AdvisoryId id{connection.last_insert_id()};
  auto names = confirmation.cves;
  if (names.empty()) names.push_back(confirmation.number);
  for (const auto& name : names) {
    TRY_VOID(connection.run("INSERT INTO advisory_vulnerability (tenant_id, advisory_id, name) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                            {tenant, id, name}));
  }
  TRY_VOID(put_event(connection, {.tenant = tenant, .advisory = id, .at = now, .who = who, .event = "letter", .unit = {},
                                  .note = confirmation.number}));
  return id;
}

// All names of all letters of the tenant: what is followed because of them.
Result<void> follow_named(store::Connection& connection, TenantId tenant, const flow::Following& shipped) {
  std::vector<std::string> names;
  TRY_VOID(connection.query(
      "SELECT DISTINCT av.name FROM advisory_vulnerability av JOIN advisory a ON a.tenant_id = av.tenant_id AND a.id = av.advisory_id "
      "WHERE av.tenant_id = ?1 AND a.kind = 'letter' AND a.ended_at IS NULL",
      {tenant}, [&](const store::Row& row) -> Result<void> {
        names.emplace_back(row.text(0));
        return {};
      }));
  return flow::set_named(connection, tenant, names, shipped);
}

Result<Bytes> content_of(store::Connection& connection, TenantId tenant, LetterId id) {
  Bytes content;
  TRY_VOID(connection.query_one("SELECT content FROM letter WHERE tenant_id = ?1 AND id = ?2", {tenant, id},
                                [&](const store::Row& row) -> Result<void> {
                                  const auto bytes = row.bytes(0);
                                  content.assign(bytes.begin(), bytes.end());
                                  return {};
                                }));
  return content;
}

advisory::Advisory record_of(const Letter& letter) {
  advisory::Advisory record{.id = letter.number, .feed = "letter", .cves = letter.cves, .title = letter.title, .description = {},
                            .severity = letter.severity, .cvss_score = {}, .cvss_vector = {}, .published = {}, .modified = {},
                            .affected = {}, .references = {}};
  std::ranges::sort(record.cves);
  if (letter.issued) record.published = vietnam_moment(*letter.issued);
  for (const auto& fix : letter.fixes) {
    const auto url = advisory::parse_package_url(fix);
    if (!url) continue;
    record.affected.push_back({.package = url->key, .basis = advisory::Basis::letter,
                               .ranges = {{.introduced = {}, .fixed = url->version}}, .versions = {}, .cpe = {}});
  }
  return record;
}

}  // namespace

std::string url_of(const advisory::PackageKey& key, const std::string& version) {
  return "pkg:" + key.type + "/" + (key.space.empty() ? "" : key.space + "/") + key.name + "@" + version;
}

Result<LetterId> keep_letter(store::Connection& connection, const store::TenantScope& scope, const NewLetter& letter, Timestamp now) {
  khien_assert(letter.by);
  TRY_VOID(duty::check_evidence({.unit = letter.unit, .file_name = letter.file_name.empty() ? std::string(kPastedName) : letter.file_name,
                                 .bytes = letter.content, .by = letter.by, .words = letter.facts.text}));
  TRY(const auto unit, estate::get_unit(connection, scope, letter.unit));
  const auto* issued = certain(letter.facts.dates);
  const std::optional<Date> day = issued == nullptr ? std::nullopt : std::optional(*issued);
  std::vector<std::string> cves;
  for (const auto& found : letter.facts.cves) cves.push_back(found.value);
  const auto* severity = certain(letter.facts.severities);
  TRY_VOID(connection.run(
      "INSERT INTO letter (tenant_id, unit_id, state, number, sender, title, severity, issued_day, due_day, cves, fixes, facts, "
      "file_name, content, received_by, received_at) VALUES (?1, ?2, 'read', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
      {scope.tenant(), unit.id, text_or_empty(certain(letter.facts.numbers)), text_or_empty(certain(letter.facts.issuers)),
       text_or_empty(certain(letter.facts.subjects)), static_cast<int>(severity == nullptr ? Severity::info : *severity), day_or_null(day),
       day_or_null(due_of(letter.facts, day)), json_of(cves), json_of(fixes_of(letter.facts)), feed::to_json(letter.facts),
       letter.file_name, letter.content, letter.by, now}));
  return LetterId{connection.last_insert_id()};
}

Result<LetterDetail> get_letter(store::Connection& connection, const store::TenantScope& scope, LetterId id) {
  std::optional<LetterDetail> detail;
  TRY_VOID(connection.query(KHIEN_LETTER "WHERE l.tenant_id = ?1 AND l.id = ?3 AND " KHIEN_IN_SCOPE("l.unit_id"),
                            {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
                              LetterDetail one;
                              TRY(one.letter, letter_from(row));
                              Budget budget({.bytes_in = kMostFactsBytes});
                              TRY(one.facts, feed::letter_from_json(row.text(18), budget));
                              detail = std::move(one);
                              return {};
                            }));
  if (!detail) return no_letter();
  return *std::move(detail);
}

Result<std::vector<Letter>> list_letters(store::Connection& connection, const store::TenantScope& scope) {
  std::vector<Letter> letters;
  TRY_VOID(connection.query(KHIEN_LETTER "WHERE l.tenant_id = ?1 AND l.unit_id IN " KHIEN_UNITS_IN_SCOPE
                                         " ORDER BY l.state = 'confirmed', l.id DESC LIMIT ?3",
                            {scope.tenant(), scope.roots_json(), kMostLetters}, [&](const store::Row& row) -> Result<void> {
                              TRY(auto letter, letter_from(row));
                              letters.push_back(std::move(letter));
                              return {};
                            }));
  return letters;
}

Result<void> discard_letter(store::Connection& connection, const store::TenantScope& scope, LetterId id) {
  TRY(const auto detail, get_letter(connection, scope, id));
  if (detail.letter.confirmed) return Error(Code::conflict, "the letter is confirmed");
  TRY_VOID(connection.run("DELETE FROM letter WHERE tenant_id = ?1 AND id = ?2", {scope.tenant(), id}));
  return {};
}

Result<AdvisoryId> confirm_letter(store::Connection& connection, const store::TenantScope& scope, LetterId id,
                                  const Confirmation& confirmation, UserId who, const flow::Following& shipped, Timestamp now) {
  khien_assert(who);
  TRY(const auto detail, get_letter(connection, scope, id));
  if (detail.letter.confirmed) return Error(Code::conflict, "the letter is confirmed");
  TRY_VOID(check(confirmation));
  TRY(const auto content, content_of(connection, scope.tenant(), id));
  const auto& name = detail.letter.file_name;
  TRY(const auto evidence, duty::keep_evidence(connection, scope,
                                               {.unit = detail.letter.unit, .file_name = name.empty() ? std::string(kPastedName) : name,
                                                .bytes = content, .effective_on = confirmation.issued, .by = who, .words = detail.facts.text},
                                               now));
  TRY(const auto advisory, make_advisory(connection, scope.tenant(), confirmation, who, now));
  TRY_VOID(connection.run(
      "UPDATE letter SET state = 'confirmed', number = ?3, sender = ?4, title = ?5, severity = ?6, issued_day = ?7, due_day = ?8, "
      "cves = ?9, fixes = ?10, content = NULL, confirmed_by = ?11, confirmed_at = ?12, advisory_id = ?13, evidence_id = ?14 "
      "WHERE tenant_id = ?1 AND id = ?2",
      {scope.tenant(), id, confirmation.number, confirmation.sender, confirmation.title, static_cast<int>(confirmation.severity),
       day_or_null(confirmation.issued), day_or_null(confirmation.due), json_of(confirmation.cves), json_of(confirmation.fixes), who, now,
       advisory, evidence}));
  TRY_VOID(follow_named(connection, scope.tenant(), shipped));
  return advisory;
}

Result<std::optional<Letter>> letter_of(store::Connection& connection, TenantId tenant, AdvisoryId advisory) {
  std::optional<Letter> letter;
  TRY_VOID(connection.query(KHIEN_LETTER "WHERE l.tenant_id = ?1 AND l.advisory_id = ?2", {tenant, advisory},
                            [&](const store::Row& row) -> Result<void> {
                              TRY(letter, letter_from(row));
                              return {};
                            }));
  return letter;
}

Result<std::vector<advisory::Advisory>> records_of_letters(store::Connection& connection) {
  std::vector<advisory::Advisory> records;
  TRY_VOID(connection.query(KHIEN_LETTER "WHERE l.state = 'confirmed' ORDER BY l.id", {}, [&](const store::Row& row) -> Result<void> {
    TRY(const auto letter, letter_from(row));
    if (!letter.fixes.empty()) records.push_back(record_of(letter));
    return {};
  }));
  return records;
}

Result<void> note_known(store::Connection& connection, const advisory::Book& book) {
  struct Named {
    TenantId tenant;
    AdvisoryId advisory;
    std::string name;
    bool known = false;
  };
  std::vector<Named> otherwise;
  TRY_VOID(connection.query(
      "SELECT av.tenant_id, av.advisory_id, av.name, av.known FROM advisory a CROSS JOIN advisory_vulnerability av "
      "ON av.tenant_id = a.tenant_id AND av.advisory_id = a.id WHERE a.kind = 'letter' AND a.ended_at IS NULL",
      {}, [&](const store::Row& row) -> Result<void> {
        // A likelihood or a use in attacks alone names no package.
        const bool known = !book.packages_of(row.text(2)).empty();
        if (known == (row.integer(3) != 0)) return {};
        otherwise.push_back({TenantId{row.integer(0)}, row.id<AdvisoryTag>(1), std::string(row.text(2)), known});
        return {};
      }));
  for (const Named& one : otherwise) {
    TRY_VOID(connection.run("UPDATE advisory_vulnerability SET known = ?4 WHERE tenant_id = ?1 AND advisory_id = ?2 AND name = ?3",
                            {one.tenant, one.advisory, one.name, one.known}));
  }
  return {};
}

}  // namespace khien::patch
