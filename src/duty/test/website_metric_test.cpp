#include "facts.hpp"
#include "khien/duty/measuring.hpp"
#include "khien/estate/sites.hpp"
#include "world.hpp"

namespace khien::duty {
namespace {

constexpr std::string_view kInjected = "websites_with_injected_content";

// Sites as src/site leaves them where duties are measured.
struct Websites {
  SiteId site(UnitId unit, std::string address, Timestamp seen_until = kNow + days(1)) {
    return write([&](store::Connection& c) -> Result<SiteId> {
      TRY(const auto id, estate::create_site(c, *world.whole, {.unit = unit, .address = std::move(address)}, kNow - days(90)));
      TRY_VOID(estate::set_site_seen(c, world.tenant.tenant, id, seen_until));
      return id;
    });
  }
  void see(SiteId site, Timestamp until) {
    write([&](store::Connection& c) -> Result<SiteId> {
      TRY_VOID(estate::set_site_seen(c, world.tenant.tenant, site, until));
      return site;
    });
  }
  void alter(SiteId site, bool altered) {
    write([&](store::Connection& c) -> Result<SiteId> {
      TRY_VOID(estate::set_site_altered(c, world.tenant.tenant, site, altered));
      return site;
    });
  }
  void end(SiteId site) {
    write([&](store::Connection& c) -> Result<SiteId> {
      TRY_VOID(estate::update_site(c, *world.whole, site, {.valid_to = std::optional(kToday - 1)}));
      return site;
    });
  }
  Measurement measured(std::optional<UnitId> unit) {
    const auto law = world.law();
    return world.read([&](store::Connection& c) {
      return measure(c, *world.whole, law->catalogue(), {.metrics = {std::string(kInjected)}, .unit = unit, .as_of = kToday, .period = {}}, kNow);
    }).value().at(0).measurement;
  }
  template <class Work>
  SiteId write(Work work) {
    const auto done = world.write(work);
    REQUIRE_MESSAGE(done, done.error().what());
    return *done;
  }
  World world;
};

TEST_CASE("sites that are altered are counted, of the unit and of what is below; mended ones are not") {
  Websites websites;
  const auto commune = websites.world.commune;
  const auto bad = websites.site(commune, "https://mychau.gov.vn");
  websites.site(commune, "https://congbao.mychau.gov.vn");
  websites.site(websites.world.department, "https://yte.gov.vn");
  websites.alter(bad, true);
  CHECK(websites.measured(commune).part == 1);
  CHECK_FALSE(websites.measured(commune).whole);
  CHECK(websites.measured(websites.world.tenant.root).part == 1);
  CHECK(websites.measured({}).part == 1);
  CHECK(websites.measured(websites.world.department).known());
  CHECK(websites.measured(websites.world.department).part == 0);
  websites.alter(bad, false);
  CHECK(websites.measured({}).known());
  CHECK(websites.measured({}).part == 0);
}

TEST_CASE("none was found is no figure while a site was not looked at in time; what was found is one") {
  Websites websites;
  const auto commune = websites.world.commune;
  CHECK(websites.measured(commune).why == Measurement::Why::nothing);  // no site at all
  const auto late = websites.site(commune, "https://mychau.gov.vn", kNow - milliseconds(1));
  websites.site(websites.world.department, "https://yte.gov.vn", kNow);
  CHECK(websites.measured(commune).why == Measurement::Why::unseen);
  CHECK(websites.measured({}).why == Measurement::Why::unseen);
  CHECK(websites.measured(websites.world.department).known());
  websites.alter(late, true);
  CHECK(websites.measured(commune).known());
  CHECK(websites.measured({}).part == 1);
  // A site that is no more carries nothing, and nobody looks at it.
  websites.end(late);
  CHECK(websites.measured(commune).why == Measurement::Why::nothing);
  CHECK(websites.measured({}).known());
  CHECK(websites.measured({}).part == 0);
}

TEST_CASE("the standing body's duty stands and falls with the figure") {
  Websites websites;
  const auto police = websites.world.police;
  const auto site = websites.site(websites.world.commune, "https://mychau.gov.vn", kNow - days(2));
  const auto state = [&] {
    const auto law = websites.world.law();
    const auto cell = websites.world.read([&](store::Connection& c) { return read_cell(c, *websites.world.whole, law, police, "ĐN-2.3", kToday, kOfficer, kNow); }).value();
    const auto found = std::ranges::find_if(cell.instances, [](const DutyInstance& one) { return one.duty->id == "ĐN-2.3.clean"; });
    REQUIRE(found != cell.instances.end());
    return found->state;
  };
  CHECK(state() == DutyState::unknown);
  websites.alter(site, true);
  CHECK(state() == DutyState::overdue);
  websites.alter(site, false);
  websites.see(site, kNow + hours(1));
  CHECK(state() == DutyState::met);
}

}  // namespace
}  // namespace khien::duty
