#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include "khien/core/file.hpp"
#include "khien/core/json.hpp"
#include "khien/hub/command_line.hpp"
#include "khien/hub/console.hpp"
#include "test/temporary_folder.hpp"

namespace khien::hub {
namespace {

struct Answer {
  int code = 0;
  std::string out;
};

Answer run(const std::vector<std::string>& words) {
  KeptConsole console(Language::en);
  const int code = run_command_line(words, console);
  return {code, console.said()};
}

using Found = std::set<std::string>;  // "id package installed"

Found found_in(const std::string& text, const std::string& list) {
  Budget budget({.bytes_in = 64u << 20, .depth = 16, .entries = 1'000'000});
  JsonDocument document;
  const auto root = document.parse(text, budget);
  REQUIRE(root.has_value());
  Found found;
  REQUIRE(root->field(list)->each([&](Json one) -> Result<void> {
    TRY(const auto id, one.string_at("id"));
    TRY(const auto package, one.string_at("package"));
    TRY(const auto installed, one.string_at("installed"));
    found.insert(std::string(id) + " " + std::string(package) + " " + std::string(installed));
    return {};
  }).has_value());
  return found;
}

struct Case {
  Found expected;
  bool full = false;  // an inventory, not only what is expected of it
};

Case case_in(const std::string& text) {
  Budget budget({.bytes_in = 64u << 20, .depth = 16, .entries = 1'000'000});
  JsonDocument document;
  const auto root = document.parse(text, budget);
  REQUIRE(root.has_value());
  Case one;
  REQUIRE(root->field("results")->each([&](Json result) -> Result<void> {
    if (const auto packages = result.field("packages"); packages && packages->size() > 0) one.full = true;
    TRY(const Json expected, result.field("expected"));
    return expected.each([&](Json row) -> Result<void> {
      TRY(const auto id, row.string_at("id"));
      TRY(const auto package, row.string_at("pkg"));
      TRY(const auto installed, row.string_at("installed"));
      one.expected.insert(std::string(id) + " " + std::string(package) + " " + std::string(installed));
      return {};
    });
  }).has_value());
  return one;
}

}  // namespace

TEST_CASE("advisory match: Trivy's cases give what is expected, and nothing more of whole inventories") {
  const char* shared = std::getenv("KHIEN_SHARED");
  if (shared == nullptr) {
    MESSAGE("skipped: KHIEN_SHARED is not set");
    return;
  }
  const std::string folder = std::string(shared) + "/data/vuln/trivy/";
  std::size_t cases = 0, wanted = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string file = entry.path().string();
    if (!file.ends_with(".json") || file.ends_with("advisories.json")) continue;
    const auto text = system_files().read(file, 16u << 20);
    REQUIRE(text.has_value());
    const Case one = case_in(*text);
    const Answer answer = run({"advisory", "match", "--inventory", file, "--feed", folder + "advisories.json", "--json"});
    CHECK(answer.code == 1);
    const Found found = found_in(answer.out, "matches");
    for (const std::string& line : one.expected) CHECK_MESSAGE(found.contains(line), file << ": " << line);
    if (one.full) CHECK_MESSAGE(found == one.expected, file);
    ++cases;
    wanted += one.expected.size();
  }
  CHECK(cases == 34);
  CHECK(wanted == 64);
}

