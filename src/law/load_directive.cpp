#include <algorithm>

#include "khien/core/text.hpp"
#include "load.hpp"

namespace khien::law {
namespace {

constexpr std::size_t kTitleCharacters = 60;  // a column's heading

bool is_key(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

std::string kind_of(Fields& fields) {
  const auto value = fields.required("kind");
  if (!value) return {};
  std::string kind = value->text();
  if (std::ranges::find(kDirectiveKinds, kind) == kDirectiveKinds.end()) {
    std::string allowed;
    for (const std::string_view one : kDirectiveKinds)
      allowed += (allowed.empty() ? "" : ", ") + std::string(one);
    value->fault(not_among(kind, allowed));
  }
  return kind;
}

std::string language_of(Fields& fields) {
  const auto value = fields.required("language");
  if (!value) return {};
  std::string language = value->text();
  const bool letters = std::ranges::all_of(language, [](char c) { return c >= 'a' && c <= 'z'; });
  if (!letters || language.size() < 2 || language.size() > 3) {
    value->fault({"phải là mã ngôn ngữ như vi, en", "must be a language code such as vi, en"});
  }
  return language;
}

Relation relation(const Value& value) {
  Fields fields(value);
  Relation made{.kind = fields.word("kind", kRelations)};
  made.number = fields.optional_text("number");
  made.issuer = fields.optional_text("issuer");
  if (const auto date = fields.optional("date")) made.date = date->date();
  if (made.number.empty() && made.issuer.empty()) {
    value.fault({"cần số hiệu hoặc cơ quan ban hành", "a number or an issuer is needed"});
  }
  fields.done();
  return made;
}

// Own words, or where else one read it: never both, and never neither.
void source_rules(const Clause& clause, Fields& fields) {
  if (!fields.has("quote") || clause.quote.empty() == clause.second_hand.has_value()) return;
  fields.whole().fault(clause.second_hand ? LocalText{"có quote thì không có second_hand", "with a quote there is no second_hand"}
                                          : LocalText{"quote: unknown thì phải có second_hand", "quote: unknown needs second_hand"});
}

void scope_rules(const Clause& clause, const Value& value) {
  if (clause.scope_note && !clause.duties.empty()) {
    value.fault({"ghi chú phạm vi không có nhiệm vụ", "a scope note has no duties"});
  }
  if (clause.scope_note) return;
  if (clause.duties.empty()) {
    value.fault({"điều khoản không có nhiệm vụ nào", "the clause has no duty"});
  }
  if (clause.kinds.empty()) value.fault({"kinds rỗng", "kinds is empty"});
}

std::vector<ClauseKind> kinds_of(Fields& fields) {
  std::vector<ClauseKind> kinds;
  const auto value = fields.required("kinds");
  if (!value) return kinds;
  for (const Value& item : value->items()) {
    const ClauseKind kind = item.word(kClauseKinds);
    if (std::ranges::find(kinds, kind) != kinds.end()) item.fault({"có hai lần", "stands here twice"});
    kinds.push_back(kind);
  }
  return kinds;
}

}  // namespace

std::string identity_of(const Directive& directive) {
  // Case, marks and spaces are how the same document is written twice.
  std::string identity;
  for (const char c : fold(directive.issuer->vi + "|" + *directive.number)) {
    if (c != ' ') identity.push_back(c);
  }
  return identity + "|" + to_string(*directive.date);
}

void Loader::identity(const Directive& directive, const Value& at) {
  if (!directive.issuer || !directive.number || !directive.date) return;
  const auto [found, fresh] = identities_.emplace(identity_of(directive), Seen{std::string(at.file()), 0});
  if (fresh) return;
  const std::string& other = found->second.file;
  at.fault({"văn bản này (cơ quan, số, ngày) đã có trong " + other,
            "this document (issuer, number, date) is in " + other + " already"});
}

void Loader::directive(const Value& file) {
  Fields fields(file);
  Directive made{.file = std::string(file.file())};
  if (const auto key = fields.required("key")) {
    made.key = key->text();
    if (!is_key(made.key)) key->fault({"key chỉ gồm a-z, 0-9 và -", "a key has a-z, 0-9 and - only"});
    define(Names::directive, made.key, *key);
  }
  if (const auto issuer = fields.known("issuer")) made.issuer = issuer->local_text();
  if (const auto number = fields.known("number")) made.number = number->text();
  if (const auto date = fields.known("date")) made.date = date->date();
  made.kind = kind_of(fields);
  made.language = language_of(fields);
  made.title = fields.local_text("title");
  fields.validity(made.valid_from, made.valid_to);
  made.note = fields.optional_local_text("note");
  if (const auto relations = fields.optional("relations")) {
    for (const Value& item : relations->items()) made.relations.push_back(relation(item));
  }
  if (const auto retargets = fields.optional("retargets")) {
    for (const Value& item : retargets->items()) {
      Fields of(item);
      Retarget move{.from = of.id("from"), .to = of.id("to"), .on = of.date("on")};
      of.done();
      refer(Names::role, move.from, item);
      refer(Names::role, move.to, item);
      if (move.from == move.to) item.fault({"from và to giống nhau", "from and to are the same"});
      made.retargets.push_back(std::move(move));
    }
  }
  identity(made, file);
  if (const auto clauses = fields.required("clauses")) {
    for (const Value& item : clauses->items()) made.clauses.push_back(clause(made, item));
  }
  fields.done();
  made_->directives.push_back(std::move(made));
}

Clause Loader::clause(const Directive& directive, const Value& value) {
  Fields fields(value);
  Clause made{.id = fields.id("id"), .line = static_cast<int>(value.yaml().line)};
  define(Names::clause, made.id, value);
  made.place = fields.text("place", 200);
  made.title = fields.local_text("title", kTitleCharacters);
  if (const auto quote = fields.known("quote")) made.quote = quote->text();
  made.second_hand = fields.optional_local_text("second_hand");
  if (const auto addressees = fields.required("addressees")) {
    made.addressees = addressees->ids();
    if (made.addressees.empty()) addressees->fault({"không được rỗng", "must not be empty"});
    for (const std::string& role : made.addressees) refer(Names::role, role, *addressees);
  }
  if (const auto verb = fields.required("verb")) {
    Fields of(*verb);
    made.verb = {.words = of.text("words", 200), .strength = of.word("strength", kStrengths)};
    of.done();
  }
  made.kinds = kinds_of(fields);
  if (const auto systems = fields.optional("systems")) {
    for (const Value& item : systems->items()) {
      const int system = item.integer(1, 1000);
      refer(Names::system, std::to_string(system), item);
      if (std::ranges::find(made.systems, system) != made.systems.end()) {
        item.fault({"có hai lần", "stands here twice"});
      }
      made.systems.push_back(system);
    }
  }
  if (const auto scope = fields.optional("scope_note")) made.scope_note = scope->boolean();
  if (const auto duties = fields.optional("duties")) {
    for (const Value& item : duties->items()) made.duties.push_back(duty(directive, item));
  }
  source_rules(made, fields);
  scope_rules(made, value);
  fields.done();
  return made;
}

}  // namespace khien::law
