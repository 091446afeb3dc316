#include "khien/probe/trial.hpp"

#include <doctest/doctest.h>

#include "khien/probe/bundle.hpp"
#include "khien/probe/content.hpp"
#include "test/folder.hpp"

namespace khien::probe {
namespace {

constexpr const char* kShipped = KHIEN_SOURCE_DIR "/content/scan";

Worker::Options options(const std::string& content, const char* program = KHIEN_WORKER) {
  Worker::Options made;
  made.executable = program;
  made.content_folder = content;
  return made;
}

std::string rules(std::string_view condition) {
  return "rule test_rule { meta: severity = \"high\" condition: " + std::string(condition) + " }\n";
}

// A pack with one rule, as a bundle on the disk.
std::string bundle_with(const TestFolder& folder, std::string_view yara) {
  folder.make("packs/one");
  folder.write("packs/one/pack.json", R"({"name":"one","version":"1","texts":{}})");
  folder.write("packs/one/one.yar", yara);
  return folder.write("bundle", make_bundle(folder.path() + "/packs").value());
}

TEST_CASE("what is shipped, as a bundle, finds all its examples and nothing that is harmless") {
  TestFolder folder;
  const std::string bundle = make_bundle(kShipped).value();
  CHECK(make_bundle(kShipped).value() == bundle);
  const std::string path = folder.write("bundle", bundle);
  TrialSet samples = examples_of(as_bytes(bundle)).value();
  CHECK(samples.must_hit.size() >= 20);
  CHECK(samples.must_miss.size() >= 20);
  const TrialSet built_in = built_in_trial();
  CHECK(built_in.must_miss.size() == 200);
  samples.must_hit.insert(samples.must_hit.end(), built_in.must_hit.begin(), built_in.must_hit.end());
  samples.must_miss.insert(samples.must_miss.end(), built_in.must_miss.begin(), built_in.must_miss.end());

  const auto report = try_content(options(path), samples, {}, system_clock());
  REQUIRE_MESSAGE(report, report.error().what());
  const auto packs = read_packs(kShipped).value();
  CHECK(read_packs(path).value().size() == packs.size());
  CHECK(report->rules > 20);
}

TEST_CASE("content that finds what is harmless, or does not find EICAR, is refused with its name") {
  TestFolder folder;
  const auto all = try_content(options(bundle_with(folder, rules("true"))), built_in_trial(), {}, system_clock());
  REQUIRE_FALSE(all);
  CHECK(all.error().code() == Code::denied);
  CHECK(all.error().what() == "empty: test_rule matches a harmless file");
  const auto none = try_content(options(bundle_with(folder, rules("false"))), built_in_trial(), {}, system_clock());
  REQUIRE_FALSE(none);
  CHECK(none.error().what() == "eicar.com: not found");
}

TEST_CASE("content that cannot be read is refused by the worker, behind its doors") {
  TestFolder folder;
  for (const std::string& path : {folder.write("a", "no bundle"), folder.write("b", ""),
                                  bundle_with(folder, "rule broken {")}) {
    const auto tried = try_content(options(path), built_in_trial(), {}, system_clock());
    REQUIRE_FALSE(tried);
    CHECK(tried.error().code() == Code::invalid);
  }
}

TEST_CASE("a worker that does not start within its limits is unavailable, not waited for") {
  TestFolder folder;
  const std::string path = folder.write("bundle", make_bundle(kShipped).value());
  const auto slow = try_content(options(path), {}, {.start = milliseconds(1)}, system_clock());
  REQUIRE_FALSE(slow);
  CHECK(slow.error().code() == Code::unavailable);
  const auto tight = try_content(options(path), {}, {.memory_bytes = 24u << 20}, system_clock());
  CHECK_FALSE(tight);
  TrialSet bad{.must_hit = {{"order", "die"}}, .must_miss = {}};
  const auto died = try_content(options("/", KHIEN_BAD_WORKER), bad, {}, system_clock());
  REQUIRE_FALSE(died);
  CHECK(died.error().code() == Code::unavailable);
  bad.must_hit.front().bytes = "hang";
  const auto hung = try_content(options("/", KHIEN_BAD_WORKER), bad, {.file = milliseconds(100)}, system_clock());
  REQUIRE_FALSE(hung);
  CHECK(hung.error().code() == Code::unavailable);
}

TEST_CASE("a bundle has one spelling") {
  TestFolder folder;
  folder.make("packs/one/examples");
  folder.write("packs/one/pack.json", "{}");
  folder.write("packs/one/notes.txt", "no part of a pack");
  folder.write("packs/one/examples/x.hit", "abc");
  const std::string bundle = make_bundle(folder.path() + "/packs").value();
  const auto files = read_bundle(as_bytes(bundle)).value();
  REQUIRE(files.size() == 2);
  CHECK(files[0].path == "one/examples/x.hit");
  CHECK(as_text(files[0].bytes) == "abc");
  for (const std::string& bad : {bundle + "x", bundle.substr(0, bundle.size() - 1),
                                 std::string(bundle).replace(bundle.find("3 one"), 1, "03"),
                                 std::string(bundle).replace(bundle.find("one/ex"), 3, "../"),
                                 std::string(bundle).replace(bundle.find('\0'), 1, "x")}) {
    CHECK(read_bundle(as_bytes(bad)).error().code() == Code::invalid);
  }
}

}  // namespace
}  // namespace khien::probe
