// T19: guessing passwords, and what signing in tells a stranger.
#include "khien/store/audit_log.hpp"
#include "totp.hpp"
#include "try_limits.hpp"
#include "world.hpp"

namespace khien::api {
namespace {

using net::Method;

struct Office {
  explicit Office(ApiOptions options = {}) : world(std::move(options)) {
    province = world.add_tenant("Tỉnh Lam Giang");
    admin = world.add_person(province.tenant, "admin", Role::province_admin, {province.root});
  }
  net::Response try_from(std::string_view address, std::string_view username, std::string_view password,
                         std::string_view totp = {}) {
    Browser browser(*world.api);
    std::string body = R"({"username":")" + std::string(username) + R"(","password":")" + std::string(password) + "\"";
    if (!totp.empty()) body += R"(,"totp":")" + std::string(totp) + "\"";
    auto request = browser.request(Method::post, "/api/v1/session", body + "}");
    request.peer_address = std::string(address);
    // What a proxy would say is nobody's word here.
    request.headers.add("X-Forwarded-For", "203.0.113." + std::to_string(++forged % 250));
    request.headers.add("True-Client-IP", "203.0.113.9");
    return answer_of(*world.api, request);
  }
  std::vector<store::AuditRecord> audit() {
    std::vector<store::AuditRecord> records;
    REQUIRE(world.hub->read([&](store::Connection& c) -> Result<void> {
                 TRY(records, store::read_audit_before(c, province.tenant, 1'000'000, 1'000));
                 return {};
               }).has_value());
    return records;
  }

  World world;
  estate::NewTenant province;
  UserId admin;
  int forged = 0;
};

TEST_CASE("an account takes ten tries in fifteen minutes, whatever address they pretend to come from") {
  Office office;
  int checked = 0;
  for (int i = 0; i < 1'000; ++i) {
    const auto answer = office.try_from("2001:db8:" + std::to_string(i) + "::1", "admin", "guess");
    if (answer.status == 401) ++checked;
    if (answer.status == 429) CHECK(!header_of(answer, "Retry-After").empty());
  }
  CHECK(checked == 10);
  CHECK(office.try_from("192.0.2.1", "admin", "admin-password").status == 429);
  office.world.clock.advance(minutes(15));
  CHECK(office.try_from("192.0.2.1", "admin", "admin-password").status == 200);
}

TEST_CASE("a name that nobody has is limited like one that somebody has") {
  Office office;
  int checked = 0;
  for (int i = 0; i < 50; ++i) checked += office.try_from("192.0.2." + std::to_string(i), "nobody", "x").status == 401;
  CHECK(checked == 10);
}

TEST_CASE("a hundred tries by one network in fifteen minutes, and a /64 is one network") {
  Office office;
  int checked = 0;
  for (int i = 0; i < 300; ++i) {
    const auto address = "2001:db8:1:2:" + std::to_string(i) + "::9";
    checked += office.try_from(address, "name" + std::to_string(i), "x").status == 401;
  }
  CHECK(checked == 100);
  CHECK(office.try_from("2001:db8:1:3::1", "admin", "admin-password").status == 200);
}

TEST_CASE("guessing by a botnet ends at the limit for all, and costs no hash beyond it") {
  ApiOptions options;
  options.sign_in.in_all = 500;
  Office office(std::move(options));
  int checked = 0;
  for (int i = 0; i < 100'000; ++i) {
    const auto address = "10." + std::to_string(i / 65536) + "." + std::to_string(i / 256 % 256) + "." + std::to_string(i % 256);
    checked += office.try_from(address, "n" + std::to_string(i), "x").status == 401;
  }
  CHECK(checked == 500);
  CHECK(office.world.api->counts().sign_ins_failed == 500);
}

TEST_CASE("being the right person clears the account's tries") {
  Office office;
  for (int i = 0; i < 9; ++i) CHECK(office.try_from("192.0.2.1", "admin", "guess").status == 401);
  CHECK(office.try_from("192.0.2.1", "admin", "admin-password").status == 200);
  for (int i = 0; i < 9; ++i) CHECK(office.try_from("192.0.2.1", "admin", "guess").status == 401);
  CHECK(office.try_from("192.0.2.1", "admin", "admin-password").status == 200);
}

TEST_CASE("a wrong password, a wrong name and a locked account are one answer, byte for byte") {
  Office office;
  const auto locked = office.world.add_person(office.province.tenant, "locked", Role::leader, {office.province.root});
  office.world.write([&](store::Connection& c) { return disable_account(c, "locked", true, office.world.clock.now()); });
  (void)locked;
  const auto wrong = whole(office.try_from("192.0.2.1", "admin", "guess"));
  CHECK(whole(office.try_from("192.0.2.1", "nobody", "guess")) == wrong);
  CHECK(whole(office.try_from("192.0.2.1", "locked", "locked-password")) == wrong);
  CHECK(wrong.find("totp") == wrong.npos);
}

TEST_CASE("the second factor is asked for only after the password, and no code works twice") {
  Office office;
  const Bytes secret(20, std::byte{9});
  office.world.write([&](store::Connection& c) -> Result<void> {
    TRY_VOID(set_totp_pending(c, office.province.tenant, office.admin, secret));
    return confirm_totp_pending(c, office.province.tenant, office.admin, 0);
  });
  const auto code = totp_code(secret, totp_step(office.world.clock.now()));
  const auto asked = office.try_from("192.0.2.1", "admin", "admin-password");
  CHECK(asked.status == 401);
  CHECK(field_of(asked.body, "field") == "totp");
  CHECK(field_of(office.try_from("192.0.2.1", "admin", "wrong", code).body, "field") == "?absent");
  const auto wrong = office.try_from("192.0.2.1", "admin", "admin-password", code == "000000" ? "000001" : "000000");
  CHECK(wrong.status == 401);
  CHECK(field_of(wrong.body, "field") == "totp");
  CHECK(office.try_from("192.0.2.1", "admin", "admin-password", code).status == 200);
  CHECK(office.try_from("192.0.2.1", "admin", "admin-password", code).status == 401);
  office.world.clock.advance(seconds(30));
  const auto next = totp_code(secret, totp_step(office.world.clock.now()));
  CHECK(office.try_from("192.0.2.1", "admin", "admin-password", next).status == 200);
}

TEST_CASE("who knows the password and lacks the code is in the log") {
  Office office;
  const Bytes secret(20, std::byte{9});
  office.world.write([&](store::Connection& c) -> Result<void> {
    TRY_VOID(set_totp_pending(c, office.province.tenant, office.admin, secret));
    return confirm_totp_pending(c, office.province.tenant, office.admin, 0);
  });
  const auto newest = [&] {
    const auto entry = office.audit().at(0).entry;
    CHECK(entry.who == "admin");
    CHECK(entry.address == "192.0.2.1");
    return entry.action + ": " + entry.detail;
  };
  office.try_from("192.0.2.1", "admin", "admin-password");
  CHECK(newest() == "session.code_asked: password right, no code");
  const auto code = totp_code(secret, totp_step(office.world.clock.now()));
  office.try_from("192.0.2.1", "admin", "admin-password", code == "000000" ? "000001" : "000000");
  CHECK(newest() == "session.sign_in_failed: password right, wrong code");
  office.try_from("192.0.2.1", "admin", "admin-password", code);
  office.try_from("192.0.2.1", "admin", "admin-password", code);
  CHECK(newest() == "session.sign_in_failed: password right, wrong code");
}

TEST_CASE("codes are guessed at most ten times: the password alone does not buy more") {
  Office office;
  const Bytes secret(20, std::byte{9});
  office.world.write([&](store::Connection& c) -> Result<void> {
    TRY_VOID(set_totp_pending(c, office.province.tenant, office.admin, secret));
    return confirm_totp_pending(c, office.province.tenant, office.admin, 0);
  });
  int tried = 0;
  for (int i = 0; i < 100; ++i) {
    tried += office.try_from("192.0.2.1", "admin", "admin-password", std::to_string(100000 + i)).status == 401;
  }
  CHECK(tried == 10);
}

TEST_CASE("each sign-in and each failed one is in the log, but never what was typed as a name that is none") {
  Office office;
  office.try_from("192.0.2.1", "hunter2-typed-as-name", "x");
  office.try_from("192.0.2.2", "admin", "guess");
  office.try_from("192.0.2.3", "admin", "admin-password");
  const auto records = office.audit();
  REQUIRE(records.size() >= 3);
  CHECK(records[0].entry.action == "session.sign_in");
  CHECK(records[0].entry.address == "192.0.2.3");
  CHECK(records[1].entry.action == "session.sign_in_failed");
  CHECK(records[1].entry.who == "admin");
  CHECK(records[2].entry.who == "unknown");
  for (const auto& record : records) {
    for (const auto* text : {&record.entry.who, &record.entry.object, &record.entry.detail}) {
      CHECK(text->find("hunter2") == std::string::npos);
    }
  }
}

TEST_CASE("a session token that is none is refused before the database is asked") {
  Office office;
  const auto reads_before = office.world.hub->counts().commits;
  for (int i = 0; i < 5'000; ++i) {
    Browser browser(*office.world.api, "short" + std::to_string(i), "");
    CHECK(browser.get("/api/v1/overview").status == 401);
  }
  CHECK(office.world.hub->counts().commits == reads_before);
}

TEST_CASE("RFC 6238: the published codes, one step around now, none twice") {
  const std::string key = "12345678901234567890";
  const auto secret = as_bytes(key);
  // The last six digits of the RFC's eight.
  CHECK(totp_code(secret, 59 / 30) == "287082");
  CHECK(totp_code(secret, 1111111109 / 30) == "081804");
  CHECK(totp_code(secret, 20000000000 / 30) == "353130");
  const Timestamp now{1111111109'000};
  const auto step = totp_step(now);
  for (const std::int64_t offset : {-2, -1, 0, 1, 2}) {
    const auto found = matching_totp_step(secret, totp_code(secret, step + offset), 0, now);
    CHECK(found.has_value() == (offset >= -1 && offset <= 1));
  }
  CHECK_FALSE(matching_totp_step(secret, totp_code(secret, step), step, now).has_value());
  CHECK_FALSE(matching_totp_step(secret, "", 0, now).has_value());
}

TEST_CASE("an IPv4 address is itself, an IPv6 address its /64, and a mapped one is IPv4") {
  CHECK(network_of("192.0.2.7") == "192.0.2.7");
  CHECK(network_of("2001:db8:1:2:3::4") == network_of("2001:db8:1:2:ffff::"));
  CHECK(network_of("2001:db8:1:2::") != network_of("2001:db8:1:3::"));
  CHECK(network_of("::ffff:192.0.2.7") != network_of("::ffff:192.0.2.8"));
  CHECK(network_of("no address") == "?");
}

TEST_CASE("the window of tries holds a bounded number of keys") {
  Window window(3, minutes(15), 100);
  for (int i = 0; i < 10'000; ++i) window.note(std::to_string(i), seconds(i));
  CHECK(window.keys() == 100);
  window.note("x", seconds(20'000));
  window.note("x", seconds(20'001));
  CHECK(window.wait("x", seconds(20'002)).ms == 0);
  window.note("x", seconds(20'002));
  CHECK(window.wait("x", seconds(20'003)) == Duration{minutes(15).ms - 3'000});
  CHECK(window.wait("x", seconds(20'900)).ms == 0);
}

}  // namespace
}  // namespace khien::api
