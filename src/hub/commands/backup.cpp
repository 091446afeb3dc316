#include "khien/store/backup.hpp"

#include "command.hpp"
#include "khien/core/signature.hpp"
#include "khien/core/text.hpp"
#include "khien/hub/data_folder.hpp"

namespace khien::hub {
namespace {

// The database that follows goes first: the road's position must not lie beyond
// the ledger's end.
store::BackupPlan plan_of(const Office& office, const std::string& target) {
  const std::string& from = office.config.folder;
  store::BackupPlan plan;
  plan.databases = {{"khien.db", from + "/khien.db"}, {"ledger.db", from + "/ledger.db"}};
  for (const auto* name : {"ca.pem", "ca.key", "audit.key"}) plan.files.push_back({name, from + "/" + name});
  // A hub that never started since it can sign policies has none yet.
  if (office.env.files.exists(from + "/policy.key")) plan.files.push_back({"policy.key", from + "/policy.key"});
  plan.folder = target;
  plan.at = office.env.clock.now();
  plan.version = KHIEN_VERSION;
  plan.audit_public_key = office.audit_public_key;
  return plan;
}

void describe(const store::BackupManifest& manifest, Console& console) {
  std::int64_t bytes = 0;
  for (const auto& item : manifest.items) bytes += item.bytes;
  const std::string size = std::to_string(bytes >> 10) + " KiB";
  const std::string count = std::to_string(manifest.items.size());
  console.say({count + " mục, " + size + ", đã kiểm tra", count + " items, " + size + ", verified"});
}

int back_up(Office& office, const Arguments& arguments, Console& console) {
  if (arguments.positional().size() != 1) return console.misuse({"cần một thư mục đích", "a target folder is needed"});
  const std::string& target = arguments.positional()[0];
  if (!target.starts_with('/')) {
    return console.misuse({"thư mục đích phải là đường dẫn tuyệt đối", "the target must be an absolute path"});
  }
  const auto manifest = store::make_backup(plan_of(office, target), office.env.files);
  if (!manifest) return console.fail(manifest.error());
  describe(*manifest, console);
  return 0;
}

// The audit log's key travels in the backup; whoever kept a checkpoint elsewhere
// compares the root by `khien audit verify` afterwards.
Result<Bytes> audit_key_of(const std::string& backup) {
  TRY(const auto digits, system_files().read(backup + "/audit.key", 4'096));
  TRY(const auto secret, from_hex(digits));
  return ed25519_public_key(secret);
}

int restore(const Arguments& arguments, Console& console) {
  if (arguments.positional().size() != 2) {
    return console.misuse({"cần thư mục sao lưu và thư mục dữ liệu mới", "the backup and the new data folder are needed"});
  }
  const std::string& backup = arguments.positional()[0];
  const auto key = audit_key_of(backup);
  if (!key) return console.fail(key.error());
  const auto manifest = store::restore_backup(backup, arguments.positional()[1], *key, system_files());
  if (!manifest) return console.fail(manifest.error());
  describe(*manifest, console);
  console.say({"Khởi động: khien serve --folder " + printable(arguments.positional()[1]),
               "Start it: khien serve --folder " + printable(arguments.positional()[1])});
  return 0;
}

}  // namespace

Command backup_command() {
  return {.name = "backup",
          .synopsis = "backup FOLDER",
          .summary = {"sao lưu toàn bộ trung tâm, kiểm tra rồi mới báo xong", "copy the whole hub away, and verify the copy"},
          .details = {"Chạy được khi trung tâm đang hoạt động. Thư mục đích phải trống; nó chứa khóa: hãy giữ kín.",
                      "Works while the hub runs. The target must be empty; it holds keys: keep it secret."},
          .options = with_folder({}),
          .office = back_up};
}

Command restore_command() {
  return {.name = "restore",
          .synopsis = "restore BACKUP NEW-FOLDER",
          .summary = {"khôi phục bản sao lưu vào một thư mục trống", "put a backup into an empty folder"},
          .details = {"Kiểm tra từng tệp, từng cơ sở dữ liệu và nhật ký kiểm toán trước khi báo xong.\n"
                      "Ví dụ: khien restore /mnt/usb/khien-20261122 /var/lib/khien/hub",
                      "Verifies each file, each database and the audit log before it says done.\n"
                      "Example: khien restore /mnt/usb/khien-20261122 /var/lib/khien/hub"},
          .options = {},
          .here = restore};
}

}  // namespace khien::hub
