#include <charconv>

#include "command.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/hub/installation.hpp"
#include "khien/request/help.hpp"
#include "khien/request/requests.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kPage = 500;

LocalText words_of(request::State state) {
  switch (state) {
    case request::State::sent: return {"chưa đọc", "not read"};
    case request::State::read: return {"đã đọc", "read"};
    case request::State::answered: return {"đã trả lời", "answered"};
    case request::State::returned: return {"yêu cầu bổ sung", "more is asked for"};
    case request::State::accepted: break;
  }
  return {"đạt", "done"};
}

LocalText words_of(request::HelpState state) {
  switch (state) {
    case request::HelpState::asked: return {"mới hỏi", "new"};
    case request::HelpState::taken: return {"đang xử lý", "in progress"};
    case request::HelpState::answered: return {"đã trả lời", "answered"};
    case request::HelpState::unsolved: return {"chưa được", "not solved"};
    case request::HelpState::solved: break;
  }
  return {"đã giải quyết", "solved"};
}

std::string day_or_dash(const std::optional<Date>& day) { return day ? to_string(*day) : "-"; }

void write_fields(JsonWriter& json, const request::Request& one) {
  json.field("id", one.id.value).field("title", one.title).field("from", one.unit_name).field("answer", to_string(one.answer)).key("due");
  one.due ? json.string(to_string(*one.due)) : json.null();
  json.field("sent", one.made_at).field("closed", one.closed_at.has_value()).key("units").begin_object().field("total", one.counts.total);
  for (std::size_t i = 0; i < request::kStates; ++i) json.field(to_string(static_cast<request::State>(i)), one.counts.by_state[i]);
  json.field("late", one.counts.late).end_object();
}

std::string line_of(const request::Request& one, bool as_json) {
  if (as_json) {
    JsonWriter json;
    json.begin_object();
    write_fields(json, one);
    json.end_object();
    return json.take() + "\n";
  }
  const auto done = one.counts.by_state[static_cast<std::size_t>(request::State::accepted)];
  return std::to_string(one.id.value) + "\t" + printable(one.title) + "\t" + day_or_dash(one.due) + "\t" + std::to_string(done) + "/" +
         std::to_string(one.counts.total) + "\t" + std::to_string(one.counts.late) + "\n";
}

std::string line_of(const request::Asked& one, bool as_json, Language language) {
  if (as_json) {
    JsonWriter json;
    json.begin_object().field("unit", one.unit.value).field("unit_name", one.unit_name).field("state", to_string(one.state)).field("late", one.late);
    json.key("read");
    one.read_at ? json.time(*one.read_at) : json.null();
    json.key("answered");
    one.answered_at ? json.time(*one.answered_at) : json.null();
    json.field("reminders", one.reminders).field("words", one.words).key("numbers").begin_array();
    for (const auto number : one.numbers) json.integer(number);
    json.end_array().end_object();
    return json.take() + "\n";
  }
  return "  " + pick(words_of(one.state), language) + "\t" + printable(one.unit_name) + "\t" + (one.late ? pick({"quá hạn", "overdue"}, language) : "-") + "\n";
}

std::string line_of(const request::Help& one, bool as_json, Language language) {
  if (as_json) {
    JsonWriter json;
    json.begin_object().field("id", one.id.value).field("unit", one.unit.value).field("unit_name", one.unit_name).field("title", one.title);
    json.field("about", to_string(one.about)).field("about_id", one.about_id).field("state", to_string(one.state)).field("asked", one.asked_at).key("answered");
    one.answered_at ? json.time(*one.answered_at) : json.null();
    json.end_object();
    return json.take() + "\n";
  }
  return std::to_string(one.id.value) + "\t" + pick(words_of(one.state), language) + "\t" + to_rfc3339(one.asked_at) + "\t" + printable(one.unit_name) + "\t" +
         printable(one.title) + "\n";
}

// Reads in one snapshot, over the whole tenant; what was read is written out afterwards.
template <class Read>
int read_out(Office& office, Console& console, Read read) {
  std::string out;
  const auto done = office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    return read(connection, scope, out);
  });
  if (!done) return console.fail(done.error());
  console.out(out);
  return 0;
}

