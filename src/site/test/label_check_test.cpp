// The four conditions of the trust label, as far as a machine sees them.
#include "khien/site/label_check.hpp"

#include <doctest/doctest.h>

#include "khien/estate/systems.hpp"
#include "watched.hpp"

namespace khien::site {
namespace {

struct Labelled : Watched {
  LabelCheck check() {
    const auto one = read([&](store::Connection& c) { return label_check(c, scope(), xa, clock().now()); }).value();
    const auto all = read([&](store::Connection& c) { return label_checks(c, scope(), std::nullopt, clock().now()); }).value();
    CHECK(all.at(xa).states == one.states);
    return one;
  }
  CriterionState encryption_after(std::vector<Fact> facts) {
    fake->facts = std::move(facts);
    after(hours(26));
    return check().of(LabelCriterion::encryption);
  }
  SystemId system(std::string name, std::optional<Date> approved) {
    const auto unit = read([&](store::Connection& c) { return estate::get_site(c, scope(), xa); }).value().unit;
    return write([&](store::Connection& c) {
      return estate::create_system(c, scope(), {.unit = unit, .name = std::move(name), .approved_at = std::optional(approved)}, clock().now());
    }).value();
  }
};

TEST_CASE("encryption: trusted, for this name, by a protocol of today, to its last day, and nobody is left on http") {
  Labelled road;
  CHECK(road.check().of(LabelCriterion::encryption) == CriterionState::unknown);
  const std::string until = to_rfc3339(kNow + days(40));
  const std::vector<Fact> good{{"tls.protocol", "TLSv1.3"}, {"tls.expires_at", until}, {"tls.chain_ok", "true"}, {"tls.name_ok", "true"}};
  CHECK(road.encryption_after(good) == CriterionState::met);
  const auto with = [&](Fact fact) {
    auto facts = good;
    std::erase_if(facts, [&](const Fact& one) { return one.name == fact.name; });
    facts.push_back(std::move(fact));
    return facts;
  };
  CHECK(road.encryption_after(with({"http.https", "true"})) == CriterionState::met);
  for (const Fact& bad : {Fact{"http.https", "false"}, Fact{"tls.protocol", "TLSv1.1"}, Fact{"tls.chain_ok", "false"}, Fact{"tls.name_ok", "false"}}) {
    CAPTURE(bad.name);
    CHECK(road.encryption_after(with(bad)) == CriterionState::failed);
  }
  CHECK(road.encryption_after({{"cms.name", "Fake"}}) == CriterionState::unknown);
  CHECK(road.encryption_after(good) == CriterionState::met);
  // A look that nobody answered says nothing; the certificate's last day passes all the same.
  road.fake->answers = false;
  CHECK(road.encryption_after({}) == CriterionState::met);
  road.clock().advance(days(40));
  CHECK(road.check().of(LabelCriterion::encryption) == CriterionState::failed);
}

TEST_CASE("the level is met once every running system of the unit is approved; what only papers say is said so") {
  Labelled road;
  CHECK(road.check().of(LabelCriterion::level) == CriterionState::unknown);
  CHECK(road.check().of(LabelCriterion::consent) == CriterionState::paper);
  CHECK(road.check().of(LabelCriterion::not_listed) == CriterionState::paper);
  const auto today = vietnam_day(road.clock().now());
  road.system("Cổng thông tin", today - 10);
  CHECK(road.check().of(LabelCriterion::level) == CriterionState::met);
  const auto second = road.system("Một cửa", std::nullopt);
  CHECK(road.check().of(LabelCriterion::level) == CriterionState::failed);
  CHECK(road.check().systems == 2);
  CHECK(road.check().approved == 1);
  CHECK_FALSE(road.check().is_ready());
  REQUIRE(road.write([&](store::Connection& c) {
    return estate::update_system(c, road.scope(), second, {.ended_on = std::optional(std::optional(today))}, road.clock().now());
  }));
  CHECK(road.check().of(LabelCriterion::level) == CriterionState::met);
  CHECK_FALSE(road.check().is_ready());  // nobody has looked
  road.encryption_after({{"tls.protocol", "TLSv1.3"}, {"tls.chain_ok", "true"}});
  CHECK(road.check().is_ready());
  const auto foreign = store::TenantScope::for_test(road.tenant(), {});
  CHECK(road.read([&](store::Connection& c) { return label_check(c, foreign, road.xa, kNow); }).error().code() == Code::not_found);
  CHECK(road.read([&](store::Connection& c) { return label_checks(c, foreign, std::nullopt, kNow); }).value().empty());
}

}  // namespace
}  // namespace khien::site
