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

constexpr std::int64_t kMostAtOnce = 1'000;

struct Wanted {
  UnitId unit;
  Duration valid;
  std::int64_t count = 1;
};

Result<Wanted> wanted_of(const Arguments& arguments, const store::TenantScope& scope) {
  TRY(const auto hours_valid, number_of(arguments.value_or("hours", "24")));
  Wanted wanted{.unit = scope.roots().front(), .valid = hours(hours_valid)};
  if (const auto unit = arguments.value("unit")) {
    TRY(wanted.unit.value, number_of(*unit));
  }
  TRY(wanted.count, number_of(arguments.value_or("count", "1")));
  if (wanted.count < 1 || wanted.count > kMostAtOnce) {
    return Error(Code::invalid, "--count: 1 to " + std::to_string(kMostAtOnce) + " wanted");
  }
  return wanted;
}

Result<std::string> make_token(Office& office, store::Connection& connection, const store::TenantScope& scope,
                               const Wanted& wanted, Timestamp now) {
  TRY(const auto token, estate::create_token(connection, scope, wanted.unit, std::nullopt, wanted.valid, now,
                                             office.env.random));
  TRY_VOID(store::append_audit(connection, office.tenant,
                               {.at = now,
                                .who = "system",
                                .action = "enrolment_token.create",
                                .object = "enrolment_token:" + std::to_string(token.id.value),
                                .detail = "for unit:" + std::to_string(wanted.unit.value),
                                .address = "local"}));
  return EnrolmentToken{std::string(token.secret.reveal()), office.ca_sha256}.text();
}

// All of them or none.
Result<std::vector<std::string>> make_tokens(Office& office, const Arguments& arguments) {
  const Timestamp now = office.env.clock.now();
  std::vector<std::string> tokens;
  TRY_VOID(office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(const auto wanted, wanted_of(arguments, scope));
    for (std::int64_t i = 0; i < wanted.count; ++i) {
      TRY(auto token, make_token(office, connection, scope, wanted, now));
      tokens.push_back(std::move(token));
    }
    return {};
  }));
  return tokens;
}

int create(Office& office, const Arguments& arguments, Console& console) {
  const auto tokens = make_tokens(office, arguments);
  if (!tokens) return console.fail(tokens.error());
  if (arguments.has("json")) {
    for (const std::string& token : *tokens) {
      JsonWriter out;
      out.begin_object()
          .field("token", token)
          .field("agents_port", std::int64_t{office.agents_port})
          .end_object();
      console.out(out.take() + "\n");
    }
    return 0;
  }
  const std::string hub = "https://" + office.config.names.front() + ":" + std::to_string(office.agents_port);
  console.say(tokens->size() == 1
                  ? LocalText{"Chạy trên máy cần bảo vệ (một lần):", "Run on the machine to protect (once):"}
                  : LocalText{"Mỗi máy cần bảo vệ chạy một dòng (một lần):",
                              "One line for each machine to protect (once):"});
  for (const std::string& token : *tokens)
    console.out("  sudo khien-agent enroll " + hub + " " + token + "\n");
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
    console.out(std::to_string(token.id.value) + "\t" + token.state + "\t" + printable(token.unit_name) +
                "\t" + to_rfc3339(token.expires_at) + "\n");
  }
  return 0;
}

int revoke(Office& office, const Arguments& arguments, Console& console) {
  if (arguments.positional().size() != 2)
    return console.misuse({"cần số hiệu mã", "the token's id is needed"});
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
          .synopsis = "token create [--unit ID] [--hours N] [--count N] | token list | token revoke ID",
          .summary = {"mã dùng một lần để thêm máy", "one-time tokens to add machines"},
          .details = {"Mỗi mã thêm được đúng một máy vào đúng một đơn vị, trong tối đa 24 giờ.",
                      "A token adds exactly one machine to exactly one unit, within 24 hours at most."},
          .options = with_folder(
              {{"unit",
                "ID",
                {"đơn vị của máy (mặc định: đơn vị gốc)", "the machine's unit (default: the root)"}},
               {"count", "N", {"số mã, mỗi mã một máy: 1 đến 1000", "how many, one a machine: 1 to 1000"}},
               {"hours", "N", {"hiệu lực, 1 đến 24 giờ", "validity, 1 to 24 hours"}},
               {"json", "", {"in JSON", "print JSON"}}}),
          .office = run};
}

}  // namespace khien::hub
