// The makers' own cases of YARA, and a public rule set, against this engine. They
// lie beside the project, not in it.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "khien/core/file.hpp"
#include "khien/core/json.hpp"
#include "khien/scan/engine.hpp"
#include "yara.hpp"

namespace khien::scan {
namespace {

namespace fs = std::filesystem;

std::string malware_folder() {
  const char* shared = std::getenv("KHIEN_SHARED");
  return std::string(shared != nullptr ? shared : KHIEN_SOURCE_DIR "/../shared") + "/data/malware";
}

bool is_absent(const std::string& path) {
  if (fs::exists(path)) return false;
  MESSAGE("skipped: " << path << " is not there (KHIEN_SHARED names the folder)");
  return true;
}

std::shared_ptr<const RulePack> pack_of(std::string source, std::string name = "case") {
  return std::make_shared<const RulePack>(RulePack{std::move(name), "1", std::move(source), {}, {}, {}});
}

struct Case {
  std::string rule, buffer, kind;
  bool expect_match = false;
  std::int64_t expect_count = 0;
  bool agrees = false;
};

Case read_case(const Json& json) {
  Case one;
  one.rule = json.string_at("rule").value();
  one.kind = json.string_at("kind").value();
  // A rule that must not compile has none.
  if (const auto coded = json.string_at("buffer_b64")) {
    const Bytes buffer = from_base64(*coded).value();
    one.buffer = as_text(buffer);
  }
  if (one.kind == "match") one.expect_match = json.boolean_at("expect").value();
  if (one.kind == "count") one.expect_count = json.integer_at("expect").value();
  // Where nobody asked that version the count is arithmetic, the same in all.
  const auto agrees = json.boolean_at("yara_4_2_3_agrees");
  one.agrees = agrees ? *agrees : true;
  return one;
}

// What this engine makes of a case, in its terms; "" if it is as expected.
std::string difference(const Case& one) {
  auto yara = Yara::compile({pack_of(one.rule)}, "tests");
  if (one.kind == "error") return yara ? "compiles" : "";
  if (!yara) return yara.error().what();
  const auto found = yara->scan(as_bytes(one.buffer), seconds(10));
  if (!found) return found.error().what();
  if (one.kind == "count") return static_cast<std::int64_t>(found->size()) == one.expect_count ? "" : "another count";
  return found->empty() == one.expect_match ? "another answer" : "";
}

TEST_CASE("the cases of YARA's makers that hold for 4.2 hold here") {
  const std::string path = malware_folder() + "/yara_cases.jsonl";
  if (is_absent(path)) return;
  std::ifstream lines(path);
  std::string line;
  int asked = 0;
  while (std::getline(lines, line)) {
    Budget budget({});
    JsonDocument document;
    const Case one = read_case(document.parse(line, budget).value());
    if (!one.agrees) continue;
    ++asked;
    CAPTURE(one.rule);
    CHECK(difference(one) == "");
  }
  CHECK(asked == 134);
}

std::vector<std::string> rule_files() {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(malware_folder() + "/reversinglabs")) {
    if (entry.path().extension() == ".yara") files.push_back(entry.path().string());
  }
  std::ranges::sort(files);
  return files;
}

TEST_CASE("all 274 files of a public rule set are taken, each alone and all at once") {
  if (is_absent(malware_folder() + "/reversinglabs")) return;
  const auto files = rule_files();
  CHECK(files.size() == 274);
  std::string all;
  for (const std::string& file : files) {
    CAPTURE(file);
    const std::string source = system_files().read(file, 16u << 20).value();
    const auto made = Engine::create({pack_of(source)});
    CHECK_MESSAGE(made, (made ? "" : made.error().what()));
    all += source + "\n";
  }
  CHECK(Engine::create({pack_of(all)}));
}

}  // namespace
}  // namespace khien::scan
