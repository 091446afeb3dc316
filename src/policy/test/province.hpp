#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "khien/core/assert.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/random.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/enrolment.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/units.hpp"
#include "khien/policy/machine_policies.hpp"
#include "khien/policy/policies.hpp"
#include "khien/store/store.hpp"

namespace khien::policy {

inline constexpr Timestamp kNow{1'795'334'400'000};  // 2026-11-22T08:00:00Z
inline constexpr UserId kWriter{1};
inline constexpr UserId kSecond{2};

// A hub's database with a province, a commune below it and a school below that.
class Province {
 public:
  template <class Work>
  auto write(Work work) {
    using Answer = decltype(work(std::declval<store::Connection&>()));
    std::optional<Answer> answer;
    auto written = hub_->write([&](store::Connection& connection) -> Result<void> {
      answer.emplace(work(connection));
      if (!*answer) return answer->error();
      return {};
    });
    if (!written) return Answer(std::move(written).error());
    return std::move(*answer);
  }

  Province() {
    std::string name = (std::filesystem::temp_directory_path() / "khien-policy-XXXXXX").string();
    khien_assert(mkdtemp(name.data()) != nullptr);
    folder_ = name;
    auto opened = store::Store::open({.path = folder_ + "/khien.db", .migrations = store::hub_migrations()});
    khien_assert(opened.has_value());
    hub_ = std::move(opened).value();
    const auto made = write([&](store::Connection& c) { return estate::create_tenant(c, "Tỉnh Lâm Đồng", kNow); }).value();
    tenant = made.tenant;
    root = made.root;
    commune = unit("Xã Đức Trọng", root);
    school = unit("Trường Trung học cơ sở Liên Nghĩa", commune);
    other = unit("Xã Bảo Lâm", root);
  }
  ~Province() {
    hub_.reset();
    std::filesystem::remove_all(folder_);
  }

  UnitId unit(std::string_view name, UnitId parent) {
    return write([&](store::Connection& c) {
      return estate::create_unit(c, scope(), name, estate::UnitKind::commune, parent, kNow);
    }).value();
  }
  AgentIdentity machine(UnitId of, std::string name) {
    SeededRandom random(++seed_);
    return write([&](store::Connection& c) -> Result<AgentIdentity> {
             TRY(const auto token, estate::create_token(c, scope(), of, kWriter, hours(1), now, random));
             return estate::redeem_token(
                 c, {.secret = std::string(token.secret.reveal()), .csr_pem = {}, .hostname = std::move(name), .agent_version = "0.1"}, now);
           }).value();
  }
  store::TenantScope scope() const { return store::TenantScope::for_test(tenant, {root}); }
  store::TenantScope scope_of(UnitId unit) const { return store::TenantScope::for_test(tenant, {unit}); }

  static Policy policy(std::string_view text) { return policy_from_json(text).value(); }
  static Draft draft(std::string_view text, int from = 0) {
    return {.policy = policy(text), .valid_from = vietnam_day(kNow) + from, .valid_until = {}, .reason = "theo chỉ đạo"};
  }
  Result<PolicyId> begin(UnitId of, const Draft& draft, std::optional<MachineRole> role = {}) {
    return write([&](store::Connection& c) { return begin_draft(c, scope(), of, role, kWriter, draft, now); });
  }
  Result<void> decide(PolicyId id, bool publish = true, UserId who = kSecond, std::optional<Sha256> read = {}) {
    const auto record_now = record(id);
    const auto* const draft = record_now.draft();
    const Decision decision{.publish = publish, .read = read.value_or(draft == nullptr ? Sha256{} : draft->digest()), .note = "đồng ý"};
    return write([&](store::Connection& c) { return decide_draft(c, scope(), id, who, decision, now); });
  }
  PolicyId publish(UnitId of, const Draft& draft, std::optional<MachineRole> role = {}) {
    const auto id = begin(of, draft, role);
    khien_assert(id.has_value());
    khien_assert(decide(*id).has_value());
    return *id;
  }
  PolicyRecord record(PolicyId id) {
    return write([&](store::Connection& c) { return get_policy(c, scope(), id); }).value();
  }
  std::optional<Desired> desired(const AgentIdentity& machine) {
    return write([&](store::Connection& c) { return desired_policy(c, machine); }).value();
  }
  std::int64_t refresh() {
    return write([&](store::Connection& c) { return refresh_machine_policies(c, tenant, now); }).value();
  }

  TenantId tenant;
  UnitId root, commune, school, other;
  Timestamp now = kNow;

 private:
  std::string folder_;
  std::uint64_t seed_ = 0;
  std::unique_ptr<store::Store> hub_;
};

}  // namespace khien::policy
