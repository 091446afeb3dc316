#include "khien/notice/rules.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/yaml.hpp"

namespace khien::notice {
namespace {

constexpr std::int64_t kMostMinutes = 7 * 24 * 60;
constexpr std::size_t kMostSteps = 4;

Error wrong(const Yaml& at, std::string_view what) {
  return Error(Code::invalid, "line " + std::to_string(at.line) + ": " + std::string(what));
}

Result<const Yaml*> field(const Yaml& map, std::string_view name, Yaml::Kind kind) {
  const Yaml* value = map.find(name);
  if (value == nullptr) return wrong(map, std::string(name) + " is missing");
  if (value->kind != kind) return wrong(*value, std::string(name) + " must be a " + std::string(to_string(kind)));
  return value;
}

Result<LocalText> both(const Yaml& map, std::string_view name) {
  TRY(const Yaml* pair, field(map, name, Yaml::Kind::map));
  TRY(const Yaml* vi, field(*pair, "vi", Yaml::Kind::text));
  TRY(const Yaml* en, field(*pair, "en", Yaml::Kind::text));
  if (vi->text.empty() || en->text.empty()) return wrong(*pair, std::string(name) + " has no words");
  return LocalText{vi->text, en->text};
}

Result<Duration> minutes_at(const Yaml& map, std::string_view name, std::int64_t least) {
  TRY(const Yaml* value, field(map, name, Yaml::Kind::integer));
  if (value->integer < least || value->integer > kMostMinutes) {
    return wrong(*value, std::string(name) + " must be " + std::to_string(least) + " to " + std::to_string(kMostMinutes));
  }
  return minutes(value->integer);
}

// "owner", "on_duty", "deputy", "nearest unit_officer", "above leader", "every soc_operator".
Result<Whom> whom_of(const Yaml& value) {
  using How = Whom::How;
  const std::string_view text = value.text;
  if (text == "owner") return Whom{How::owner, {}};
  if (text == "on_duty") return Whom{How::on_duty, {}};
  if (text == "deputy") return Whom{How::deputy, {}};
  for (const auto& [word, how] : {std::pair{std::string_view("nearest "), How::nearest}, std::pair{std::string_view("above "), How::above},
                                  std::pair{std::string_view("every "), How::every}}) {
    if (!text.starts_with(word)) continue;
    const auto role = role_from_string(text.substr(word.size()));
    if (role) return Whom{how, *role};
  }
  return wrong(value, "nobody is called '" + value.text + "'");
}

Result<std::vector<Whom>> all_whom(const Yaml& map) {
  TRY(const Yaml* list, field(map, "whom", Yaml::Kind::list));
  std::vector<Whom> all;
  for (const Yaml& one : list->items) {
    TRY(const auto whom, whom_of(one));
    all.push_back(whom);
  }
  if (all.empty()) return wrong(*list, "whom names nobody");
  return all;
}

bool has(const std::vector<Channel>& all, Channel one) { return std::ranges::find(all, one) != all.end(); }

Result<void> read_channels(const Yaml& map, Rule& rule) {
  TRY(const Yaml* list, field(map, "channels", Yaml::Kind::list));
  for (const Yaml& one : list->items) {
    const auto channel = channel_from_string(one.text);
    if (!channel || has(rule.channels, *channel)) return wrong(one, "channels: in_page, mail, webhook, each once");
    rule.channels.push_back(*channel);
  }
  // It is where a message is answered.
  if (!has(rule.channels, Channel::in_page)) return wrong(*list, "channels must have in_page");
  return {};
}

Result<void> read_steps(const Yaml& map, Rule& rule) {
  const Yaml* list = map.find("unanswered");
  if (list == nullptr) return {};
  if (list->kind != Yaml::Kind::list || list->items.size() > kMostSteps) return wrong(*list, "unanswered must be a list of 1 to 4 steps");
  if (!rule.urgent) return wrong(*list, "only what is urgent wants an answer");
  for (const Yaml& one : list->items) {
    Step step;
    TRY(step.after, minutes_at(one, "after_minutes", 1));
    TRY(step.whom, all_whom(one));
    rule.steps.push_back(std::move(step));
  }
  return {};
}

Result<Rule> read_rule(const Yaml& map) {
  if (map.kind != Yaml::Kind::map) return wrong(map, "a rule must be a map");
  Rule rule;
  TRY(const Yaml* cause, field(map, "cause", Yaml::Kind::text));
  const auto kind = cause_kind_from_string(cause->text);
  if (!kind) return wrong(*cause, kind.error().what());
  rule.kind = *kind;
  TRY(rule.whom, all_whom(map));
  TRY_VOID(read_channels(map, rule));
  TRY(rule.gather, minutes_at(map, "gather_minutes", 0));
  if (const Yaml* urgent = map.find("urgent")) {
    if (urgent->kind != Yaml::Kind::boolean) return wrong(*urgent, "urgent must be true or false");
    rule.urgent = urgent->boolean;
  }
  TRY_VOID(read_steps(map, rule));
  TRY(rule.words.one, both(map, "one"));
  TRY(rule.words.many, both(map, "many"));
  return rule;
}

}  // namespace

Result<Rules> Rules::from_yaml(std::string_view text, Budget& budget) {
  TRY(const auto root, parse_yaml(text, budget));
  Rules rules;
  TRY(rules.unanswered_, both(root, "unanswered_words"));
  TRY(const Yaml* list, field(root, "rules", Yaml::Kind::list));
  for (const Yaml& one : list->items) {
    TRY(auto rule, read_rule(one));
    const auto kind = rule.kind;
    if (!rules.rules_.emplace(kind, std::move(rule)).second) return wrong(one, "there is a rule for it already");
  }
  return rules;
}

const Rule* Rules::rule(CauseKind kind) const {
  const auto found = rules_.find(kind);
  return found == rules_.end() ? nullptr : &found->second;
}

}  // namespace khien::notice
