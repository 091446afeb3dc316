#include <algorithm>
#include <utility>

#include "call.hpp"
#include "dto.hpp"
#include "dto_duty.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/sharing.hpp"
#include "khien/exchange/sharing.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

constexpr std::string_view kUnits = "sharing_unit";
constexpr std::size_t kMostRequest = 1u << 20;
constexpr std::size_t kMostBody = 64u << 10;
constexpr std::int64_t kUsualRegularDays = 7;  // of a province whose figure no unit has yet

std::string partner_object(exchange::SharePartnerId id) { return "share_partner:" + std::to_string(id.value); }

LocalText why_of(const exchange::Partner& partner) {
  if (partner.url.empty()) return {"Chưa cấu hình địa chỉ của nơi nhận.", "The receiver's address is not configured."};
  if (partner.paused_at) return {partner.pause_note, partner.pause_note};
  return {};
}

void write_partner(JsonWriter& json, const exchange::Partner& partner) {
  json.begin_object().field("id", partner.id.value);
  write_words(json, "name", {partner.name, partner.name});
  json.field("scheme", partner.scheme).field("address", partner.url).field("ready", !partner.url.empty());
  json.field("paused", partner.paused_at.has_value());
  write_words(json, "why", why_of(partner));
  write_time(json, "last_success_at", partner.last_success_at);
  write_time(json, "last_attempt_at", partner.last_try_at);
  json.field("last_error", to_valid_utf8(partner.last_error)).key("rows").begin_object();
  json.field("unshared", partner.rows.unshared).field("queued", partner.rows.queued).field("shared", partner.rows.shared);
  json.field("failed", partner.rows.failed).end_object().field("messages_waiting", partner.messages_waiting).end_object();
}

// Of one that was tried and not answered clearly nobody knows whether it arrived.
std::string_view state_of(const exchange::Message& message) {
  if (message.state == exchange::MessageState::shared) return "shared";
  if (message.state == exchange::MessageState::failed) return "failed";
  return message.attempts > 0 ? "unclear" : "queued";
}

void write_message(JsonWriter& json, const exchange::Message& message) {
  json.begin_object().field("id", message.id.value).field("partner", message.partner.value).field("state", state_of(message));
  json.field("made_at", message.composed_at).field("rows", message.rows).field("bytes", message.bytes).field("attempts", message.attempts);
  write_time(json, "next_attempt_at", message.next_try_at);
  write_time(json, "accepted_at", message.state == exchange::MessageState::shared ? message.settled_at : std::nullopt);
  json.field("sha256", message.digest.hex()).end_object();
}

LocalText words_of(exchange::Outcome outcome) {
  switch (outcome) {
    case exchange::Outcome::accepted: return {"Đã nhận.", "Accepted."};
    case exchange::Outcome::duplicate: return {"Nơi nhận đã có từ trước.", "The receiver had it already."};
    case exchange::Outcome::refused: return {"Bị từ chối.", "Refused."};
    case exchange::Outcome::unclear: return {"Trả lời không rõ đã nhận hay chưa.", "The answer does not say whether it was taken."};
    case exchange::Outcome::later: break;
  }
  return {"Chưa gửi được, sẽ gửi lại.", "It did not get through and is sent again."};
}

void write_answers(JsonWriter& json, const std::vector<exchange::Answer>& answers) {
  json.key("answers").begin_array();
  for (const auto& one : answers) {
    json.begin_object().field("at", one.at).field("status", std::int64_t{one.status});
    json.field("body", truncate(to_valid_utf8(one.body.empty() ? one.error : one.body), kMostBody));
    write_words(json, "words", words_of(one.outcome));
    json.end_object();
  }
  json.end_array();
}

Result<std::optional<exchange::Partner>> find_partner(const Call& call, store::Connection& connection, exchange::SharePartnerId id) {
  TRY(auto partners, exchange::list_partners(connection, call.scope()));
  const auto found = std::ranges::find(partners, id, &exchange::Partner::id);
  if (found == partners.end()) return std::optional<exchange::Partner>();
  return std::optional(std::move(*found));
}

Result<bool> is_of_tenant(store::Connection& connection, TenantId tenant, exchange::ShareMessageId id) {
  bool there = false;
  TRY_VOID(connection.query("SELECT 1 FROM share_message WHERE tenant_id = ?1 AND id = ?2", {tenant, id}, [&](const store::Row&) -> Result<void> {
    there = true;
    return {};
  }));
  return there;
}

Result<Reply> one_partner(const Call& call, store::Connection& connection, exchange::SharePartnerId id) {
  TRY(const auto partner, find_partner(call, connection, id));
  if (!partner) return not_found();
  JsonWriter json;
  write_partner(json, *partner);
  return call.json(json);
}

// What goes out goes out for every unit: a partner is changed by who answers for all.
template <class Change>
Reply change_partner(Call& call, Change change) {
  const exchange::SharePartnerId id{call.object};
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto partner, find_partner(call, connection, id));
    if (!partner) return not_found();
    TRY(const bool all, answers_for_all(call, connection));
    if (!all) return denied();
    TRY_VOID(change(connection, *partner));
    return one_partner(call, connection, id);
  });
}

