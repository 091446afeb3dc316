#include <algorithm>
#include <utility>

#include "account_records.hpp"
#include "call.hpp"
#include "dto.hpp"
#include "events.hpp"
#include "password.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

constexpr Words kUsernameTaken{"Tên đăng nhập đã có người dùng.", "The user name is taken."};
constexpr Words kNotYourself{"Bạn không thể tự đổi quyền hoặc tự khóa tài khoản của mình.",
                             "You cannot change your own role or scope, nor disable yourself."};

std::string user_object(UserId id) { return "user:" + std::to_string(id.value); }

std::vector<UnitId> units_from(const std::vector<std::int64_t>& ids) {
  std::vector<UnitId> units;
  for (const auto id : ids) units.push_back({id});
  return units;
}

bool all_within(const UnitSet& units, const std::vector<UnitId>& scope) {
  return std::ranges::all_of(scope, [&](UnitId unit) { return units.contains(unit.value); });
}

std::string detail_of(const AccountChange& change) {
  std::string detail;
  if (change.name) detail += " name";
  if (change.role) detail.append(" role=").append(to_string(*change.role));
  if (change.scope) {
    detail += " scope=";
    for (const UnitId unit : *change.scope) detail += std::to_string(unit.value) + ",";
  }
  if (change.disabled) detail += *change.disabled ? " disabled" : " enabled";
  return detail.empty() ? detail : detail.substr(1);
}

Result<AccountChange> change_of(const Call& call) {
  AccountChange change;
  change.name = call.text("name");
  if (const auto role = call.text("role")) {
    TRY(change.role, role_from_string(*role));
  }
  if (call.body->field("scope")) change.scope = units_from(call.integers("scope"));
  change.disabled = call.flag("disabled");
  return change;
}

bool touches_rights(const AccountChange& change) {
  return change.role.has_value() || change.scope.has_value() || change.disabled.value_or(false);
}

void write_created(JsonWriter& json, const AccountRecord& account, const UnitSet& units, const Secret& password) {
  json.begin_object().key("user");
  write_account(json, account, units);
  json.field("one_time_password", password.reveal()).end_object();
}

Result<Reply> insert(const Call& call, store::Connection& connection, const NewAccount& account, std::string_view phc,
                     const Secret& password) {
  TRY(const auto units, units_in_scope(connection, call.scope()));
  // A unit that the caller cannot see does not exist for them.
  if (!all_within(units, account.scope)) return not_found();
  const auto id = insert_account(connection, account, phc, call.now);
  if (!id) return refusal(id.error(), {.conflict = &kUsernameTaken, .field = "username"});
  TRY_VOID(call.audit(connection, "user.create", user_object(*id),
                      account.username + " role=" + std::string(to_string(account.role))));
  TRY(const auto made, get_account(connection, call.scope(), units, *id));
  JsonWriter json;
  write_created(json, made, units, password);
  return call.json(json);
}

}  // namespace

namespace route {

Reply list_users(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto units, units_in_scope(connection, call.scope()));
    TRY(const auto accounts, accounts_in_scope(connection, call.scope(), units));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& account : accounts) write_account(json, account, units);
    json.end_array().end_object();
    return call.json(json);
  });
}

// Whom something can be given to: names and roles, no more.
Reply list_people(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto unit, unit_in_query(call, connection));
    if (!unit) return not_found();
    TRY(const auto accounts, accounts_acting_for(connection, call.who->tenant(), *unit));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& account : accounts) {
      json.begin_object().field("id", account.id.value).field("name", account.name).field("role", to_string(account.role)).end_object();
    }
    json.end_array().end_object();
    return call.json(json);
  });
}

Reply create_user(Call& call) {
  const auto role = role_from_string(call.text("role").value_or(""));
  if (!role) return refusal(role.error(), {.field = "role"});
  const NewAccount account{.tenant = call.who->tenant(),
                           .username = call.text("username").value_or(""),
                           .name = call.text("name").value_or(""),
                           .role = *role,
                           .scope = units_from(call.integers("scope"))};
  const auto password = call.services.passwords.one_time();
  const auto phc = call.services.passwords.hash(password.reveal());
  if (!phc) return refusal(phc.error());
  return call.write(
      [&](store::Connection& connection) { return insert(call, connection, account, *phc, password); });
}

Reply update_user(Call& call) {
  const UserId id{call.object};
  std::vector<std::int64_t> ended;
  bool rights = false;
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto units, units_in_scope(connection, call.scope()));
    TRY(const auto before, get_account(connection, call.scope(), units, id));
    TRY(const auto change, change_of(call));
    if (change.scope && !all_within(units, *change.scope)) return not_found();
    rights = touches_rights(change);
    // The last administrator could lock everybody out, or raise themselves.
    if (rights && before.id == call.who->user) return problem(409, "conflict", kNotYourself);
    TRY_VOID(change_account(connection, call.who->tenant(), before.id, change));
    if (change.disabled.value_or(false)) {
      TRY(ended, end_sessions(connection, call.who->tenant(), before.id));
    }
    TRY_VOID(call.audit(connection, "user.update", user_object(before.id), detail_of(change)));
    TRY(const auto account, get_account(connection, call.scope(), units, before.id));
    JsonWriter json;
    write_account(json, account, units);
    return call.json(json);
  });
  if (reply.status >= 400) return reply;
  for (const auto session : ended) call.services.events.end_session({session});
  if (rights) call.services.events.close_user(id);
  return reply;
}

Reply reset_password(Call& call) {
  const UserId id{call.object};
  const auto password = call.services.passwords.one_time();
  const auto phc = call.services.passwords.hash(password.reveal());
  if (!phc) return refusal(phc.error());
  std::vector<std::int64_t> ended;
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto units, units_in_scope(connection, call.scope()));
    TRY(const auto before, get_account(connection, call.scope(), units, id));
    TRY_VOID(set_password(connection, call.who->tenant(), before.id, *phc, true));
    TRY_VOID(remove_second_factor(connection, call.who->tenant(), before.id));
    TRY(ended, end_sessions(connection, call.who->tenant(), before.id));
    TRY_VOID(call.audit(connection, "user.password_reset", user_object(before.id)));
    TRY(const auto account, get_account(connection, call.scope(), units, before.id));
    JsonWriter json;
    write_created(json, account, units, password);
    return call.json(json);
  });
  if (reply.status >= 400) return reply;
  for (const auto session : ended) call.services.events.end_session({session});
  return reply;
}

}  // namespace route
}  // namespace khien::api
