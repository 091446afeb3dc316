// A website, walked by the journey.
#include "journey.hpp"

namespace khien::api {

using net::Method;

// A website from the first sight of an injected block to a clean look, and back.
void walk_website(Journey& journey, TenantId tenant, const std::string& commune) {
  const auto site = field_of(journey.ask(Method::post, "/sites", 201, R"({"address":"tin.example.gov.vn","unit":)" + commune + "}"), "id");
  CHECK(field_of(journey.get("/site-watch?status=not_yet&q=tin.example"), "items.0.site.id") == site);
  const auto rendering = [&](const std::string& reason) {
    return field_of(journey.ask(Method::put, "/sites/" + site + "/rendering", 200, R"({"reason":")" + reason + R"("})"), "watch.rendering.reason");
  };
  CHECK(rendering("dựng bằng mã lệnh") == "dựng bằng mã lệnh");
  CHECK(rendering("") == "?absent");
  CHECK(field_of(journey.ask(Method::put, "/sites/" + site + "/interval", 200, R"({"every_hours":6})"), "watch.every_hours") == "6");
  const auto pages = "/sites/" + site + "/listed-pages";
  const auto added = journey.ask(Method::post, pages, 200, R"({"text":"https://tin.example.gov.vn/b\nhttps://khac.example.gov.vn/"})");
  CHECK(field_of(added, "added") == "1");
  CHECK(field_of(added, "elsewhere") == "1");
  CHECK(field_of(journey.get("/sites/" + site), "listed.pages") == "1");
  journey.ask(Method::post, pages, 422, R"({"text":"không có gì"})");
  journey.ask(Method::delete_, pages, 204);
  CHECK(field_of(journey.get("/sites/" + site), "listed.pages") == "0");
  CHECK(field_of(journey.get("/site-watch?certificate=none&class=compromised"), "total") == "0");
  CHECK(field_of(journey.get("/sites/" + site), "label_check.criteria.1.state") == "paper");
  CHECK(field_of(journey.get("/sites/" + site), "known_vulnerabilities.total") == "0");
  const std::string page = "https://tin.example.gov.vn/a";
  journey.world.crawl(tenant, {std::stoll(site)}, page, PageClass::compromised, "<p>tài xỉu</p>\n<script>alert(1)</script>");

  const auto detail = journey.get("/sites/" + site);
  CHECK(field_of(detail, "watched.status") == "ill");
  CHECK(field_of(detail, "pages.0.class") == "compromised");
  CHECK(field_of(detail, "last_look.facts.0.value") == "WordPress");
  CHECK(field_of(journey.get("/site-watch?status=ill"), "items.0.case_state") == "open");
  journey.world.opened_of_sites = {{SiteId{std::stoll(site)}, 20}, {SiteId{90'000}, 5}};
  const auto browser = journey.get("/site-browser");
  CHECK(field_of(browser, "enabled") == "true");
  CHECK(field_of(browser, "fails") == "false");
  CHECK(field_of(browser, "opened_today") == "20");
  CHECK(field_of(browser, "sites_today") == "1");
  CHECK(field_of(browser, "sites_at_end") == "1");
  CHECK(field_of(browser, "error") == "no_service");
  CHECK(field_of(journey.get("/overview"), "websites.ill") == "1");
  CHECK(journey.get("/today").find("Gỡ nội dung lạ khỏi trang web") != std::string::npos);
  const auto findings = journey.get("/findings?judge=watch&site=" + site);
  CHECK(field_of(findings, "items.0.asset.kind") == "site");
  CHECK(field_of(findings, "items.0.asset.name") == "https://tin.example.gov.vn");
  journey.get("/findings?machine=1&site=" + site, 400);
  const auto finding = journey.get("/findings/" + field_of(findings, "items.0.id"));
  CHECK(field_of(finding, "page.links.0.anchor") == "tài xỉu");
  CHECK(field_of(journey.get("/observations/" + field_of(finding, "evidence.0.id")), "asset.kind") == "site");

  // The proof: text, never markup.
  const auto evidence = "/page-evidence/" + field_of(finding, "page.evidence");
  CHECK(field_of(journey.get(evidence), "views.2.visitor") == "googlebot");
  const auto source = journey.get(evidence + "/source?visitor=googlebot");
  CHECK(field_of(source, "text") == "<p>tài xỉu</p>\n<script>alert(1)</script>\nfor robots");
  CHECK(sha256(field_of(source, "text")).hex() == field_of(source, "sha256"));
  const auto difference = journey.get(evidence + "/difference?first=desktop&second=googlebot");
  CHECK(field_of(difference, "runs.1.kind") == "added");
  CHECK(field_of(difference, "runs.1.lines.0") == "for robots");
  journey.get(evidence + "/source?visitor=nobody", 422);
  CHECK(journey.get(evidence + "/package").starts_with("PK"));
  const auto picture = journey.get(evidence + "/picture");
  CHECK(picture.starts_with("\x89PNG"));
  CHECK(sha256(picture).hex() == field_of(journey.get(evidence), "picture.sha256"));
  CHECK(field_of(journey.get(evidence), "picture.width") == "1280");

  const auto id = field_of(detail, "cases.0.id");
  const auto say = [&](const std::string& body, int status = 200) {
    return journey.ask(Method::post, "/site-cases/" + id + "/decision", status, body);
  };
  CHECK(field_of(say(R"({"event":"confirmed"})"), "case.confirmed_by.name") == "Trần Thị Bình");
  say(R"({"event":"cause","cause":"cms_hole","text":"x"})", 409);
  CHECK(field_of(say(R"({"event":"removed"})"), "case.state") == "cause_wanted");
  say(R"({"event":"cause","text":"x"})", 422);
  say(R"({"event":"found"})", 422);
  CHECK(field_of(say(R"({"event":"cause","cause":"cms_hole","text":"chưa cập nhật"})"), "case.state") == "rescanning");
  CHECK(field_of(journey.get("/sites/" + site), "watch.asked_at") != "null");
  journey.world.clock.advance(seconds(1));
  journey.world.crawl(tenant, {std::stoll(site)}, page, PageClass::clean, "<p>tin</p>");
  CHECK(field_of(journey.get("/site-cases/" + id), "case.state") == "watching");
  journey.world.clock.advance(seconds(1));
  journey.world.crawl(tenant, {std::stoll(site)}, page, PageClass::compromised, "<p>tài xỉu nữa</p>");
  CHECK(field_of(journey.get("/site-cases?view=waiting"), "items.0.recurrences") == "1");
  CHECK(field_of(journey.get("/site-cases/" + id), "history.0.event") == "found");
  journey.ask(Method::post, "/sites/" + site + "/look", 200);
  CHECK(field_of(say(R"({"event":"legitimate","text":"của cơ quan"})"), "case.state") == "legitimate");
  CHECK(field_of(journey.get("/overview"), "websites.ill") == "0");
}

}  // namespace khien::api
