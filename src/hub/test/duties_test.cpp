// `khien duties`, as it is typed.
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "khien/core/json.hpp"
#include "khien/estate/units.hpp"
#include "khien/hub/office.hpp"

namespace khien::hub {
namespace {

constexpr Timestamp kNow{1'795'334'400'000};  // 2026-11-22T08:00:00Z

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "khien-duties-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
    hub = store::Store::open({.path = name + "/khien.db", .migrations = store::hub_migrations()}).value();
    ledger = store::Ledger::open({.path = name + "/ledger.db"}).value();
    REQUIRE(hub->write([&](store::Connection& c) -> Result<void> {
      TRY(const auto made, estate::create_tenant(c, "Tỉnh Lam Giang", kNow));
      tenant = made.tenant;
      const auto whole = store::TenantScope::for_test(tenant, {made.root});
      TRY(commune, estate::create_unit(c, whole, "Xã Mỹ Châu", estate::UnitKind::commune, made.root, kNow));
      return {};
    }));
  }
  ~Folder() {
    ledger.reset();
    hub.reset();
    std::filesystem::remove_all(path);
  }

  // What was printed; the exit code in `code`.
  std::string run(std::vector<std::string> words) {
    const Config config = default_config();
    Office office{.hub = *hub, .ledger = *ledger, .env = {clock, random, system_files()}, .config = config, .tenant = tenant};
    KeptConsole console(Language::en);
    code = run_office_command(office, words, console);
    return console.said();
  }

  std::filesystem::path path;
  ManualClock clock{kNow};
  SeededRandom random{7};
  std::unique_ptr<store::Store> hub;
  std::unique_ptr<store::Ledger> ledger;
  TenantId tenant;
  UnitId commune;
  int code = -1;
};

struct Line {
  std::string duty;
  std::string due;
  std::string state;
};
std::vector<Line> lines_of(const std::string& printed) {
  std::vector<Line> lines;
  std::size_t start = 0;
  while (start < printed.size()) {
    const auto end = printed.find('\n', start);
    JsonDocument memory;
    Budget budget({});
    const auto json = memory.parse(std::string_view(printed).substr(start, end - start), budget);
    REQUIRE(json);
    for (const char* field : {"unit", "directive", "clause", "duty", "state", "basis"}) CHECK(json->string_at(field));
    CHECK(json->field("evidence")->is_array());
    const auto due = json->field("due").value();
    lines.push_back({std::string(json->string_at("duty").value()), due.is_null() ? "" : std::string(due.string().value()),
                     std::string(json->string_at("state").value())});
    start = end + 1;
  }
  return lines;
}

std::optional<Line> find(const std::vector<Line>& lines, std::string_view duty, std::string_view due) {
  for (const auto& line : lines) {
    if (line.duty == duty && line.due == due) return line;
  }
  return std::nullopt;
}

TEST_CASE("khien duties prints one object a line, on any day") {
  Folder folder;
  const auto unit = std::to_string(folder.commune.value);
  const auto lines = lines_of(folder.run({"duties", "--as-of", "2026-12-05", "--unit", unit, "--json"}));
  CHECK(folder.code == 0);
  // Before 5 December: the 4th is the last day in time.
  const auto late = find(lines, "HU-1.5b.yearly", "2026-12-04");
  REQUIRE(late.has_value());
  CHECK(late->state == "overdue");
  const auto before = lines_of(folder.run({"duties", "--as-of", "2026-12-04", "--unit", unit, "--json"}));
  CHECK(find(before, "HU-1.5b.yearly", "2026-12-04")->state == "due_soon");
  const auto past = lines_of(folder.run({"duties", "--as-of", "2018-01-01", "--unit", unit, "--json"}));
  CHECK_FALSE(find(past, "HU-1.5b.yearly", "2017-12-04").has_value());  // the directive is of 2019
}

TEST_CASE("a day or a unit that does not exist is said to be so") {
  Folder folder;
  folder.run({"duties", "--as-of", "2027-02-30"});
  CHECK(folder.code == 2);
  folder.run({"duties", "--unit", "x"});
  CHECK(folder.code == 2);
  folder.run({"duties", "--unit", "999"});
  CHECK(folder.code == 1);
  CHECK(folder.run({"duties"}).find("Xã Mỹ Châu\tHU-1.5b\t") != std::string::npos);
}

}  // namespace
}  // namespace khien::hub
