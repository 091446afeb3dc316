#include "khien/core/yaml.hpp"

#include <yaml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <unordered_set>

#include "khien/core/assert.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "utf8.hpp"

namespace khien {
namespace {

Error at_line(std::size_t line, std::string_view what) {
  return {Code::invalid, "line " + std::to_string(line) + ": " + std::string(what)};
}

// ------------------------------------------------------------- characters

// What YAML 1.1 (libyaml) and JSON read differently, or what shows text as
// another text than it is.
bool is_refused(char32_t c) {
  if (c == '\t' || c == '\n' || c == '\r') return false;
  return is_disguise(c) || c == 0xFEFF || c == 0xFFFE || c == 0xFFFF;
}

// The refused character of `text`, and the number of line ends before it.
struct Refused {
  char32_t value = 0;
  std::size_t lines_before = 0;
};
std::optional<Refused> find_refused(std::string_view text) {
  std::size_t lines = 0;
  while (!text.empty()) {
    const CodePoint c = first_code_point(text);
    if (!c.valid || is_refused(c.value)) return Refused{c.value, lines};
    if (c.value == '\n') ++lines;
    text.remove_prefix(c.size);
  }
  return {};
}

Error refused_character(const Refused& refused, std::size_t first_line) {
  std::string name;
  append_escape(name, refused.value);
  return at_line(first_line + refused.lines_before, "the character " + name + " is not allowed");
}

// ---------------------------------------------------------------- scalars

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t count = 0;
  while (at + count < text.size() && text[at + count] >= '0' && text[at + count] <= '9') ++count;
  return count;
}

enum class NumberShape : unsigned char { none, integer, number };

// The grammar of JSON numbers.
NumberShape shape_of(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const std::size_t whole = digits_at(text, at);
  if (whole == 0 || (whole > 1 && text[at] == '0')) return NumberShape::none;
  at += whole;
  if (at == text.size()) return NumberShape::integer;
  if (text[at] == '.') {
    const std::size_t fraction = digits_at(text, at + 1);
    if (fraction == 0) return NumberShape::none;
    at += 1 + fraction;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t exponent = digits_at(text, at);
    if (exponent == 0) return NumberShape::none;
    at += exponent;
  }
  return at == text.size() ? NumberShape::number : NumberShape::none;
}

template <class Number>
bool read_number(std::string_view text, Number& value) {
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  return end.ec == std::errc() && end.ptr == text.data() + text.size();
}

// A plain scalar becomes what it looks like.
void resolve(Yaml& value) {
  const std::string_view text = value.text;
  value.kind = Yaml::Kind::text;
  if (text.empty() || text == "~" || text == "null") {
    value.kind = Yaml::Kind::null;
  } else if (text == "true" || text == "false") {
    value.kind = Yaml::Kind::boolean;
    value.boolean = text == "true";
  } else if (const NumberShape shape = shape_of(text); shape != NumberShape::none) {
    if (shape == NumberShape::integer && read_number(text, value.integer)) {
      value.kind = Yaml::Kind::integer;
      value.number = static_cast<double>(value.integer);
    } else if (read_number(text, value.number) && std::isfinite(value.number)) {
      value.kind = Yaml::Kind::number;
    }
  }
}

// ----------------------------------------------------------------- parser

struct Event {
  yaml_event_t raw{};
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&raw); }

  std::uint32_t line() const { return static_cast<std::uint32_t>(raw.start_mark.line + 1); }
};

