#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/date.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/contacts.hpp"
#include "khien/estate/units.hpp"
#include "khien/roster/duty_book.hpp"
#include "khien/roster/needs.hpp"
#include "khien/roster/pings.hpp"
#include "khien/roster/roster_calendar.hpp"
#include "khien/roster/shifts.hpp"
#include "khien/store/store.hpp"

namespace khien::roster {

inline constexpr Timestamp kNow{1'795'334'400'000};  // 2026-11-22T08:00:00Z, 15:00 in Vietnam
inline Timestamp at(std::int64_t minutes_from_now) { return kNow + minutes(minutes_from_now); }

// A province, two communes below it, and people who sign in.
class Province {
 public:
  template <class Work>
  auto write(Work work) {
    using Answer = decltype(work(std::declval<store::Connection&>()));
    std::optional<Answer> answer;
    auto written = store->write([&](store::Connection& connection) -> Result<void> {
      answer.emplace(work(connection));
      if (!*answer) return answer->error();
      return {};
    });
    if (!written) return Answer(std::move(written).error());
    return std::move(*answer);
  }

  Province() {
    std::string name = (std::filesystem::temp_directory_path() / "khien-roster-XXXXXX").string();
    khien_assert(mkdtemp(name.data()) != nullptr);
    folder_ = name;
    store = store::Store::open({.path = folder_ + "/khien.db", .migrations = store::hub_migrations()}).value();
    const auto made = write([&](store::Connection& c) { return estate::create_tenant(c, "Tỉnh Lam Giang", kNow); }).value();
    tenant = made.tenant;
    root = made.root;
    commune = unit("Xã Mỹ Châu");
    other = unit("Xã Yên Hòa");
    admin = person("Quản trị", "province_admin", root);
    an = person("Nguyễn Văn An", "unit_officer", commune);
    binh = person("Trần Thị Bình", "unit_officer", commune);
    stranger = person("Người xã khác", "unit_officer", other);
  }
  ~Province() {
    store.reset();
    std::filesystem::remove_all(folder_);
  }
  Province(const Province&) = delete;
  Province& operator=(const Province&) = delete;

  UnitId unit(std::string_view name) {
    return write([&](store::Connection& c) { return estate::create_unit(c, scope(), name, estate::UnitKind::commune, root, kNow); }).value();
  }
  UserId person(std::string_view name, std::string_view role, UnitId of) {
    const std::string username = "person" + std::to_string(++people_);
    return write([&](store::Connection& c) -> Result<UserId> {
             TRY_VOID(c.run("INSERT INTO account (tenant_id, username, name, name_order, role, password, password_is_one_time, created_at) "
                            "VALUES (?1, ?2, ?3, x'00', ?4, 'x', 0, ?5)",
                            {tenant, username, name, role, kNow}));
             const UserId user{c.last_insert_id()};
             TRY_VOID(c.run("INSERT INTO account_scope (tenant_id, account_id, unit_id) VALUES (?1, ?2, ?3)", {tenant, user, of}));
             return user;
           }).value();
  }
  void leader(UnitId of, std::string_view name, std::string_view phone) {
    const estate::ContactChange made{.unit = of, .purpose = estate::ContactPurpose::leader, .name = std::string(name), .phone = std::string(phone),
                                     .valid_from = Date::of(2026, 1, 1).value()};
    khien_assert(write([&](store::Connection& c) { return estate::create_contact(c, scope(), made, kNow); }).has_value());
  }

  store::TenantScope scope() const { return store::TenantScope::for_test(tenant, {root}); }
  store::TenantScope scope_of(UnitId of) const { return store::TenantScope::for_test(tenant, {of}); }

  static NewShift shift_of(UnitId of, std::string person, std::int64_t from, std::int64_t to) {
    return {.unit = of, .span = {.from = at(from), .to = at(to)}, .part = Part::main, .person = std::move(person), .phone = {}, .user = {}};
  }
  Result<ShiftId> add(const NewShift& made, Timestamp now = kNow) {
    return write([&](store::Connection& c) { return add_shift(c, scope(), made, admin, now); });
  }
  Result<void> change(ShiftId id, const ShiftChange& change, Timestamp now = kNow) {
    return write([&](store::Connection& c) { return change_shift(c, scope(), id, change, admin, now); });
  }
  Result<void> remove(ShiftId id, Timestamp now = kNow) {
    return write([&](store::Connection& c) { return remove_shift(c, scope(), id, admin, now); });
  }
  Result<void> note(ShiftId id, std::string_view words, Timestamp now) {
    return write([&](store::Connection& c) { return hand_over(c, scope(), id, words, an, now); });
  }
  std::vector<Shift> shifts(UnitId of, std::int64_t from, std::int64_t to) {
    return write([&](store::Connection& c) { return list_shifts(c, scope(), {.unit = of, .span = {.from = at(from), .to = at(to)}}); }).value();
  }
  Result<DutyPingId> ping(Timestamp now) {
    return write([&](store::Connection& c) { return ask(c, scope(), commune, admin, now); });
  }
  Result<void> say_here(DutyPingId id, UserId who, Timestamp now) {
    return write([&](store::Connection& c) { return answer(c, scope(), id, who, now); });
  }
  Ping look(DutyPingId id, Timestamp now) {
    return write([&](store::Connection& c) { return get_ping(c, scope(), id, now); }).value();
  }
  bool runs(store::Sql sql) {
    return write([&](store::Connection& c) { return c.run(sql); }).has_value();
  }

  std::unique_ptr<store::Store> store;
  TenantId tenant;
  UnitId root, commune, other;
  UserId admin, an, binh, stranger;

 private:
  std::string folder_;
  int people_ = 0;
};

}  // namespace khien::roster