TEST_CASE("advisory match: found, nothing, unknown and not read are told apart") {
  const TemporaryFolder folder;
  const auto write = [&](const std::string& name, std::string_view text) {
    const std::string path = folder.path() + "/" + name;
    REQUIRE(system_files().write(path, text, 0600).has_value());
    return path;
  };
  const std::string feed = write("osv.json", R"({"id":"CVE-2024-1000","modified":"2024-01-02T00:00:00Z","affected":[{"package":{"ecosystem":"PyPI","name":"a"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.2"}]}]}]})");
  const auto match = [&](std::string_view text) { return run({"advisory", "match", "--inventory", write("requirements.txt", text), "--feed", feed, "--json"}); };
  const Answer sick = match("a==1.1\n");
  CHECK(sick.code == 1);
  CHECK(found_in(sick.out, "matches") == Found{"CVE-2024-1000 a 1.1"});
  CHECK(match("a==1.2\n").code == 0);
  const Answer open = match("a>=1\n");
  CHECK(open.code == 3);
  CHECK(found_in(open.out, "matches").empty());
  CHECK(found_in(open.out, "unknown").size() == 1);
  const std::string broken = write("broken.json", "{\"id\":");
  CHECK(run({"advisory", "match", "--inventory", write("requirements.txt", "a==1\n"), "--feed", broken}).code == 2);
  CHECK(run({"advisory", "match", "--inventory", broken, "--feed", feed}).code == 2);
  CHECK(run({"advisory", "match", "--feed", feed}).code == 2);
}

TEST_CASE("advisory match: a list of a distribution that is not known is not a list of nothing") {
  const TemporaryFolder folder;
  const auto write = [&](const std::string& name, std::string_view text) {
    const std::string path = folder.path() + "/" + name;
    REQUIRE(system_files().write(path, text, 0600).has_value());
    return path;
  };
  const std::string feed = write("osv.json", R"({"id":"DSA-1","aliases":["CVE-2024-1000"],"modified":"2024-01-02T00:00:00Z","affected":[{"package":{"ecosystem":"Debian:12","name":"libstdc++"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1:2.0"}]}]},{"package":{"ecosystem":"npm"}}]})");
  const std::string list = write("packages.tsv", "libstdc++\t1:1.0+b1\tlibstdc++\t1:1.0+b1\tamd64\tii \nother\t1.0\tother\t1.0\tamd64\tii \n");
  KeptConsole silent(Language::en);
  CHECK(run_command_line({"advisory", "match", "--inventory", list, "--feed", feed, "--json"}, silent) == 2);
  CHECK(silent.complained().find("2 packages were not judged") != std::string::npos);
  CHECK(silent.said().find(R"("without_release":2)") != std::string::npos);
  const Answer told = run({"advisory", "match", "--inventory", list, "--feed", feed, "--json", "--os", "debian:12"});
  CHECK(told.code == 1);
  CHECK(told.out.find(R"("without_release":0)") != std::string::npos);
  CHECK(told.out.find("pkg:deb/debian/libstdc%2B%2B@1:1.0%2Bb1?distro=debian-12") != std::string::npos);
  CHECK(run({"advisory", "match", "--inventory", list, "--feed", feed, "--json", "--os", "debian:11"}).code == 0);
  // What was passed over of either is told, in the table's last line too.
  const Answer table = run({"advisory", "match", "--inventory", list, "--feed", feed, "--os", "debian:12"});
  CHECK(table.out.find("passed over: 0 rows of the inventory, 1 parts of feeds") != std::string::npos);
}

TEST_CASE("advisory letter: read in the worker, told with its places") {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/letter.txt";
  REQUIRE(system_files().write(path, "Số: 12/CATTT-NCSC\nHà Nội, ngày 05 tháng 03 năm 2026\nKính gửi: X\nCVE-2026-1234 trong FortiOS trước phiên bản 7.4.3", 0600).has_value());
  const Answer answer = run({"advisory", "letter", path, "--json"});
  CHECK(answer.code == 0);
  CHECK(answer.out.find("12/CATTT-NCSC") != std::string::npos);
  CHECK(answer.out.find("CVE-2026-1234") != std::string::npos);
  CHECK(run({"advisory", "letter", path + ".none"}).code == 2);
  REQUIRE(system_files().write(path, "", 0600).has_value());
  CHECK(run({"advisory", "letter", path}).code == 2);
  REQUIRE(system_files().write(path, "abc", 0600).has_value());
  const Answer nothing = run({"advisory", "letter", path});
  CHECK(nothing.code == 0);
  CHECK(nothing.out.find("is found in this file") != std::string::npos);
}

}  // namespace khien::hub
