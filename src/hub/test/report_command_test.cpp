// `khien report`, as it is typed.
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/estate/units.hpp"
#include "khien/hub/command_line.hpp"
#include "khien/hub/office.hpp"
#include "khien/report/snapshot.hpp"

namespace khien::hub {
namespace {

constexpr Timestamp kNow{1'795'334'400'000};  // 2026-11-22T08:00:00Z

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "khien-report-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
    hub = store::Store::open({.path = name + "/khien.db", .migrations = store::hub_migrations()}).value();
    ledger = store::Ledger::open({.path = name + "/ledger.db"}).value();
    REQUIRE(hub->write([&](store::Connection& c) -> Result<void> {
      TRY(const auto made, estate::create_tenant(c, "Tỉnh Lam Giang", kNow));
      tenant = made.tenant;
      return {};
    }));
  }
  ~Folder() {
    ledger.reset();
    hub.reset();
    std::filesystem::remove_all(path);
  }

  std::string at_the_office(std::vector<std::string> words) {
    const Config config = default_config();
    Office office{.hub = *hub, .ledger = *ledger, .env = {clock, random, system_files()}, .config = config, .tenant = tenant};
    KeptConsole console(Language::en);
    code = run_office_command(office, words, console);
    return console.said();
  }
  void here(const std::vector<std::string>& words) {
    KeptConsole console(Language::en);
    code = run_command_line(words, console);
    complained = console.complained();
  }
  std::string file(std::string_view name) const { return path.string() + "/" + std::string(name); }

  std::filesystem::path path;
  ManualClock clock{kNow};
  SeededRandom random{7};
  std::unique_ptr<store::Store> hub;
  std::unique_ptr<store::Ledger> ledger;
  TenantId tenant;
  int code = -1;
  std::string complained;
};

TEST_CASE("khien report count prints the figures of a period, and refuses what is no period of the kind") {
  Folder folder;
  const auto json = folder.at_the_office({"report", "count", "malware-index-quarter", "--period", "2026-Q4"});
  CHECK(folder.code == 0);
  const auto snapshot = report::read_snapshot(json);
  REQUIRE_MESSAGE(snapshot, snapshot.error().what());
  CHECK(snapshot->period.id == "2026-Q4");
  CHECK(snapshot->scope_key == "tenant");
  folder.at_the_office({"report", "count", "malware-index-quarter", "--period", "2026"});
  CHECK(folder.code == 1);
  folder.at_the_office({"report", "count", "malware-index-quarter"});
  CHECK(folder.code == 2);
  folder.at_the_office({"report", "count", "no-such", "--period", "2026-Q4"});
  CHECK(folder.code == 1);
  folder.at_the_office({"report", "list"});
  CHECK(folder.code == 0);
}

TEST_CASE("khien report make --from gives the same file each time, in every format") {
  Folder folder;
  const auto json = folder.at_the_office({"report", "count", "malware-index-quarter", "--period", "2026-Q4"});
  REQUIRE(system_files().write(folder.file("figures.json"), json, 0600));
  for (const std::string format : {"pdf", "docx", "xlsx", "json"}) {
    CAPTURE(format);
    std::vector<std::string> made;
    for (const std::string& name : {"a." + format, "b." + format}) {
      folder.here({"report", "make", "malware-index-quarter", "--from", folder.file("figures.json"), "-o", folder.file(name)});
      CHECK_MESSAGE(folder.code == 0, folder.complained);
      made.push_back(system_files().read(folder.file(name), 10u << 20).value());
    }
    CHECK(made[0].size() > 1'000);
    CHECK(made[0] == made[1]);
  }
  folder.here({"report", "make", "no-such", "--from", folder.file("figures.json"), "-o", folder.file("x.pdf")});
  CHECK(folder.code == 2);
  folder.here({"report", "make", "malware-index-quarter", "--from", folder.file("none.json"), "-o", folder.file("x.pdf")});
  CHECK(folder.code == 2);
  folder.here({"report", "make", "malware-index-quarter", "--from", folder.file("figures.json"), "-o", folder.file("x.odt")});
  CHECK(folder.code == 2);
  folder.here({"report", "sign", folder.file("a.pdf"), "--config", "/dev/null", "-o", folder.file("x.pdf")});
  CHECK(folder.code == 1);  // nothing is set up to sign with
}

}  // namespace
}  // namespace khien::hub
