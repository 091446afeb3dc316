#include <algorithm>

#include "commands/law.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/hub/law_content.hpp"
#include "khien/law/due.hpp"

namespace khien::hub {
namespace {

constexpr int kDefaultDays = 365;

std::string joined(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : ",") + word;
  return line;
}

std::string as_json(const law::Directive& directive, const law::Clause& clause) {
  JsonWriter out;
  out.begin_object().field("id", clause.id).field("directive", directive.key).field("clause", clause.place);
  out.key("title").begin_object().field("vi", clause.title.vi).field("en", clause.title.en).end_object();
  out.field("quote", clause.quote).key("second_hand");
  if (clause.second_hand) {
    out.begin_object().field("vi", clause.second_hand->vi).field("en", clause.second_hand->en).end_object();
  } else {
    out.null();
  }
  out.key("addressee").begin_array();
  for (const std::string& role : clause.addressees) out.string(role);
  out.end_array().key("verb").begin_object().field("words", clause.verb.words);
  out.field("strength", law::to_string(clause.verb.strength)).end_object().key("kinds").begin_array();
  for (const law::ClauseKind kind : clause.kinds) out.string(law::to_string(kind));
  out.end_array().key("systems").begin_array();
  for (const int system : clause.systems) out.integer(system);
  out.end_array().field("scope_note", clause.scope_note).key("duties").begin_array();
  for (const law::Duty& duty : clause.duties) out.string(duty.id);
  out.end_array().end_object();
  return out.take() + "\n";
}

std::string as_line(const law::Clause& clause, Language language) {
  std::vector<std::string> kinds;
  for (const law::ClauseKind kind : clause.kinds) kinds.emplace_back(law::to_string(kind));
  return printable(clause.id) + "\t" + std::string(law::to_string(clause.verb.strength)) + "\t" +
         joined(kinds) + "\t" + printable(joined(clause.addressees)) + "\t" +
         printable(pick(clause.title, language)) + "\n";
}

// One time a duty is due.
struct Deadline {
  law::DutyRef of;
  law::Occurrence occurrence;
};

std::vector<Deadline> deadlines(const law::Catalogue& catalogue, Date from, Date to) {
  std::vector<Deadline> found;
  for (const law::Directive& directive : catalogue.directives()) {
    for (const law::Clause& clause : directive.clauses) {
      for (const law::Duty& duty : clause.duties) {
        for (auto& one : law::occurrences(duty, directive, catalogue.calendar(), from, to)) {
          if (one.due && *one.due >= from && *one.due <= to)
            found.push_back({{&directive, &clause, &duty}, std::move(one)});
        }
      }
    }
  }
  std::ranges::sort(found, [](const Deadline& a, const Deadline& b) {
    return std::tie(*a.occurrence.due, a.of.duty->id) < std::tie(*b.occurrence.due, b.of.duty->id);
  });
  return found;
}

std::string as_json(const Deadline& deadline) {
  JsonWriter out;
  out.begin_object().field("duty", deadline.of.duty->id).field("directive", deadline.of.directive->key);
  out.field("clause", deadline.of.clause->id)
      .field("period_from", to_string(deadline.occurrence.period_from));
  out.field("period_to", to_string(*deadline.occurrence.period_to))
      .field("due", to_string(*deadline.occurrence.due));
  out.field("recurrence", law::to_string(deadline.of.duty->recurrence));
  out.field("basis", law::to_string(deadline.of.duty->basis)).end_object();
  return out.take() + "\n";
}

std::string as_line(const Deadline& deadline, Language language) {
  const law::Duty& duty = *deadline.of.duty;
  const LocalText basis =
      duty.basis == law::Basis::law ? LocalText{"văn bản", "law"} : LocalText{"tỉnh đặt", "province-set"};
  return to_string(*deadline.occurrence.due) + "\t" + printable(duty.id) + "\t" +
         to_string(deadline.occurrence.period_from) + ".." + to_string(*deadline.occurrence.period_to) +
         "\t" + pick(basis, language) + "\t" + printable(pick(duty.title, language)) + "\n";
}

Result<Date> day_of(const Arguments& arguments, std::string_view option, Date otherwise) {
  const auto text = arguments.value(option);
  if (!text) return otherwise;
  auto day = Date::parse(*text);
  if (!day) return std::move(day).error().within("--" + std::string(option));
  return *day;
}

int no_day(const std::string& option, const Arguments& arguments, Console& console) {
  const std::string typed = printable(arguments.value_or(option.substr(2), ""));
  return console.misuse({option + " cần một ngày có thật, như 2026-06-30, không phải '" + typed + "'",
                         option + " needs a day, such as 2026-06-30, not '" + typed + "'"});
}

}  // namespace

int list_clauses(const Arguments& arguments, Console& console) {
  const auto catalogue = installed_law();
  if (!catalogue) return console.unreadable(catalogue.error());
  for (const law::Directive& directive : (*catalogue)->directives()) {
    for (const law::Clause& clause : directive.clauses) {
      console.out(arguments.has("json") ? as_json(directive, clause) : as_line(clause, console.language()));
    }
  }
  return 0;
}

int list_deadlines(const Arguments& arguments, Console& console) {
  const auto from = day_of(arguments, "from", vietnam_day(system_clock().now()));
  if (!from) return no_day("--from", arguments, console);
  const auto to = day_of(arguments, "to", *from + kDefaultDays);
  if (!to) return no_day("--to", arguments, console);
  if (*to < *from) {
    return console.misuse({"--to " + to_string(*to) + " trước --from " + to_string(*from),
                           "--to " + to_string(*to) + " is before --from " + to_string(*from)});
  }
  const auto catalogue = installed_law();
  if (!catalogue) return console.unreadable(catalogue.error());
  const auto all = deadlines(**catalogue, *from, *to);
  if (all.empty()) {
    console.warn({"Không có nhiệm vụ nào đến hạn từ " + to_string(*from) + " đến " + to_string(*to) + ".",
                  "Nothing is due from " + to_string(*from) + " to " + to_string(*to) + "."});
  }
  for (const Deadline& deadline : all) {
    console.out(arguments.has("json") ? as_json(deadline) : as_line(deadline, console.language()));
  }
  return 0;
}

}  // namespace khien::hub
