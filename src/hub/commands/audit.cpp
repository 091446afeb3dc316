#include "command.hpp"
#include "khien/store/audit_log.hpp"

namespace khien::hub {
namespace {

int verify(Office& office, Console& console) {
  store::AuditVerification found;
  const auto read = office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(found, store::verify_audit(connection, office.tenant, office.audit_public_key));
    return {};
  });
  if (!read) return console.fail(read.error());
  const std::string counts = std::to_string(found.entries) + " / " + std::to_string(found.checkpoints);
  console.say({"Mục / điểm chốt: " + counts, "Entries / checkpoints: " + counts});
  console.out("root " + found.root.hex() + "\n");
  if (found.ok) {
    console.say({"Nhật ký nguyên vẹn.", "The log is intact."});
    return 0;
  }
  const std::string where = found.first_bad_index ? std::to_string(*found.first_bad_index) : "?";
  return console.fail(LocalText{"nhật ký đã bị sửa, từ mục số " + where, "the log was altered, from entry " + where});
}

int run(Office& office, const Arguments& arguments, Console& console) {
  if (arguments.positional() == std::vector<std::string>{"verify"}) return verify(office, console);
  return console.misuse({"cần verify", "verify is needed"});
}

}  // namespace

Command audit_command() {
  return {.name = "audit",
          .synopsis = "audit verify",
          .summary = {"kiểm tra nhật ký kiểm toán có bị sửa không", "check that the audit log was not altered"},
          .details = {"Tính lại toàn bộ cây Merkle (RFC 6962) và đối chiếu với mọi điểm chốt đã ký.",
                      "Recomputes the whole Merkle tree (RFC 6962) and compares it with every signed checkpoint."},
          .options = with_folder({}),
          .office = run};
}

}  // namespace khien::hub
