// A proof takes long to check. What it proved may be over by the time it counts.
#include <chrono>
#include <future>
#include <thread>

#include "khien/store/audit_log.hpp"
#include "totp.hpp"
#include "world.hpp"

namespace khien::api {
namespace {

using net::Method;

struct Office {
  Office() {
    province = world.add_tenant("Tỉnh Lam Giang");
    admin = world.add_person(province.tenant, "admin", Role::province_admin, {province.root});
    other_phc = world.hash_of("another-password");
  }

  // The writer is busy while `request` reads the account and checks its proof;
  // `change` is committed first, the request's own write comes after it.
  net::Response overtaken(const std::function<net::Response()>& request, const store::Store::Work& change) {
    std::promise<void> entered;
    std::promise<void> release;
    world.hub->write_later(
        [&](store::Connection& c) -> Result<void> {
          entered.set_value();
          release.get_future().wait();
          return change(c);
        },
        [](Result<void>) {});
    entered.get_future().wait();
    auto answer = std::async(std::launch::async, request);
    // A cheap hash takes a hundredth of it. Were it too short, the request would
    // see the change and be refused all the same.
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    release.set_value();
    return answer.get();
  }
  net::Response sign_in_overtaken(const store::Store::Work& change) {
    Browser browser(*world.api);
    return overtaken(
        [&] {
          return browser.post("/api/v1/session", R"({"username":"admin","password":"admin-password"})");
        },
        change);
  }
  Result<void> set_other_password(store::Connection& c) const {
    return set_password(c, province.tenant, admin, other_phc, false);
  }
  Credentials now() {
    Credentials credentials;
    REQUIRE(world.hub
                ->read([&](store::Connection& c) -> Result<void> {
                  TRY(credentials, get_credentials(c, province.tenant, admin));
                  return {};
                })
                .has_value());
    return credentials;
  }
  std::string newest_audit() {
    std::vector<store::AuditRecord> records;
    REQUIRE(world.hub
                ->read([&](store::Connection& c) -> Result<void> {
                  TRY(records, store::read_audit_before(c, province.tenant, 1'000'000, 1));
                  return {};
                })
                .has_value());
    return records.at(0).entry.action + ": " + records.at(0).entry.detail;
  }

  World world;
  estate::NewTenant province;
  UserId admin;
  std::string other_phc;
};

TEST_CASE("a sign-in with a password that is changed while it is checked makes no session") {
  Office office;
  const auto answer =
      office.sign_in_overtaken([&](store::Connection& c) { return office.set_other_password(c); });
  CHECK(answer.status == 401);
  CHECK(header_of(answer, "Set-Cookie").empty());
  CHECK(office.newest_audit() == "session.sign_in_failed: account changed meanwhile");
}

TEST_CASE("a sign-in while the account is locked, or gets a second factor, makes no session") {
  Office office;
  const Bytes secret(20, std::byte{9});
  const auto with_code = office.sign_in_overtaken([&](store::Connection& c) -> Result<void> {
    TRY_VOID(set_totp_pending(c, office.province.tenant, office.admin, secret));
    return confirm_totp_pending(c, office.province.tenant, office.admin, 0);
  });
  CHECK(with_code.status == 401);
  const auto locked = office.sign_in_overtaken([&](store::Connection& c) -> Result<void> {
    TRY_VOID(remove_second_factor(c, office.province.tenant, office.admin));
    return disable_account(c, "admin", true, kStart);
  });
  CHECK(locked.status == 401);
  CHECK(header_of(locked, "Set-Cookie").empty());
}

TEST_CASE("a step-up with a password that is changed while it is checked is none") {
  Office office;
  auto browser = office.world.session(office.province.tenant, office.admin, false);
  const auto answer = office.overtaken(
      [&] { return browser.post("/api/v1/session/step-up", R"({"password":"admin-password"})"); },
      [&](store::Connection& c) { return office.set_other_password(c); });
  CHECK(answer.status == 422);
  CHECK(field_of(answer.body, "field") == "password");
  CHECK(header_of(answer, "Set-Cookie").empty());
  CHECK(office.newest_audit() == "session.proof_failed: password");
}

TEST_CASE("of two changes of one password only the first one counts") {
  Office office;
  auto browser = office.world.session(office.province.tenant, office.admin);
  const auto answer = office.overtaken(
      [&] {
        return browser.send(Method::put, "/api/v1/session/password",
                            R"({"current":"admin-password","new":"mot-mat-khau-khac"})");
      },
      [&](store::Connection& c) { return office.set_other_password(c); });
  CHECK(answer.status == 422);
  CHECK(field_of(answer.body, "field") == "current");
  CHECK(office.now().password == office.other_phc);
}

TEST_CASE("a code confirms the secret it was made from, not one that was begun since") {
  Office office;
  const Bytes first(20, std::byte{9});
  const Bytes second(20, std::byte{8});
  office.world.write(
      [&](store::Connection& c) { return set_totp_pending(c, office.province.tenant, office.admin, first); });
  auto browser = office.world.session(office.province.tenant, office.admin);
  const auto code = totp_code(first, totp_step(office.world.clock.now()));
  const auto answer = office.overtaken(
      [&] { return browser.send(Method::put, "/api/v1/session/totp", R"({"totp":")" + code + R"("})"); },
      [&](store::Connection& c) {
        return set_totp_pending(c, office.province.tenant, office.admin, second);
      });
  CHECK(answer.status == 422);
  CHECK(office.now().totp_secret.empty());
}

}  // namespace
}  // namespace khien::api
