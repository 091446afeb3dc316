#include <charconv>
#include <optional>

#include "command.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/enrolment.hpp"
#include "khien/model/enrolment.hpp"
#include "khien/store/audit_log.hpp"

namespace khien::hub {
namespace {

Result<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) {
    return Error(Code::invalid, "'" + printable(text) + "' is not a number");
  }
  return number;
}

Result<std::string> make_token(Office& office, const Arguments& arguments) {
  TRY(const auto hours_valid, number_of(arguments.value_or("hours", "24")));
  const Timestamp now = office.env.clock.now();
  std::string text;
  TRY_VOID(office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    UnitId unit = scope.roots().front();
    if (const auto wanted = arguments.value("unit")) {
      TRY(const auto id, number_of(*wanted));
      unit = UnitId{id};
    }
    TRY(const auto token,
        estate::create_token(connection, scope, unit, std::nullopt, hours(hours_valid), now, office.env.random));
    TRY_VOID(store::append_audit(connection, office.tenant,
                                 {.at = now,
                                  .who = "system",
                                  .action = "enrolment_token.create",
                                  .object = "enrolment_token:" + std::to_string(token.id.value),
                                  .detail = "for unit:" + std::to_string(unit.value),
                                  .address = "local"}));
    text = EnrolmentToken{std::string(token.secret.reveal()), office.ca_sha256}.text();
    return {};
  }));
  return text;
}

int create(Office& office, const Arguments& arguments, Console& console) {
  const auto token = make_token(office, arguments);
  if (!token) return console.fail(token.error());
  if (arguments.has("json")) {
    JsonWriter out;
    out.begin_object().field("token", *token).field("agents_port", std::int64_t{office.agents_port}).end_object();
    console.out(out.take() + "\n");
    return 0;
  }
  const std::string hub = "https://" + office.config.names.front() + ":" + std::to_string(office.agents_port);
  console.say({"Chạy trên máy cần bảo vệ (một lần):", "Run on the machine to protect (once):"});
  console.out("  khien-agent enrol --hub " + hub + " --token " + *token + "\n");
  return 0;
}

int list(Office& office, Console& console) {
  std::vector<estate::TokenRecord> tokens;
  const auto read = office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(tokens, estate::list_tokens(connection, scope, office.env.clock.now()));
    return {};
  });
  if (!read) return console.fail(read.error());
  for (const auto& token : tokens) {
    console.out(std::to_string(token.id.value) + "\t" + token.state + "\t" + printable(token.unit_name) + "\t" +
                to_rfc3339(token.expires_at) + "\n");
  }
  return 0;
}

int revoke(Office& office, const Arguments& arguments, Console& console) {
  if (arguments.positional().size() != 2) return console.misuse({"cần số hiệu mã", "the token's id is needed"});
  const auto id = number_of(arguments.positional()[1]);
  if (!id) return console.fail(id.error());
  const Timestamp now = office.env.clock.now();
  const auto done = office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY_VOID(estate::revoke_token(connection, scope, EnrolmentTokenId{*id}, now));
    TRY_VOID(store::append_audit(connection, office.tenant,
                                 {.at = now,
                                  .who = "system",
                                  .action = "enrolment_token.revoke",
                                  .object = "enrolment_token:" + std::to_string(*id),
                                  .detail = "",
                                  .address = "local"}));
    return {};
  });
  if (!done) return console.fail(done.error());
  console.say({"Đã thu hồi", "Revoked"});
  return 0;
}

int run(Office& office, const Arguments& arguments, Console& console) {
  const std::string verb = arguments.positional().empty() ? "" : arguments.positional()[0];
  if (verb == "create") return create(office, arguments, console);
  if (verb == "list") return list(office, console);
  if (verb == "revoke") return revoke(office, arguments, console);
  return console.misuse({"cần create, list hoặc revoke", "create, list or revoke is needed"});
}

}  // namespace

Command token_command() {
  return {.name = "token",
          .synopsis = "token create [--unit ID] [--hours N] | token list | token revoke ID",
          .summary = {"mã dùng một lần để thêm máy", "one-time tokens to add machines"},
          .details = {"Mỗi mã thêm được đúng một máy vào đúng một đơn vị, trong tối đa 24 giờ.",
                      "A token adds exactly one machine to exactly one unit, within 24 hours at most."},
          .options = with_folder({{"unit", "ID", {"đơn vị của máy (mặc định: đơn vị gốc)", "the machine's unit (default: the root)"}},
                                  {"hours", "N", {"hiệu lực, 1 đến 24 giờ", "validity, 1 to 24 hours"}},
                                  {"json", "", {"in JSON", "print JSON"}}}),
          .office = run};
}

}  // namespace khien::hub
