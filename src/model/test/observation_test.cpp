#include "khien/model/observation.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "khien/model/sample.hpp"
#include "test/samples.hpp"

namespace khien {
namespace {

Result<Observation> read(std::string_view text) {
  JsonDocument memory;
  Budget budget({});
  return observation_from_json(text, memory, budget);
}

// The text with the first `from` replaced by `to`.
std::string with(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != text.npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE("what is written is what is read, for every kind of observation") {
  std::set<std::string_view> kinds;
  for (const Observation& observation : sample_observations()) {
    const auto again = read(to_json(observation));
    REQUIRE_MESSAGE(again, again.error().what());
    CHECK(*again == observation);
    kinds.insert(kind_of(observation.body));
  }
  CHECK(kinds.size() == std::variant_size_v<ObservationBody>);
}

TEST_CASE("fields that an older hub does not know are passed over") {
  const auto text = to_json(sample_observations().back());
  CHECK(read(with(text, "\"kind\"", "\"new\":{\"deep\":[1]},\"kind\"")));
}

TEST_CASE("a made-up fact says so in its first bytes and reads like any other") {
  for (const Observation& observation : sample_observations()) {
    const auto text = to_sample_json(observation);
    CHECK(text.starts_with(R"({"labels":{"sample":true},)"));
    CHECK_FALSE(to_json(observation).contains("labels"));
    const auto again = read(text);
    REQUIRE_MESSAGE(again, again.error().what());
    CHECK(*again == observation);
  }
}

TEST_CASE("an unknown kind is refused and named") {
  const auto text = with(to_json(sample_observations().back()), "heartbeat", "heartbreak");
  CHECK(read(text).error().what() == "field 'kind' is not one that is known");
}

TEST_CASE("a missing field is named with the kind it belongs to") {
  const auto text = with(to_json(sample_observations().back()), "\"cpu_ms\"", "\"cpu\"");
  CHECK(read(text).error().what() == "heartbeat: field 'cpu_ms' is missing");
  CHECK(read(text).error().code() == Code::invalid);
}

TEST_CASE("a field of another type is refused") {
  const auto text = to_json(sample_observations().back());
  for (const std::string_view wrong : {"\"8\"", "8.5", "true", "null", "[]", "{}", "-1"}) {
    const auto result = read(with(text, "\"cpu_ms\":8", "\"cpu_ms\":" + std::string(wrong)));
    REQUIRE_FALSE(result);
    CHECK(result.error().code() == Code::invalid);
  }
}

TEST_CASE("one match too many is refused") {
  FileSeen file = std::get<FileSeen>(sample_observations().front().body);
  file.matches.resize(64, file.matches.front());
  CHECK(read(to_json(Observation{{}, file})));
  file.matches.push_back(file.matches.front());
  CHECK(read(to_json(Observation{{}, file})).error().code() == Code::exhausted);
}

TEST_CASE("a part of an inventory lies within its parts") {
  PackagesSeen seen{.inventory = 1, .part = 3, .parts = 2, .packages = {}};
  CHECK(read(to_json(Observation{{}, seen})).error().code() == Code::invalid);
  seen.part = 0;
  CHECK(read(to_json(Observation{{}, seen})).error().code() == Code::invalid);
}

TEST_CASE("a path that is not UTF-8 is still valid JSON") {
  const FileGone gone{"/tmp/\xff\xfe"};
  const auto again = read(to_json(Observation{{}, gone}));
  REQUIRE(again);
  CHECK(std::get<FileGone>(again->body).path == "/tmp/\uFFFD\uFFFD");
}

TEST_CASE("who wanted a file is named by number") {
  for (const Observation& observation : sample_observations()) {
    const auto* seen = std::get_if<AccessSeen>(&observation.body);
    if (seen == nullptr || seen->uid != 1000) continue;
    for (const std::string_view wrong : {"\"\"", "\"root\"", "\"-1\"", "\"1 \"", "\"4294967296\"", "1000"}) {
      CHECK(read(with(to_json(observation), "\"1000\"", wrong)).error().code() == Code::invalid);
    }
  }
}

TEST_CASE("detections go before everything, and the end of a scan before its progress") {
  CHECK(priority_of(FileSeen{}) == Priority::p0);
  CHECK(priority_of(ScanSeen{.state = ScanSeen::State::complete}) == Priority::p1);
  CHECK(priority_of(ScanSeen{}) == Priority::p3);
  CHECK(priority_of(Heartbeat{}) == Priority::p3);
}

TEST_CASE("what the hub's own crawler tells is no agent's to tell") {
  for (const Observation& observation : sample_observations()) {
    const auto kind = kind_of(observation.body);
    CHECK(told_by_agents(observation.body) == (kind != "page_seen" && kind != "site_seen"));
  }
}

TEST_CASE("a page's views are each there once, in order, and its site has a number") {
  PageSeen page{.site = SiteId{4}, .url = "https://a.vn/", .views = {{.visitor = Visitor::desktop}, {.visitor = Visitor::googlebot}}};
  CHECK(read(to_json(Observation{{}, page})));
  page.views[1].visitor = Visitor::desktop;
  CHECK(read(to_json(Observation{{}, page})).error().what() == "page_seen: field 'views' does not ascend");
  page.views.clear();
  page.site = {};
  CHECK(read(to_json(Observation{{}, page})).error().what() == "page_seen: field 'site' is not a site's number");
}

TEST_CASE("a page with one link too many is refused") {
  PageSeen page{.site = SiteId{4}, .url = "https://a.vn/", .links = std::vector<PageLink>(200)};
  CHECK(read(to_json(Observation{{}, page})));
  page.links.emplace_back();
  CHECK(read(to_json(Observation{{}, page})).error().code() == Code::exhausted);
}

TEST_CASE("every class of a page is harmful, mended or unknown") {
  for (int i = 0; i < 10; ++i) {
    const auto page_class = static_cast<PageClass>(i);
    CHECK(*page_class_from_string(to_string(page_class)) == page_class);
    CHECK(is_harmful(page_class) + is_mended(page_class) + (page_class == PageClass::unknown) == 1);
  }
}

}  // namespace
}  // namespace khien
