#include "dto_request.hpp"

#include "dto.hpp"
#include "dto_duty.hpp"
#include "khien/core/hash.hpp"

namespace khien::api {
namespace {

void write_user(JsonWriter& json, std::string_view name, std::optional<UserId> user, const NameMap& names) {
  json.key(name);
  write_user_ref(json, user, names);
}

template <class Tag>
void write_id_or_null(JsonWriter& json, std::string_view name, const std::optional<Id<Tag>>& id) {
  json.key(name);
  id ? json.integer(id->value) : json.null();
}

void write_numbers(JsonWriter& json, const std::vector<std::int64_t>& numbers) {
  json.key("numbers").begin_array();
  for (const auto number : numbers) json.integer(number);
  json.end_array();
}

void write_counts(JsonWriter& json, const request::Counts& counts) {
  json.key("counts").begin_object().field("total", counts.total);
  for (std::size_t i = 0; i < request::kStates; ++i) json.field(to_string(static_cast<request::State>(i)), counts.by_state[i]);
  json.field("late", counts.late).end_object();
}

}  // namespace

void write_request(JsonWriter& json, const request::Request& request, const NameMap& names) {
  json.begin_object().field("id", request.id.value).key("unit");
  write_ref(json, request.unit.value, request.unit_name);
  json.field("title", request.title).field("basis", request.basis);
  write_date(json, "due_on", request.due);
  json.field("answer", to_string(request.answer));
  write_user(json, "made_by", request.made_by, names);
  json.field("made_at", request.made_at);
  write_time(json, "closed_at", request.closed_at);
  write_counts(json, request.counts);
  write_id_or_null(json, "only", request.only);
  json.end_object();
}

void write_request_detail(JsonWriter& json, const request::Request& request, const std::vector<request::Attachment>& attachments, const NameMap& names) {
  json.begin_object().key("request");
  write_request(json, request, names);
  json.field("text", request.text).key("fields").begin_array();
  for (const auto& field : request.fields) json.string(field);
  json.end_array().key("attachments").begin_array();
  for (const auto& file : attachments) {
    json.begin_object().field("id", file.id.value).field("file_name", file.file_name).field("size", file.size);
    json.field("sha256", file.sha256.hex()).end_object();
  }
  json.end_array();
  write_user(json, "closed_by", request.closed_by, names);
  json.field("closed_words", request.closed_words).end_object();
}

void write_asked(JsonWriter& json, const request::Asked& asked, const NameMap& names) {
  json.begin_object().field("id", asked.id.value).field("request", asked.request.value).key("unit");
  write_ref(json, asked.unit.value, asked.unit_name);
  json.field("state", to_string(asked.state)).field("entered_at", asked.entered_at).field("late", asked.late);
  json.field("answered_late", asked.answered_late);
  write_time(json, "read_at", asked.read_at);
  write_user(json, "read_by", asked.read_by, names);
  write_time(json, "answered_at", asked.answered_at);
  write_user(json, "answered_by", asked.answered_by, names);
  json.field("reminders", asked.reminders);
  write_time(json, "reminded_at", asked.reminded_at);
  json.field("words", asked.words);
  write_numbers(json, asked.numbers);
  json.field("files", static_cast<std::int64_t>(asked.evidence.size())).end_object();
}

void write_asked_detail(JsonWriter& json, const request::Asked& asked, const std::vector<request::AskedEvent>& history, const NameMap& names) {
  json.begin_object().key("unit");
  write_asked(json, asked, names);
  json.key("history").begin_array();
  for (const auto& event : history) {
    json.begin_object().field("at", event.at);
    write_user(json, "who", event.who, names);
    json.field("event", event.event).field("words", event.words);
    write_numbers(json, event.numbers);
    write_evidence_list(json, event.evidence, names);
    json.end_object();
  }
  json.end_array().end_object();
}

void write_receiver(JsonWriter& json, const request::Receiver& receiver) {
  json.begin_object().field("id", receiver.id.value).key("unit");
  write_ref(json, receiver.unit.value, receiver.unit_name);
  json.field("name", receiver.name).field("kind", to_string(receiver.kind)).field("address", receiver.address);
  json.field("contact", receiver.contact).field("active", receiver.active).end_object();
}

void write_outside_request(JsonWriter& json, const request::OutsideRequest& request, const NameMap& names) {
  json.begin_object().field("id", request.id.value).key("receiver");
  write_ref(json, request.receiver.value, request.receiver_name);
  json.field("number", request.number);
  write_date(json, "dated_on", request.dated);
  json.field("what_for", request.what_for).field("basis", request.basis);
  write_date(json, "due_on", request.due);
  json.field("state", to_string(request.state)).field("late", request.late);
  write_user(json, "made_by", request.made_by, names);
  json.field("made_at", request.made_at).field("packages", request.packages).field("received", request.received).end_object();
}

void write_package(JsonWriter& json, const request::Package& package, UserId me, const NameMap& names) {
  json.begin_object().field("id", package.id.value).field("state", to_string(package.state)).field("words", package.words);
  write_user(json, "made_by", package.made_by, names);
  json.field("made_at", package.made_at);
  write_user(json, "decided_by", package.decided_by, names);
  write_time(json, "decided_at", package.decided_at);
  json.field("may_decide", package.state == request::PackageState::waiting && package.made_by != me).key("manifest_sha256");
  package.manifest.empty() ? json.null() : json.string(sha256(package.manifest).hex());
  json.field("receipt", package.receipt);
  write_date(json, "received_on", package.received_on);
  json.key("files").begin_array();
  for (const auto& file : package.files) write_evidence(json, file, names);
  json.end_array().end_object();
}

void write_outside_history(JsonWriter& json, const std::vector<request::OutsideEvent>& history, const NameMap& names) {
  json.key("history").begin_array();
  for (const auto& event : history) {
    json.begin_object().field("at", event.at);
    write_user(json, "who", event.who, names);
    json.field("event", event.event);
    write_id_or_null(json, "package", event.package);
    json.field("words", event.words).end_object();
  }
  json.end_array();
}

void write_help(JsonWriter& json, const request::Help& help, const NameMap& names) {
  json.begin_object().field("id", help.id.value).key("unit");
  write_ref(json, help.unit.value, help.unit_name);
  json.field("title", help.title).field("about", to_string(help.about)).field("about_id", help.about_id).field("page", help.page);
  json.field("state", to_string(help.state));
  write_user(json, "asked_by", help.asked_by, names);
  json.field("asked_at", help.asked_at).field("entered_at", help.entered_at);
  write_user(json, "taken_by", help.taken_by, names);
  write_time(json, "answered_at", help.answered_at);
  json.end_object();
}

void write_help_figures(JsonWriter& json, const request::HelpFigures& figures) {
  constexpr std::int64_t kMinute = 60'000;
  json.begin_object();
  for (std::size_t i = 0; i < request::kHelpStates; ++i) json.field(to_string(static_cast<request::HelpState>(i)), figures.by_state[i]);
  write_time(json, "oldest_at", figures.oldest);
  json.field("answered_recently", figures.answered).key("median_minutes");
  figures.median_ms ? json.integer(*figures.median_ms / kMinute) : json.null();
  json.end_object();
}

void write_help_lines(JsonWriter& json, const std::vector<request::HelpLine>& lines, const NameMap& names) {
  json.key("lines").begin_array();
  for (const auto& line : lines) {
    json.begin_object().field("at", line.at);
    write_user(json, "who", line.who, names);
    json.field("event", line.event).field("words", line.words).field("before", line.before).field("after", line.after);
    write_evidence_list(json, line.evidence, names);
    json.end_object();
  }
  json.end_array();
}

std::function<std::string(UserId)> names_of(const NameMap& names) {
  return [&names](UserId user) {
    const auto found = names.find(user.value);
    return found == names.end() ? std::string() : found->second;
  };
}

}  // namespace khien::api
