#include "botnet_call.hpp"

#include <algorithm>

#include "duty_call.hpp"
#include "khien/botnet/list_reader.hpp"
#include "khien/core/date.hpp"
#include "khien/core/text.hpp"
#include "khien/duty/register_records.hpp"
#include "problem.hpp"

namespace khien::api {
namespace {

constexpr Words kUnreadable{"Không đọc được tệp. Cần tệp CSV, XLSX hoặc văn bản thường (không phải .xls, không đặt mật khẩu).",
                            "The file cannot be read. It must be CSV, XLSX or plain text (not .xls, without a password)."};
constexpr Words kTooMuch{"Tệp quá lớn hoặc được nén bất thường.", "The file is too large, or packed in an unusual way."};

bool is_plain_text(std::string_view text) { return is_utf8(text) && text.find('\0') == text.npos; }

}  // namespace

const botnet::Playbook& playbook_of(const Call& call) {
  static const botnet::Playbook plain;
  return call.services.options.botnet_playbook ? *call.services.options.botnet_playbook : plain;
}

Result<BotnetViewer> botnet_viewer(const Call& call, store::Connection& connection, const NameMap& names) {
  BotnetViewer viewer{.playbook = playbook_of(call), .names = names, .lookup = {}, .role = call.who->role, .now = call.now};
  TRY(viewer.lookup, estate::botnet_lookup(connection, call.who->tenant()));
  TRY(viewer.whole_tenant, botnet::sees_whole_tenant(connection, call.scope()));
  return viewer;
}

Result<Table> table_in(const Call& call, ByteView bytes) {
  if (!call.services.options.read_table) return Error(Code::unavailable, "lists are not read here");
  auto table = call.services.options.read_table(bytes);
  // A letter's words with one quotation mark are no CSV, and a list all the same.
  const bool is_words = !table && table.error().code() == Code::invalid && is_plain_text(as_text(bytes));
  if (is_words) return botnet::table_of_text(as_text(bytes));
  return table;
}

Reply unreadable_list(const Error& error) {
  if (error.code() == Code::invalid) return problem(422, "invalid", kUnreadable, "content");
  if (error.code() == Code::exhausted) return problem(422, "invalid", kTooMuch, "content");
  return refusal(error);
}

Reply with_refusal_told(const Call& call, Reply reply, std::string_view what, std::string_view tried) {
  if (reply.status != 403 && reply.status != 409) return reply;
  const auto told = call.services.hub.write([&](store::Connection& connection) { return call.audit(connection, "botnet.refused", what, tried); });
  return told ? std::move(reply) : refusal(told.error());
}

Result<void> put_into_register(const Call& call, store::Connection& connection, UnitId unit, Timestamp at, std::int64_t found,
                               std::string_view action) {
  TRY(const auto law, law_of(call, connection));
  const auto& into = playbook_of(call).lookup_register;
  if (law->catalogue().register_named(into) == nullptr) return {};
  JsonWriter fields;
  fields.begin_object().field("looked_up_on", to_string(vietnam_day(at))).field("looked_up_by", truncate(call.who->name, 200));
  fields.field("addresses_found", found);
  if (!action.empty()) fields.field("action", action);
  fields.end_object();
  const duty::NewRegisterRecord record{.register_name = into, .unit = unit, .fields = fields.take(), .evidence = {}, .note = {}};
  TRY(const auto id, duty::create_register_record(connection, call.scope(), law->catalogue(), record, actor_of(call), call.now));
  return call.audit(connection, "register_record.create", "register_record:" + std::to_string(id.value), into);
}

}  // namespace khien::api
