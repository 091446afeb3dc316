#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "khien/core/json.hpp"
#include "khien/hub/command_line.hpp"

namespace khien::hub {
namespace {

// A copy of the shipped content that goes with the test.
class Content {
 public:
  Content() {
    std::string pattern = "/tmp/khien-law-XXXXXX";
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
    std::filesystem::copy(std::string(KHIEN_SOURCE_DIR) + "/content", path_,
                          std::filesystem::copy_options::recursive);
  }
  Content(const Content&) = delete;
  Content& operator=(const Content&) = delete;
  ~Content() { std::filesystem::remove_all(path_); }

  const std::string& path() const { return path_; }
  void write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories(std::filesystem::path(path_ + "/" + name).parent_path());
    std::ofstream(path_ + "/" + name, std::ios::binary) << text;
  }

 private:
  std::string path_;
};

struct Run {
  int code = 0;
  std::string said;
  std::string complained;
};

Run run(const std::vector<std::string>& words, Language language = Language::en) {
  KeptConsole console(language);
  const int code = run_command_line(words, console);
  return {code, console.said(), console.complained()};
}

TEST_CASE("law check: nothing wrong with what is installed, without a hub or a data folder") {
  const Run checked = run({"law", "check"});
  CHECK(checked.code == 0);
  CHECK(checked.said.empty());
  CHECK(checked.complained.contains("96 clauses, 1 scope notes"));
  CHECK(run({"law", "check"}, Language::vi).complained.contains("96 điều khoản"));
}

TEST_CASE("law check DIR: each fault is a line with file, line, field and words, and the exit code is 1") {
  const Content content;
  CHECK(run({"law", "check", content.path()}).code == 0);
  content.write("directives/bad.yaml", "key: bad\ndate: 2027-02-30\n");
  const Run checked = run({"law", "check", content.path()});
  CHECK(checked.code == 1);
  CHECK(checked.said.contains("directives/bad.yaml:2: date: there is no day 2027-02-30\n"));
  CHECK(
      run({"law", "check", content.path()}, Language::vi).said.contains("date: không có ngày 2027-02-30\n"));
  const Run as_json = run({"law", "check", content.path(), "--json"});
  JsonDocument document;
  Budget budget({});
  const auto first = document.parse(as_json.said.substr(0, as_json.said.find('\n')), budget);
  REQUIRE(first);
  CHECK(first->string_at("file").value() == "directives/bad.yaml");
}

TEST_CASE("law check of a folder of new directives checks them beside what is installed") {
  const Content content;
  std::filesystem::create_directory(content.path() + "/new");
  content.write("new/foreign.yaml", [] {
    std::ifstream file(std::string(KHIEN_SOURCE_DIR) + "/src/law/test/data/cisa-bod-22-01.yaml");
    return std::string(std::istreambuf_iterator<char>(file), {});
  }());
  const Run checked = run({"law", "check", content.path() + "/new"});
  CHECK(checked.code == 0);
  CHECK(checked.complained.contains("9 directives, 99 clauses"));
}

TEST_CASE("law check --sources: quotes must stand in a document, whatever its name") {
  const Content content;
  std::filesystem::create_directory(content.path() + "/sources");
  content.write("sources/a",
                "review  and\nupdate agency internal vulnerability\xC2\xA0management procedures. "
                "Remediate each vulnerability according to the timelines");
  const Run checked = run({"law", "check", content.path(), "--sources", content.path() + "/sources"});
  CHECK(checked.code == 1);
  CHECK(checked.said.contains("no source document holds a quote of this directive"));
}

TEST_CASE("what cannot be read is 2, and so is wrong use") {
  CHECK(run({"law", "check", "/nowhere"}).code == 2);
  CHECK(run({"law", "check", "--sources", "/nowhere"}).code == 2);
  CHECK(run({"law", "check", "a", "b"}).code == 2);
  CHECK(run({"law"}).code == 2);
  CHECK(run({"law", "deadlines", "--from", "2027-02-30"}).code == 2);
  CHECK(run({"calendar", "--year", "1899"}).code == 2);
  CHECK(run({"calendar", "--year", "x"}).code == 2);
  CHECK(run({"calendar", "2026"}).code == 2);
}

TEST_CASE("law clauses --json: one object a line, with what others read") {
  const Run listed = run({"law", "clauses", "--json"});
  CHECK(listed.code == 0);
  std::size_t lines = 0;
  for (std::size_t at = 0; at < listed.said.size();) {
    const std::size_t end = listed.said.find('\n', at);
    REQUIRE(end != listed.said.npos);
    JsonDocument document;
    Budget budget({});
    const auto one = document.parse(listed.said.substr(at, end - at), budget);
    REQUIRE(one);
    for (const auto* field : {"id", "directive", "clause"}) CHECK_FALSE(one->string_at(field).value().empty());
    // Its own words, or where it was read.
    CHECK(one->string_at("quote").value().empty() == one->field("second_hand").value().is_object());
    for (const auto* field : {"addressee", "kinds", "systems", "duties"})
      CHECK(one->field(field).value().is_array());
    CHECK(one->field("verb").value().string_at("strength"));
    ++lines;
    at = end + 1;
  }
  CHECK(lines == 97);
}

TEST_CASE("calendar: lunar days, status, decision, holidays and windows of a year") {
  const Run asked = run({"calendar", "--year", "2030", "--json"});
  CHECK(asked.code == 0);
  CHECK(asked.said.contains(R"("status":"computed","decision":null)"));
  CHECK(asked.said.contains(R"("lunar":{"tet":"2030-02-02","hung_kings":"2030-04-12"})"));
  CHECK(asked.said.contains(R"({"from":"2030-01-31T17:00:00+07:00","to":"2030-02-07T07:30:00+07:00")"));
  const Run decided = run({"calendar", "--year", "2026", "--json"});
  CHECK(decided.said.contains(
      R"("swaps":[{"off":"2026-01-02","work":"2026-01-10"},{"off":"2026-08-31","work":"2026-08-22"}])"));
  CHECK(run({"calendar", "--year", "2026"}, Language::vi).said.contains("Mùng 1 Tết: 2026-02-17"));
}

TEST_CASE("law deadlines: due is the last day in time") {
  const Run due = run({"law", "deadlines", "--from", "2026-12-01", "--to", "2026-12-31", "--json"});
  CHECK(due.code == 0);
  CHECK(due.said.contains(R"("period_from":"2026-10-01","period_to":"2026-12-31","due":"2026-12-19")"));
  const auto backwards =
      run({"law", "deadlines", "--from", "2026-12-31", "--to", "2026-12-01"}, Language::vi);
  CHECK(backwards.code == 2);
  CHECK(backwards.complained.contains("--to 2026-12-01 trước --from 2026-12-31"));
  const auto nothing = run({"law", "deadlines", "--from", "2026-12-05", "--to", "2026-12-05"}, Language::vi);
  CHECK(nothing.code == 0);
  CHECK(nothing.complained.contains("Không có nhiệm vụ nào đến hạn"));
}

TEST_CASE("wrong use names the word, in Vietnamese first, and the help that teaches it") {
  const auto vi = [](const std::vector<std::string>& words) { return run(words, Language::vi); };
  CHECK(vi({"help", "nope"}).code == 2);
  CHECK(vi({"help", "nope"}).complained.contains("không có lệnh 'nope'"));
  CHECK(vi({"nope"}).code == 2);
  CHECK(vi({"law", "foo"}).complained.contains("Xem: khien law --help"));
  CHECK(vi({"law", "deadlines", "--from"}).complained.contains("--from cần một giá trị: DATE"));
  CHECK(vi({"law", "--bogus"}).complained.contains("không có tùy chọn --bogus"));
  CHECK(vi({"law", "deadlines", "--from", "hôm qua"})
            .complained.contains("--from cần một ngày có thật, như 2026-06-30, không phải 'hôm qua'"));
  CHECK(vi({"calendar", "2027"}).complained.contains("năm viết là --year 2027"));
  for (const auto& words : {std::vector<std::string>{"law", "foo"}, {"calendar", "2027"}})
    CHECK(vi(words).code == 2);
}

TEST_CASE("a file that cannot be read is named, with why, and the exit code is 2") {
  const auto checked = run({"law", "check", "/nowhere"}, Language::vi);
  CHECK(checked.complained.contains("'/nowhere': không có"));
  CHECK(run({"config", "check", "/nowhere.toml"}, Language::vi).code == 2);
  const Content content;
  content.write("khien.toml", "[hub]\npeople_port = 70000\n");
  const auto bad = run({"config", "check", content.path() + "/khien.toml"}, Language::vi);
  CHECK(bad.code == 1);
  CHECK(bad.complained.contains("khien.toml:2: hub.people_port: phải từ 0 đến 65535"));
  const auto imported = run({"estate", "import", "/nowhere.csv"}, Language::vi);
  CHECK(imported.code == 2);
  CHECK(imported.complained.contains("'/nowhere.csv': không có tệp hoặc thư mục này"));
  const auto folder = run({"estate", "import", "/tmp"}, Language::vi);
  CHECK(folder.code == 2);
  CHECK(folder.complained.contains("'/tmp': không phải một tệp thường"));
}

TEST_CASE("where no hub is, the way to one is told") {
  const auto asked = run({"status", "--folder", "/nowhere/hub"}, Language::vi);
  CHECK(asked.code == 1);
  CHECK(asked.complained.contains("Không có trung tâm nào trong /nowhere/hub"));
  CHECK(asked.complained.contains("khien serve --folder /nowhere/hub"));
}

}  // namespace
}  // namespace khien::hub
