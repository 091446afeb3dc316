#include <utility>

#include "call.hpp"
#include "days.hpp"
#include "dto.hpp"
#include "dto_advisory.hpp"
#include "duty_call.hpp"
#include "khien/core/bytes.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/duty/state_secret.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

constexpr Words kConfirmed{"Công văn này đã được xác nhận.", "This letter is confirmed already."};
constexpr Words kEverybody{"Chỉ người phụ trách toàn tỉnh được xác nhận công văn, vì cảnh báo áp dụng cho mọi đơn vị.",
                           "Only who answers for the whole province may confirm a letter: its advisory is for every unit."};
constexpr Words kUnreadable{"Không đọc được tệp này. Hãy dán phần chữ của công văn.",
                            "This file cannot be read. Paste the letter's words."};

std::string letter_object(patch::LetterId id) { return "letter:" + std::to_string(id.value); }

// Looked at twice: what is not there, or has several readings.
std::vector<LocalText> warnings_for(const patch::LetterDetail& detail) {
  std::vector<LocalText> warnings;
  const auto& letter = detail.letter;
  if (letter.number.empty()) warnings.push_back({"Chưa rõ số hiệu công văn.", "The letter's number is not certain."});
  if (!letter.issued) warnings.push_back({"Chưa rõ ngày ban hành.", "The letter's date is not certain."});
  if (!letter.due) warnings.push_back({"Chưa rõ hạn xử lý.", "The due day is not certain."});
  if (letter.cves.empty()) warnings.push_back({"Không thấy mã CVE: cần nêu phần mềm và bản vá.", "No CVE was found: name the software and its fix."});
  for (const auto& found : detail.facts.products) {
    if (found.value.key) continue;
    warnings.push_back({"Có phần mềm chưa nhận ra được, cần chọn thủ công.", "A product is not known; choose it by hand."});
    break;
  }
  return warnings;
}

Result<Reply> one_letter(const Call& call, store::Connection& connection, patch::LetterId id) {
  TRY(const auto detail, patch::get_letter(connection, call.scope(), id));
  TRY(const auto names, account_names(connection, call.who->tenant()));
  JsonWriter json;
  json.begin_object().key("letter");
  write_letter(json, detail.letter, names);
  write_letter_facts(json, detail.facts);
  json.key("warnings").begin_array();
  if (!detail.letter.confirmed) {
    for (const auto& warning : warnings_for(detail)) write_text(json, warning);
  }
  json.end_array().end_object();
  return call.json(json);
}

std::vector<std::string> strings_in(const Call& call, std::string_view name) {
  std::vector<std::string> texts;
  const auto list = call.body->field(name);
  if (!list) return texts;
  (void)list->each([&](Json one) -> Result<void> {
    TRY(const auto text, one.string());
    texts.emplace_back(text);
    return {};
  });
  return texts;
}

// The file as it came, or the pasted words.
struct Received {
  Bytes bytes;
  std::string file_name;
};
Result<Received> received_in(const Call& call) {
  const auto text = call.body->string_at("text");
  const auto content = call.body->string_at("content");
  if (text.has_value() == content.has_value()) return Error(Code::invalid, "content");
  if (text) {
    const auto bytes = as_bytes(*text);
    return Received{{bytes.begin(), bytes.end()}, {}};
  }
  auto bytes = from_base64(*content);
  if (!bytes) return Error(Code::invalid, "content");
  auto name = call.text("file_name").value_or("");
  if (name.empty()) return Error(Code::invalid, "file_name");
  return Received{std::move(bytes).value(), std::move(name)};
}

}  // namespace

namespace route {

Reply list_letters(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto letters, patch::list_letters(connection, call.scope()));
    TRY(const auto names, account_names(connection, call.who->tenant()));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& letter : letters) write_letter(json, letter, names);
    json.end_array().end_object();
    return call.json(json);
  });
}

Reply create_letter(Call& call) {
  const auto& read_letter = call.services.options.read_letter;
  if (!read_letter) return unavailable();
  const auto received = received_in(call);
  if (!received) return invalid(received.error().what());
  auto facts = read_letter(received->bytes);
  if (!facts && facts.error().code() == Code::unavailable) return unavailable();
  if (!facts) return problem(422, "invalid", kUnreadable, "content");
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const auto kept = patch::keep_letter(connection, call.scope(),
                                         {.unit = call.scope().roots().front(), .file_name = received->file_name,
                                          .content = received->bytes, .facts = *facts, .by = call.who->user},
                                         call.now);
    if (!kept) return refusal(kept.error(), {.field = "content"});
    TRY_VOID(call.audit(connection, "letter.receive", letter_object(*kept), received->file_name));
    return one_letter(call, connection, *kept);
  });
}

Reply get_letter(Call& call) {
  return call.read([&](store::Connection& connection) { return one_letter(call, connection, {call.object}); });
}

Reply discard_letter(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const patch::LetterId id{call.object};
    const auto done = patch::discard_letter(connection, call.scope(), id);
    if (!done) return refusal(done.error(), {.conflict = &kConfirmed});
    TRY_VOID(call.audit(connection, "letter.discard", letter_object(id)));
    return call.done();
  });
}

Reply confirm_letter(Call& call) {
  const patch::LetterId id{call.object};
  if (const auto field = impossible_day(call, {"due_on"})) return invalid(*field);
  const auto issued = Date::parse(call.text("issued_on").value_or(""));
  if (!issued) return invalid("issued_on");
  patch::Confirmation confirmation{.number = call.text("number").value_or(""), .sender = call.text("sender").value_or(""),
                                   .title = call.text("title").value_or(""), .severity = Severity::info, .issued = *issued, .due = day_in(call, "due_on"),
                                   .cves = strings_in(call, "cves"), .fixes = strings_in(call, "fixes")};
  if (const auto severity = call.text("severity")) confirmation.severity = severity_from_string(*severity).value();
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY_VOID(patch::get_letter(connection, call.scope(), id));
    // It becomes an advisory, with a day, for every unit of the tenant.
    TRY(const bool all, answers_for_all(call, connection));
    if (!all) return problem(403, "denied", kEverybody);
    const auto made = patch::confirm_letter(connection, call.scope(), id, confirmation, call.who->user,
                                            patch::following_of(call.services.options.advisory_settings), call.now);
    if (!made && made.error().code() == Code::invalid && !duty::is_state_secret(made.error())) return invalid(made.error().what());
    if (!made) return refusal(made.error(), {.conflict = &kConfirmed});
    TRY_VOID(call.audit(connection, "letter.confirm", letter_object(id),
                        confirmation.number + " advisory:" + std::to_string(made->value)));
    return one_letter(call, connection, id);
  });
  if (reply.status < 400 && call.services.options.on_letter) call.services.options.on_letter();
  return reply;
}

}  // namespace route
}  // namespace khien::api
