#include "khien/duty/evidence.hpp"

#include <algorithm>
#include <utility>

#include "evidence_links.hpp"
#include "khien/core/text.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/units.hpp"

namespace khien::duty {
namespace {

constexpr std::size_t kMostNameCharacters = 200;
constexpr std::string_view kEvidenceList = "evidence";
constexpr std::size_t kMostEvidencePage = 500;
constexpr std::int64_t kLookedAtOnce = 500;
constexpr std::int64_t kMostLookedAt = 20'000;  // files of one page; some tens of milliseconds

Error no_evidence() { return Error(Code::not_found, "no such evidence"); }

std::size_t code_points(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0u) != 0x80u ? 1 : 0;
  return count;
}

Result<void> check_size(const NewEvidence& file) {
  if (file.bytes.empty()) return refuse(Code::invalid, "content", {"Tệp rỗng.", "The file is empty."});
  if (file.bytes.size() > kMostEvidenceBytes) {
    return refuse(Code::invalid, "content", {"Tệp lớn hơn 10 MB.", "The file is larger than 10 MB."});
  }
  if (file.file_name.empty() || code_points(file.file_name) > kMostNameCharacters) {
    return refuse(Code::invalid, "file_name", {"Tên tệp trống hoặc dài quá 200 ký tự.",
                                               "The file's name is empty or longer than 200 characters."});
  }
  return {};
}

bool has_words(const Evidence& evidence, const std::string& folded) {
  return folded.empty() || fold(evidence.file_name).contains(folded) || fold(evidence.unit_name).contains(folded);
}

}  // namespace

Result<void> check_evidence(const NewEvidence& file) {
  if (file.declared != Classification::none) {
    return refuse(Code::invalid, "classification", reason_of(file.declared));
  }
  TRY_VOID(check_size(file));
  if (const auto marking = marking_in_name(file.file_name)) {
    return refuse(Code::invalid, "file_name", reason_of(*marking));
  }
  const auto marking = file.words ? marking_in_text(as_bytes(*file.words)) : marking_in_text(file.bytes);
  if (marking) return refuse(Code::invalid, "content", reason_of(*marking));
  return {};
}

Result<EvidenceId> keep_evidence(store::Connection& connection, const store::TenantScope& scope,
                                 const NewEvidence& file, Timestamp now) {
  TRY_VOID(check_evidence(file));
  TRY_VOID(estate::get_unit(connection, scope, file.unit));
  TRY(const auto name, nfc(file.file_name));
  const auto digest = sha256(file.bytes);
  TRY_VOID(connection.run(
      "INSERT INTO evidence_content (tenant_id, sha256, bytes) VALUES (?1, ?2, ?3) "
      "ON CONFLICT (tenant_id, sha256) DO NOTHING",
      {scope.tenant(), digest.view(), file.bytes}));
  TRY_VOID(connection.run(
      "INSERT INTO evidence (tenant_id, unit_id, sha256, file_name, size, looked_at, effective_on, uploaded_by, "
      "uploaded_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      {scope.tenant(), file.unit, digest.view(), name, static_cast<std::int64_t>(file.bytes.size()),
       to_string(file.words ? LookedAt::text : looked_at(file.bytes)),
       file.effective_on ? store::Value(std::int64_t{file.effective_on->days()}) : store::Value(nullptr), file.by, now}));
  return EvidenceId{connection.last_insert_id()};
}

Result<Evidence> get_evidence(store::Connection& connection, const store::TenantScope& scope, EvidenceId id) {
  Evidence evidence;
  const auto found = connection.query_one(
      "SELECT " KHIEN_EVIDENCE_COLUMNS " FROM evidence e JOIN unit u ON u.tenant_id = e.tenant_id AND u.id = e.unit_id "
      "WHERE e.tenant_id = ?1 AND e.id = ?3 AND " KHIEN_IN_SCOPE("e.unit_id"),
      {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
        TRY(evidence, evidence_from(row));
        return {};
      });
  if (!found) return found.error().code() == Code::not_found ? no_evidence() : found.error();
  return evidence;
}

