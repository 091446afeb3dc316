#include "scheme_table.hpp"

#include <algorithm>
#include <array>

#include "khien/core/text.hpp"
#include "khien/core/yaml.hpp"
#include "names.hpp"

namespace khien::exchange {
namespace {

constexpr std::size_t kMostText = 4'000;  // code points
constexpr std::array<std::string_view, 5> kTextKinds{"text", "number", "ip", "hex", "word"};
constexpr std::array<std::string_view, 12> kReportSources{"from.id", "from.name", "from.address", "from.email", "from.telephone",
                                                          "from.fax", "from.website", "from.in_charge", "subject", "product",
                                                          "at", "not_updated"};

Error wrong(const Yaml& at, std::string what) {
  return {Code::invalid, "line " + std::to_string(at.line) + ": " + std::move(what)};
}

Result<std::string> text_of(const Yaml& map, std::string_view key, bool required = true) {
  const Yaml* value = map.find(key);
  if (value == nullptr && !required) return std::string();
  if (value == nullptr) return wrong(map, std::string(key) + " is missing");
  if (!value->is_scalar()) return wrong(*value, std::string(key) + ": must be text");
  return value->text;
}

Result<LocalText> words_of(const Yaml& map, std::string_view key) {
  const Yaml* value = map.find(key);
  if (value == nullptr || value->kind != Yaml::Kind::map) return wrong(map, std::string(key) + ": must be {vi, en}");
  LocalText words;
  TRY(words.vi, text_of(*value, "vi"));
  TRY(words.en, text_of(*value, "en"));
  return words;
}

// Only keys that are known: a misspelled one must not be passed over.
Result<void> check_keys(const Yaml& map, std::initializer_list<std::string_view> known) {
  if (map.kind != Yaml::Kind::map) return wrong(map, "must be a map");
  for (const auto& [name, value] : map.fields) {
    if (std::ranges::find(known, name) == known.end()) return wrong(value, "unknown key '" + name + "'");
  }
  return {};
}

// A name as XML has it, of ASCII letters, with at most one prefix.
bool is_element_name(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (name.empty() || name.size() > 100 || !is_letter(name.front())) return false;
  const auto colon = name.find(':');
  if (colon != name.npos && (colon + 1 == name.size() || !is_letter(name[colon + 1]))) return false;
  int colons = 0;
  for (const char c : name) {
    colons += c == ':' ? 1 : 0;
    if (!is_letter(c) && !(c >= '0' && c <= '9') && c != '_' && c != '-' && c != ':') return false;
  }
  return colons <= 1;
}

class Reader {
 public:
  explicit Reader(SchemeTable& table) : table_(table) {}

  // What a text may speak of here: the report's own, or a kind's facts as well.
  struct Place {
    std::optional<RowKind> kind;
    bool row = false;      // one row is known, not only its machine
    bool of_machine = false;  // inside of an element a machine
    std::vector<std::string> prefixes;
  };

  Result<ElementRule> element(const Yaml& yaml, const Place& outside) {
    TRY_VOID(check_keys(yaml, {"name", "machines", "each", "signature", "declares", "attributes", "text", "kind", "most", "required",
                               "words", "children"}));
    if (yaml.find("signature") != nullptr) return signature(yaml);
    ElementRule rule;
    Place place = outside;
    TRY(rule.name, text_of(yaml, "name"));
    TRY_VOID(read_declarations(yaml, rule, place));
    TRY_VOID(check_name(yaml, rule.name, place));
    TRY_VOID(read_repeat(yaml, rule, place));
    TRY_VOID(read_attributes(yaml, rule, place));
    if (yaml.find("text") != nullptr) {
      TRY(rule.text, text_rule(yaml, place));
    }
    TRY_VOID(read_children(yaml, rule, place));
    return rule;
  }

  bool has_signature() const { return has_signature_; }

 private:
  Result<ElementRule> signature(const Yaml& yaml) {
    if (yaml.fields.size() != 1) return wrong(yaml, "signature: true stands alone");
    if (has_signature_) return wrong(yaml, "there is a signature already");
    has_signature_ = true;
    ElementRule rule;
    rule.name = "Signature";
    rule.signature = true;
    return rule;
  }

  Result<void> read_declarations(const Yaml& yaml, ElementRule& rule, Place& place) {
    const Yaml* declares = yaml.find("declares");
    if (declares == nullptr) return {};
    if (declares->kind != Yaml::Kind::map) return wrong(*declares, "declares: must be {prefix: namespace}");
    for (const auto& [prefix, uri] : declares->fields) {
      if (!is_element_name(prefix) || prefix.contains(':') || !uri.is_scalar() || uri.text.empty()) {
        return wrong(uri, "declares: must be {prefix: namespace}");
      }
      rule.declares.emplace_back(prefix, uri.text);
      place.prefixes.push_back(prefix);
      namespaces_[prefix] = uri.text;
    }
    return {};
  }

