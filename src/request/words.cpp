#include "words.hpp"

#include <algorithm>
#include <cstdio>

#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/request/requests.hpp"

namespace khien::request {
namespace {

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; }));
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

template <class Take>
Result<void> each_of(std::string_view text, Take take) {
  JsonDocument document;
  Budget budget({});
  TRY(const auto list, document.parse(text, budget));
  return list.each(take);
}

template <class Items, class Write>
std::string list_of(const Items& items, Write write) {
  JsonWriter json;
  json.begin_array();
  for (const auto& item : items) write(json, item);
  json.end_array();
  return json.take();
}

}  // namespace

Result<std::string> checked_words(std::string_view text, std::string_view field, std::size_t most, bool required) {
  TRY(auto words, nfc(text));
  if (is_blank(words)) {
    if (required) return duty::refuse(Code::invalid, field, {"Cần ghi nội dung này.", "This needs words."});
    return std::string();
  }
  if (code_points(words) > most) return duty::refuse(Code::invalid, field, {"Nội dung quá dài.", "This text is too long."});
  return words;
}

std::string numbers_to_json(const std::vector<std::int64_t>& numbers) {
  return list_of(numbers, [](JsonWriter& json, std::int64_t number) { json.integer(number); });
}

Result<std::vector<std::int64_t>> numbers_from_json(std::string_view text) {
  std::vector<std::int64_t> numbers;
  TRY_VOID(each_of(text, [&](Json item) -> Result<void> {
    TRY(const auto number, item.integer());
    numbers.push_back(number);
    return {};
  }));
  return numbers;
}

std::string evidence_to_json(const std::vector<EvidenceId>& evidence) {
  return list_of(evidence, [](JsonWriter& json, EvidenceId id) { json.integer(id.value); });
}

Result<std::vector<EvidenceId>> evidence_from_json(std::string_view text) {
  TRY(const auto numbers, numbers_from_json(text));
  std::vector<EvidenceId> ids;
  for (const auto number : numbers) ids.push_back({number});
  return ids;
}

std::string texts_to_json(const std::vector<std::string>& texts) {
  return list_of(texts, [](JsonWriter& json, const std::string& text) { json.string(text); });
}

Result<std::vector<std::string>> texts_from_json(std::string_view text) {
  std::vector<std::string> texts;
  TRY_VOID(each_of(text, [&](Json item) -> Result<void> {
    TRY(const auto one, item.string());
    texts.emplace_back(one);
    return {};
  }));
  return texts;
}

Result<void> check_evidence_of(store::Connection& connection, const store::TenantScope& scope, UnitId unit,
                               const std::vector<EvidenceId>& evidence) {
  if (evidence.size() > kMostFiles) return duty::refuse(Code::invalid, "evidence", {"Nhiều nhất 20 tệp.", "At most 20 files."});
  for (auto at = evidence.begin(); at != evidence.end(); ++at) {
    if (std::find(evidence.begin(), at, *at) != at) {
      return duty::refuse(Code::invalid, "evidence", {"Có tệp được kể hai lần.", "A file is named twice."});
    }
    TRY(const auto one, duty::get_evidence(connection, scope, *at));
    if (one.unit == unit) continue;
    return duty::refuse(Code::invalid, "evidence", {"Tệp thuộc đơn vị khác.", "The file belongs to another unit."});
  }
  return {};
}

Result<std::vector<duty::Evidence>> evidence_of(store::Connection& connection, const store::TenantScope& scope,
                                                const std::vector<EvidenceId>& ids) {
  std::vector<duty::Evidence> all;
  for (const EvidenceId id : ids) {
    TRY(auto one, duty::get_evidence(connection, scope, id));
    all.push_back(std::move(one));
  }
  return all;
}

std::string day_words(Date day) {
  char text[16];
  std::snprintf(text, sizeof text, "%02d/%02d/%04d", day.day(), day.month(), day.year());
  return text;
}

std::string time_words(Timestamp time) {
  const Date day = vietnam_day(time);
  const auto minutes_of_day = (time.ms - vietnam_moment(day).ms) / 60'000;
  char text[16];
  std::snprintf(text, sizeof text, " %02d:%02d", static_cast<int>(minutes_of_day / 60), static_cast<int>(minutes_of_day % 60));
  return day_words(day) + text;
}

}  // namespace khien::request
