#include "finding_facts.hpp"

#include "dto_policy.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <variant>

#include "khien/core/budget.hpp"
#include "khien/model/local_text.hpp"
#include "khien/model/observation.hpp"

namespace khien::api {
namespace {

// What the ledger holds was parsed once at the door; a limit here only bounds
// what a damaged file could cost.
std::optional<Observation> parsed(const store::StoredEvent& event) {
  JsonDocument memory;
  Budget budget({.bytes_in = 2u << 20, .depth = 16, .entries = 100'000});
  auto observation = observation_from_json(event.text, memory, budget);
  if (!observation) return std::nullopt;
  return std::move(observation).value();
}

void write_fact(JsonWriter& json, const LocalText& label, std::string_view value, bool monospace) {
  json.begin_object().key("label").begin_object().field("vi", label.vi).field("en", label.en).end_object();
  json.field("value", value).field("monospace", monospace).end_object();
}

// "22/11/2026 15:18:11" at UTC+7: facts are text for people in both languages.
std::string vietnam_moment(Timestamp time) {
  const std::string date = vietnam_date(time);  // "2026-11-22"
  const std::string clock = to_rfc3339({(time - vietnam_midnight(time)).ms}).substr(11, 8);
  return date.substr(8, 2) + "/" + date.substr(5, 2) + "/" + date.substr(0, 4) + " " + clock;
}

// Of the file that a fact is about.
std::optional<Sha256> file_hash_of(const ObservationBody& body) {
  if (const auto* file = std::get_if<FileSeen>(&body)) return file->sha256;
  if (const auto* access = std::get_if<AccessSeen>(&body)) return access->sha256;
  return std::nullopt;
}

void write_match_facts(JsonWriter& json, const std::vector<FileMatch>& matches) {
  for (const FileMatch& match : matches) {
    const auto rule = std::string(to_string(match.engine)) + ":" + match.rule + " (" + match.origin + ")";
    write_fact(json, {"Luật khớp", "Rule that matched"}, rule, true);
  }
}

void write_file_facts(JsonWriter& json, const FileSeen& file) {
  write_fact(json, {"Đường dẫn", "Path"}, file.path, true);
  write_fact(json, {"Kích thước (byte)", "Size (bytes)"}, std::to_string(file.size), false);
  if (file.sha256) write_fact(json, {"SHA-256", "SHA-256"}, file.sha256->hex(), true);
  write_fact(json, {"Sửa lần cuối", "Last changed"}, vietnam_moment({file.mtime_ns / 1'000'000}), false);
  write_fact(json, {"Chủ sở hữu (uid)", "Owner (uid)"}, std::to_string(file.owner_uid), false);
  write_match_facts(json, file.matches);
}

LocalText access_words(const AccessSeen& seen) {
  const bool denied = seen.answer == AccessSeen::Answer::denied;
  if (seen.exec) {
    return denied ? LocalText{"Đã chặn chạy", "Kept from running"} : LocalText{"Đã cho chạy khi chưa kịp xét", "Let run before it was judged"};
  }
  return denied ? LocalText{"Đã chặn mở", "Kept from being opened"} : LocalText{"Đã cho mở khi chưa kịp xét", "Let be opened before it was judged"};
}

void write_access_facts(JsonWriter& json, const AccessSeen& seen) {
  write_fact(json, access_words(seen), seen.path, true);
  write_fact(json, {"Chương trình yêu cầu", "Program that asked"}, seen.program.empty() ? "—" : seen.program, true);
  write_fact(json, {"Tiến trình (pid)", "Process (pid)"}, std::to_string(seen.pid), false);
  write_fact(json, {"Người dùng (uid)", "User (uid)"}, std::to_string(seen.uid), false);
  write_fact(json, {"Số lần", "Times"}, std::to_string(seen.times), false);
  if (seen.sha256) write_fact(json, {"SHA-256", "SHA-256"}, seen.sha256->hex(), true);
  write_match_facts(json, seen.matches);
}

// "googlebot: 200 → https://…"; what each visitor got.
void write_view_fact(JsonWriter& json, const SeenView& view) {
  std::string got = std::string(to_string(view.visitor)) + ": " + std::to_string(view.status);
  if (!view.limit.empty()) got += " (" + view.limit + ")";
  got += " → " + view.final_url;
  write_fact(json, {"Khách nhận được", "What a visitor got"}, got, true);
}

void write_page_facts(JsonWriter& json, const PageSeen& page) {
  constexpr std::size_t kLinksShown = 20;
  write_fact(json, {"Địa chỉ", "Address"}, page.url, true);
  for (const PageReason& reason : page.reasons) {
    write_fact(json, {"Lý do", "Reason"}, reason.name + " (" + std::to_string(reason.points) + ")", true);
  }
  for (std::size_t i = 0; i < std::min(kLinksShown, page.links.size()); ++i) {
    const PageLink& link = page.links[i];
    write_fact(json, {"Liên kết bị chèn", "Injected link"}, link.anchor + " → " + link.url, true);
  }
  for (const SeenView& view : page.views) write_view_fact(json, view);
}

// What the check asked about, by the names of the vocabulary.
void write_check_facts(JsonWriter& json, const check::Check& check, const Observation& observation) {
  const auto facts = check::facts_of(observation);
  if (!facts) return;
  for (const Fact& fact : check::reasons(check, facts->all)) {
    const auto* kind = check::find_fact(fact.name);
    if (kind == nullptr) continue;
    write_fact(json, {std::string(kind->vi), std::string(kind->en)}, fact.value, true);
  }
}

void write_policy_facts(JsonWriter& json, const PolicySeen& seen) {
  const std::string version = seen.version == 0 ? "–" : std::to_string(seen.version);
  write_fact(json, {"Phiên bản chính sách trên máy", "Version of the policy on the machine"}, version, false);
  if (seen.expires_at) write_fact(json, {"Hết hạn", "Expires"}, vietnam_moment(*seen.expires_at), false);
  if (seen.refusal != PolicyRefusal::none) {
    write_fact(json, {"Lý do từ chối", "Refused because"}, to_string(seen.refusal), true);
  }
  for (const auto& one : seen.differences) {
    write_fact(json, policy_setting_name(one.setting), to_string(one.why), true);
  }
}

}  // namespace

void write_observation_ref(JsonWriter& json, const store::StoredEvent& event) {
  const auto observation = parsed(event);
  json.begin_object().field("id", event.id.value);
  json.field("kind", observation ? kind_of(observation->body) : "unreadable");
  json.field("observed_at", observation ? observation->observed_at : event.received_at);
  json.field("received_at", event.received_at).field("event_sha256", event.sha256.hex()).key("file_sha256");
  const auto sha256 = observation ? file_hash_of(observation->body) : std::nullopt;
  if (sha256) {
    json.string(sha256->hex());
  } else {
    json.null();
  }
  json.end_object();
}

std::optional<PageSeen> page_of(const std::vector<store::StoredEvent>& events) {
  const auto newest = events.empty() ? std::nullopt : parsed(events.front());
  const auto* page = newest ? std::get_if<PageSeen>(&newest->body) : nullptr;
  return page != nullptr ? std::optional(*page) : std::nullopt;
}

void write_facts(JsonWriter& json, const std::vector<store::StoredEvent>& events, const check::Check* check) {
  json.begin_array();
  const auto newest = events.empty() ? std::nullopt : parsed(events.front());
  if (newest) {
    if (const auto* file = std::get_if<FileSeen>(&newest->body)) write_file_facts(json, *file);
    if (const auto* page = std::get_if<PageSeen>(&newest->body)) write_page_facts(json, *page);
    if (const auto* access = std::get_if<AccessSeen>(&newest->body)) write_access_facts(json, *access);
    if (check != nullptr) write_check_facts(json, *check, *newest);
    if (const auto* policy = std::get_if<PolicySeen>(&newest->body)) write_policy_facts(json, *policy);
  }
  json.end_array();
}

}  // namespace khien::api
