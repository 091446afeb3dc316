// How the browser of the watch stands, to whom, and of which websites.
#include "khien/estate/sites.hpp"
#include "world.hpp"

namespace khien::api {
namespace {

TEST_CASE("of the browser's pages of today everybody sees those of his own websites, and units' officers none") {
  World world;
  const auto first = world.add_tenant("Tỉnh A"), second = world.add_tenant("Tỉnh B");
  const auto commune = world.add_unit(first, first.root, "Xã An Lộc"), beside = world.add_unit(first, first.root, "Xã Bình Hoà");
  const auto site_of = [&](const estate::NewTenant& tenant, UnitId unit, std::string_view address) {
    SiteId site;
    world.write([&](store::Connection& c) -> Result<void> {
      const auto scope = store::TenantScope::for_test(tenant.tenant, {tenant.root});
      TRY(site, estate::create_site(c, scope, {.unit = unit, .address = std::string(address)}, world.clock.now()));
      return {};
    });
    return site;
  };
  world.opened_of_sites = {{site_of(first, commune, "an.example.gov.vn"), 20}, {site_of(first, beside, "binh.example.gov.vn"), 3},
                           {site_of(second, second.root, "b.example.gov.vn"), 7}};
  const auto asked = [&](const estate::NewTenant& tenant, std::string_view name, Role role, UnitId root) {
    const auto who = world.add_person(tenant.tenant, name, role, {root});
    return world.session(tenant.tenant, who).get("/api/v1/site-browser");
  };
  const auto sums = [](const net::Response& answer) {
    return field_of(answer.body, "opened_today") + " " + field_of(answer.body, "sites_today") + " " + field_of(answer.body, "sites_at_end");
  };
  CHECK(sums(asked(first, "an", Role::province_admin, first.root)) == "23 2 1");
  CHECK(sums(asked(first, "binh", Role::soc_operator, beside)) == "3 1 0");
  CHECK(sums(asked(second, "chi", Role::province_admin, second.root)) == "7 1 0");
  CHECK(field_of(asked(second, "dung", Role::soc_operator, second.root).body, "error") == "no_service");
  for (const auto& [name, role] : {std::pair("em", Role::unit_officer), std::pair("giang", Role::leader), std::pair("hai", Role::inspector)}) {
    CHECK(asked(first, name, role, first.root).status == 403);
  }
}

}  // namespace
}  // namespace khien::api
