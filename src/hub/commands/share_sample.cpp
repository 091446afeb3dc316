#include "share_sample.hpp"

#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include "hub_set_up.hpp"
#include "khien/hub/data_folder.hpp"

namespace khien::hub {
namespace {

// Gone when it goes, whatever happened.
class OwnFolder {
 public:
  OwnFolder() {
    std::error_code none;
    std::string name = (std::filesystem::temp_directory_path(none) / "khien-sample-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~OwnFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  OwnFolder(const OwnFolder&) = delete;
  OwnFolder& operator=(const OwnFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Opened {
  std::unique_ptr<store::Store> hub;
  std::unique_ptr<store::Ledger> ledger;
  TenantId tenant;
};
Result<Opened> open_in(const std::string& path, const Config& config, const Env& env) {
  Opened opened;
  TRY(opened.hub, store::Store::open({.path = path + "/khien.db", .migrations = store::hub_migrations()}));
  TRY(opened.ledger, store::Ledger::open({.path = path + "/ledger.db"}));
  TRY(const auto set_up, set_up_first_time(*opened.hub, config, env));
  opened.tenant = set_up.tenant;
  return opened;
}

}  // namespace

int with_sample_office(Console& console, const std::function<int(Office&)>& work) {
  const OwnFolder folder;
  if (folder.path().empty()) return console.fail(Error(Code::unavailable, "no folder for the sample could be made"));
  const Env env = system_env();
  const Config config = default_config();
  const auto opened = open_in(folder.path(), config, env);
  if (!opened) return console.fail(opened.error());
  Office office{.hub = *opened->hub, .ledger = *opened->ledger, .env = env, .config = config, .tenant = opened->tenant, .ca_sha256 = {}, .audit_public_key = {}};
  KeptConsole kept(console.language());
  if (const int code = run_office_command(office, {"demo", "load"}, kept); code != 0) {
    console.err(kept.complained());
    return code;
  }
  return work(office);
}

}  // namespace khien::hub