int list(Office& office, const Arguments& arguments, Console& console) {
  request::RequestQuery query{.unit = {}, .words = {}, .cursor = {}, .limit = kPage};
  if (arguments.has("late")) query.view = request::RequestQuery::View::late;
  if (arguments.has("all")) query.view = request::RequestQuery::View::all;
  const auto now = office.env.clock.now();
  return read_out(office, console, [&](store::Connection& connection, const store::TenantScope& scope, std::string& out) -> Result<void> {
    for (;;) {
      TRY(const auto page, request::list_requests(connection, scope, query, now));
      for (const auto& one : page.items) out += line_of(one, arguments.has("json"));
      if (!page.next) return {};
      query.cursor = *page.next;
    }
  });
}

int show(Office& office, const Arguments& arguments, request::RequestId id, Console& console) {
  const auto now = office.env.clock.now();
  return read_out(office, console, [&](store::Connection& connection, const store::TenantScope& scope, std::string& out) -> Result<void> {
    TRY(const auto found, request::get_request(connection, scope, id, now));
    out += line_of(found, arguments.has("json"));
    request::AskedQuery query{.state = {}, .unit = {}, .words = {}, .cursor = {}, .limit = kPage};
    for (;;) {
      TRY(const auto page, request::list_asked(connection, scope, id, query, now));
      for (const auto& one : page.items) out += line_of(one, arguments.has("json"), console.language());
      if (!page.next) return {};
      query.cursor = *page.next;
    }
  });
}

int help_desk(Office& office, const Arguments& arguments, Console& console) {
  request::HelpQuery query{.unit = {}, .words = {}, .cursor = {}, .limit = kPage};
  if (arguments.has("all")) query.view = request::HelpQuery::View::all;
  return read_out(office, console, [&](store::Connection& connection, const store::TenantScope& scope, std::string& out) -> Result<void> {
    for (;;) {
      TRY(const auto page, request::list_help(connection, scope, query));
      for (const auto& one : page.items) out += line_of(one, arguments.has("json"), console.language());
      if (!page.next) return {};
      query.cursor = *page.next;
    }
  });
}

std::optional<std::int64_t> id_of(const std::string& text) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size() || id <= 0) return std::nullopt;
  return id;
}

int run(Office& office, const Arguments& arguments, Console& console) {
  const auto& words = arguments.positional();
  if (words == std::vector<std::string>{"list"}) return list(office, arguments, console);
  if (words == std::vector<std::string>{"help-desk"}) return help_desk(office, arguments, console);
  if (words.size() == 2 && words[0] == "show") {
    if (const auto id = id_of(words[1])) return show(office, arguments, {*id}, console);
  }
  return console.misuse({"cần list, show SỐ hoặc help-desk", "list, show ID or help-desk is needed"});
}

}  // namespace

Command request_command() {
  return {.name = "request",
          .synopsis = "request list [--late | --all] [--json] | request show ID [--json] | request help-desk [--all] [--json]",
          .summary = {"yêu cầu gửi các đơn vị, hỗ trợ: ai chưa trả lời", "requests to units and for help: who has not answered"},
          .details = {"list: yêu cầu đang mở: số, tên, hạn, đã xong trên tổng số đơn vị, số đơn vị quá hạn. show: từng đơn vị.\n"
                      "help-desk: yêu cầu hỗ trợ chờ trả lời, cũ nhất trước. Chỉ đọc; gửi và trả lời thì làm trên giao diện.",
                      "list: open requests: id, name, last day, done of all units, units overdue. show: unit by unit.\n"
                      "help-desk: requests for help that wait, the oldest first. It reads only; sending and answering is done in the interface."},
          .options = with_folder({{"late", "", {"chỉ yêu cầu có đơn vị quá hạn", "only with units overdue"}},
                                  {"all", "", {"mọi yêu cầu", "all of them"}},
                                  {"json", "", {"mỗi dòng một đối tượng JSON", "one JSON object a line"}}}),
          .office = run};
}

}  // namespace khien::hub
