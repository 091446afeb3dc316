#include "import_report.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/json.hpp"
#include "refusals.hpp"

namespace khien::estate {
namespace {

void write_text(JsonWriter& json, const LocalText& text) {
  json.begin_object().field("vi", text.vi).field("en", text.en).end_object();
}

Result<LocalText> text_from(const Json& json) {
  TRY(const auto vi, json.string_at("vi"));
  TRY(const auto en, json.string_at("en"));
  return LocalText{std::string(vi), std::string(en)};
}

Result<ImportProblem> problem_from(const Json& json) {
  ImportProblem problem;
  TRY(problem.row, json.integer_at("row"));
  TRY(const auto column, json.string_at("column"));
  TRY(const auto value, json.string_at("value"));
  TRY(const auto message, json.field("message"));
  problem.column = column;
  problem.value = value;
  TRY(problem.message, text_from(message));
  return problem;
}

Result<ImportSample> sample_from(const Json& json) {
  ImportSample sample;
  TRY(sample.row, json.integer_at("row"));
  TRY(const auto action, json.string_at("action"));
  TRY(const auto text, json.string_at("text"));
  sample.action = action;
  sample.text = text;
  return sample;
}

template <class T>
Result<void> read_list(const Json& root, std::string_view name, std::vector<T>& into, Result<T> (*read)(const Json&)) {
  TRY(const auto list, root.field(name));
  return list.each([&](Json value) -> Result<void> {
    TRY(auto element, read(value));
    into.push_back(std::move(element));
    return {};
  });
}

}  // namespace

std::int64_t rows_held_elsewhere(const ImportReport& report) {
  return std::ranges::count(report.problems, std::string_view(refusals::kHeldElsewhere.en),
                            [](const ImportProblem& problem) { return std::string_view(problem.message.en); });
}

std::string to_json(const ImportReport& report) {
  JsonWriter json;
  json.begin_object().field("rows", report.rows).field("adds", report.adds).field("changes", report.changes);
  json.field("same", report.same).field("problems_total", report.problems_total).key("problems").begin_array();
  for (const ImportProblem& problem : report.problems) {
    json.begin_object().field("row", problem.row).field("column", problem.column).field("value", problem.value);
    json.key("message");
    write_text(json, problem.message);
    json.end_object();
  }
  json.end_array().key("sample").begin_array();
  for (const ImportSample& sample : report.sample) {
    json.begin_object().field("row", sample.row).field("action", sample.action).field("text", sample.text).end_object();
  }
  json.end_array().key("notes").begin_array();
  for (const LocalText& note : report.notes) write_text(json, note);
  json.end_array().end_object();
  return json.take();
}

Result<ImportReport> report_from_json(std::string_view text) {
  Budget budget({});
  JsonDocument document;
  TRY(const auto root, document.parse(text, budget));
  ImportReport report;
  TRY(report.rows, root.integer_at("rows"));
  TRY(report.adds, root.integer_at("adds"));
  TRY(report.changes, root.integer_at("changes"));
  TRY(report.same, root.integer_at("same"));
  TRY(report.problems_total, root.integer_at("problems_total"));
  TRY_VOID(read_list(root, "problems", report.problems, problem_from));
  TRY_VOID(read_list(root, "sample", report.sample, sample_from));
  TRY_VOID(read_list(root, "notes", report.notes, text_from));
  return report;
}

}  // namespace khien::estate
