#include <utility>

#include "call.hpp"
#include "dto.hpp"
#include "events.hpp"
#include "khien/exchange/outbox.hpp"
#include "khien/notice/messages.hpp"
#include "problem.hpp"

namespace khien::api {
namespace {

const notice::Rules& rules_of(const Call& call) {
  static const notice::Rules none;
  return call.services.options.notice_rules ? *call.services.options.notice_rules : none;
}

std::string user_object(UserId user) { return "user:" + std::to_string(user.value); }

void write_note(JsonWriter& json, const notice::Note& note) {
  json.begin_object().field("id", note.id.value).field("kind", to_string(note.kind)).key("title");
  write_text(json, note.title);
  json.field("path", note.path).field("urgent", note.urgent).field("level", std::int64_t{note.level}).field("count", note.count);
  write_time(json, "due", note.due);
  json.field("told_at", note.told_at);
  write_time(json, "read_at", note.read_at);
  write_time(json, "acknowledged_at", note.acknowledged_at);
  json.end_object();
}

void write_counts(JsonWriter& json, const notice::NoteCounts& counts) {
  json.begin_object().field("total", counts.total).field("unread", counts.unread).field("waiting", counts.waiting).end_object();
}

Result<Reply> counts_reply(const Call& call, store::Connection& connection) {
  TRY(const auto counts, notice::count_notes(connection, call.who->tenant(), call.who->user));
  JsonWriter json;
  write_counts(json, counts);
  return call.json(json);
}

Result<Reply> settings_reply(const Call& call, store::Connection& connection) {
  TRY(const auto settings, notice::settings_of(connection, call.who->tenant(), call.who->user, call.who->role));
  const auto& post = call.services.options.post;
  JsonWriter json;
  json.begin_object().field("language", settings.vietnamese ? "vi" : "en").field("mail", settings.mail).field("by_mail", settings.by_mail);
  json.field("quiet_from", std::int64_t{settings.quiet.from}).field("quiet_to", std::int64_t{settings.quiet.to});
  json.field("mail_ready", post != nullptr && post->has_mail()).end_object();
  return call.json(json);
}

}  // namespace

namespace route {

Reply list_messages(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    const notice::NoteQuery query{.unread_only = call.query_text("view") == "unread", .cursor = call.query_text("cursor"), .limit = call.query_limit()};
    auto page = notice::list_notes(connection, call.who->tenant(), call.who->user, rules_of(call), query);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    TRY(const auto counts, notice::count_notes(connection, call.who->tenant(), call.who->user));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& note : page->items) write_note(json, note);
    json.end_array();
    write_next(json, query.unread_only ? counts.unread : counts.total, page->next);
    json.key("counts");
    write_counts(json, counts);
    TRY(const auto trouble, exchange::mail_trouble(connection, call.who->tenant(), call.now));
    json.key("mail").begin_object();
    write_time(json, "failing_since", trouble.since);
    json.field("waiting", trouble.waiting).field("given_up", trouble.given_up).end_object().end_object();
    return call.json(json);
  });
}

Reply acknowledge_messages(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const bool acknowledge = call.text("as") == "acknowledged";
    const auto messages = call.integers("messages");
    TRY(const auto changed, notice::mark_notes(connection, call.who->tenant(), call.who->user, messages, acknowledge, call.now));
    // That something was seen in passing is no act; that somebody has it in hand is.
    if (acknowledge && changed > 0) {
      TRY_VOID(call.audit(connection, "message.acknowledge", user_object(call.who->user), std::to_string(changed)));
    }
    return counts_reply(call, connection);
  });
}

Reply get_message_settings(Call& call) {
  return call.read([&](store::Connection& connection) { return settings_reply(call, connection); });
}

Reply set_message_settings(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const notice::Settings wanted{.vietnamese = call.text("language") != "en", .mail = call.text("mail").value_or(""),
                                  .by_mail = call.flag("by_mail").value_or(false),
                                  .quiet = {static_cast<int>(call.integer("quiet_from").value_or(0)), static_cast<int>(call.integer("quiet_to").value_or(0))}};
    const auto set = notice::set_settings(connection, call.who->tenant(), call.who->user, wanted, call.now);
    if (!set) return refusal(set.error(), {.field = "mail"});
    TRY_VOID(call.audit(connection, "message.settings", user_object(call.who->user), wanted.by_mail ? "mail" : ""));
    return settings_reply(call, connection);
  });
}

Reply send_test_message(Call& call) {
  notice::MessageId made;
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    const auto sent = notice::send_test(connection, call.who->tenant(), call.scope().roots().front(), call.who->user, call.who->role, rules_of(call),
                                        call.services.options.post.get(), call.now);
    if (!sent && sent.error().code() == Code::exhausted) return exhausted(minutes(1));
    if (!sent) return sent.error();
    made = *sent;
    TRY_VOID(call.audit(connection, "message.test", user_object(call.who->user)));
    return counts_reply(call, connection);
  });
  if (reply.status < 400) call.services.events.publish_to_person("message", call.who->tenant(), call.who->user, made.value);
  return reply;
}

}  // namespace route
}  // namespace khien::api
