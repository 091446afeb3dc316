#include <algorithm>
#include <utility>

#include "call.hpp"
#include "dto.hpp"
#include "dto_duty.hpp"
#include "duty_call.hpp"
#include "problem.hpp"

namespace khien::api {
namespace {

void write_level_rules(JsonWriter& json, const law::LevelRules& rules) {
  json.begin_object().field("id", rules.id);
  write_words(json, "title", rules.title);
  write_date(json, "valid_from", rules.valid_from);
  write_date(json, "valid_to", rules.valid_to);
  write_words_or_null(json, "caution", rules.caution);
  json.key("questions").begin_array();
  for (const auto& question : rules.questions) {
    json.begin_object().field("id", question.id);
    write_words(json, "text", question.text);
    json.field("kind", question.kind == law::LevelQuestion::Kind::boolean ? "boolean" : "integer").end_object();
  }
  json.end_array().end_object();
}

std::vector<std::string> texts_in_body(const Call& call, std::string_view name) {
  std::vector<std::string> texts;
  const auto list = call.body->field(name);
  if (!list) return texts;
  // The interface checked that each is text.
  const auto read = list->each([&](Json item) -> Result<void> {
    TRY(const auto text, item.string());
    texts.emplace_back(text);
    return {};
  });
  if (!read) texts.clear();
  return texts;
}

void write_proposal(JsonWriter& json, const law::LevelProposal& proposal) {
  json.begin_object().field("rule", proposal.rule).key("level");
  proposal.level ? json.integer(*proposal.level) : json.null();
  json.key("reasons").begin_array();
  for (const auto& reason : proposal.reasons) {
    json.begin_object().field("article", reason.article).field("level", std::int64_t{reason.level});
    write_words(json, "text", reason.text);
    json.end_object();
  }
  json.end_array().key("open").begin_array();
  for (const auto& question : proposal.open) json.string(question);
  json.end_array().end_object();
}

}  // namespace

namespace route {

Reply list_law_terms(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto law, law_of(call, connection));
    const auto& catalogue = law->catalogue();
    JsonWriter json;
    json.begin_object().key("roles").begin_array();
    for (const auto& role : catalogue.roles()) {
      json.begin_object().field("id", role.id);
      write_words(json, "title", role.title);
      json.field("assigned", role.by == law::Role::By::assignment).end_object();
    }
    json.end_array().key("metrics").begin_array();
    for (const auto& metric : catalogue.metrics()) {
      json.begin_object().field("id", metric.id);
      write_words(json, "title", metric.title);
      json.field("unit", law::to_string(metric.unit)).field("known", metric.source != law::Metric::Source::later).end_object();
    }
    json.end_array().key("systems").begin_array();
    for (const auto& system : catalogue.systems()) {
      json.begin_object().field("id", std::int64_t{system.id});
      write_words(json, "title", system.title);
      json.end_object();
    }
    json.end_array().end_object();
    return call.json(json);
  });
}

Reply list_level_rules(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto law, law_of(call, connection));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    const auto& rules = law->catalogue().level_rules();
    for (auto one = rules.rbegin(); one != rules.rend(); ++one) write_level_rules(json, *one);
    json.end_array().end_object();
    return call.json(json);
  });
}

Reply propose_level(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto law, law_of(call, connection));
    const auto id = call.text("rule");
    const auto* rules = id ? law->catalogue().level_rule(*id) : law->catalogue().level_rule_on(vietnam_day(call.now));
    if (rules == nullptr) return id ? invalid("rule") : not_found();
    law::Answers answers;
    for (const auto& answer : texts_in_body(call, "answers")) {
      if (!law::add_answer(*rules, answer, answers)) return invalid("answers");
    }
    const auto proposal = law::propose(*rules, answers);
    if (!proposal) return invalid("answers");
    JsonWriter json;
    write_proposal(json, *proposal);
    return call.json(json);
  });
}

}  // namespace route
}  // namespace khien::api