  Result<void> check_name(const Yaml& yaml, const std::string& name, const Place& place) {
    if (!is_element_name(name)) return wrong(yaml, "'" + name + "' is no name of an element");
    const auto colon = name.find(':');
    if (colon == name.npos || std::ranges::find(place.prefixes, name.substr(0, colon)) != place.prefixes.end()) return {};
    return wrong(yaml, "the prefix of '" + name + "' is not declared");
  }

  Result<void> read_repeat(const Yaml& yaml, ElementRule& rule, Place& place) {
    TRY(const auto machines, text_of(yaml, "machines", false));
    TRY(const auto each, text_of(yaml, "each", false));
    if (machines.empty() && each.empty()) return {};
    if (!machines.empty() && !each.empty()) return wrong(yaml, "machines and each exclude each other");
    if (each == "row") {
      if (!place.of_machine || place.row) return wrong(yaml, "each: row stands inside of machines");
      rule.repeat = ElementRule::Repeat::rows_of_machine;
      rule.kind = *place.kind;
    } else {
      if (place.kind) return wrong(yaml, "what repeats cannot stand inside of another");
      rule.repeat = each.empty() ? ElementRule::Repeat::machines : ElementRule::Repeat::rows;
      auto kind = row_kind_from_string(each.empty() ? machines : each);
      if (!kind) return wrong(yaml, kind.error().what());
      rule.kind = *kind;
    }
    place.kind = rule.kind;
    place.of_machine = rule.repeat == ElementRule::Repeat::machines;
    place.row = rule.repeat != ElementRule::Repeat::machines;
    return {};
  }

  Result<void> read_attributes(const Yaml& yaml, ElementRule& rule, const Place& place) {
    const Yaml* attributes = yaml.find("attributes");
    if (attributes == nullptr) return {};
    if (attributes->kind != Yaml::Kind::list) return wrong(*attributes, "attributes: must be a list");
    for (const Yaml& item : attributes->items) {
      TRY_VOID(check_keys(item, {"name", "text", "kind", "most", "required", "words"}));
      ElementRule::Attribute attribute;
      TRY(attribute.name, text_of(item, "name"));
      if (!is_element_name(attribute.name) || attribute.name.starts_with("xml")) return wrong(item, "no name of an attribute");
      TRY(attribute.text, text_rule(item, place));
      rule.attributes.push_back(std::move(attribute));
    }
    return {};
  }

  Result<TextRule> text_rule(const Yaml& yaml, const Place& place) {
    TextRule rule;
    TRY(rule.source, text_of(yaml, "text"));
    if (!is_known(rule.source, place)) return wrong(yaml, "'" + rule.source + "' is not known here");
    TRY(const auto kind, text_of(yaml, "kind", false));
    if (!kind.empty()) {
      auto known = value_in<TextRule::Kind>(kTextKinds, kind, "kind of text");
      if (!known) return wrong(yaml, known.error().what());
      rule.kind = *known;
    }
    if (const Yaml* most = yaml.find("most")) {
      if (most->kind != Yaml::Kind::integer || most->integer < 1 || most->integer > static_cast<std::int64_t>(kMostText)) {
        return wrong(*most, "most: must be 1 to 4000");
      }
      rule.most = static_cast<std::size_t>(most->integer);
    }
    if (const Yaml* required = yaml.find("required")) rule.required = required->boolean;
    TRY_VOID(read_words(yaml, rule));
    return rule;
  }

  Result<void> read_words(const Yaml& yaml, TextRule& rule) {
    const Yaml* words = yaml.find("words");
    if ((words != nullptr) != (rule.kind == TextRule::Kind::word)) return wrong(yaml, "words belong to kind: word");
    if (words == nullptr) return {};
    for (const auto& [ours, theirs] : words->fields) {
      if (!theirs.is_scalar()) return wrong(theirs, "words: must be texts");
      for (const auto& [other, same] : rule.words) {
        if (same == theirs.text) return wrong(theirs, "two words are '" + same + "'");
      }
      rule.words.emplace_back(ours, theirs.text);
    }
    const auto is_unknown = [](const auto& word) { return word.first == "unknown"; };
    return std::ranges::any_of(rule.words, is_unknown) ? Result<void>() : Result<void>(wrong(*words, "words: unknown is missing"));
  }

