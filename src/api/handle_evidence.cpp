#include <utility>

#include "call.hpp"
#include "days.hpp"
#include "dto_duty.hpp"
#include "duty_call.hpp"
#include "khien/duty/evidence.hpp"
#include "khien/duty/refusal.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

std::string evidence_object(EvidenceId id) { return "evidence:" + std::to_string(id.value); }

// A refused secret leaves one line in the audit log: that it was refused, and
// neither its name nor a byte of it.
Reply refuse_secret(Call& call, const Error& error) {
  const auto noted = call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY_VOID(call.audit(connection, "evidence.refused", "evidence", "state secret: nothing kept"));
    return call.done();
  });
  return noted.status < 400 ? refusal(error) : noted;
}

}  // namespace

namespace route {

Reply upload_evidence(Call& call) {
  if (const auto field = impossible_day(call, {"effective_on"})) return invalid(*field);
  const auto declared = duty::classification_from_string(call.text("classification").value_or(""));
  if (!declared) return invalid("classification");
  const auto content = call.body->string_at("content");
  const auto bytes = from_base64(content ? *content : std::string_view());
  if (!bytes) return invalid("content");
  duty::NewEvidence file{.unit = {call.integer("unit").value_or(0)},
                         .file_name = call.text("file_name").value_or(""),
                         .bytes = *bytes,
                         .declared = *declared,
                         .effective_on = day_in(call, "effective_on"),
                         .by = call.who->user};
  // A document that cannot be read is kept, and said to be looked at by its name only.
  if (const auto& read_words = call.services.options.read_words; read_words && duty::may_hold_words(*bytes)) {
    if (auto words = read_words(*bytes)) file.words = std::move(words).value();
  }
  // Before the database is touched, so that nothing of a secret comes near it.
  if (const auto checked = duty::check_evidence(file); !checked) {
    return duty::is_state_secret(checked.error()) ? refuse_secret(call, checked.error()) : refusal(checked.error());
  }
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto id, duty::keep_evidence(connection, call.scope(), file, call.now));
    TRY(const auto kept, duty::get_evidence(connection, call.scope(), id));
    TRY_VOID(call.audit(connection, "evidence.upload", evidence_object(id),
                        "unit:" + std::to_string(kept.unit.value) + " sha256:" + kept.sha256.hex()));
    TRY(const auto names, account_names(connection, call.who->tenant()));
    JsonWriter json;
    write_evidence(json, kept, names);
    return call.json(json);
  });
}

Reply list_evidence(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    duty::EvidenceQuery query{.unit = {}, .words = call.query_text("q"), .cursor = call.query_text("cursor"), .limit = call.query_limit()};
    TRY(query.unit, unit_in_query(call, connection));
    const auto page = duty::list_evidence(connection, call.scope(), query);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    TRY(const auto names, account_names(connection, call.who->tenant()));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& evidence : page->items) write_evidence(json, evidence, names);
    json.end_array().key("next");
    page->next ? json.string(*page->next) : json.null();
    json.end_object();
    return call.json(json);
  });
}

Reply get_evidence(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto evidence, duty::get_evidence(connection, call.scope(), {call.object}));
    TRY(const auto names, account_names(connection, call.who->tenant()));
    JsonWriter json;
    write_evidence(json, evidence, names);
    return call.json(json);
  });
}

Reply download_evidence(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto evidence, duty::get_evidence(connection, call.scope(), {call.object}));
    TRY(const auto bytes, duty::read_evidence(connection, call.scope(), {call.object}));
    Reply reply{.status = call.route.success, .body = std::string(as_text(bytes))};
    reply.media_type = "application/octet-stream";
    reply.download = evidence.file_name;
    return reply;
  });
}

}  // namespace route
}  // namespace khien::api
