#include "khien/agent/identity.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cctype>
#include <string>

#include "fixture.hpp"

namespace khien::agent {
namespace {

// The system's files, until the n-th write, which fails, as do all after it: the
// process died there.
class DyingFiles final : public Files {
 public:
  explicit DyingFiles(int writes) : left_(writes) {}
  Result<std::string> read(const std::string& path, std::size_t max) override { return system_files().read(path, max); }
  Result<void> write(const std::string& path, std::string_view content, mode_t mode) override {
    if (left_-- <= 0) return Error(Code::unavailable, "died");
    return system_files().write(path, content, mode);
  }
  Result<void> remove(const std::string& path) override {
    if (left_-- <= 0) return Error(Code::unavailable, "died");
    return system_files().remove(path);
  }
  Result<void> make_folder(const std::string& path, mode_t mode) override { return system_files().make_folder(path, mode); }
  bool exists(const std::string& path) override { return system_files().exists(path); }
  bool died() const { return left_ < 0; }

 private:
  int left_;
};

struct House {
  ManualClock clock{kNoon};
  SeededRandom random{3};
  FakeHub hub{clock};
  TemporaryFolder folder;
  Env env{clock, random, system_files()};

  Enrolment enrolment() {
    return {.hub_url = "https://hub:8444", .token = hub.token(), .folder = folder / "agent", .hostname = "mx1", .agent_version = "test"};
  }
  net::KeyAndCertificate new_pair() {
    auto made = net::make_key_and_request("x").value();
    auto pem = hub.ca().issue_agent(made.csr_pem, {TenantId{1}, MachineId{7}}, clock.now(), days(30), random).value();
    return {std::move(made.key_pem), std::move(pem)};
  }
  bool belong_together(const net::KeyAndCertificate& pair) {
    // A client of the real network refuses a key that is not the certificate's.
    net::ClientOptions options;
    options.ca_pem = hub.ca().certificate_pem();
    options.certificate_pem = pair.certificate_pem;
    options.key_pem = Secret(std::string(pair.key_pem.reveal()));
    return net::make_client(std::move(options)).has_value();
  }
};

TEST_CASE("an enrolled agent knows its hub, and its key is nobody else's to read") {
  House house;
  REQUIRE(enrol(house.enrolment(), house.env, house.hub.fetch_ca(), house.hub.factory()));
  const auto identity = Identity::load(house.folder / "agent", system_files());
  REQUIRE_MESSAGE(identity, identity.error().what());
  CHECK(identity->hub_url() == "https://hub:8444");
  CHECK(identity->epoch() == 0);
  CHECK(identity->issued_at() == kNoon);
  CHECK_FALSE(identity->on_trial());
  struct stat status {};
  REQUIRE(::stat((house.folder / "agent/key.pem").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  REQUIRE(::stat((house.folder / "agent").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);
}

TEST_CASE("a wrong token, a wrong hub and a wrong address are refused, and leave no identity") {
  House house;
  auto wrong = house.enrolment();
  wrong.token = EnrolmentToken{std::string(42, 'A') + "E", house.hub.ca().sha256()}.text();
  CHECK(enrol(wrong, house.env, house.hub.fetch_ca(), house.hub.factory()).error().code() == Code::denied);
  wrong = house.enrolment();
  wrong.token = EnrolmentToken{std::string(43, 'A'), sha256("another CA")}.text();
  CHECK(enrol(wrong, house.env, house.hub.fetch_ca(), house.hub.factory()).error().code() == Code::denied);
  for (const char* url : {"http://hub:8444", "hub:8444", "https://", "https://hub\n:1", "https://u@hub"}) {
    wrong = house.enrolment();
    wrong.hub_url = url;
    CHECK(enrol(wrong, house.env, house.hub.fetch_ca(), house.hub.factory()).error().code() == Code::invalid);
  }
  CHECK(Identity::load(house.folder / "agent", system_files()).error().code() == Code::not_found);
}

TEST_CASE("a token of another hub than the one heard of is refused before it is spent") {
  House house;
  auto careful = house.enrolment();
  const int before = house.hub.requests;
  careful.ca_sha256 = sha256("another CA").hex();
  CHECK(enrol(careful, house.env, house.hub.fetch_ca(), house.hub.factory()).error().code() == Code::denied);
  for (const char* nonsense : {"1234", "not hexadecimal"}) {
    careful.ca_sha256 = nonsense;
    CHECK(enrol(careful, house.env, house.hub.fetch_ca(), house.hub.factory()).error().code() == Code::invalid);
  }
  CHECK(house.hub.requests == before);
  // As `openssl x509 -fingerprint -sha256` prints it.
  std::string printed;
  for (const char c : house.hub.ca().sha256().hex()) {
    if (printed.size() % 3 == 2) printed += ':';
    printed += static_cast<char>(std::toupper(c));
  }
  careful.ca_sha256 = printed;
  CHECK(enrol(careful, house.env, house.hub.fetch_ca(), house.hub.factory()));
}

TEST_CASE("an identity is replaced only when that is asked for") {
  House house;
  REQUIRE(enrol(house.enrolment(), house.env, house.hub.fetch_ca(), house.hub.factory()));
  CHECK(enrol(house.enrolment(), house.env, house.hub.fetch_ca(), house.hub.factory()).error().code() == Code::conflict);
  auto again = house.enrolment();
  again.again = true;
  CHECK(enrol(again, house.env, house.hub.fetch_ca(), house.hub.factory()));
  CHECK(house.belong_together(Identity::load(house.folder / "agent", system_files())->pair()));
}

TEST_CASE("a certificate for another key, or of another CA, is not taken") {
  House house;
  const auto ours = net::make_key_and_request("x").value();
  const auto other = house.new_pair();
  const IssuedCertificate for_other{other.certificate_pem, house.hub.ca().certificate_pem()};
  CHECK(check_issued(for_other, ours.csr_pem, house.hub.ca().sha256()).error().code() == Code::denied);
  const auto pem = house.hub.ca().issue_agent(ours.csr_pem, {TenantId{1}, MachineId{7}}, kNoon, days(1), house.random);
  const IssuedCertificate good{*pem, house.hub.ca().certificate_pem()};
  CHECK(check_issued(good, ours.csr_pem, house.hub.ca().sha256()));
  CHECK(check_issued(good, ours.csr_pem, sha256("x")).error().code() == Code::denied);
  CHECK_FALSE(check_issued({"nonsense", "nonsense"}, ours.csr_pem, sha256("x")));
}

TEST_CASE("dying at any write of an enrolment leaves no identity, or a whole one") {
  for (int writes = 0;; ++writes) {
    House house;
    DyingFiles files(writes);
    const Env env{house.clock, house.random, files};
    const auto done = enrol(house.enrolment(), env, house.hub.fetch_ca(), house.hub.factory());
    const auto identity = Identity::load(house.folder / "agent", system_files());
    CHECK(identity.has_value() == done.has_value());
    if (identity) CHECK(house.belong_together(identity->pair()));
    if (!files.died()) break;
    REQUIRE(writes < 100);
  }
}

TEST_CASE("dying at any write of a renewal leaves a pair that belongs together") {
  for (int writes = 0;; ++writes) {
    House house;
    REQUIRE(enrol(house.enrolment(), house.env, house.hub.fetch_ca(), house.hub.factory()));
    DyingFiles files(writes);
    bool done = false;
    {
      auto identity = Identity::load(house.folder / "agent", files).value();
      done = identity.propose(house.new_pair()) && identity.accept(kNoon);
    }
    const auto after = Identity::load(house.folder / "agent", system_files());
    REQUIRE_MESSAGE(after, after.error().what());
    CHECK_MESSAGE(house.belong_together(after->pair()), "after " << writes << " writes");
    if (!files.died()) {
      CHECK(done);
      CHECK_FALSE(after->on_trial());
      break;
    }
    REQUIRE(writes < 100);
  }
}

TEST_CASE("the epoch is remembered, and never goes back") {
  House house;
  REQUIRE(enrol(house.enrolment(), house.env, house.hub.fetch_ca(), house.hub.factory()));
  auto identity = Identity::load(house.folder / "agent", system_files()).value();
  REQUIRE(identity.remember_epoch(4));
  REQUIRE(identity.remember_epoch(2));
  CHECK(Identity::load(house.folder / "agent", system_files())->epoch() == 4);
}

TEST_CASE("a damaged agent.json is named") {
  House house;
  REQUIRE(enrol(house.enrolment(), house.env, house.hub.fetch_ca(), house.hub.factory()));
  for (const char* text : {"", "{}", R"({"hub_url":1,"epoch":1,"issued_at":"2026-01-01T00:00:00Z"})",
                           R"({"hub_url":"https://h","epoch":-1,"issued_at":"2026-01-01T00:00:00Z"})"}) {
    REQUIRE(system_files().write(house.folder / "agent/agent.json", text, 0644));
    const auto identity = Identity::load(house.folder / "agent", system_files());
    REQUIRE_FALSE(identity);
    CHECK(identity.error().what().find("agent.json") != std::string::npos);
  }
}

}  // namespace
}  // namespace khien::agent
