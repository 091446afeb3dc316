#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "../../estate/test/hub.hpp"
#include "khien/botnet/cases.hpp"
#include "khien/botnet/connections.hpp"
#include "khien/botnet/lists.hpp"
#include "khien/botnet/lookups.hpp"
#include "khien/core/clock.hpp"
#include "khien/estate/address_ranges.hpp"
#include "khien/estate/botnet.hpp"

namespace khien::botnet {

inline constexpr UserId kOfficer{5};

inline Playbook small_playbook() {
  return {.label = {"l", "l"}, .lookup_days = 7, .log_window = minutes(10),
          .steps = {{"find", true, {"Tìm máy", "Find"}, {}}, {"scan", true, {"Quét", "Scan"}, {}}, {"patch", false, {"Vá", "Patch"}, {}}}};
}

// Four communes with a range each, 203.0.113.0/28, .16/28, .32/28, .48/28.
class Province {
 public:
  Province() {
    tenant = hub.write([&](store::Connection& c) { return estate::create_tenant(c, "Tỉnh", now); }).value();
    for (int i = 0; i < 4; ++i) {
      units.push_back(hub.write([&](store::Connection& c) { return estate::create_unit(c, scope(), "Xã " + std::to_string(i), estate::UnitKind::commune, tenant.root, now); }).value());
      range(units.back(), "203.0.113." + std::to_string(16 * i) + "/28", "NAT");
    }
  }

  store::TenantScope scope() const { return store::TenantScope::for_test(tenant.tenant, {tenant.root}); }
  store::TenantScope scope_of(std::size_t unit) const { return store::TenantScope::for_test(tenant.tenant, {units[unit]}); }

  void range(UnitId unit, const std::string& cidr, const std::string& purpose) {
    const auto made = hub.write([&](store::Connection& c) { return estate::create_address_range(c, scope(), unit, cidr, purpose, now); });
    REQUIRE_MESSAGE(made, made.error().what());
  }

  ListReading reading(const std::vector<std::string>& addresses, Date day) const {
    Table table;
    auto& sheet = table.sheets.emplace_back();
    sheet.rows.push_back({1, {"IP", "Mã độc", "C2", "Thời gian"}});
    for (const auto& address : addresses) {
      sheet.rows.push_back({static_cast<std::int64_t>(sheet.rows.size()) + 1, {address, "Mirai", "198.51.100.7", seen}});
    }
    return read_list(table, day);
  }

  Result<Previewed> preview(const std::vector<std::string>& addresses, Date day, bool complete = true, std::string source = "Trung tâm quốc gia") {
    return hub.write([&](store::Connection& c) {
      return preview_list(c, scope(), {.source = std::move(source), .listed_on = day, .complete = complete, .file_name = "a.csv", .by = kOfficer}, reading(addresses, day), now);
    });
  }
  Result<std::string> confirm(ListId id) {
    return hub.write([&](store::Connection& c) { return confirm_list(c, scope(), id, kOfficer, 7, now); });
  }
  ListReport bring(const std::vector<std::string>& addresses, Date day, bool complete = true, std::string source = "Trung tâm quốc gia") {
    auto previewed = preview(addresses, day, complete, std::move(source));
    REQUIRE_MESSAGE(previewed, previewed.error().what());
    const auto state = confirm(previewed->id);
    REQUIRE_MESSAGE(state, state.error().what());
    CHECK(*state == "confirmed");
    return previewed->report;
  }

  CasePage cases(CaseQuery query = {}) {
    return hub.read([&](store::Connection& c) { return list_cases(c, scope(), query); }).value();
  }
  CaseRecord of(std::string_view address) {
    for (auto& one : cases({.view = CaseQuery::View::all}).items) {
      if (one.address == address) return one;
    }
    FAIL("no such address");
    return {};
  }
  CaseDetail detail(std::string_view address) {
    return hub.read([&](store::Connection& c) { return get_case_detail(c, scope(), of_in(c, address)); }).value();
  }
  Result<void> say(std::string_view address, Decision decision) { return say(scope(), address, std::move(decision)); }
  Result<void> say(const store::TenantScope& who, std::string_view address, Decision decision) {
    const auto id = of(address).id;
    return hub.write([&](store::Connection& c) { return decide(c, who, small_playbook(), id, kOfficer, decision, now); });
  }
  void clean(std::string_view address) {
    for (const char* step : {"find", "scan"}) REQUIRE(say(address, {.event = Event::step, .step = step}));
    REQUIRE(say(address, {.event = Event::reported_clean}));
  }

  estate::Hub hub;
  Timestamp now = estate::kNow;
  Date today = vietnam_day(estate::kNow);
  std::string seen;
  estate::NewTenant tenant;
  std::vector<UnitId> units;

 private:
  CaseId of_in(store::Connection& c, std::string_view address) {
    CaseId id;
    khien_assert(c.query_one("SELECT id FROM botnet_case WHERE address_text = ?1", {address}, [&](const store::Row& row) -> Result<void> {
      id = row.id<CaseTag>(0);
      return {};
    }).has_value());
    return id;
  }
};

// Matched and kept in one.
inline Result<LogReport> take_log(store::Connection& connection, const store::TenantScope& scope, const NewLog& log, const LogReading& reading, Timestamp now) {
  TRY(const auto matched, match_log(connection, scope, small_playbook(), log, reading));
  return keep_log(connection, scope, matched, now);
}

}  // namespace khien::botnet
