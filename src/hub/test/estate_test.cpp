// `khien estate`, as it is typed; the file's bytes as the command sends them.
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "khien/core/bytes.hpp"
#include "khien/estate/units.hpp"
#include "khien/hub/office.hpp"

namespace khien::hub {
namespace {

constexpr Timestamp kNow{1'795'334'400'000};  // 2026-11-22T08:00:00Z

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "khien-estate-cli-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
    hub = store::Store::open({.path = name + "/khien.db", .migrations = store::hub_migrations()}).value();
    ledger = store::Ledger::open({.path = name + "/ledger.db"}).value();
    REQUIRE(hub->write([&](store::Connection& c) -> Result<void> {
      TRY(const auto made, estate::create_tenant(c, "Tỉnh An Giang", kNow));
      tenant = made.tenant;
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
    Office office{.hub = *hub, .ledger = *ledger, .env = {clock, random, system_files()}, .config = config, .tenant = tenant,
                  .on_inventory = [this] { ++rung; }};
    KeptConsole console(Language::vi);
    code = run_office_command(office, words, console);
    return console.said() + console.complained();
  }
  std::string import(std::string_view csv, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"estate", "import", "x.csv", "--content=" + to_base64(as_bytes(csv))};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  std::size_t units() {
    std::size_t count = 0;
    const std::string listed = run({"estate", "units"});
    for (const char c : listed) count += c == '\n' ? 1u : 0u;
    return count;
  }

  std::filesystem::path path;
  ManualClock clock{kNow};
  SeededRandom random{7};
  std::unique_ptr<store::Store> hub;
  std::unique_ptr<store::Ledger> ledger;
  TenantId tenant;
  int code = -1;
  int rung = 0;
};

bool has(const std::string& text, std::string_view words) { return text.find(words) != text.npos; }

TEST_CASE("the communes of a province come by its code or its name, once") {
  Folder folder;
  const auto shown = folder.run({"estate", "import", "--province", "91"});
  CHECK(folder.code == 0);
  CHECK(has(shown, "units: 102 dòng, 102 thêm mới, 0 thay đổi, 0 giữ nguyên, 0 lỗi"));
  CHECK(has(shown, "Chưa thay đổi gì"));
  CHECK(folder.units() == 1);
  CHECK(has(folder.run({"estate", "import", "--province", "an giang", "--confirm"}), "Đã nhập."));
  CHECK(folder.units() == 103);
  CHECK(has(folder.run({"estate", "import", "--province", "tỉnh An Giang"}), "0 thêm mới, 0 thay đổi, 102 giữ nguyên"));
  CHECK(has(folder.run({"estate", "units", "--as-of", "2025-06-30"}), "Tỉnh An Giang\n"));
  CHECK_FALSE(has(folder.run({"estate", "units", "--as-of", "2025-06-30"}), "Phú Quốc"));
  CHECK(has(folder.run({"estate", "units", "--as-of", "2025-07-01", "--json"}), R"("code":"31078","name":"Đặc khu Phú Quốc")"));
  folder.run({"estate", "import", "--province", "Atlantis"});
  CHECK(folder.code == 1);
}

TEST_CASE("a file with wrong rows names them, changes nothing and ends with 1") {
  Folder folder;
  const auto shown = folder.import("Tên đơn vị,Loại\nXã A,xã\nXã B,ghế\n", {"--confirm"});
  CHECK(folder.code == 1);
  CHECK(has(shown, "dòng 3 · Loại · 'ghế': Loại này không có trong danh mục."));
  CHECK(folder.units() == 1);
  CHECK(has(folder.import("Tên đơn vị,Loại\nXã A,xã\n", {"--confirm"}), "Đã nhập."));
  CHECK(folder.units() == 2);
}

TEST_CASE("the kind of a list is that of its headings, and its rows land below a unit named by code") {
  Folder folder;
  folder.import("Tên đơn vị;Mã đơn vị\nXã A;00001\n", {"--confirm"});
  const auto devices = folder.import("Tên máy;MAC\nmay-1;00:15:5d:00:00:01\n", {"--unit", "00001", "--json", "--confirm"});
  CHECK(folder.code == 0);
  CHECK(has(devices, R"({"kind":"devices","applied":true,"rows":1,"adds":1)"));
  folder.import("1;2\n");
  CHECK(folder.code == 1);
}

TEST_CASE("a list of appliances is handed in by the command line, and a hub that runs is rung") {
  Folder folder;
  folder.import("Tên máy;Loại\nfw-1;tường lửa\nfw-2;tường lửa\n", {"--confirm"});
  const std::string_view list = "Tên thiết bị;Hãng;Sản phẩm;Phiên bản\nfw-1;Fortinet;FortiOS;7.4.1\nfw-2;F5;BIG-IP;\n";
  CHECK(has(folder.import(list), "appliances: 2 dòng, 2 thêm mới"));
  CHECK(folder.rung == 0);
  CHECK(has(folder.import(list, {"--confirm"}), "Đã nhập."));
  CHECK(folder.rung == 1);
  CHECK(has(folder.import(list, {"--confirm"}), "0 thêm mới, 0 thay đổi, 2 giữ nguyên"));
  CHECK(folder.rung == 1);
  CHECK(has(folder.import("device;product;version\nfw-1;FortiOS;7.4.1\nfw-3;FortiOS;1\n", {"--confirm"}), "dòng 3 · device · 'fw-3'"));
  CHECK(folder.code == 1);
}

TEST_CASE("what is no list is refused, and wrong use is told") {
  Folder folder;
  CHECK(has(folder.import(std::string("Tên,Loại\nXã A\0B,xã\n", 24), {"--kind", "units"}),
            "x.csv: tệp không phải văn bản; cần CSV hoặc XLSX"));
  CHECK(folder.code == 1);
  folder.run({"estate", "import"});
  CHECK(folder.code == 2);
  folder.run({"estate", "units", "--as-of", "2027-02-30"});
  CHECK(folder.code == 2);
}

TEST_CASE("each refusal names the file, what is wrong and the way out, in Vietnamese") {
  Folder folder;
  CHECK(has(folder.import(""), "Lỗi: x.csv: tệp rỗng."));
  CHECK(folder.code == 1);
  CHECK(has(folder.import("Cột A,Cột B\n1,2\n"),
            "x.csv: tiêu đề cột (dòng 1) không cho biết đây là danh sách gì. Nêu rõ bằng --kind"));
  CHECK(folder.code == 1);
  CHECK(has(folder.import("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old"),
            "tệp Excel đời cũ (.xls) hoặc có mật khẩu; hãy mở bằng"));
  CHECK(folder.code == 1);
  CHECK(has(folder.import("Tên đơn vị\nXã A\n", {"--kind", "ghe"}), "--kind phải là units, devices"));
  CHECK(folder.code == 2);
  CHECK(has(folder.import("Tên đơn vị\nXã A\n", {"--unit", "99999"}), "(xem: khien estate units): 99999"));
  CHECK(folder.code == 1);
  CHECK(has(folder.import("Tên đơn vị,Mã đơn vị\n"), "Tệp chỉ có dòng tiêu đề"));
  CHECK(folder.code == 0);
}

TEST_CASE("too many rows are a fault of the whole file, not of a row 0") {
  Folder folder;
  std::string csv = "Tên máy\n";
  for (int i = 0; i < 50'001; ++i) csv += "m" + std::to_string(i) + "\n";
  const auto shown = folder.import(csv);
  CHECK(folder.code == 1);
  CHECK(has(shown, "cả tệp"));
  CHECK_FALSE(has(shown, "dòng 0"));
  CHECK(has(shown, "Chưa thay đổi gì. Sửa tệp rồi chạy lại."));
}

}  // namespace
}  // namespace khien::hub
