#include <algorithm>

#include "khien/core/yaml.hpp"
#include "khien/duty/directives.hpp"

namespace khien::duty {
namespace {

constexpr Budget::Limits kTextLimits{.bytes_in = 1u << 20, .depth = 24, .entries = 50'000};

std::string scalar(const Yaml* value) { return value != nullptr && value->is_scalar() ? value->text : std::string(); }

std::optional<Date> date_of(const Yaml* value) {
  const auto date = Date::parse(scalar(value));
  return date ? std::optional(*date) : std::nullopt;
}

// {vi, en}, or one text for both.
std::optional<LocalText> words_of(const Yaml* value) {
  if (value == nullptr) return std::nullopt;
  if (value->is_scalar()) {
    if (value->text.empty() || value->text == "unknown" || value->kind == Yaml::Kind::null) return std::nullopt;
    return LocalText{value->text, value->text};
  }
  const auto vi = scalar(value->find("vi"));
  const auto en = scalar(value->find("en"));
  if (vi.empty() && en.empty()) return std::nullopt;
  return LocalText{vi.empty() ? en : vi, en.empty() ? vi : en};
}

std::int64_t duties_in(const Yaml& clause) {
  const auto* duties = clause.find("duties");
  return duties != nullptr && duties->kind == Yaml::Kind::list ? static_cast<std::int64_t>(duties->items.size()) : 0;
}

}  // namespace

DirectiveOutline outline_of(std::string_view text) {
  Budget budget(kTextLimits);
  const auto tree = parse_yaml(text, budget);
  DirectiveOutline outline;
  outline.title = {"(chưa có tên)", "(untitled)"};
  if (!tree || tree->kind != Yaml::Kind::map) return outline;
  outline.key = scalar(tree->find("key"));
  if (outline.key.size() > 80) outline.key.clear();
  const auto number = scalar(tree->find("number"));
  if (!number.empty() && number != "unknown" && number != "null") outline.number = number;
  outline.issuer = words_of(tree->find("issuer"));
  outline.date = date_of(tree->find("date"));
  outline.title = words_of(tree->find("title")).value_or(outline.title);
  outline.valid_from = date_of(tree->find("valid_from"));
  outline.valid_to = date_of(tree->find("valid_to"));
  const auto* clauses = tree->find("clauses");
  if (clauses == nullptr || clauses->kind != Yaml::Kind::list) return outline;
  for (const auto& clause : clauses->items) {
    const auto* note = clause.find("scope_note");
    if (note != nullptr && note->boolean) continue;
    ++outline.clauses;
    outline.duties += duties_in(clause);
  }
  return outline;
}

DirectiveOutline outline_of(const law::Directive& directive) {
  DirectiveOutline outline{directive.key, directive.number, directive.issuer, directive.date, directive.title,
                           directive.valid_from, directive.valid_to};
  for (const auto& clause : directive.clauses) {
    if (clause.scope_note) continue;
    ++outline.clauses;
    outline.duties += static_cast<std::int64_t>(clause.duties.size());
  }
  return outline;
}

}  // namespace khien::duty
