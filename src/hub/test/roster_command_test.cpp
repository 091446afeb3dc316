// `khien roster`, as it is typed; the file's bytes as the command sends them.
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "khien/api/accounts.hpp"
#include "khien/core/encoding.hpp"
#include "khien/core/json.hpp"
#include "khien/estate/units.hpp"
#include "khien/hub/office.hpp"

namespace khien::hub {
namespace {

constexpr Timestamp kNow{1'795'334'400'000};  // 2026-11-22T08:00:00Z

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "khien-roster-cli-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
    hub = store::Store::open({.path = name + "/khien.db", .migrations = store::hub_migrations()}).value();
    ledger = store::Ledger::open({.path = name + "/ledger.db"}).value();
    REQUIRE(hub->write([&](store::Connection& c) -> Result<void> {
      TRY(const auto made, estate::create_tenant(c, "Tỉnh Lam Giang", kNow));
      tenant = made.tenant;
      const auto scope = store::TenantScope::for_test(made.tenant, {made.root});
      TRY_VOID(estate::create_unit(c, scope, "Sở Y tế", estate::UnitKind::department, made.root, kNow));
      TRY_VOID(c.run("INSERT INTO account (tenant_id, username, name, name_order, role, password, password_is_one_time, created_at) "
                     "VALUES (?1, 'truc.ban', 'Trực ban', x'00', 'soc_operator', 'x', 0, ?2)",
                     {made.tenant, kNow}));
      TRY_VOID(c.run("INSERT INTO account_scope (tenant_id, account_id, unit_id) VALUES (?1, ?2, ?3)", {made.tenant, c.last_insert_id(), made.root}));
      return {};
    }));
  }
  ~Folder() {
    ledger.reset();
    hub.reset();
    std::filesystem::remove_all(path);
  }
  std::string run(std::vector<std::string> words) {
    const Config config = default_config();
    Office office{.hub = *hub, .ledger = *ledger, .env = {clock, random, system_files()}, .config = config, .tenant = tenant};
    KeptConsole console(Language::vi);
    code = run_office_command(office, words, console);
    return console.said() + console.complained();
  }
  std::string import(std::string_view csv, std::vector<std::string> more = {"--as=truc.ban", "--confirm"}) {
    std::vector<std::string> words{"roster", "import", "x.csv", "--content=" + to_base64(as_bytes(csv))};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  std::string check(std::vector<std::string> more = {}) {
    std::vector<std::string> words{"roster", "check", "--from=2027-02-01", "--to=2027-02-20"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }

  std::filesystem::path path;
  ManualClock clock{kNow};
  SeededRandom random{7};
  std::unique_ptr<store::Store> hub;
  std::unique_ptr<store::Ledger> ledger;
  TenantId tenant;
  int code = -1;
};

bool has(const std::string& text, std::string_view words) { return text.find(words) != text.npos; }

constexpr std::string_view kHeadings = "Đơn vị,Từ,Đến,Người trực,Điện thoại,Vai,Tài khoản\n";

TEST_CASE("Tết with a hole of one minute is found, mended, and whole") {
  Folder folder;
  const auto empty = folder.check();
  CHECK(folder.code == 1);
  CHECK(has(empty, "Sở Y tế"));
  // The window as the calendar has it, however its year was decided.
  const auto json = folder.check({"--json"});
  const auto at = json.find("\"from\":\"2027-02-0", json.find("\"windows\""));
  REQUIRE(at != json.npos);
  const std::string from = json.substr(at + 8, 25);
  const std::string to = json.substr(json.find("\"to\":\"", at) + 6, 25);
  const std::string head(kHeadings);
  CHECK(has(folder.import(head + "Sở Y tế," + from + ",2027-02-08 08:00,An,0912345678,trực,\nSo Y te,2027-02-08 08:01," + to + ",Bình,,,truc.ban\n"), "Đã xếp 2 ca trực."));
  CHECK(folder.code == 0);
  const auto hole = folder.check();
  CHECK(folder.code == 1);
  CHECK(has(hole, "1 phút không có người trực"));
  CHECK(has(hole, "2027-02-08T08:00 – 2027-02-08T08:01"));
  folder.import(head + "Sở Y tế,2027-02-08 08:00,2027-02-08 08:01,Chi,,,\n");
  CHECK(has(folder.check(), "Không có khoảng trống."));
  CHECK(folder.code == 0);
  CHECK(has(folder.run({"roster", "list", "--from=2027-02-01", "--to=2027-02-20", "--unit=so y te"}), "Chi"));
}

TEST_CASE("one wrong row and nothing is taken, tried and nothing is either") {
  Folder folder;
  const std::string head(kHeadings);
  const auto wrong = folder.import(head + "Sở Y tế,2027-02-08 08:00,2027-02-08 16:00,An,,,\nXã Không Có,2027-02-08 08:00,2027-02-08 16:00,An,,,\n"
                                          "Sở Y tế,hôm nay,2027-02-08 16:00,An,,,\nSở Y tế,2027-02-08 08:00,2027-02-08 16:00,An,,giám đốc,\n"
                                          "Sở Y tế,2020-02-08 08:00,2020-02-08 16:00,An,,,\n");
  CHECK(folder.code == 1);
  for (const char* fault : {"dòng 3: sai unit", "dòng 4: sai from", "dòng 5: sai part", "dòng 6: sai"}) CHECK(has(wrong, fault));
  CHECK(has(folder.import(head + "Sở Y tế,2027-02-08 08:00,2027-02-08 16:00,An,,,\n", {"--as=truc.ban"}), "Thêm --confirm"));
  CHECK(folder.run({"roster", "list", "--from=2027-02-01", "--to=2027-02-20"}).empty());
  folder.import(head + "Sở Y tế,2027-02-08 08:00,2027-02-08 16:00,An,,,\n", {"--as=nobody", "--confirm"});
  CHECK(folder.code == 1);
}

TEST_CASE("wrong use is said, with an example") {
  Folder folder;
  CHECK(has(folder.run({"roster", "check", "--from=2027-02-30", "--to=2027-03-01"}), "--from"));
  CHECK(folder.code == 2);
  CHECK(has(folder.run({"roster", "check", "--from=2027-02-01"}), "--to"));
  CHECK(folder.code == 2);
  folder.run({"roster"});
  CHECK(folder.code == 2);
  folder.check({"--unit=không có"});
  CHECK(folder.code == 1);
}

}  // namespace
}  // namespace khien::hub
