#include <utility>

#include "call.hpp"
#include "days.hpp"
#include "dto.hpp"
#include "dto_request.hpp"
#include "duty_call.hpp"
#include "khien/core/hash.hpp"
#include "noted.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

constexpr std::string_view kRefused = "outside_request.refused";

std::string receiver_object(request::ReceiverId id) { return "receiver:" + std::to_string(id.value); }
std::string outside_object(request::OutsideRequestId id) { return "outside_request:" + std::to_string(id.value); }
std::string package_object(request::PackageId id) { return "evidence_package:" + std::to_string(id.value); }

Result<Reply> one_receiver(const Call& call, store::Connection& connection, request::ReceiverId id) {
  TRY(const auto receiver, request::get_receiver(connection, call.scope(), id));
  JsonWriter json;
  write_receiver(json, receiver);
  return call.json(json);
}

Result<Reply> one_outside(const Call& call, store::Connection& connection, request::OutsideRequestId id) {
  TRY(const auto found, request::get_outside_request(connection, call.scope(), id, call.now));
  TRY(const auto packages, request::packages_of(connection, call.scope(), id));
  TRY(const auto history, request::outside_history(connection, call.scope(), id));
  TRY(const auto names, account_names(connection, call.who->tenant()));
  JsonWriter json;
  json.begin_object().key("request");
  write_outside_request(json, found, names);
  json.key("packages").begin_array();
  for (const auto& package : packages) write_package(json, package, call.who->user, names);
  json.end_array();
  write_outside_history(json, history, names);
  json.end_object();
  return call.json(json);
}

}  // namespace

namespace route {

Reply list_receivers(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto receivers, request::list_receivers(connection, call.scope()));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& receiver : receivers) write_receiver(json, receiver);
    json.end_array().end_object();
    return call.json(json);
  });
}

Reply create_receiver(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    request::NewReceiver wanted{.unit = {call.integer("unit").value_or(call.scope().roots().front().value)}, .name = call.text("name").value_or(""),
                                .address = call.text("address").value_or(""), .contact = call.text("contact").value_or("")};
    TRY(wanted.kind, request::receiver_kind_from_string(call.text("kind").value_or("")));
    TRY(const auto id, request::add_receiver(connection, call.scope(), wanted, call.who->user, call.now));
    TRY_VOID(call.audit(connection, "receiver.create", receiver_object(id), wanted.name));
    return one_receiver(call, connection, id);
  });
}

Reply update_receiver(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const request::ReceiverId id{call.object};
    TRY_VOID(request::change_receiver(connection, call.scope(), id, {.address = call.text("address"), .contact = call.text("contact"), .active = call.flag("active")}));
    TRY_VOID(call.audit(connection, "receiver.update", receiver_object(id)));
    return one_receiver(call, connection, id);
  });
}

Reply record_outside_request(Call& call) {
  const auto dated = day_in(call, "dated_on");
  if (!dated) return invalid("dated_on");
  if (const auto field = impossible_day(call, {"due_on"})) return invalid(*field);
  const request::NewOutsideRequest wanted{.receiver = {call.object}, .number = call.text("number").value_or(""), .dated = *dated,
                                          .what_for = call.text("what_for").value_or(""), .basis = call.text("basis").value_or(""), .due = day_in(call, "due_on")};
  return write_or_note(call, kRefused, receiver_object({call.object}), [&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto id, request::record_outside_request(connection, call.scope(), wanted, call.who->user, call.now));
    TRY_VOID(call.audit(connection, "outside_request.record", outside_object(id), wanted.number));
    return one_outside(call, connection, id);
  });
}

Reply list_outside_requests(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    request::OutsideQuery query{.state = {}, .unit = {}, .words = call.query_text("q"), .cursor = call.query_text("cursor"), .limit = call.query_limit()};
    TRY(query.unit, unit_in_query(call, connection));
    if (const auto state = call.query_text("state"); !state.empty()) {
      TRY(query.state, request::outside_state_from_string(state));
    }
    const auto page = request::list_outside_requests(connection, call.scope(), query, call.now);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    TRY(const auto names, account_names(connection, call.who->tenant()));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& one : page->items) write_outside_request(json, one, names);
    json.end_array();
    write_next(json, page->total, page->next);
    json.end_object();
    return call.json(json);
  });
}

Reply get_outside_request(Call& call) {
  return call.read([&](store::Connection& connection) { return one_outside(call, connection, {call.object}); });
}

