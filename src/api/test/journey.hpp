#pragma once

#include <set>
#include <string>
#include <string_view>

#include "route.hpp"
#include "schema_check.hpp"
#include "world.hpp"

namespace khien::api {

// One administrator on the way through the whole interface: every answer is checked against
// schema/openapi.yaml, and which operation was asked is noted.
class Journey {
 public:
  Journey() : browser_(*world.api) {}

  // Asks, checks status and body against the interface, and notes the operation.
  std::string ask(net::Method method, std::string_view target, int status, std::string body = {}) {
    return ask_as(browser_, method, target, status, std::move(body));
  }
  std::string ask_as(Browser& browser, net::Method method, std::string_view target, int status, std::string body = {}) {
    const auto response = browser.send(method, "/api/v1" + std::string(target), std::move(body));
    CHECK_MESSAGE(response.status == status, target, ": ", response.body);
    const auto path = "/api/v1" + std::string(target.substr(0, target.find('?')));
    const auto match = match_route(method, path);
    REQUIRE(match.has_value());
    asked.insert(match->route->name);
    const auto name = method == net::Method::delete_ ? "delete" : to_lower(to_string(method));
    const auto broken = schema_.broken(match->route->path.substr(7), name, response.status, response.body);
    CHECK_MESSAGE(broken == "", match->route->name, " ", response.status, ": ", broken, "\n", response.body);
    return response.body;
  }
  std::string get(std::string_view target, int status = 200) { return ask(net::Method::get, target, status); }

  static std::string to_lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return out;
  }

  Browser& browser() { return browser_; }

  World world;
  std::set<std::string_view> asked;

 private:
  Browser browser_;
  SchemaCheck schema_;
};

// The walks of the journey, each in journey_<room>_test.cpp, in the order in which
// journey_test.cpp takes them: what one leaves behind, those after it meet.
void walk_estate(Journey& journey, const std::string& root, const std::string& commune);
void walk_access(Journey& journey, EnrolledMachine& machine, const std::string& finding);
void walk_incidents(Journey& journey, const estate::NewTenant& province, const std::string& commune, const std::string& finding);
void walk_quarantine(Journey& journey, const estate::NewTenant& province, EnrolledMachine& machine, const std::string& finding);
void walk_website(Journey& journey, TenantId tenant, const std::string& commune);
void walk_advisory(Journey& journey, EnrolledMachine& machine, const std::string& commune);
void walk_firewall(Journey& journey, const std::string& commune);
void walk_letter(Journey& journey);
void walk_reports(Journey& journey, const std::string& commune);
void walk_sharing(Journey& journey, TenantId tenant);
void walk_requests(Journey& journey, const estate::NewTenant& province, const std::string& commune);
void walk_outside(Journey& journey, const estate::NewTenant& province);
void walk_help(Journey& journey, const estate::NewTenant& province, const std::string& commune);
void walk_duties(Journey& journey, const estate::NewTenant& province, const std::string& commune);
void walk_directives(Journey& journey, const estate::NewTenant& province, const std::string& commune);
void walk_levels(Journey& journey, const estate::NewTenant& province, const std::string& commune);
void walk_content(Journey& journey);
void walk_policies(Journey& journey, const estate::NewTenant& province, const std::string& commune, const std::string& machine);

}  // namespace khien::api
