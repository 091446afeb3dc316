#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "khien/core/hash.hpp"
#include "khien/core/json.hpp"
#include "khien/core/signature.hpp"
#include "khien/core/text.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/model/signed_envelope.hpp"
#include "khien/report/zip_file.hpp"
#include "outside_rows.hpp"
#include "words.hpp"

namespace khien::request {
namespace {

constexpr std::size_t kMostWords = 1'000;
constexpr std::size_t kMostReceipt = 500;
constexpr std::size_t kMostPlainName = 100;  // bytes, within the zip

constexpr std::array<std::string_view, 4> kStatesOfPackage = {"waiting", "approved", "refused", "received"};

Error no_package() { return Error(Code::not_found, "no such package"); }
Error conflicting(const LocalText& words) { return duty::refuse(Code::conflict, "", words); }

#define KHIEN_PACKAGE_COLUMNS                                                                                                       \
  "SELECT p.id, p.request_id, p.unit_id, p.state, p.words, p.made_by, p.made_at, p.decided_by, p.decided_at, p.manifest, p.receipt, " \
  "p.received_day FROM evidence_package p WHERE p.tenant_id = ?1 AND " KHIEN_IN_SCOPE("p.unit_id") " "

Result<Package> package_from(const store::Row& row) {
  Package package;
  package.id = {row.integer(0)};
  package.request = {row.integer(1)};
  package.unit = {row.integer(2)};
  TRY(package.state, package_state_from_string(row.text(3)));
  package.words = row.text(4);
  package.made_by = {row.integer(5)};
  package.made_at = row.time(6);
  if (!row.is_null(7)) package.decided_by = UserId{row.integer(7)};
  if (!row.is_null(8)) package.decided_at = row.time(8);
  package.manifest = row.text(9);
  package.receipt = row.text(10);
  if (!row.is_null(11)) package.received_on = Date::from_days(row.integer(11));
  return package;
}

Result<void> load_files(store::Connection& connection, const store::TenantScope& scope, Package& package) {
  std::vector<EvidenceId> ids;
  TRY_VOID(connection.query("SELECT evidence_id FROM evidence_package_file WHERE tenant_id = ?1 AND package_id = ?2 ORDER BY evidence_id",
                            {scope.tenant(), package.id}, [&](const store::Row& row) -> Result<void> {
                              ids.push_back({row.integer(0)});
                              return {};
                            }));
  TRY(package.files, evidence_of(connection, scope, ids));
  return {};
}

// A name that no unpacking program takes for a path; the true one is in the manifest.
std::string name_in_zip(std::size_t number, std::string_view file_name) {
  char first[16];
  std::snprintf(first, sizeof first, "files/%03zu-", number);
  std::string plain;
  for (const char c : truncate(to_valid_utf8(file_name), kMostPlainName)) {
    const auto byte = static_cast<unsigned char>(c);
    plain += byte < 0x20 || byte == 0x7F || std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos ? '_' : c;
  }
  return first + plain;
}

void write_person(JsonWriter& json, std::string_view at_name, Timestamp at, std::string_view by_name, const std::string& by) {
  json.field(at_name, at).field(by_name, by);
}

// Everything that is known of each file's way: who brought it, who chose it, who approved.
std::string manifest_of(const OutsideRequest& request, const Package& package, UserId approver, const NameOf& name_of, Timestamp now) {
  JsonWriter json;
  json.begin_object().field("format", std::int64_t{1}).field("package", package.id.value).key("request").begin_object();
  json.field("receiver", request.receiver_name).field("number", request.number).field("dated_on", to_string(request.dated));
  json.field("what_for", request.what_for).field("basis", request.basis).end_object().field("why_these", package.words);
  write_person(json, "chosen_at", package.made_at, "chosen_by", name_of(package.made_by));
  write_person(json, "approved_at", now, "approved_by", name_of(approver));
  json.key("files").begin_array();
  for (std::size_t i = 0; i < package.files.size(); ++i) {
    const auto& file = package.files[i];
    json.begin_object().field("name", name_in_zip(i + 1, file.file_name)).field("original_name", file.file_name).field("size", file.size);
    json.field("sha256", file.sha256.hex()).field("evidence", file.id.value).field("unit", file.unit_name);
    write_person(json, "uploaded_at", file.uploaded_at, "uploaded_by", name_of(file.uploaded_by));
    json.end_object();
  }
  json.end_array().end_object();
  return json.take() + "\n";
}

Result<std::string> signature_of(const std::string& manifest, ByteView secret_key) {
  const std::string text = "khien evidence package 1\nsha256 " + sha256(manifest).hex() + "\n";
  TRY(const auto key, ed25519_public_key(secret_key));
  TRY(const auto signature, ed25519_sign(secret_key, as_bytes(text)));
  return text + "key " + key_id(key).hex() + "\ned25519 " + to_base64(signature) + "\n";
}

Result<void> check_files(store::Connection& connection, const store::TenantScope& scope, const std::vector<EvidenceId>& files) {
  if (files.empty()) return duty::refuse(Code::invalid, "evidence", {"Chưa chọn tệp nào.", "No file is chosen."});
  if (files.size() > kMostPackageFiles) return duty::refuse(Code::invalid, "evidence", {"Nhiều nhất 40 tệp mỗi gói.", "At most 40 files in a package."});
  std::size_t bytes = 0;
  for (auto at = files.begin(); at != files.end(); ++at) {
    if (std::find(files.begin(), at, *at) != at) return duty::refuse(Code::invalid, "evidence", {"Có tệp được kể hai lần.", "A file is named twice."});
    TRY(const auto one, duty::get_evidence(connection, scope, *at));
    bytes += static_cast<std::size_t>(one.size);
  }
  if (bytes > kMostPackageBytes) return duty::refuse(Code::invalid, "evidence", {"Gói lớn hơn 64 MB, hãy chia nhỏ.", "The package is larger than 64 MB; make several."});
  return {};
}

}  // namespace

std::string_view to_string(PackageState state) { return kStatesOfPackage[static_cast<std::size_t>(state)]; }
Result<PackageState> package_state_from_string(std::string_view text) {
  const auto found = std::ranges::find(kStatesOfPackage, text);
  if (found == kStatesOfPackage.end()) return Error(Code::invalid, "no such state");
  return static_cast<PackageState>(found - kStatesOfPackage.begin());
}

Result<std::vector<Package>> packages_of(store::Connection& connection, const store::TenantScope& scope, OutsideRequestId id) {
  std::vector<Package> all;
  TRY_VOID(connection.query(KHIEN_PACKAGE_COLUMNS "AND p.request_id = ?3 ORDER BY p.id", {scope.tenant(), scope.roots_json(), id},
                            [&](const store::Row& row) -> Result<void> {
                              TRY(auto package, package_from(row));
                              all.push_back(std::move(package));
                              return {};
                            }));
  for (auto& package : all) TRY_VOID(load_files(connection, scope, package));
  return all;
}

Result<Package> get_package(store::Connection& connection, const store::TenantScope& scope, PackageId id) {
  std::optional<Package> package;
  TRY_VOID(connection.query(KHIEN_PACKAGE_COLUMNS "AND p.id = ?3", {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
    TRY(package, package_from(row));
    return {};
  }));
  if (!package) return no_package();
  TRY_VOID(load_files(connection, scope, *package));
  return std::move(*package);
}

Result<PackageId> prepare_package(store::Connection& connection, const store::TenantScope& scope, OutsideRequestId id, const std::vector<EvidenceId>& files,
                                  std::string_view text, UserId who, Timestamp now) {
  TRY(const auto request, unclosed_of(connection, scope, id, now));
  TRY_VOID(check_files(connection, scope, files));
  TRY(const auto words, checked_words(text, "words", kMostWords, true));
  TRY_VOID(connection.run("INSERT INTO evidence_package (tenant_id, unit_id, request_id, state, words, made_by, made_at) VALUES (?1, ?2, ?3, 'waiting', ?4, ?5, ?6)",
                          {scope.tenant(), request.unit, id, words, who, now}));
  const PackageId package{connection.last_insert_id()};
  for (const EvidenceId file : files) {
    TRY_VOID(connection.run("INSERT INTO evidence_package_file (tenant_id, package_id, evidence_id, sha256) "
                            "SELECT tenant_id, ?2, id, sha256 FROM evidence WHERE tenant_id = ?1 AND id = ?3",
                            {scope.tenant(), package, file}));
  }
  TRY_VOID(put_outside_event(connection, scope.tenant(), id, {.event = "prepared", .package = package, .words = words, .who = who, .now = now}));
  return package;
}

Result<void> decide_package(store::Connection& connection, const store::TenantScope& scope, PackageId id, const PackageDecision& decision, UserId who,
                            const NameOf& name_of, Timestamp now) {
  TRY(const auto package, get_package(connection, scope, id));
  if (package.state != PackageState::waiting) return conflicting({"Gói này đã được quyết định.", "This package is decided already."});
  if (package.made_by == who) {
    return duty::refuse(Code::denied, "", {"Người lập gói không tự duyệt; cần người thứ hai.", "Who made the package does not approve it; a second person must."});
  }
  TRY(const auto request, unclosed_of(connection, scope, package.request, now));
  TRY(const auto words, checked_words(decision.words, "words", kMostWords, !decision.approve));
  const auto manifest = manifest_of(request, package, who, name_of, now);
  const auto event = decision.approve ? std::string_view("approved") : std::string_view("refused");
  TRY_VOID(connection.run("UPDATE evidence_package SET state = ?3, decided_by = ?4, decided_at = ?5, manifest = ?6 WHERE tenant_id = ?1 AND id = ?2",
                          {scope.tenant(), id, event, who, now, decision.approve ? store::Value(manifest) : store::Value(nullptr)}));
  return put_outside_event(connection, scope.tenant(), package.request, {.event = event, .package = id, .words = words, .who = who, .now = now});
}

Result<Bytes> package_zip(store::Connection& connection, const store::TenantScope& scope, PackageId id, ByteView secret_key) {
  TRY(const auto package, get_package(connection, scope, id));
  if (package.manifest.empty()) return conflicting({"Gói chưa được người thứ hai duyệt.", "No second person has approved this package."});
  std::vector<report::ZipPart> parts;
  for (std::size_t i = 0; i < package.files.size(); ++i) {
    const auto& file = package.files[i];
    TRY(const auto bytes, duty::read_evidence(connection, scope, file.id));
    parts.push_back({name_in_zip(i + 1, file.file_name), std::string(as_text(bytes))});
  }
  TRY(auto signature, signature_of(package.manifest, secret_key));
  parts.push_back({"manifest.json", package.manifest});
  parts.push_back({"manifest.sig", std::move(signature)});
  return report::zip_of(parts, package.decided_at.value_or(package.made_at));
}

Result<void> note_download(store::Connection& connection, const store::TenantScope& scope, PackageId id, const Sha256& zip, UserId who, Timestamp now) {
  TRY(const auto package, get_package(connection, scope, id));
  // Of a request that is closed the audit log alone tells.
  if (!unclosed_of(connection, scope, package.request, now)) return {};
  return put_outside_event(connection, scope.tenant(), package.request,
                           {.event = "downloaded", .package = id, .words = "sha256 " + zip.hex(), .who = who, .now = now});
}

Result<void> record_receipt(store::Connection& connection, const store::TenantScope& scope, PackageId id, std::string_view text, Date on, UserId who,
                            Timestamp now) {
  TRY(const auto package, get_package(connection, scope, id));
  if (package.state != PackageState::approved) return conflicting({"Chỉ ghi biên nhận cho gói đã duyệt và chưa có biên nhận.", "A receipt is of a package that is approved and has none."});
  TRY_VOID(unclosed_of(connection, scope, package.request, now));
  TRY(const auto receipt, checked_words(text, "receipt", kMostReceipt, true));
  if (on > vietnam_day(now) || (package.decided_at && on < vietnam_day(*package.decided_at))) {
    return duty::refuse(Code::invalid, "received_on", {"Ngày nhận phải từ ngày duyệt đến hôm nay.", "The day lies between the approval and today."});
  }
  TRY_VOID(connection.run("UPDATE evidence_package SET state = 'received', receipt = ?3, received_day = ?4 WHERE tenant_id = ?1 AND id = ?2",
                          {scope.tenant(), id, receipt, std::int64_t{on.days()}}));
  return put_outside_event(connection, scope.tenant(), package.request,
                           {.event = "received", .state = "answered", .package = id, .words = receipt, .who = who, .now = now});
}

}  // namespace khien::request