Reply say_to_outside_request(Call& call) {
  return write_or_note(call, kRefused, outside_object({call.object}), [&](store::Connection& connection) -> Result<Reply> {
    const request::OutsideRequestId id{call.object};
    const auto word = call.text("word").value_or("");
    TRY(const auto said, request::outside_word_from_string(word));
    TRY_VOID(request::say_outside(connection, call.scope(), id, said, call.text("words").value_or(""), call.who->user, call.now));
    TRY_VOID(call.audit(connection, "outside_request.say", outside_object(id), word));
    return one_outside(call, connection, id);
  });
}

Reply prepare_evidence_package(Call& call) {
  return write_or_note(call, kRefused, outside_object({call.object}), [&](store::Connection& connection) -> Result<Reply> {
    const request::OutsideRequestId id{call.object};
    const auto files = evidence_in_body(call);
    TRY(const auto package, request::prepare_package(connection, call.scope(), id, files, call.text("words").value_or(""), call.who->user, call.now));
    TRY_VOID(call.audit(connection, "evidence_package.prepare", package_object(package), outside_object(id) + " files:" + std::to_string(files.size())));
    return one_outside(call, connection, id);
  });
}

Reply export_outside_log(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto names, account_names(connection, call.who->tenant()));
    TRY(auto csv, request::outside_log_as_csv(connection, call.scope(), call.query_text("language") != "en", names_of(names)));
    TRY_VOID(call.audit(connection, "outside_request.export", "outside_request_log", "sha256:" + sha256(csv).hex()));
    Reply reply{.status = call.route.success, .body = std::move(csv)};
    reply.media_type = "text/csv; charset=utf-8";
    reply.download = "nhat-ky-cung-cap-minh-chung.csv";
    return reply;
  });
}

Reply decide_evidence_package(Call& call) {
  return write_or_note(call, kRefused, package_object({call.object}), [&](store::Connection& connection) -> Result<Reply> {
    const request::PackageId id{call.object};
    const request::PackageDecision decision{.approve = call.flag("approve").value_or(false), .words = call.text("words").value_or("")};
    TRY(const auto names, account_names(connection, call.who->tenant()));
    TRY_VOID(request::decide_package(connection, call.scope(), id, decision, call.who->user, names_of(names), call.now));
    TRY(const auto package, request::get_package(connection, call.scope(), id));
    TRY_VOID(call.audit(connection, decision.approve ? "evidence_package.approve" : "evidence_package.refuse", package_object(id),
                        decision.approve ? "manifest sha256:" + sha256(package.manifest).hex() : ""));
    return one_outside(call, connection, package.request);
  });
}

// Packed outside of the one writer, which has other things to do; the line that it left comes
// before the bytes do.
Reply download_evidence_package(Call& call) {
  const request::PackageId id{call.object};
  std::optional<Bytes> zip;
  auto packed = call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(zip, request::package_zip(connection, call.scope(), id, call.services.options.audit_secret_key));
    return Reply{};
  });
  return write_or_note(call, kRefused, package_object(id), [&](store::Connection& connection) -> Result<Reply> {
    if (!zip) return std::move(packed);
    const auto digest = sha256(as_text(*zip));
    TRY_VOID(request::note_download(connection, call.scope(), id, digest, call.who->user, call.now));
    TRY_VOID(call.audit(connection, "evidence_package.download", package_object(id), "sha256:" + digest.hex()));
    Reply reply{.status = call.route.success, .body = std::string(as_text(*zip))};
    reply.media_type = "application/zip";
    reply.download = "goi-minh-chung-" + std::to_string(id.value) + ".zip";
    return reply;
  });
}

Reply record_package_receipt(Call& call) {
  const auto on = day_in(call, "received_on");
  if (!on) return invalid("received_on");
  return write_or_note(call, kRefused, package_object({call.object}), [&](store::Connection& connection) -> Result<Reply> {
    const request::PackageId id{call.object};
    TRY_VOID(request::record_receipt(connection, call.scope(), id, call.text("receipt").value_or(""), *on, call.who->user, call.now));
    TRY_VOID(call.audit(connection, "evidence_package.receipt", package_object(id)));
    TRY(const auto package, request::get_package(connection, call.scope(), id));
    return one_outside(call, connection, package.request);
  });
}

}  // namespace route
}  // namespace khien::api
