// The incident that an address became, told from both ends.
#include "khien/botnet/incidents.hpp"

#include "../../incident/test/shipped.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/incident/refusal.hpp"
#include "province.hpp"

namespace khien::botnet {
namespace {

struct Linked : Province {
  incident::Rules rules() const { return {incident::shipped_law(), incident::shipped_severities()}; }
  Result<incident::IncidentId> open(std::string_view address, IncidentOfCase asked = {}) { return open(address, scope(), std::move(asked)); }
  Result<incident::IncidentId> open(std::string_view address, const store::TenantScope& who, IncidentOfCase asked = {}) {
    const auto id = of(address).id;
    return hub.write([&](store::Connection& c) { return open_incident_of(c, who, rules(), id, asked, kOfficer, now); });
  }
  Result<void> link(std::string_view address, incident::IncidentId incident) {
    const auto id = of(address).id;
    return hub.write([&](store::Connection& c) { return link_incident(c, scope(), id, incident, kOfficer, now); });
  }
  std::vector<LinkedIncident> incidents(std::string_view address, const store::TenantScope& who) {
    const auto id = of(address).id;
    return hub.read([&](store::Connection& c) { return incidents_of(c, who, id); }).value();
  }
  std::vector<LinkedCase> cases_in(incident::IncidentId incident, const store::TenantScope& who) {
    return hub.read([&](store::Connection& c) { return cases_of(c, who, incident); }).value();
  }
  Result<void> close(incident::IncidentId incident) {
    return hub.write([&](store::Connection& c) {
      return incident::move_incident(c, scope(), incident, {.state = incident::State::closed, .words = "x", .cause = "x", .lesson = "", .happened_at = {}}, kOfficer, now);
    });
  }
};

TEST_CASE("an address opens an incident of its unit from the day it was listed; both say so, once") {
  Linked p;
  p.bring({"203.0.113.1"}, p.today);
  const auto listed = p.now;
  p.now = p.now + hours(5);
  const auto opened = p.open("203.0.113.1", {.severity = Severity::high, .words = {}, .detected_at = {}});
  REQUIRE_MESSAGE(opened, opened.error().what());
  const auto detail = p.hub.read([&](store::Connection& c) { return incident::get_incident(c, p.scope(), *opened, p.now); }).value();
  CHECK(detail.incident.unit == p.units[0]);
  CHECK(detail.incident.detected_at == listed);
  CHECK(detail.incident.severity == Severity::high);
  CHECK(detail.incident.source == incident::Source::outside);
  CHECK(p.detail("203.0.113.1").history.front().note == "Mở sự cố số " + std::to_string(opened->value));
  CHECK(p.of("203.0.113.1").state == State::new_);
  REQUIRE(p.incidents("203.0.113.1", p.scope_of(0)).size() == 1);
  REQUIRE(p.cases_in(*opened, p.scope_of(0)).size() == 1);
  CHECK(p.cases_in(*opened, p.scope_of(0))[0].address == "203.0.113.1");
  // Another unit sees neither end.
  CHECK(p.cases_in(*opened, p.scope_of(1)).empty());
  CHECK(p.incidents("203.0.113.1", p.scope_of(1)).empty());
  // While it is open that one is it; afterwards a new one may be.
  const auto again = p.open("203.0.113.1");
  REQUIRE_FALSE(again);
  CHECK(duty::refusal_of(again.error())->message.vi == "Địa chỉ này đã gắn với một sự cố chưa đóng.");
  REQUIRE(p.close(*opened));
  CHECK(p.open("203.0.113.1"));
  CHECK(p.incidents("203.0.113.1", p.scope()).size() == 2);
}

TEST_CASE("several addresses are tied to one incident; a closed one takes none, and a tie is never taken back") {
  Linked p;
  p.bring({"203.0.113.1", "203.0.113.2"}, p.today);
  const auto opened = p.open("203.0.113.1");
  REQUIRE(opened);
  REQUIRE(p.link("203.0.113.2", *opened));
  REQUIRE(p.link("203.0.113.2", *opened));
  CHECK(p.cases_in(*opened, p.scope()).size() == 2);
  CHECK(p.detail("203.0.113.2").history.size() == 2);  // listed, tied
  const auto lines = p.hub.read([&](store::Connection& c) { return incident::list_timeline(c, p.scope(), *opened, "", 50); }).value().items;
  CHECK(lines.size() == 2);
  CHECK(lines.front().words.contains("203.0.113.2"));
  const auto refused = [&](store::Sql sql) { return !p.hub.write([&](store::Connection& c) { return c.run(sql); }); };
  CHECK(refused("DELETE FROM botnet_incident"));
  CHECK(refused("UPDATE botnet_incident SET incident_id = 9"));
  CHECK(p.link("203.0.113.2", {99}).error().code() == Code::not_found);
  REQUIRE(p.close(*opened));
  p.now = p.now + days(1);
  p.bring({"203.0.113.1", "203.0.113.2", "203.0.113.3"}, p.today + 1);
  const auto late = p.link("203.0.113.3", *opened);
  REQUIRE_FALSE(late);
  CHECK(incident::is_closed(late.error()));
  CHECK(p.cases_in(*opened, p.scope()).size() == 2);
}

TEST_CASE("nobody's address opens nothing, and another unit's is not there") {
  Linked p;
  p.bring({"192.0.2.1", "203.0.113.1"}, p.today);
  const auto unknown = p.open("192.0.2.1");
  REQUIRE_FALSE(unknown);
  CHECK(duty::refusal_of(unknown.error())->message.en.starts_with("Whose the address is"));
  CHECK(p.open("203.0.113.1", p.scope_of(1)).error().code() == Code::not_found);
}

}  // namespace
}  // namespace khien::botnet
