// T18: fixation, cross-site requests, theft, downgrade. Each trick is refused.
#include <set>

#include "khien/store/audit_log.hpp"
#include "route.hpp"
#include "totp.hpp"
#include "world.hpp"

namespace khien::api {
namespace {

using net::Method;

struct Office {
  explicit Office(ApiOptions options = {}) : world(std::move(options)) {
    province = world.add_tenant("Tỉnh Lam Giang");
    admin = world.add_person(province.tenant, "admin", Role::province_admin, {province.root});
    officer = world.add_person(province.tenant, "officer", Role::soc_operator, {province.root});
  }
  std::string new_unit() const {
    return R"({"name":"Xã A","kind":"commune","parent":)" + std::to_string(province.root.value) + "}";
  }

  World world;
  estate::NewTenant province;
  UserId admin;
  UserId officer;
};

TEST_CASE("a session id that the visitor brings is never taken over: signing in makes a new one") {
  Office office;
  Browser browser(*office.world.api);
  browser.cookie = std::string(43, 'A');
  const auto planted = browser.cookie;
  CHECK(browser.get("/api/v1/session").status == 401);
  browser.post("/api/v1/session", R"({"username":"admin","password":"admin-password"})");
  CHECK(browser.cookie != planted);
  CHECK(browser.get("/api/v1/session").status == 200);
  browser.cookie = planted;
  CHECK(browser.get("/api/v1/session").status == 401);
}

TEST_CASE("the cookie is what __Host- demands, and its token is nowhere in the database") {
  Office office;
  Browser browser(*office.world.api);
  const auto response = browser.post("/api/v1/session", R"({"username":"admin","password":"admin-password"})");
  CHECK(header_of(response, "Set-Cookie") ==
        "__Host-khien=" + browser.cookie + "; Path=/; Secure; HttpOnly; SameSite=Strict");
  CHECK(browser.cookie.size() == 43);
  REQUIRE(office.world.hub->copy_to(office.world.folder.file("copy.db")).has_value());
  std::ifstream file(office.world.folder.file("copy.db"), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  CHECK(bytes.find(browser.cookie) == bytes.npos);
  const auto digest = sha256(browser.cookie);
  CHECK(bytes.find(as_text(digest.view())) != bytes.npos);
}

TEST_CASE("signing in again ends the session that this browser had") {
  Office office;
  auto browser = office.world.signed_in("admin");
  const auto first = browser.cookie;
  browser.post("/api/v1/session", R"({"username":"officer","password":"officer-password"})");
  Browser old(*office.world.api, first, "");
  CHECK(old.get("/api/v1/session").status == 401);
}

TEST_CASE("a step-up and a new password change the id; the old one reads for ten seconds and never writes") {
  Office office;
  auto browser = office.world.signed_in("admin");
  const Browser before = browser;
  REQUIRE(browser.post("/api/v1/session/step-up", R"({"password":"admin-password"})").status == 200);
  CHECK(browser.cookie != before.cookie);
  CHECK(browser.csrf != before.csrf);
  Browser old = before;
  CHECK(old.get("/api/v1/overview").status == 200);
  // What the old id reads, it reads without the proof that the new one has.
  CHECK(field_of(old.get("/api/v1/session").body, "step_up_until") == "null");
  CHECK(old.post("/api/v1/units", office.new_unit()).status == 401);
  office.world.clock.advance(seconds(11));
  CHECK(old.get("/api/v1/overview").status == 401);
  CHECK(browser.get("/api/v1/overview").status == 200);
}

TEST_CASE("a session ends after 15 idle minutes, and after 8 hours whatever its owner does") {
  Office office;
  auto idle = office.world.session(office.province.tenant, office.admin);
  auto busy = office.world.session(office.province.tenant, office.admin);
  office.world.clock.advance(minutes(14));
  CHECK(idle.get("/api/v1/session").status == 200);
  office.world.clock.advance(minutes(14));
  CHECK(busy.get("/api/v1/session").status == 401);
  CHECK(idle.get("/api/v1/session").status == 200);
  for (int i = 0; i < 45; ++i) {
    office.world.clock.advance(minutes(10));
    idle.get("/api/v1/session");
  }
  office.world.clock.advance(minutes(2));
  CHECK(idle.get("/api/v1/session").status == 401);
}

TEST_CASE("a session from the future is over: the clock went back, and nothing lives longer for it") {
  Office office;
  auto browser = office.world.session(office.province.tenant, office.admin);
  office.world.clock.jump_to(kStart - days(365));
  CHECK(browser.get("/api/v1/session").status == 401);
}

TEST_CASE("every operation that is not GET wants our origin, our page and the session's own token") {
  Office office;
  auto admin = office.world.session(office.province.tenant, office.admin);
  auto other = office.world.session(office.province.tenant, office.officer);
  struct Trick {
    std::string_view name;
    std::vector<std::pair<std::string, std::string>> headers;
  };
  const std::string ours = "https://" + std::string(kHost);
  const std::vector<Trick> tricks{
      {"nothing that a browser says", {{"X-Khien-Csrf", admin.csrf}}},
      {"no token", {{"Origin", ours}, {"Sec-Fetch-Site", "same-origin"}}},
      {"an empty token", {{"Origin", ours}, {"X-Khien-Csrf", ""}}},
      {"another session's token", {{"Origin", ours}, {"X-Khien-Csrf", other.csrf}}},
      {"two tokens", {{"Origin", ours}, {"X-Khien-Csrf", admin.csrf}, {"X-Khien-Csrf", "x"}}},
      {"another site", {{"Origin", "https://evil.example"}, {"X-Khien-Csrf", admin.csrf}}},
      {"our name on another port", {{"Origin", "https://hub.example.gov.vn"}, {"X-Khien-Csrf", admin.csrf}}},
      {"plain http", {{"Origin", "http://" + std::string(kHost)}, {"X-Khien-Csrf", admin.csrf}}},
      {"a null origin", {{"Origin", "null"}, {"X-Khien-Csrf", admin.csrf}}},
      {"two origins", {{"Origin", ours}, {"Origin", "https://evil.example"}, {"X-Khien-Csrf", admin.csrf}}},
      {"a sibling site", {{"Origin", ours}, {"Sec-Fetch-Site", "same-site"}, {"X-Khien-Csrf", admin.csrf}}},
      {"cross-site", {{"Origin", ours}, {"Sec-Fetch-Site", "cross-site"}, {"X-Khien-Csrf", admin.csrf}}},
      {"typed by a person", {{"Sec-Fetch-Site", "none"}, {"X-Khien-Csrf", admin.csrf}}},
  };
  const auto before = office.world.database_hash();
  int refused = 0;
  for (const Route& route : routes()) {
    if (route.method == Method::get || route.is_public) continue;
    std::string target(route.path);
    const auto brace = target.find('{');
    if (brace != target.npos) target.replace(brace, target.find('}') - brace + 1, "1");
    for (const Trick& trick : tricks) {
      auto request = request_of(route.method, target, route.has_body ? "{}" : "");
      request.headers.add("Cookie", "__Host-khien=" + admin.cookie);
      request.headers.add("Content-Type", "application/json");
      for (const auto& [name, value] : trick.headers) request.headers.add(name, value);
      const auto answer = answer_of(*office.world.api, request);
      CHECK_MESSAGE(answer.status == 403, route.name, ": ", trick.name);
      CHECK(field_of(answer.body, "code") == "denied");
      ++refused;
    }
  }
  CHECK(office.world.database_hash() == before);
  MESSAGE(refused, " forged requests refused");
}

TEST_CASE("signing somebody in from another site is refused, and so is a form's way of sending JSON") {
  Office office;
  auto request = request_of(Method::post, "/api/v1/session", R"({"username":"admin","password":"admin-password"})");
  request.headers.add("Origin", "https://evil.example");
  request.headers.add("Content-Type", "application/json");
  CHECK(answer_of(*office.world.api, request).status == 403);
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp"}) {
    auto form = request_of(Method::post, "/api/v1/session", R"({"username":"admin","password":"admin-password"})");
    form.headers.add("Origin", "https://" + std::string(kHost));
    form.headers.add("Content-Type", type);
    const auto answer = answer_of(*office.world.api, form);
    CHECK_MESSAGE(answer.status == 422, type);
    CHECK(field_of(answer.body, "field") == "Content-Type");
  }
}

TEST_CASE("GET changes nothing, however it is dressed up") {
  Office office;
  auto browser = office.world.session(office.province.tenant, office.admin);
  const auto before = office.world.database_hash();
  for (const char* header : {"X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"}) {
    auto request = browser.request(Method::get, "/api/v1/session");
    request.headers.add(header, "DELETE");
    CHECK(answer_of(*office.world.api, request).status == 200);
  }
  auto cross = browser.request(Method::get, "/api/v1/events");
  cross.headers.add("Sec-Fetch-Site", "cross-site");
  CHECK(answer_of(*office.world.api, cross).status == 403);
  CHECK(browser.get("/api/v1/session?_method=DELETE").status == 422);
  CHECK(office.world.database_hash() == before);
}

TEST_CASE("a cookie that a sibling domain tossed in makes no session, whichever comes first") {
  Office office;
  auto browser = office.world.session(office.province.tenant, office.admin);
  const std::string tossed(43, 'B');
  const auto with = [&](std::vector<std::string> cookies) {
    auto request = request_of(Method::get, "/api/v1/session");
    for (auto& cookie : cookies) request.headers.add("Cookie", std::move(cookie));
    return answer_of(*office.world.api, request).status;
  };
  const auto ours = "__Host-khien=" + browser.cookie;
  CHECK(with({ours}) == 200);
  CHECK(with({"theme=dark; " + ours + " ; a=b"}) == 200);
  CHECK(with({ours + "; " + ours}) == 200);
  CHECK(with({ours + "; __Host-khien=" + tossed}) == 401);
  CHECK(with({"__Host-khien=" + tossed, ours}) == 401);
  CHECK(with({"khien=" + browser.cookie}) == 401);
  CHECK(with({"x__Host-khien=" + browser.cookie}) == 401);
  CHECK(with({"__host-khien=" + browser.cookie}) == 401);
}

TEST_CASE("a role, a scope and a locked account count on the very next request") {
  Office office;
  auto admin = office.world.session(office.province.tenant, office.admin);
  auto officer = office.world.session(office.province.tenant, office.officer);
  const auto target = "/api/v1/users/" + std::to_string(office.officer.value);
  CHECK(officer.get("/api/v1/enrolment-tokens").status == 200);
  CHECK(admin.send(Method::patch, target, R"({"role":"leader"})").status == 200);
  CHECK(officer.get("/api/v1/enrolment-tokens").status == 403);
  CHECK(officer.get("/api/v1/overview").status == 200);
  CHECK(admin.send(Method::patch, target, R"({"disabled":true})").status == 200);
  CHECK(officer.get("/api/v1/overview").status == 401);
  CHECK(admin.send(Method::patch, target, R"({"disabled":false})").status == 200);
  CHECK(officer.get("/api/v1/overview").status == 401);
  Browser again(*office.world.api);
  CHECK(again.post("/api/v1/session", R"({"username":"officer","password":"officer-password"})").status == 200);
}

TEST_CASE("a new password ends every other session of the person, and only theirs") {
  Office office;
  auto here = office.world.signed_in("admin");
  auto there = office.world.signed_in("admin");
  auto officer = office.world.signed_in("officer");
  REQUIRE(here.send(Method::put, "/api/v1/session/password",
                    R"({"current":"admin-password","new":"hoàn toàn khác hẳn"})").status == 200);
  CHECK(here.get("/api/v1/session").status == 200);
  CHECK(there.get("/api/v1/session").status == 401);
  CHECK(officer.get("/api/v1/session").status == 200);
}

TEST_CASE("a weak new password is refused by name of the field") {
  Office office;
  auto browser = office.world.signed_in("admin");
  for (const char* weak : {"admin-password", "aaaaaaaaaaaaaaaa", "xx-admin-xx-1234", "short"}) {
    const auto answer = browser.send(Method::put, "/api/v1/session/password",
                                     R"({"current":"admin-password","new":")" + std::string(weak) + R"("})");
    CHECK_MESSAGE(answer.status == 422, weak);
    CHECK(field_of(answer.body, "field") == "new");
  }
}

TEST_CASE("signing out in one of two windows at once leaves none signed in") {
  Office office;
  auto browser = office.world.signed_in("admin");
  Browser twin = browser;
  CHECK(browser.send(Method::delete_, "/api/v1/session").status == 204);
  CHECK(browser.cookie.empty());
  CHECK(twin.send(Method::delete_, "/api/v1/session").status == 401);
  CHECK(twin.get("/api/v1/session").status == 401);
}

TEST_CASE("a dangerous action wants a proof of the last five minutes") {
  Office office;
  auto browser = office.world.session(office.province.tenant, office.admin, false);
  const std::string body = R"({"username":"new.person","name":"Mới","role":"leader","scope":[)" +
                           std::to_string(office.province.root.value) + "]}";
  const auto refused = browser.post("/api/v1/users", body);
  CHECK(refused.status == 403);
  CHECK(field_of(refused.body, "code") == "step_up_required");
  const auto wrong = browser.post("/api/v1/session/step-up", R"({"password":"wrong"})");
  CHECK(wrong.status == 422);
  CHECK(field_of(wrong.body, "field") == "password");
  REQUIRE(browser.post("/api/v1/session/step-up", R"({"password":"admin-password"})").status == 200);
  CHECK(browser.post("/api/v1/users", body).status == 201);
  office.world.clock.advance(minutes(5));
  CHECK(field_of(browser.post("/api/v1/users", body).body, "code") == "step_up_required");
}

TEST_CASE("nobody changes their own rights, and a user name is taken once") {
  Office office;
  auto browser = office.world.session(office.province.tenant, office.admin);
  const auto self = "/api/v1/users/" + std::to_string(office.admin.value);
  CHECK(browser.send(Method::patch, self, R"({"role":"leader"})").status == 409);
  CHECK(browser.send(Method::patch, self, R"({"disabled":true})").status == 409);
  CHECK(browser.send(Method::patch, self, R"({"name":"Trần Thị Bình"})").status == 200);
  const auto taken = browser.post("/api/v1/users", R"({"username":"officer","name":"X","role":"leader","scope":[)" +
                                                       std::to_string(office.province.root.value) + "]}");
  CHECK(taken.status == 409);
}

TEST_CASE("every answer carries the headers that hold a browser back") {
  Office office;
  Browser browser(*office.world.api);
  for (const char* target : {"/", "/phat-hien", "/api/v1/session", "/api/v1/nothing", "/missing.js"}) {
    const auto answer = browser.get(target);
    CHECK(header_of(answer, "Content-Security-Policy") ==
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src "
          "'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'");
    CHECK(header_of(answer, "X-Content-Type-Options") == "nosniff");
    CHECK(header_of(answer, "Referrer-Policy") == "no-referrer");
    CHECK(header_of(answer, "Cross-Origin-Opener-Policy") == "same-origin");
    CHECK(header_of(answer, "Strict-Transport-Security").starts_with("max-age="));
    CHECK(header_of(answer, "Cache-Control") == "no-store");
  }
}

}  // namespace
}  // namespace khien::api
