#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "khien/core/assert.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/random.hpp"
#include "khien/estate/enrolment.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/units.hpp"
#include "khien/fleet/fleet.hpp"

namespace khien::fleet {

inline constexpr Timestamp kNow{1'795'334'400'000};
inline constexpr std::uint64_t kContent = 0xabcd'ef01'2345'6789u;

// A tenant with units and machines, and a desk over its database.
class Province {
 public:
  explicit Province(Policy policy = {}) {
    std::string pattern = (std::filesystem::temp_directory_path() / "khien-fleet-XXXXXX").string();
    khien_assert(::mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    hub = store::Store::open({.path = folder_ + "/hub.db", .migrations = store::hub_migrations(), .vfs = {}, .on_fatal = {}}).value();
    tenant = add_tenant("Tỉnh");
    desk = std::make_unique<Desk>(*hub, env, policy);
  }
  ~Province() {
    desk.reset();
    hub.reset();
    std::filesystem::remove_all(folder_);
  }
  Province(const Province&) = delete;
  Province& operator=(const Province&) = delete;

  template <class Work>
  auto write(Work work) {
    using Answer = decltype(work(std::declval<store::Connection&>()));
    std::optional<Answer> answer;
    (void)hub->write([&](store::Connection& connection) -> Result<void> {
      answer.emplace(work(connection));
      if (!*answer) return answer->error();
      return {};
    });
    return std::move(*answer);
  }
  template <class Work>
  auto read(Work work) {
    using Answer = decltype(work(std::declval<store::Connection&>()));
    std::optional<Answer> answer;
    REQUIRE(hub->read([&](store::Connection& connection) -> Result<void> {
      answer.emplace(work(connection));
      return {};
    }));
    return std::move(*answer).value();
  }

  estate::NewTenant add_tenant(std::string_view name) {
    return write([&](store::Connection& c) { return estate::create_tenant(c, name, kNow); }).value();
  }
  // A machine in a branch of its own, or in the one of that name; old enough to vote.
  AgentIdentity machine(const std::string& unit_name) { return machine_of(tenant, unit_name); }
  AgentIdentity machine_of(const estate::NewTenant& of, const std::string& unit_name) {
    return enrol(of, unit(of, unit_name, of.root), clock.now() - kVoterAge);
  }
  // The unit of that name, made below `parent` if there is none.
  UnitId unit(const estate::NewTenant& of, const std::string& unit_name, UnitId parent) {
    const auto scope = store::TenantScope::for_test(of.tenant, {of.root});
    const auto key = std::pair(of.tenant, unit_name);
    if (!units_.contains(key)) {
      units_[key] = write([&](store::Connection& c) {
                      return estate::create_unit(c, scope, unit_name, estate::UnitKind::commune, parent, kNow);
                    }).value();
    }
    return units_[key];
  }
  AgentIdentity enrol(const estate::NewTenant& of, UnitId unit, Timestamp at) {
    const auto scope = store::TenantScope::for_test(of.tenant, {of.root});
    return write([&](store::Connection& c) -> Result<AgentIdentity> {
             TRY(const auto token, estate::create_token(c, scope, unit, UserId{1}, hours(1), at, random));
             return estate::redeem_token(c,
                                         {.secret = std::string(token.secret.reveal()),
                                          .csr_pem = {},
                                          .hostname = "may",
                                          .agent_version = "0.1"},
                                         at);
           }).value();
  }

  FleetWord ask(const AgentIdentity& agent, const Sha256& sha256, std::uint64_t content = kContent) {
    const auto answer = desk->take(agent, {content, {sha256}, {}});
    REQUIRE(answer);
    REQUIRE(answer->words.size() == 1);
    return answer->words[0];
  }
  void vote(const AgentIdentity& agent, const Sha256& sha256, std::uint64_t content = kContent) {
    REQUIRE(desk->take(agent, {content, {}, {sha256}}));
    settle();
  }
  // Waits for the writes that were handed over before.
  void settle() {
    REQUIRE(hub->write([](store::Connection&) -> Result<void> { return {}; }));
  }
  void tick() {
    desk->tick();
    settle();
  }
  std::vector<MachineId> find_malicious(const AgentIdentity& by, const Sha256& sha256, std::uint64_t content = kContent) {
    return write([&](store::Connection& c) { return contest(c, by, sha256, content, clock.now()); }).value();
  }
  Status status_now() {
    return read([&](store::Connection& c) { return status(c, tenant.tenant, desk->policy()); });
  }
  std::int64_t recall_number(const AgentIdentity& agent) { return desk->take(agent, {kContent, {}, {}}).value().recall; }

  ManualClock clock{kNow};
  SeededRandom random{5};
  Env env{clock, random, system_files()};
  std::unique_ptr<store::Store> hub;
  estate::NewTenant tenant;
  std::unique_ptr<Desk> desk;

 private:
  std::string folder_;
  std::map<std::pair<TenantId, std::string>, UnitId> units_;
};

}  // namespace khien::fleet
