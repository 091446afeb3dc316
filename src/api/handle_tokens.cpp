#include <utility>

#include "call.hpp"
#include "dto.hpp"
#include "khien/estate/enrolment.hpp"
#include "khien/model/enrolment.hpp"
#include "problem.hpp"

namespace khien::api {
namespace {

constexpr Words kTokenNotOpen{"Mã cài đặt đã được dùng, đã hết hạn hoặc đã bị thu hồi.",
                              "The token was used, expired or is revoked."};
constexpr std::int64_t kDefaultHours = 24;

std::string token_object(std::int64_t id) { return "enrolment_token:" + std::to_string(id); }

}  // namespace

namespace route {

Reply list_enrolment_tokens(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto tokens, estate::list_tokens(connection, call.scope(), call.now));
    TRY(const auto names, account_names(connection, call.who->tenant()));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& token : tokens) write_token(json, token, names);
    json.end_array().end_object();
    return call.json(json);
  });
}

Reply create_enrolment_token(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const UnitId unit{call.integer("unit").value_or(0)};
    const auto valid = hours(call.integer("valid_hours").value_or(kDefaultHours));
    TRY(const auto made, estate::create_token(connection, call.scope(), unit, call.who->user, valid, call.now,
                                              call.services.random));
    TRY_VOID(call.audit(connection, "enrolment_token.create", token_object(made.id.value),
                        "for unit:" + std::to_string(unit.value)));
    TRY(const auto token, estate::get_token(connection, call.scope(), made.id, call.now));
    TRY(const auto names, account_names(connection, call.who->tenant()));
    const EnrolmentToken carried{.secret = std::string(made.secret.reveal()),
                                 .ca_sha256 = call.services.options.ca_sha256};
    const auto secret = carried.text();
    JsonWriter json;
    json.begin_object().key("token");
    write_token(json, token, names);
    json.field("secret", secret);
    json.field("command", "sudo khien-agent enroll https://" + call.services.options.agent_address + " " + secret);
    json.end_object();
    return call.json(json);
  });
}

Reply revoke_enrolment_token(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto token, estate::get_token(connection, call.scope(), {call.object}, call.now));
    if (token.state != "open") return problem(409, "conflict", kTokenNotOpen);
    TRY_VOID(estate::revoke_token(connection, call.scope(), token.id, call.now));
    TRY_VOID(call.audit(connection, "enrolment_token.revoke", token_object(token.id.value)));
    return call.done();
  });
}

}  // namespace route
}  // namespace khien::api
