#include <charconv>

#include "command.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/units.hpp"

namespace khien::hub {
namespace {

Result<UnitId> unit_of(Office& office, const Arguments& arguments) {
  if (const auto text = arguments.value("unit")) {
    std::int64_t id = 0;
    const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), id);
    if (problem != std::errc() || end != text->data() + text->size()) return Error(Code::invalid, "--unit " + *text);
    return UnitId{id};
  }
  UnitId root;
  TRY_VOID(office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    root = scope.roots().front();
    return {};
  }));
  return root;
}

void show_password(Console& console, const std::string& username, const Secret& password) {
  console.say({"Người dùng: " + username, "User: " + username});
  const std::string shown(password.reveal());
  console.say({"Mật khẩu dùng một lần: " + shown, "One-time password: " + shown});
  console.say({"Phải đổi khi đăng nhập lần đầu.", "It must be changed at the first sign-in."});
}

int add(Office& office, const Arguments& arguments, Console& console) {
  if (arguments.positional().size() != 2) return console.misuse({"cần tên đăng nhập", "a user name is needed"});
  const auto role = role_from_string(arguments.value_or("role", ""));
  if (!role) {
    return console.misuse({"--role phải là province_admin, soc_operator, unit_officer, leader hoặc inspector",
                           "--role must be province_admin, soc_operator, unit_officer, leader or inspector"});
  }
  const auto unit = unit_of(office, arguments);
  if (!unit) return console.fail(unit.error());
  const std::string& username = arguments.positional()[1];
  const api::NewAccount account{.tenant = office.tenant,
                                .username = username,
                                .name = arguments.value_or("name", username),
                                .role = *role,
                                .scope = {*unit}};
  Secret password;
  const auto made = office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(auto done, api::create_account(connection, account, {}, office.env.clock.now(), office.env.random));
    password = std::move(done.one_time_password);
    return {};
  });
  if (!made) return console.fail(made.error());
  show_password(console, username, password);
  return 0;
}

int reset(Office& office, const Arguments& arguments, Console& console) {
  if (arguments.positional().size() != 2) return console.misuse({"cần tên đăng nhập", "a user name is needed"});
  const std::string& username = arguments.positional()[1];
  Secret password;
  const auto done = office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(password, api::reset_account(connection, username, {}, office.env.clock.now(), office.env.random));
    return {};
  });
  if (!done) return console.fail(done.error());
  show_password(console, username, password);
  return 0;
}

int set_disabled(Office& office, const Arguments& arguments, Console& console, bool disabled) {
  if (arguments.positional().size() != 2) return console.misuse({"cần tên đăng nhập", "a user name is needed"});
  const std::string& username = arguments.positional()[1];
  const auto done = office.hub.write([&](store::Connection& connection) {
    return api::disable_account(connection, username, disabled, office.env.clock.now());
  });
  if (!done) return console.fail(done.error());
  console.say(disabled ? LocalText{"Đã khóa " + username, "Disabled " + username}
                       : LocalText{"Đã mở khóa " + username, "Enabled " + username});
  return 0;
}

std::string as_json(const std::vector<api::AccountRecord>& accounts) {
  JsonWriter out;
  out.begin_array();
  for (const auto& account : accounts) {
    out.begin_object()
        .field("username", account.username)
        .field("name", account.name)
        .field("role", to_string(account.role))
        .field("disabled", account.disabled)
        .field("totp_enabled", account.totp_enabled)
        .field("created_at", account.created_at);
    if (account.last_sign_in) out.field("last_sign_in", *account.last_sign_in);
    out.end_object();
  }
  out.end_array();
  return out.take() + "\n";
}

int list(Office& office, const Arguments& arguments, Console& console) {
  std::vector<api::AccountRecord> accounts;
  const auto read = office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(accounts, api::list_accounts(connection, office.tenant));
    return {};
  });
  if (!read) return console.fail(read.error());
  if (arguments.has("json")) {
    console.out(as_json(accounts));
    return 0;
  }
  for (const auto& account : accounts) {
    console.out(account.username + "\t" + std::string(to_string(account.role)) + "\t" + printable(account.name));
    if (account.disabled) console.out(pick({"\t(đã khóa)", "\t(disabled)"}, console.language()));
    console.out("\n");
  }
  return 0;
}

int run(Office& office, const Arguments& arguments, Console& console) {
  const std::string verb = arguments.positional().empty() ? "" : arguments.positional()[0];
  if (verb == "add") return add(office, arguments, console);
  if (verb == "reset") return reset(office, arguments, console);
  if (verb == "disable") return set_disabled(office, arguments, console, true);
  if (verb == "enable") return set_disabled(office, arguments, console, false);
  if (verb == "list") return list(office, arguments, console);
  return console.misuse({"cần add, list, reset, disable hoặc enable", "add, list, reset, disable or enable is needed"});
}

}  // namespace

Command user_command() {
  return {.name = "user",
          .synopsis = "user list | user add NAME --role ROLE [--unit ID] | user reset|disable|enable NAME",
          .summary = {"người dùng: thêm, xem, cấp lại mật khẩu, khóa", "people: add, list, reset, disable"},
          .details = {"Mật khẩu dùng một lần chỉ hiện đúng lần này. Ví dụ, một cán bộ của đơn vị số 12:\n"
                      "  khien user add lan --role unit_officer --unit 12 --name \"Nguyễn Thị Lan\"",
                      "The one-time password is shown this once. An officer of unit 12, for example:\n"
                      "  khien user add lan --role unit_officer --unit 12 --name \"Nguyễn Thị Lan\""},
          .options = with_folder({{"role", "ROLE",
                                   {"province_admin, soc_operator, unit_officer, leader hoặc inspector",
                                    "province_admin, soc_operator, unit_officer, leader or inspector"}},
                                  {"unit", "ID", {"đơn vị được xem (mặc định: toàn bộ)", "unit to see (default: all)"}},
                                  {"name", "TEXT", {"họ và tên", "the person's name"}},
                                  {"json", "", {"in JSON", "print JSON"}}}),
          .office = run};
}

}  // namespace khien::hub
