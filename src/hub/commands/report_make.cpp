#include <algorithm>
#include <array>

#include "commands/report.hpp"
#include "khien/core/file.hpp"
#include "khien/core/text.hpp"
#include "khien/hub/installation.hpp"
#include "khien/report/write.hpp"
#include "report_content.hpp"

namespace khien::hub {
namespace {

constexpr std::array<std::string_view, 4> kFormats{"docx", "pdf", "xlsx", "json"};
constexpr std::string_view kDots = "…………………………";

std::string format_of(const Arguments& arguments, const std::string& output) {
  if (const auto format = arguments.value("format")) return *format;
  const auto dot = output.rfind('.');
  return dot == output.npos ? std::string() : output.substr(dot + 1);
}

Result<std::string> figures_of(const Arguments& arguments, const std::string& kind, Console& console, int& code) {
  if (const auto from = arguments.value("from")) return system_files().read(*from, report::kMostSnapshotBytes);
  std::vector<std::string> words{"report", "count", kind, "--period", *arguments.value("period")};
  if (const auto unit = arguments.value("unit")) words.insert(words.end(), {"--unit", *unit});
  KeptConsole kept(console.language());
  code = ask_the_office(arguments, words, kept);
  console.err(kept.complained());
  return kept.said();
}

Result<Bytes> written(const report::Snapshot& snapshot, const report::Kind& kind, const std::string& format, report::Language language) {
  if (format == "json") {
    const auto json = report::to_json(snapshot);
    const auto bytes = as_bytes(json);
    return Bytes(bytes.begin(), bytes.end());
  }
  // What a person has yet to write is dotted, as on paper.
  auto shown = snapshot;
  for (const auto& field : kind.fields) {
    if (field.required && !shown.words.contains(field.id)) shown.words[field.id] = kDots;
  }
  TRY(const auto document, report::compose(kind, shown, {.number = {}, .day = {}, .draft = true}, language));
  if (format == "docx") return report::write_docx(document);
  if (format == "xlsx") return report::write_xlsx(shown, document);
  return report::write_pdf(document, {});
}

}  // namespace

int make_report(const Arguments& arguments, Console& console) {
  auto given = arguments.positional();
  const auto output = output_of(arguments, given);
  if (given.size() != 2 || !output || (!arguments.has("period") && !arguments.has("from"))) {
    return console.misuse({"cần LOẠI, --period KỲ (hoặc --from TỆP) và -o TỆP", "KIND, --period PERIOD (or --from FILE) and -o FILE are needed"});
  }
  const auto format = format_of(arguments, *output);
  const std::string language = arguments.value_or("language", "vi");
  if (std::ranges::find(kFormats, format) == kFormats.end() || (language != "vi" && language != "en")) {
    return console.misuse({"--format là docx, pdf, xlsx hoặc json; --language là vi hoặc en", "--format is docx, pdf, xlsx or json; --language is vi or en"});
  }
  const auto content = find_content();
  if (!content) return console.fail(content.error());
  const auto kinds = read_report_kinds(*content);
  if (!kinds) return console.fail(kinds.error());
  const auto* entry = (*kinds)->find(given[1]);
  if (entry == nullptr) {
    std::string all;
    for (const auto& one : (*kinds)->all()) all += (all.empty() ? "" : ", ") + one.kind.id;
    return console.misuse({"không có loại '" + printable(given[1]) + "'; có: " + all, "there is no kind '" + printable(given[1]) + "'; there are: " + all});
  }
  int code = 0;
  const auto figures = figures_of(arguments, entry->kind.id, console, code);
  if (!figures) return console.unreadable(figures.error());
  if (code != 0) return code;
  auto snapshot = report::read_snapshot(*figures);
  if (!snapshot) return console.unreadable(snapshot.error());
  const auto bytes = written(*snapshot, entry->kind, format, language == "en" ? report::Language::en : report::Language::vi);
  if (!bytes) return console.fail(bytes.error());
  if (const auto done = system_files().write(*output, as_text(*bytes), 0644); !done) return console.fail(done.error());
  console.say({"Đã ghi " + printable(*output) + " (" + std::to_string(bytes->size()) + " byte), bản dự thảo.",
               "Wrote " + printable(*output) + " (" + std::to_string(bytes->size()) + " bytes), a draft."});
  return 0;
}

}  // namespace khien::hub
