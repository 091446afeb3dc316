// What the judge says becomes what the road is told, within the bounds of an observation.
#include "web_watcher.hpp"

#include <doctest/doctest.h>

#include "khien/model/observation.hpp"

namespace khien::hub {
namespace {

TEST_CASE("what is beyond an observation is counted, and what is told can be read") {
  watch::Judgement judgement;
  judgement.judged = PageClass::compromised;
  judgement.score = 87;
  judgement.more_links = 5;
  judgement.reasons.assign(100, {.name = std::string(300, 'r'), .weight = 40});
  judgement.links.assign(1'000, {.url = std::string(20'000, 'u'), .text = "tài xỉu \xff", .offset = 4, .why = std::string(2'000, 'w')});
  auto seen = page_seen_of({.id = "https://a.vn/" + std::string(20'000, 'x')}, judgement, 7);
  CHECK(seen.page_class == PageClass::compromised);
  CHECK(seen.score == 87);
  CHECK(seen.links.size() > 20);
  CHECK(seen.links_left_out == 1'005 - seen.links.size());
  CHECK(seen.reasons.size() == 64);
  seen.site = SiteId{1};
  JsonDocument memory;
  Budget budget({});
  const auto text = to_json(Observation{{}, seen});
  CHECK(text.size() < 200'000);
  const auto again = observation_from_json(text, memory, budget);
  REQUIRE_MESSAGE(again, again.error().what());
}

TEST_CASE("approved pages: each by its address, the newest word, the oldest go") {
  auto baseline = with_approved("", "https://a.vn/1", "một");
  baseline = with_approved(baseline, "https://a.vn/2", std::string("\0\xff", 2));
  CHECK(approved_page(baseline, "https://a.vn/1") == "một");
  CHECK(approved_page(baseline, "https://a.vn/2") == std::string("\0\xff", 2));
  CHECK(approved_page(baseline, "https://a.vn/3").empty());
  baseline = with_approved(baseline, "https://a.vn/1", "hai");
  CHECK(approved_page(baseline, "https://a.vn/1") == "hai");
  for (int i = 0; i < 5; ++i) baseline = with_approved(baseline, "https://b.vn/" + std::to_string(i), std::string(900'000, 'b'));
  CHECK(baseline.size() < 4u << 20);
  CHECK(approved_page(baseline, "https://a.vn/1").empty());
  CHECK(approved_page(baseline, "https://b.vn/4").size() == 900'000);
  CHECK(approved_page("not json", "https://a.vn/1").empty());
  // What was learned of the whole site stays beside them.
  CHECK(with_approved(R"({"approved":[],"site":"S"})", "https://a.vn/1", "một").contains(R"("site":"S")"));
}

}  // namespace
}  // namespace khien::hub
