#include "khien/core/hash.hpp"
#include "khien/request/requests.hpp"
#include "rows.hpp"

namespace khien::request {
namespace {

#define KHIEN_ATTACHMENT                                                                                     \
  "SELECT a.id, e.file_name, e.size, e.sha256, a.request_id FROM request_attachment a JOIN evidence e ON e.tenant_id = a.tenant_id " \
  "AND e.id = a.evidence_id "

Result<Attachment> attachment_from(const store::Row& row) {
  Attachment one{.id = {row.integer(0)}, .file_name = std::string(row.text(1)), .size = row.integer(2), .sha256 = {}};
  TRY(one.sha256, Sha256::from_bytes(row.bytes(3)));
  return one;
}

}  // namespace

Result<std::vector<Attachment>> attachments_of(store::Connection& connection, const store::TenantScope& scope, RequestId id) {
  TRY_VOID(require_visible(connection, scope, id));
  std::vector<Attachment> all;
  TRY_VOID(connection.query(KHIEN_ATTACHMENT "WHERE a.tenant_id = ?1 AND a.request_id = ?2 ORDER BY a.id", {scope.tenant(), id},
                            [&](const store::Row& row) -> Result<void> {
                              TRY(auto one, attachment_from(row));
                              all.push_back(std::move(one));
                              return {};
                            }));
  return all;
}

Result<AttachmentBytes> read_attachment(store::Connection& connection, const store::TenantScope& scope, AttachmentId id) {
  AttachmentBytes found;
  RequestId request;
  TRY_VOID(connection.query_one(KHIEN_ATTACHMENT "WHERE a.tenant_id = ?1 AND a.id = ?2", {scope.tenant(), id},
                                [&](const store::Row& row) -> Result<void> {
                                  TRY(found.file, attachment_from(row));
                                  request = {row.integer(4)};
                                  return {};
                                }));
  TRY_VOID(require_visible(connection, scope, request));
  TRY_VOID(connection.query_one("SELECT bytes FROM evidence_content WHERE tenant_id = ?1 AND sha256 = ?2",
                                {scope.tenant(), found.file.sha256.view()}, [&](const store::Row& row) -> Result<void> {
                                  const auto kept = row.bytes(0);
                                  found.bytes.assign(kept.begin(), kept.end());
                                  return {};
                                }));
  if (sha256(found.bytes) != found.file.sha256) return Error(Code::corrupt, "an attachment is not what was sent");
  return found;
}

}  // namespace khien::request