Result<EvidencePage> list_evidence(store::Connection& connection, const store::TenantScope& scope, const EvidenceQuery& query) {
  TRY(const auto roots, estate::roots_below(connection, scope, query.unit));
  std::int64_t before = INT64_MAX;
  if (!query.cursor.empty()) {
    TRY(const auto fields, estate::from_cursor(query.cursor, kEvidenceList, {std::int64_t{0}}));
    before = std::get<std::int64_t>(fields[0]);
  }
  const auto limit = std::clamp<std::size_t>(query.limit, 1, kMostEvidencePage);
  const auto words = fold(query.words);
  EvidencePage page;
  bool more = true;
  for (std::int64_t looked = 0; more && looked < kMostLookedAt && page.items.size() < limit; looked += kLookedAtOnce) {
    std::int64_t rows = 0;
    TRY_VOID(connection.query("SELECT " KHIEN_EVIDENCE_COLUMNS " FROM evidence e JOIN unit u ON u.tenant_id = e.tenant_id AND u.id = e.unit_id "
                              "WHERE e.tenant_id = ?1 AND e.unit_id IN " KHIEN_UNITS_IN_SCOPE " AND e.id < ?3 ORDER BY e.id DESC LIMIT ?4",
                              {scope.tenant(), roots, before, kLookedAtOnce}, [&](const store::Row& row) -> Result<void> {
                                ++rows;
                                if (page.items.size() == limit) return {};
                                TRY(auto evidence, evidence_from(row));
                                before = evidence.id.value;
                                if (has_words(evidence, words)) page.items.push_back(std::move(evidence));
                                return {};
                              }));
    more = rows == kLookedAtOnce || page.items.size() == limit;
  }
  if (more) page.next = estate::to_cursor(kEvidenceList, {before});
  return page;
}

Result<Bytes> read_evidence(store::Connection& connection, const store::TenantScope& scope, EvidenceId id) {
  TRY(const auto evidence, get_evidence(connection, scope, id));
  Bytes bytes;
  TRY_VOID(connection.query_one("SELECT bytes FROM evidence_content WHERE tenant_id = ?1 AND sha256 = ?2",
                                {scope.tenant(), evidence.sha256.view()}, [&](const store::Row& row) -> Result<void> {
                                  const auto kept = row.bytes(0);
                                  bytes.assign(kept.begin(), kept.end());
                                  return {};
                                }));
  if (sha256(bytes) != evidence.sha256) return Error(Code::corrupt, "evidence is not what was uploaded");
  return bytes;
}

Result<Evidence> evidence_from(const store::Row& row) {
  Evidence evidence;
  evidence.id = row.id<EvidenceTag>(0);
  evidence.unit = row.id<UnitTag>(1);
  evidence.unit_name = row.text(2);
  evidence.file_name = row.text(3);
  evidence.size = row.integer(4);
  TRY(evidence.sha256, Sha256::from_bytes(row.bytes(5)));
  evidence.looked_at = row.text(6) == "text" ? LookedAt::text : LookedAt::name;
  if (!row.is_null(7)) evidence.effective_on = Date::from_days(row.integer(7));
  evidence.uploaded_by = row.id<UserTag>(8);
  evidence.uploaded_at = row.time(9);
  return evidence;
}

Result<void> require_evidence(store::Connection& connection, const store::TenantScope& scope, UnitId unit,
                              const std::vector<EvidenceId>& evidence) {
  for (const EvidenceId id : evidence) {
    TRY(const auto one, get_evidence(connection, scope, id));
    if (one.unit == unit) continue;
    return refuse(Code::invalid, "evidence", {"Minh chứng thuộc đơn vị khác.", "The evidence belongs to another unit."});
  }
  return {};
}

}  // namespace khien::duty
