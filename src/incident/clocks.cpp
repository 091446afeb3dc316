#include "khien/incident/clocks.hpp"

#include <algorithm>

#include "khien/core/text.hpp"

namespace khien::incident {
namespace {

const LocalText kNothingKnown{
    "Phải báo cáo sự cố; Khiên chưa có quy định về thời hạn của thời gian này.",
    "The incident is to be reported; no rule on deadlines of that time is known to Khiên."};
const LocalText kDutyOnly{"Báo cáo sự cố (luật không ghi thời hạn bằng số)", "Report the incident (the law names no number)"};

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// The duty stands where no clock runs: an empty list would read as "nothing to do".
ReportingClock duty_alone(const std::string& rule, const LocalText& duty) {
  return {.id = "duty", .name = kDutyOnly, .due = std::nullopt, .receiver = {}, .receiver_words = {}, .content = duty, .basis = duty.vi, .rule = rule};
}

ReportingClock running(const law::IncidentDeadline& deadline, const std::string& rule) {
  const law::IncidentClock& clock = *deadline.clock;
  return {.id = clock.id,
          .name = clock.title,
          .due = deadline.moment,
          .receiver = clock.receiver,
          .receiver_words = clock.receiver_words,
          .content = clock.content,
          .basis = clock.article,
          .rule = rule};
}

// Some clocks are of a law of their own (personal data). The incident itself is still owed
// a report where only such run.
bool tells_of_the_incident(const law::ClockRules& rules) {
  return std::ranges::any_of(rules.clocks, [](const law::IncidentClock& clock) { return clock.applies.empty(); });
}

}  // namespace

Clocks clocks_of(const law::Catalogue& catalogue, Timestamp detected, const std::vector<std::string>& traits) {
  const law::ClockRules* rules = catalogue.clock_rules_on(vietnam_day(detected));
  if (rules == nullptr) return {.rule = {}, .title = {}, .duty = kNothingKnown, .caution = {}, .clocks = {duty_alone({}, kNothingKnown)}};
  Clocks found{.rule = rules->id, .title = rules->title, .duty = rules->duty, .caution = rules->caution.value_or(LocalText{}), .clocks = {}};
  for (const law::IncidentDeadline& deadline : law::deadlines(*rules, catalogue.calendar(), detected, traits)) {
    found.clocks.push_back(running(deadline, rules->id));
  }
  if (!tells_of_the_incident(*rules)) found.clocks.push_back(duty_alone(rules->id, rules->duty));
  return found;
}

bool names_receiver(const std::vector<std::string>& receiver_words, std::string_view recipient) {
  if (receiver_words.empty()) return true;
  // Words whole: "pa05" is not "a05".
  std::string said = " " + fold(recipient) + " ";
  std::ranges::replace_if(said, [](char c) { return (static_cast<unsigned char>(c) & 0x80) == 0 && !is_letter_or_digit(c); }, ' ');
  return std::ranges::any_of(receiver_words, [&](const std::string& word) { return said.find(" " + fold(word) + " ") != std::string::npos; });
}

std::vector<std::string> traits_of(const SeverityTable& table, Severity severity, std::vector<std::string> said) {
  if (const SeverityTable::Row* row = table.row(severity)) said.insert(said.end(), row->traits.begin(), row->traits.end());
  std::ranges::sort(said);
  said.erase(std::ranges::unique(said).begin(), said.end());
  return said;
}

const SeverityTable::Row* SeverityTable::row(Severity severity) const {
  const auto found = std::ranges::find(rows, severity, &Row::severity);
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace khien::incident
