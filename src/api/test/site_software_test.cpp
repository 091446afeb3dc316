// What is known of the software that a website says it is made with.
#include <doctest/doctest.h>

#include "dto_site.hpp"
#include "khien/advisory/book.hpp"

namespace khien::api {
namespace {

advisory::Advisory about_wordpress(std::string id, Severity severity, std::string fixed) {
  advisory::Affected affected{.package = {"cpe", "wordpress", "wordpress", ""}, .basis = advisory::Basis::cpe, .standing = {}, .ranges = {}, .versions = {},
                              .cpe = "cpe:2.3:a:wordpress:wordpress:*:*:*:*:*:*:*:*"};
  affected.ranges.push_back({.fixed = std::move(fixed)});
  advisory::Advisory one;
  one.id = id;
  one.feed = "nvd";
  one.cves = {std::move(id)};
  one.title = "<b>Lỗ hổng</b>";
  one.severity = severity;
  one.affected.push_back(std::move(affected));
  return one;
}

std::string told(const SiteSeen* seen, const advisory::Book* book) {
  JsonWriter json;
  write_known_vulnerabilities(json, seen, book);
  return json.take();
}

TEST_CASE("the version a site tells of itself is looked up: used in attacks first, then the worst; what is mended is not told") {
  const std::vector<advisory::Advisory> records{about_wordpress("CVE-2024-1", Severity::critical, "6.4.3"), about_wordpress("CVE-2024-2", Severity::medium, "6.5"),
                                                about_wordpress("CVE-2023-9", Severity::critical, "6.4.2")};
  const std::vector<advisory::Exploited> exploited{{.cve = "CVE-2024-2", .vendor = "WordPress", .product = "WordPress", .name = "x", .added_on = *Date::of(2024, 5, 1), .due_on = {}, .action = {}}};
  Budget budget({});
  const auto bytes = advisory::Book::compile(records, exploited, {}, budget).value();
  const auto book = advisory::Book::open(bytes).value();
  const auto made_with = [](std::string cpe) {
    SiteSeen seen;
    seen.facts = {{"cms.name", "WordPress"}, {"cms.version", "6.4.2"}, {"cms.cpe", std::move(cpe)}};
    return seen;
  };
  const auto old = made_with("cpe:2.3:a:wordpress:wordpress:6.4.2:*:*:*:*:*:*:*");
  const auto text = told(&old, &book);
  CHECK(text.find(R"("looked_up":true,"total":2)") != std::string::npos);
  const auto used = text.find("CVE-2024-2");
  const auto worst = text.find("CVE-2024-1");
  REQUIRE(used != std::string::npos);
  REQUIRE(worst != std::string::npos);
  CHECK(used < worst);
  CHECK(text.find(R"("exploited":true,"product":"wordpress","fixed":"6.5")") != std::string::npos);
  CHECK(text.find("CVE-2023-9") == std::string::npos);
  const auto other = made_with("cpe:2.3:a:drupal:drupal:7.0:*:*:*:*:*:*:*");
  CHECK(told(&other, &book).find(R"("total":0)") != std::string::npos);
  const auto odd = made_with("no cpe");
  CHECK(told(&odd, &book).find(R"("total":0)") != std::string::npos);
  CHECK(told(&old, nullptr).find(R"("looked_up":false,"total":0)") != std::string::npos);
  CHECK(told(nullptr, &book).find(R"("total":0)") != std::string::npos);
}

}  // namespace
}  // namespace khien::api
