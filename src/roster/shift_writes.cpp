#include <algorithm>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/units.hpp"
#include "khien/roster/shifts.hpp"
#include "shift_rows.hpp"

namespace khien::roster {
namespace {

constexpr std::size_t kMostPersonBytes = 400;  // 100 characters
constexpr std::size_t kMostPhoneBytes = 40;
constexpr std::size_t kMostNoteBytes = 16'000;  // 4,000 characters

Error wrong(std::string field) { return Error(Code::invalid, std::move(field)); }
Error begun() { return Error(Code::conflict, "a shift that has begun does not change"); }
Error is_over() { return Error(Code::conflict, "nobody is put on duty for a time that is over"); }

bool is_blank(std::string_view text) { return std::ranges::all_of(text, [](char c) { return c == ' '; }); }

// As dialled: digits and what people write between them.
Result<void> check_phone(std::string_view phone) {
  constexpr std::string_view kAllowed = "0123456789+-.() /#*";
  const bool fits = phone.size() <= kMostPhoneBytes && phone.find_first_not_of(kAllowed) == phone.npos;
  return fits ? Result<void>() : wrong("phone");
}

// Whom the hub calls must be able to sign in and to see the unit.
Result<void> check_user(store::Connection& connection, TenantId tenant, UnitId unit, UserId user) {
  auto found = connection.query_one(
      "SELECT 1 FROM account c WHERE c.tenant_id = ?1 AND c.id = ?2 AND c.disabled = 0 AND EXISTS "
      "(SELECT 1 FROM account_scope s JOIN unit_ancestor a ON a.tenant_id = s.tenant_id AND a.ancestor_id = s.unit_id "
      "WHERE s.tenant_id = c.tenant_id AND s.account_id = c.id AND a.unit_id = ?3)",
      {tenant, user, unit}, [](const store::Row&) -> Result<void> { return {}; });
  if (!found && found.error().code() == Code::not_found) return wrong("user");
  return found;
}

// Of a shift as it is to be; the tables say the same once more.
Result<void> check(store::Connection& connection, TenantId tenant, const NewShift& shift, Timestamp now) {
  if (shift.span.from >= shift.span.to || shift.span.to - shift.span.from > kLongestShift) return wrong("to");
  if (is_blank(shift.person) || shift.person.size() > kMostPersonBytes) return wrong("person");
  TRY_VOID(check_phone(shift.phone));
  if (shift.user) TRY_VOID(check_user(connection, tenant, shift.unit, *shift.user));
  if (shift.span.from <= now - kMinute) return is_over();
  return {};
}

std::string digits_of(std::string_view phone) {
  std::string digits;
  for (const char c : phone) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

// Equal text is the same person, whatever the unit; a bare name is one within its unit only.
std::string person_key(const NewShift& shift) {
  if (shift.user) return "user " + std::to_string(shift.user->value);
  const auto digits = digits_of(shift.phone);
  const std::string where = digits.empty() ? "unit " + std::to_string(shift.unit.value) : "phone " + digits;
  return where + " " + fold(shift.person);
}

store::Value user_value(const std::optional<UserId>& user) { return user ? store::Value(*user) : store::Value(nullptr); }

NewShift changed(const Shift& old, const ShiftChange& change) {
  NewShift made{.unit = old.unit, .span = old.span, .part = change.part.value_or(old.part), .person = old.person, .phone = old.phone, .user = old.user};
  made.span.from = change.from.value_or(old.span.from);
  made.span.to = change.to.value_or(old.span.to);
  if (change.person && *change.person != old.person) {
    made.person = *change.person;
    made.phone.clear();
    made.user.reset();
  }
  if (change.phone) made.phone = *change.phone;
  if (change.user) made.user = change.user;
  return made;
}

}  // namespace

Result<ShiftId> add_shift(store::Connection& connection, const store::TenantScope& scope, const NewShift& made, UserId by, Timestamp now) {
  TRY_VOID(estate::get_unit(connection, scope, made.unit));
  TRY_VOID(check(connection, scope.tenant(), made, now));
  TRY_VOID(connection.run(
      "INSERT INTO duty_shift (tenant_id, unit_id, part, from_at, to_at, person, person_key, phone, user_id, made_by, made_at, changed_by, changed_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?10, ?11)",
      {scope.tenant(), made.unit, to_string(made.part), made.span.from, made.span.to, made.person, person_key(made), made.phone,
       user_value(made.user), by, now}));
  return ShiftId{connection.last_insert_id()};
}

Result<void> change_shift(store::Connection& connection, const store::TenantScope& scope, ShiftId id, const ShiftChange& change, UserId by,
                          Timestamp now) {
  TRY(const auto old, get_shift(connection, scope, id));
  if (old.has_begun(now)) return begun();
  const auto made = changed(old, change);
  TRY_VOID(check(connection, scope.tenant(), made, now));
  TRY(const auto written,
      connection.run("UPDATE duty_shift SET part = ?3, from_at = ?4, to_at = ?5, person = ?6, person_key = ?7, phone = ?8, user_id = ?9, "
                     "changed_by = ?10, changed_at = max(?11, changed_at + 1) WHERE tenant_id = ?1 AND id = ?2",
                     {scope.tenant(), id, to_string(made.part), made.span.from, made.span.to, made.person, person_key(made), made.phone,
                      user_value(made.user), by, now}));
  khien_assert(written == 1);
  return {};
}

Result<void> remove_shift(store::Connection& connection, const store::TenantScope& scope, ShiftId id, UserId by, Timestamp now) {
  TRY(const auto old, get_shift(connection, scope, id));
  if (old.has_begun(now)) return begun();
  TRY(const auto written,
      connection.run("UPDATE duty_shift SET removed = 1, changed_by = ?3, changed_at = max(?4, changed_at + 1) WHERE tenant_id = ?1 AND id = ?2", {scope.tenant(), id, by, now}));
  khien_assert(written == 1);
  return {};
}

Result<void> hand_over(store::Connection& connection, const store::TenantScope& scope, ShiftId id, std::string_view words, UserId by, Timestamp now) {
  TRY(const auto shift, get_shift(connection, scope, id));
  if (is_blank(words) || words.size() > kMostNoteBytes) return wrong("words");
  if (!shift.has_begun(now)) return Error(Code::conflict, "a shift that has not begun hands nothing over");
  if (shift.handover) return Error(Code::conflict, "a hand-over note does not change");
  TRY_VOID(connection.run("INSERT INTO duty_handover (tenant_id, shift_id, at, user_id, words) VALUES (?1, ?2, ?3, ?4, ?5)",
                          {scope.tenant(), id, now, by, words}));
  return {};
}

}  // namespace khien::roster
