#include "incident_clocks.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/hub/installation.hpp"
#include "khien/hub/law_content.hpp"
#include "khien/incident/clocks.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMostTableBytes = 1u << 20;
constexpr std::size_t kMostBatchBytes = 64u << 20;

struct Question {
  Timestamp detected;
  std::optional<Severity> severity;  // none: only what was said
  std::vector<std::string> said;
};

struct Rules {
  std::shared_ptr<const law::Catalogue> catalogue;
  incident::SeverityTable severities;
};

Result<Rules> installed_rules() {
  Rules rules;
  TRY(rules.catalogue, installed_law());
  TRY(const auto folder, find_content());
  TRY(const auto text, system_files().read(folder + "/incidents/severities.yaml", kMostTableBytes));
  Budget budget({.bytes_in = kMostTableBytes, .depth = 8, .entries = 10'000});
  auto table = incident::read_severities(text, budget);
  if (!table) return std::move(table).error().within(folder + "/incidents/severities.yaml");
  rules.severities = *std::move(table);
  return rules;
}

// "high", or "serious": the law's word without a province's table between.
Result<void> read_severity(std::string_view word, Question& question) {
  if (word == "serious") {
    question.said.emplace_back("serious");
    return {};
  }
  TRY(question.severity, severity_from_string(word));
  return {};
}

std::string local_time(Timestamp time) { return to_rfc3339(time + hours(7)).substr(0, 19) + "+07:00"; }

void write_words(JsonWriter& out, std::string_view name, const LocalText& words) { out.field(name, words.vi).field(std::string(name) + "_en", words.en); }

void write_clock(JsonWriter& out, const incident::ReportingClock& clock) {
  out.begin_object().field("id", clock.id);
  write_words(out, "name", clock.name);
  out.key("due");
  if (clock.due) {
    out.string(local_time(*clock.due));
  } else {
    out.null();
  }
  out.field("basis", clock.basis).key("rule_version");
  if (clock.rule.empty()) {
    out.null();
  } else {
    out.string(clock.rule);
  }
  write_words(out, "receiver", clock.receiver);
  write_words(out, "content", clock.content);
  out.end_object();
}

std::string as_json(const Question& question, const std::vector<std::string>& traits, const incident::Clocks& clocks) {
  JsonWriter out;
  out.begin_object().field("detected", local_time(question.detected)).key("rule_version");
  if (clocks.rule.empty()) {
    out.null();
  } else {
    out.string(clocks.rule);
  }
  write_words(out, "duty", clocks.duty);
  write_words(out, "caution", clocks.caution);
  out.key("traits").begin_array();
  for (const std::string& trait : traits) out.string(trait);
  out.end_array().key("clocks").begin_array();
  for (const incident::ReportingClock& clock : clocks.clocks) write_clock(out, clock);
  out.end_array().end_object();
  return out.take() + "\n";
}

std::vector<std::string> all_traits(const Rules& rules, const Question& question) {
  if (!question.severity) return question.said;
  return incident::traits_of(rules.severities, *question.severity, question.said);
}

std::string answer(const Rules& rules, const Question& question) {
  const auto traits = all_traits(rules, question);
  return as_json(question, traits, incident::clocks_of(*rules.catalogue, question.detected, traits));
}

void show(const Rules& rules, const Question& question, Console& console) {
  const Language language = console.language();
  const auto clocks = incident::clocks_of(*rules.catalogue, question.detected, all_traits(rules, question));
  console.out(printable(pick(clocks.duty, language)) + "\n");
  for (const incident::ReportingClock& clock : clocks.clocks) {
    const std::string due = clock.due ? local_time(*clock.due).substr(0, 16) : std::string(16, '-');
    console.out("  " + due + "\t" + printable(pick(clock.name, language)) + "\t" + printable(pick(clock.receiver, language)) + "\t" +
                (clock.due ? printable(clock.basis) : "") + "\n");
  }
  if (!clocks.caution.vi.empty()) console.say(clocks.caution);
  if (question.severity) console.say(rules.severities.label);
}

// "2026-11-26T08:30:00+07:00<TAB>high[<TAB>personal-data]".
Result<Question> read_row(std::string_view line) {
  Question question;
  const auto first = line.find('\t');
  if (first == std::string_view::npos) return Error(Code::invalid, "want TIME<TAB>SEVERITY");
  const auto second = line.find('\t', first + 1);
  TRY(question.detected, from_rfc3339(line.substr(0, first)));
  TRY_VOID(read_severity(line.substr(first + 1, second == std::string_view::npos ? second : second - first - 1), question));
  if (second == std::string_view::npos) return question;
  if (line.substr(second + 1) != "personal-data") return Error(Code::invalid, "the third word is 'personal-data' or none");
  question.said.emplace_back("personal_data");
  return question;
}

int answer_file(const Rules& rules, const std::string& path, Console& console) {
  const auto text = system_files().read(path, kMostBatchBytes);
  if (!text) return console.unreadable(text.error());
  std::size_t number = 0;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    ++number;
    const auto question = read_row(std::string_view(*text).substr(at, end - at));
    if (!question) return console.unreadable(Error(question.error()).within(path + ":" + std::to_string(number)));
    console.out(answer(rules, *question));
    at = end + 1;
  }
  return 0;
}

// What is asked, or what is wrong with how it is asked.
Result<Question> read_question(const Arguments& arguments) {
  Question question;
  const auto detected = arguments.value("detected");
  const auto severity = arguments.value("severity");
  if (!detected) return Error(Code::invalid, "--detected");
  if (!severity) return Error(Code::invalid, "--severity");
  auto moment = from_rfc3339(*detected);
  if (!moment) return std::move(moment).error().within("--detected");
  question.detected = *moment;
  if (auto read = read_severity(*severity, question); !read) return std::move(read).error().within("--severity");
  if (arguments.has("personal-data")) question.said.emplace_back("personal_data");
  if (arguments.has("sensitive-data")) question.said.insert(question.said.end(), {"personal_data", "location_biometric_data"});
  if (arguments.has("interrupted")) question.said.emplace_back("serious_interruption");
  if (arguments.has("national-security")) question.said.emplace_back("national_security");
  std::ranges::sort(question.said);
  question.said.erase(std::ranges::unique(question.said).begin(), question.said.end());
  return question;
}

}  // namespace

int incident_clocks(const Arguments& arguments, Console& console) {
  const auto batch = arguments.value("batch");
  const auto question = batch ? Result<Question>(Question{}) : read_question(arguments);
  if (!question) {
    const std::string& what = question.error().what();
    return console.misuse({"thiếu hoặc sai " + printable(what) + "; ví dụ --detected 2026-11-26T08:30:00+07:00 --severity high",
                           "missing or wrong: " + printable(what) + "; say --detected 2026-11-26T08:30:00+07:00 --severity high"});
  }
  const auto rules = installed_rules();
  if (!rules) return console.unreadable(rules.error());
  if (batch) return answer_file(*rules, std::string(*batch), console);
  if (arguments.has("json")) {
    console.out(answer(*rules, *question));
  } else {
    show(*rules, *question, console);
  }
  return 0;
}

}  // namespace khien::hub
