// `khien incident list, show, open, note, close`, as it is typed.
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "duty_jobs.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/file.hpp"
#include "khien/core/json.hpp"
#include "khien/estate/units.hpp"
#include "khien/hub/command_line.hpp"
#include "khien/hub/installation.hpp"
#include "khien/hub/law_content.hpp"
#include "khien/hub/office.hpp"
#include "khien/store/audit_log.hpp"
#include "report_content.hpp"

namespace khien::hub {
namespace {

constexpr Timestamp kNow{1'795'334'400'000};  // 2026-11-22T08:00:00Z

class Desk {
 public:
  Desk() {
    std::string name = (std::filesystem::temp_directory_path() / "khien-incident-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
    hub = store::Store::open({.path = name + "/khien.db", .migrations = store::hub_migrations()}).value();
    ledger = store::Ledger::open({.path = name + "/ledger.db"}).value();
    REQUIRE(hub->write([&](store::Connection& c) -> Result<void> {
      TRY(const auto made, estate::create_tenant(c, "Tỉnh Lam Giang", kNow));
      tenant = made.tenant;
      root = made.root;
      TRY_VOID(c.run("INSERT INTO account (tenant_id, username, name, name_order, role, password, password_is_one_time, created_at) "
                     "VALUES (?1, 'binh', 'Bình', x'00', 'soc_operator', 'x', 0, 0)", {tenant}));
      TRY_VOID(c.run("INSERT INTO account_scope (tenant_id, account_id, unit_id) VALUES (?1, ?2, ?3)", {tenant, c.last_insert_id(), root}));
      return {};
    }));
  }
  ~Desk() {
    ledger.reset();
    hub.reset();
    std::filesystem::remove_all(path);
  }

  std::string say(std::vector<std::string> words) {
    const Config config = default_config();
    Office office{.hub = *hub, .ledger = *ledger, .env = {clock, random, system_files()}, .config = config, .tenant = tenant};
    KeptConsole console(Language::en);
    code = run_office_command(office, words, console);
    complained = console.complained();
    return console.said();
  }
  std::string open(const std::string& severity = "high") {
    return say({"incident", "open", "--unit", std::to_string(root.value), "--title", "Máy chủ lạ", "--kind", "malware", "--severity", severity, "--words",
                "Nghi có mã độc", "--as", "binh", "--json"});
  }
  std::string last_audit() {
    std::string action;
    REQUIRE(hub->read([&](store::Connection& c) -> Result<void> {
      TRY(const auto entries, store::read_audit_before(c, tenant, INT64_MAX, 1));
      action = entries.at(0).entry.action;
      return {};
    }));
    return action;
  }

  std::filesystem::path path;
  ManualClock clock{kNow};
  SeededRandom random{7};
  std::unique_ptr<store::Store> hub;
  std::unique_ptr<store::Ledger> ledger;
  TenantId tenant;
  UnitId root;
  int code = -1;
  std::string complained;
};

TEST_CASE("a list from outside by the command line: a fault names row and column, then once, then never again") {
  Desk desk;
  const auto bring = [&](const std::string& kind, bool as_json) {
    const std::string csv = "Mã,Đơn vị,Tên sự cố,Loại,Mức độ,Thời điểm phát hiện,Mô tả\n7," + std::to_string(desk.root.value) + ",Thư lừa đảo," + kind + ",thấp,22/11/2026 08:00,Ba người nhận\n";
    std::vector<std::string> words{"incident", "import", "su-co.csv", "--content=" + to_base64(as_bytes(csv)), "--as", "binh"};
    if (as_json) words.emplace_back("--json");
    return desk.say(words);
  };
  const auto faulty = bring("sâu", false);
  CHECK(desk.code == 1);
  CHECK((faulty + desk.complained).find("row 2 · Loại · 'sâu': There is no such kind") != std::string::npos);
  CHECK(desk.say({"incident", "list", "--json"}).empty());
  CHECK(bring("lừa đảo", true).find("\"opened\":1") != std::string::npos);
  REQUIRE_MESSAGE(desk.code == 0, desk.complained);
  CHECK(desk.last_audit() == "incident.open");
  CHECK(bring("lừa đảo", true).find("\"opened\":0,\"known\":1") != std::string::npos);
  CHECK(desk.code == 0);
  CHECK(desk.say({"incident", "list", "--json"}).find("\"title\":\"Thư lừa đảo\"") != std::string::npos);
  desk.say({"incident", "import", "--as", "binh"});
  CHECK(desk.code == 2);
}

TEST_CASE("an incident by the command line: opened, noted, closed, and then it takes nothing") {
  Desk desk;
  const auto opened = desk.open();
  REQUIRE_MESSAGE(desk.code == 0, desk.complained);
  CHECK(opened.find("\"next_clock\":{\"id\":\"initial\"") != std::string::npos);
  CHECK(desk.last_audit() == "incident.open");
  CHECK(desk.say({"incident", "list", "--json"}).find("\"id\":1") != std::string::npos);
  CHECK(desk.say({"incident", "list"}).find("Initial notice, running, 2026-11-23 15:00") != std::string::npos);
  CHECK(desk.say({"incident", "note", "1", "--words", "Đã rút cáp", "--as", "binh"}).find("Đã rút cáp") != std::string::npos);
  desk.say({"incident", "close", "1", "--cause", "Mật khẩu yếu", "--as", "binh"});
  CHECK(desk.code == 1);
  CHECK(desk.complained.find("say why. Closing ends no clock") != std::string::npos);
  CHECK(desk.say({"incident", "close", "1", "--cause", "Mật khẩu yếu", "--words", "báo động giả", "--as", "binh"}).find("closed") != std::string::npos);
  CHECK(desk.code == 0);
  desk.say({"incident", "note", "1", "--words", "thêm", "--as", "binh"});
  CHECK(desk.code == 1);
  CHECK(desk.last_audit() == "incident.refused");
  CHECK(desk.say({"incident", "list"}).empty());
  CHECK(desk.say({"incident", "list", "--closed"}).find("Máy chủ lạ") != std::string::npos);
}

TEST_CASE("wrong use is told apart from what is refused") {
  Desk desk;
  desk.say({"incident", "open", "--title", "x"});
  CHECK(desk.code == 2);
  desk.open("serious");
  CHECK(desk.code == 2);
  desk.say({"incident", "show"});
  CHECK(desk.code == 2);
  desk.say({"incident", "show", "1x"});
  CHECK(desk.code == 2);
  desk.say({"incident", "show", "7"});
  CHECK(desk.code == 1);
  desk.say({"incident", "list", "all"});
  CHECK(desk.code == 2);
}

TEST_CASE("the hub's minute carries what nobody met, once") {
  Desk desk;
  desk.open();
  REQUIRE(desk.code == 0);
  const auto law = installed_catalogues().value();
  const auto content = read_incident_content(find_content().value()).value();
  for (int i = 0; i < 3; ++i) REQUIRE(watch_all_incidents(*desk.hub, *law, *content, kNow + hours(25)));
  const auto shown = desk.say({"incident", "show", "1"});
  std::size_t carried = 0;
  for (auto at = shown.find("\tescalated\t"); at != shown.npos; at = shown.find("\tescalated\t", at + 1)) ++carried;
  CHECK(carried == 2);
}

}  // namespace
}  // namespace khien::hub