bool fits_state(const exchange::UnitSharing& one, std::string_view state) {
  if (state == "never") return !one.connected_since;
  if (state == "silent") return one.connected_since && !one.regular;
  return state != "regular" || one.regular;
}

void write_unit_sharing(JsonWriter& json, const exchange::UnitSharing& one) {
  json.begin_object().key("unit");
  write_ref(json, one.unit.value, one.name);
  json.field("connected", one.connected_since.has_value()).field("regular", one.regular);
  write_time(json, "last_shared_at", one.last_accepted_at);
  json.field("machines", one.machines).field("machines_waiting", one.rows.unshared + one.rows.queued).end_object();
}

std::optional<exchange::MessageState> asked_state(std::string_view state) {
  if (state == "shared") return exchange::MessageState::shared;
  if (state == "failed") return exchange::MessageState::failed;
  return state.empty() ? std::nullopt : std::optional(exchange::MessageState::queued);
}

}  // namespace

namespace route {

Reply get_sharing(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto partners, exchange::list_partners(connection, call.scope()));
    TRY(const auto units, exchange::list_unit_sharing(connection, call.scope(), {}, call.now));
    TRY(const auto known, estate::sharing_by_unit(connection, call.scope()));
    JsonWriter json;
    json.begin_object().key("partners").begin_array();
    for (const auto& partner : partners) write_partner(json, partner);
    json.end_array().field("regular_days", known.empty() ? kUsualRegularDays : known.begin()->second.regular_days);
    json.key("units").begin_object().field("total", static_cast<std::int64_t>(units.size()));
    json.field("connected", std::int64_t{std::ranges::count_if(units, [](const auto& one) { return one.connected_since.has_value(); })});
    json.field("regular", std::int64_t{std::ranges::count_if(units, &exchange::UnitSharing::regular)}).end_object().end_object();
    return call.json(json);
  });
}

Reply list_sharing_units(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto unit, unit_in_query(call, connection));
    TRY(auto units, exchange::list_unit_sharing(connection, call.scope(), {}, call.now));
    const auto words = fold(call.query_text("q"));
    const auto state = call.query_text("state");
    std::erase_if(units, [&](const auto& one) {
      return (unit && one.unit != *unit) || !fits_state(one, state) || fold(one.name).find(words) == std::string::npos;
    });
    std::size_t offset = 0;
    if (const auto cursor = call.query_text("cursor"); !cursor.empty()) {
      TRY(const auto fields, estate::from_cursor(cursor, kUnits, {std::int64_t{0}}));
      offset = static_cast<std::size_t>(std::max<std::int64_t>(0, std::get<std::int64_t>(fields[0])));
    }
    const std::size_t end = std::min(units.size(), offset + call.query_limit());
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (std::size_t i = offset; i < end; ++i) write_unit_sharing(json, units[i]);
    json.end_array();
    std::optional<std::string> next;
    if (end < units.size() && end > offset) next = estate::to_cursor(kUnits, {static_cast<std::int64_t>(end)});
    write_next(json, static_cast<std::int64_t>(units.size()), next);
    json.end_object();
    return call.json(json);
  });
}

Reply list_share_messages(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto page, exchange::list_messages(connection, call.scope(),
                                                 {.partner = {}, .state = asked_state(call.query_text("state")), .cursor = call.query_text("cursor"),
                                                  .limit = call.query_limit()}));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& message : page.items) write_message(json, message);
    json.end_array();
    write_next(json, page.total, page.next);
    json.end_object();
    return call.json(json);
  });
}

Reply get_share_message(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const bool there, is_of_tenant(connection, call.who->tenant(), {call.object}));
    if (!there) return not_found();
    // It speaks of several units' machines.
    TRY(const bool all, answers_for_all(call, connection));
    if (!all) return denied();
    TRY(const auto detail, exchange::get_message(connection, call.scope(), {call.object}));
    JsonWriter json;
    json.begin_object().key("message");
    write_message(json, detail.message);
    json.field("request", truncate(to_valid_utf8(detail.xml), kMostRequest));
    write_answers(json, detail.answers);
    json.end_object();
    return call.json(json);
  });
}

Reply update_share_partner(Call& call) {
  const bool pause = call.flag("paused").value_or(false);
  return change_partner(call, [&](store::Connection& connection, const exchange::Partner& partner) -> Result<void> {
    // Asked for twice it is so already.
    if (pause == partner.paused_at.has_value()) return {};
    if (pause) {
      TRY_VOID(exchange::pause_partner(connection, call.scope(), partner.id, call.who->user, "Tạm dừng trên màn hình.", call.now));
    } else {
      TRY_VOID(exchange::resume_partner(connection, call.scope(), partner.id, call.now));
    }
    if (pause) return call.audit(connection, "sharing.pause", partner_object(partner.id));
    return call.audit(connection, "sharing.resume", partner_object(partner.id));
  });
}

Reply send_share_now(Call& call) {
  auto reply = change_partner(call, [&](store::Connection& connection, const exchange::Partner& partner) -> Result<void> {
    TRY_VOID(exchange::send_now(connection, call.scope(), partner.id, call.now));
    return call.audit(connection, "sharing.send", partner_object(partner.id));
  });
  if (reply.status < 400 && call.services.options.on_share_wished) call.services.options.on_share_wished();
  return reply;
}

}  // namespace route
}  // namespace khien::api
