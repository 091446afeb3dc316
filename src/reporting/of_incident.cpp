#include "of_incident.hpp"

#include <algorithm>

#include "khien/core/text.hpp"
#include "khien/incident/incidents.hpp"

namespace khien::reporting {
namespace {

// The hub's own lines say less than what people wrote.
std::string lines_of(const std::vector<incident::IncidentEntry>& timeline, std::initializer_list<incident::What> wanted) {
  std::string all;
  for (const auto& entry : timeline) {
    if (entry.words.empty() || std::ranges::find(wanted, entry.what) == wanted.end()) continue;
    all += (all.empty() ? "" : "\n") + report::describe(entry.happened_at).vi + ": " + entry.words;
  }
  return all;
}

}  // namespace

LocalText severity_words(Severity severity) {
  switch (severity) {
    case Severity::critical: return {"Nghiêm trọng (phân loại nội bộ)", "Critical (internal)"};
    case Severity::high: return {"Cao (phân loại nội bộ)", "High (internal)"};
    case Severity::medium: return {"Trung bình (phân loại nội bộ)", "Medium (internal)"};
    case Severity::low: return {"Thấp (phân loại nội bộ)", "Low (internal)"};
    case Severity::info: break;
  }
  return {"Thông tin (phân loại nội bộ)", "Information (internal)"};
}

LocalText state_words(incident::State state) {
  switch (state) {
    case incident::State::open: return {"Đang xử lý", "Open"};
    case incident::State::contained: return {"Đã ngăn chặn", "Contained"};
    case incident::State::closed: break;
  }
  return {"Đã kết thúc", "Closed"};
}

Result<std::map<std::string, std::string>> words_of_incident(Gathering& gathering, const report::Kind& kind) {
  using incident::What;
  TRY(const auto* detail, gathering.incident());
  std::map<std::string, std::string> words;
  if (detail == nullptr) return words;
  TRY(const auto* timeline, gathering.timeline());
  const auto& one = detail->incident;
  const auto done = lines_of(*timeline, {What::note, What::contained, What::task});
  const std::map<std::string, std::string> known{
      {"name", one.title}, {"unit", one.unit_name}, {"detected_at", report::describe(one.detected_at).vi}, {"severity", severity_words(one.severity).vi},
      {"closed_at", detail->closed_at ? report::describe(*detail->closed_at).vi : ""}, {"what", lines_of(*timeline, {What::opened})},
      {"actions", done}, {"progress", done}, {"remedy", lines_of(*timeline, {What::contained, What::task, What::closed})},
      {"cause", detail->cause}, {"lessons", detail->lesson}};
  for (const auto& field : kind.fields) {
    const auto found = known.find(field.id);
    // Bytes are never fewer than letters.
    if (found != known.end() && !found->second.empty()) words.emplace(field.id, truncate(found->second, field.most_characters));
  }
  return words;
}

Result<std::map<std::string, std::string>> words_of_roster(Gathering& gathering, const report::Kind& kind) {
  std::map<std::string, std::string> words;
  const auto field = std::ranges::find(kind.fields, std::string("handover"), &report::WordsField::id);
  const bool of_roster = std::ranges::find(kind.tables, std::string("roster.list")) != kind.tables.end();
  if (!of_roster || field == kind.fields.end()) return words;
  TRY(const auto* books, gathering.duty_books());
  std::string all;
  for (const auto& book : *books) {
    for (const auto& shift : book.shifts) {
      if (!shift.handover) continue;
      const auto& note = *shift.handover;
      TRY(auto writer, gathering.person(note.by));
      if (writer.empty()) writer = "tài khoản số " + std::to_string(note.by.value);
      // Who was on duty is not always who writes.
      const std::string by = shift.user == note.by ? shift.person : "ca của " + shift.person + ", " + writer + " ghi";
      all += (all.empty() ? "" : "\n") + report::describe(note.at).vi + ", " + by + ": " + note.words;
    }
  }
  if (!all.empty()) words.emplace(field->id, truncate(all, field->most_characters));
  return words;
}

std::string clock_met_by(const report::Kind& kind, const incident::IncidentDetail& detail) {
  for (const auto& id : kind.meets) {
    const auto clock = std::ranges::find_if(detail.clocks, [&](const auto& one) { return one.words.id == id; });
    if (clock != detail.clocks.end() && !clock->times.met) return id;
  }
  return {};
}

}  // namespace khien::reporting
