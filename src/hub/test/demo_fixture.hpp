#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "command.hpp"
#include "demo/load.hpp"
#include "khien/api/accounts.hpp"
#include "khien/estate/units.hpp"
#include "khien/flow/judges/scan_judge.hpp"
#include "khien/hub/law_content.hpp"
#include "khien/hub/office.hpp"
#include "khien/probe/content.hpp"

namespace khien::hub {

inline constexpr Timestamp kNow{1'795'334'400'000};  // 2026-11-22T08:00:00Z

// A hub that was set up and holds nothing.
class NewHub {
 public:
  explicit NewHub(Timestamp now = kNow) : clock_(now) {
    std::string name = (std::filesystem::temp_directory_path() / "khien-demo-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder_ = name;
    store_ = store::Store::open({.path = name + "/khien.db", .migrations = store::hub_migrations()}).value();
    ledger_ = store::Ledger::open({.path = name + "/ledger.db"}).value();
    const auto packs = probe::read_packs(KHIEN_SOURCE_DIR "/content/scan").value();
    road_ = std::make_unique<flow::Flow>(
        *ledger_, *store_, std::vector<std::shared_ptr<const flow::Judge>>{flow::make_scan_judge(packs)},
        clock_, flow::Flow::Options{});
    REQUIRE(store_->write([&](store::Connection& c) -> Result<void> {
      TRY(const auto made, estate::create_tenant(c, "Tỉnh Chưa Đặt Tên", now));
      tenant_ = made.tenant;
      root_ = made.root;
      TRY_VOID(api::create_account(c,
                                   {.tenant = tenant_,
                                    .username = "admin",
                                    .name = "Quản trị",
                                    .role = Role::province_admin,
                                    .scope = {root_}},
                                   {}, now, random_));
      return {};
    }));
  }
  ~NewHub() {
    road_.reset();
    ledger_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  NewHub(const NewHub&) = delete;
  NewHub& operator=(const NewHub&) = delete;

  store::Store& store() { return *store_; }
  store::Ledger& ledger() { return *ledger_; }
  flow::Flow& road() { return *road_; }
  TenantId tenant() const { return tenant_; }
  UnitId root() const { return root_; }
  store::TenantScope scope() const { return store::TenantScope::for_test(tenant_, {root_}); }
  Env env() { return {clock_, random_, system_files()}; }

  template <class Work>
  auto read(Work work) {
    std::optional<decltype(work(std::declval<store::Connection&>()))> answer;
    REQUIRE(store_->read([&](store::Connection& c) -> Result<void> {
      answer.emplace(work(c));
      return {};
    }));
    REQUIRE(*answer);
    return std::move(**answer);
  }

  int command(const std::vector<std::string>& words, KeptConsole& console) {
    const Config config = default_config();
    Office office{.hub = *store_,
                  .ledger = *ledger_,
                  .flow = road_.get(),
                  .env = env(),
                  .config = config,
                  .tenant = tenant_,
                  .ca_sha256 = {},
                  .audit_public_key = {}};
    return run_office_command(office, words, console);
  }

 private:
  std::string folder_;
  ManualClock clock_;
  SeededRandom random_{1};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::Ledger> ledger_;
  std::unique_ptr<flow::Flow> road_;
  TenantId tenant_;
  UnitId root_;
};

inline std::shared_ptr<const duty::Catalogues> shipped() {
  static const std::shared_ptr<const duty::Catalogues> law =
      duty::Catalogues::create(read_law_files(KHIEN_SOURCE_DIR "/content").value()).value();
  return law;
}

inline Result<std::vector<demo::SampleAccount>> loaded(NewHub& hub) {
  const demo::Options options{.texts = demo::read_texts(KHIEN_SOURCE_DIR "/content", system_files()).value()};
  return demo::load(hub.store(), hub.road(), hub.tenant(), *shipped(), hub.env(), options);
}

// One for all: loading is the longest part of these tests.
inline NewHub& sample() {
  static NewHub hub;
  static const auto done = loaded(hub);
  if (!done) FAIL(done.error().what());
  return hub;
}

}  // namespace khien::hub