  static bool is_known(const std::string& source, const Place& place) {
    if (!place.kind) return std::ranges::find(kReportSources, source) != kReportSources.end();
    const bool of_machine = source == "ip" || source == "name" || source == "ip_public";
    if (!place.row) return of_machine;
    const auto names = fact_names(*place.kind);
    return std::ranges::find(names, source) != names.end();
  }

  Result<void> read_children(const Yaml& yaml, ElementRule& rule, const Place& place) {
    const Yaml* children = yaml.find("children");
    if (children == nullptr) return {};
    if (children->kind != Yaml::Kind::list || rule.text) return wrong(*children, "children: must be a list, without text beside");
    for (const Yaml& child : children->items) {
      if (!rule.children.empty() && rule.children.back().signature) return wrong(child, "the signature is the last of its parent");
      TRY(auto made, element(child, place));
      if (made.signature) table_.place = place_of(rule.name);
      rule.children.push_back(std::move(made));
    }
    return {};
  }

  SealPlace place_of(const std::string& name) const {
    const auto colon = name.find(':');
    if (colon == name.npos) return {.parent_namespace = {}, .parent_name = name};
    return {.parent_namespace = namespaces_.at(name.substr(0, colon)), .parent_name = name.substr(colon + 1)};
  }

  SchemeTable& table_;
  std::map<std::string, std::string> namespaces_;
  bool has_signature_ = false;
};

Result<void> read_answers(const Yaml& yaml, SchemeTable& table) {
  const Yaml* answers = yaml.find("answers");
  if (answers == nullptr || answers->kind != Yaml::Kind::list) return wrong(yaml, "answers: must be a list");
  for (const Yaml& item : answers->items) {
    TRY_VOID(check_keys(item, {"outcome", "status", "body"}));
    AnswerRule rule;
    TRY(const auto name, text_of(item, "outcome"));
    auto outcome = outcome_from_string(name);
    if (!outcome) return wrong(item, outcome.error().what());
    rule.outcome = *outcome;
    if (const Yaml* statuses = item.find("status")) {
      for (const Yaml& status : statuses->items) {
        if (status.integer < 100 || status.integer > 599) return wrong(status, "status: must be 100 to 599");
        rule.statuses.push_back(static_cast<int>(status.integer));
      }
    }
    if (const Yaml* words = item.find("body")) {
      for (const Yaml& word : words->items) {
        if (!word.is_scalar() || squeezed(word.text).size() < 2) return wrong(word, "body: must be texts");
        rule.words.push_back(squeezed(word.text));
      }
    }
    // That a status alone means success is what made others believe what was not so.
    const bool is_success = rule.outcome == Outcome::accepted || rule.outcome == Outcome::duplicate;
    if (is_success && rule.words.empty()) return wrong(item, "what is accepted is said by the body, not by the status");
    table.answers.push_back(std::move(rule));
  }
  return {};
}

Result<void> read_malware_types(const Yaml& yaml, SchemeTable& table) {
  const Yaml* types = yaml.find("malware_types");
  if (types == nullptr || types->kind != Yaml::Kind::map) return wrong(yaml, "malware_types: must be a map");
  for (const auto& [word, type] : types->fields) {
    if (!type.is_scalar()) return wrong(type, "malware_types: must be texts");
    if (word == "other") table.other_type = type.text;
    else table.malware_types.emplace_back(lower(word), type.text);
  }
  return table.other_type.empty() ? Result<void>(wrong(*types, "malware_types: other is missing")) : Result<void>();
}

}  // namespace

std::string squeezed(std::string_view text) {
  std::string out = lower(text);
  std::erase_if(out, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  return out;
}

Result<SchemeTable> read_scheme_table(std::string_view text, Budget& budget) {
  TRY(const Yaml yaml, parse_yaml(text, budget));
  TRY_VOID(check_keys(yaml, {"scheme", "title", "content_type", "soap_action", "endpoint", "message", "answers", "malware_types"}));
  SchemeTable table;
  TRY(table.id, text_of(yaml, "scheme"));
  TRY(table.title, words_of(yaml, "title"));
  TRY(table.content_type, text_of(yaml, "content_type"));
  TRY(table.soap_action, text_of(yaml, "soap_action", false));
  TRY(table.endpoint, text_of(yaml, "endpoint"));
  const Yaml* message = yaml.find("message");
  if (message == nullptr) return wrong(yaml, "message is missing");
  Reader reader(table);
  TRY(table.message, reader.element(*message, {}));
  if (!reader.has_signature()) return wrong(*message, "there is no place for the signature");
  TRY_VOID(read_answers(yaml, table));
  TRY_VOID(read_malware_types(yaml, table));
  return table;
}

}  // namespace khien::exchange