class Parser {
 public:
  Parser(std::string_view text, Budget& budget) : budget_(budget) {
    khien_assert(yaml_parser_initialize(&parser_) == 1);
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser() { yaml_parser_delete(&parser_); }

  Result<Yaml> document();

 private:
  Result<void> next(Event& event);
  Result<void> expect(yaml_event_type_t type, std::string_view otherwise);
  Result<Yaml> value(const Event& event);
  Result<Yaml> scalar(const Event& event) const;
  Result<void> list(Yaml& list);
  Result<void> map(Yaml& map);
  Result<std::string> key(const Event& event, const std::unordered_set<std::string>& seen) const;

  Budget& budget_;
  yaml_parser_t parser_{};
};

Result<void> Parser::next(Event& event) {
  TRY_VOID(budget_.check_time());
  if (yaml_parser_parse(&parser_, &event.raw) == 1) return {};
  khien_assert(parser_.error != YAML_MEMORY_ERROR);
  const std::string problem = parser_.problem != nullptr ? parser_.problem : "malformed";
  return at_line(parser_.problem_mark.line + 1, problem);
}

Result<void> Parser::expect(yaml_event_type_t type, std::string_view otherwise) {
  Event event;
  TRY_VOID(next(event));
  if (event.raw.type != type) return at_line(event.line(), otherwise);
  return {};
}

Result<Yaml> Parser::document() {
  TRY_VOID(expect(YAML_STREAM_START_EVENT, "not a text"));
  Event start;
  TRY_VOID(next(start));
  if (start.raw.type == YAML_STREAM_END_EVENT) return at_line(1, "there is no value");
  khien_assert(start.raw.type == YAML_DOCUMENT_START_EVENT);
  const auto& directives = start.raw.data.document_start;
  if (directives.version_directive != nullptr ||
      directives.tag_directives.start != directives.tag_directives.end) {
    return at_line(start.line(), "YAML directives are not allowed");
  }
  Event first;
  TRY_VOID(next(first));
  TRY(Yaml root, value(first));
  TRY_VOID(expect(YAML_DOCUMENT_END_EVENT, "a second value"));
  TRY_VOID(expect(YAML_STREAM_END_EVENT, "a second document"));
  return root;
}

Result<Yaml> Parser::value(const Event& event) {
  TRY_VOID(budget_.take_entries());
  switch (event.raw.type) {
    case YAML_SCALAR_EVENT:
      return scalar(event);
    case YAML_ALIAS_EVENT:
      return at_line(event.line(), "aliases are not allowed");
    case YAML_SEQUENCE_START_EVENT: {
      const auto& start = event.raw.data.sequence_start;
      if (start.anchor != nullptr || start.tag != nullptr) {
        return at_line(event.line(), "anchors and tags are not allowed");
      }
      TRY(const auto level, budget_.enter());
      Yaml made{.kind = Yaml::Kind::list, .line = event.line()};
      TRY_VOID(list(made));
      return made;
    }
    case YAML_MAPPING_START_EVENT: {
      const auto& start = event.raw.data.mapping_start;
      if (start.anchor != nullptr || start.tag != nullptr) {
        return at_line(event.line(), "anchors and tags are not allowed");
      }
      TRY(const auto level, budget_.enter());
      Yaml made{.kind = Yaml::Kind::map, .line = event.line()};
      TRY_VOID(map(made));
      return made;
    }
    default:
      return at_line(event.line(), "a value is missing");
  }
}

Result<Yaml> Parser::scalar(const Event& event) const {
  const auto& raw = event.raw.data.scalar;
  if (raw.anchor != nullptr || raw.tag != nullptr)
    return at_line(event.line(), "anchors and tags are not allowed");
  Yaml made{.kind = Yaml::Kind::text, .line = event.line()};
  made.text.assign(reinterpret_cast<const char*>(raw.value), raw.length);
  // An escape may have made what the text itself may not hold.
  if (const auto refused = find_refused(made.text)) return refused_character(*refused, event.line());
  if (raw.style == YAML_PLAIN_SCALAR_STYLE) resolve(made);
  return made;
}

Result<void> Parser::list(Yaml& list) {
  while (true) {
    Event event;
    TRY_VOID(next(event));
    if (event.raw.type == YAML_SEQUENCE_END_EVENT) return {};
    TRY(list.items.emplace_back(), value(event));
  }
}

Result<std::string> Parser::key(const Event& event, const std::unordered_set<std::string>& seen) const {
  if (event.raw.type != YAML_SCALAR_EVENT) return at_line(event.line(), "a key must be text");
  TRY(Yaml name, scalar(event));
  const bool plain = event.raw.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
  if (plain && name.text == "<<") return at_line(event.line(), "merge keys are not allowed");
  if (plain && name.text.empty()) return at_line(event.line(), "a key is missing");
  if (seen.contains(name.text)) {
    return at_line(event.line(),
                   "'" + std::string(truncate(printable(name.text), 80)) + "' stands here a second time");
  }
  return std::move(name.text);
}

Result<void> Parser::map(Yaml& map) {
  std::unordered_set<std::string> seen;
  while (true) {
    Event at_key;
    TRY_VOID(next(at_key));
    if (at_key.raw.type == YAML_MAPPING_END_EVENT) return {};
    TRY(std::string name, key(at_key, seen));
    seen.insert(name);
    Event at_value;
    TRY_VOID(next(at_value));
    TRY(Yaml member, value(at_value));
    map.fields.push_back({std::move(name), std::move(member)});
  }
}

void write(JsonWriter& out, const Yaml& value) {
  switch (value.kind) {
    case Yaml::Kind::null:
      out.null();
      return;
    case Yaml::Kind::boolean:
      out.boolean(value.boolean);
      return;
    case Yaml::Kind::integer:
      out.integer(value.integer);
      return;
    case Yaml::Kind::number:
      out.number(value.number);
      return;
    case Yaml::Kind::text:
      out.string(value.text);
      return;
    case Yaml::Kind::list:
      out.begin_array();
      for (const Yaml& item : value.items) write(out, item);
      out.end_array();
      return;
    case Yaml::Kind::map:
      out.begin_object();
      for (const auto& [name, member] : value.fields) write(out.key(name), member);
      out.end_object();
      return;
  }
}

}  // namespace

const Yaml* Yaml::find(std::string_view name) const {
  const auto found = std::ranges::find(fields, name, &Field::name);
  return found == fields.end() ? nullptr : &found->value;
}

bool same_value(const Yaml& a, const Yaml& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Yaml::Kind::null:
      return true;
    case Yaml::Kind::boolean:
      return a.boolean == b.boolean;
    case Yaml::Kind::integer:
      return a.integer == b.integer;
    case Yaml::Kind::number:
      return a.number == b.number;
    case Yaml::Kind::text:
      return a.text == b.text;
    case Yaml::Kind::list:
      return std::ranges::equal(a.items, b.items, same_value);
    case Yaml::Kind::map:
      return std::ranges::equal(a.fields, b.fields, [](const auto& x, const auto& y) {
        return x.name == y.name && same_value(x.value, y.value);
      });
  }
  return false;
}

std::string_view to_string(Yaml::Kind kind) {
  switch (kind) {
    case Yaml::Kind::null:
      return "nothing";
    case Yaml::Kind::boolean:
      return "true or false";
    case Yaml::Kind::integer:
      return "whole number";
    case Yaml::Kind::number:
      return "number";
    case Yaml::Kind::text:
      return "text";
    case Yaml::Kind::list:
      return "list";
    case Yaml::Kind::map:
      return "map";
  }
  return "";
}

Result<Yaml> parse_yaml(std::string_view text, Budget& budget) {
  TRY_VOID(budget.take_in(text.size()));
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (!is_utf8(text)) return at_line(1, "not UTF-8 text");
  if (const auto refused = find_refused(text)) return refused_character(*refused, 1);
  return Parser(text, budget).document();
}

std::string to_json(const Yaml& value) {
  JsonWriter out;
  write(out, value);
  return out.take();
}

}  // namespace khien
