#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/estate/enrolment.hpp"
#include "khien/estate/imports.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/units.hpp"
#include "khien/store/store.hpp"

namespace khien::estate {

inline constexpr Timestamp kNow{1'795'334'400'000};  // 2026-11-22T08:00:00Z
inline constexpr UserId kAdmin{1};

// A folder of a test's own, gone with the object.
class Folder {
 public:
  Folder() {
    path_ = (std::filesystem::temp_directory_path() / "khien-estate-XXXXXX").string();
    khien_assert(mkdtemp(path_.data()) != nullptr);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// A hub's database in such a folder.
class Hub {
 public:
  Hub() {
    store_ = store::Store::open({.path = folder_.path() + "/hub.db", .migrations = store::hub_migrations(), .vfs = {}, .on_fatal = {}}).value();
  }
  ~Hub() { store_.reset(); }
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  store::Store& store() { return *store_; }

  // Runs `work` in a transaction and hands back what it made.
  template <class Work>
  auto write(Work work) {
    using Answer = decltype(work(std::declval<store::Connection&>()));
    std::optional<Answer> answer;
    auto written = store_->write([&](store::Connection& connection) -> Result<void> {
      answer.emplace(work(connection));
      if (!*answer) return answer->error();
      return {};
    });
    if (!written) return Answer(std::move(written).error());
    return std::move(*answer);
  }
  template <class Work>
  auto read(Work work) {
    using Answer = decltype(work(std::declval<store::Connection&>()));
    std::optional<Answer> answer;
    const auto done = store_->read([&](store::Connection& connection) -> Result<void> {
      answer.emplace(work(connection));
      return {};
    });
    khien_assert(done.has_value());
    return std::move(*answer);
  }

  template <class Work>
  auto rehearse(TenantId tenant, Work work) {
    using Answer = decltype(work(std::declval<store::Connection&>()));
    std::optional<Answer> answer;
    const auto done = store_->rehearse(tenant, kImportTables, [&](store::Connection& connection) -> Result<void> {
      answer.emplace(work(connection));
      return {};
    });
    khien_assert(done.has_value());
    return std::move(*answer);
  }

  NewTenant tenant(std::string_view name) {
    return write([&](store::Connection& c) { return create_tenant(c, name, kNow); }).value();
  }
  UnitId unit(const store::TenantScope& scope, UnitId parent, std::string_view name) {
    return write([&](store::Connection& c) {
             return create_unit(c, scope, name, UnitKind::commune, parent, kNow);
           }).value();
  }
  // A machine that enrolled into the unit by a token.
  AgentIdentity machine(const store::TenantScope& scope, UnitId unit, std::string_view hostname,
                        Timestamp now = kNow) {
    SeededRandom random(next_seed_++);
    return write([&](store::Connection& c) -> Result<AgentIdentity> {
             TRY(const auto token, create_token(c, scope, unit, kAdmin, hours(1), now, random));
             return redeem_token(c, {.secret = std::string(token.secret.reveal()),
                                     .csr_pem = {},
                                     .hostname = std::string(hostname),
                                     .agent_version = "0.1.0"},
                                 now);
           }).value();
  }

 private:
  Folder folder_;
  std::unique_ptr<store::Store> store_;
  std::uint64_t next_seed_ = 1;
};

inline store::TenantScope whole(const NewTenant& tenant) {
  return store::TenantScope::for_test(tenant.tenant, {tenant.root});
}

}  // namespace khien::estate
