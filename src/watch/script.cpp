#include "script.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <map>
#include <utility>

#include "address.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/text.hpp"
#include "style.hpp"

namespace khien::watch {
namespace {

constexpr std::size_t kMaxScriptBytes = 256u << 10;
constexpr std::size_t kMaxFound = 64;
constexpr std::size_t kMaxValueBytes = 64u << 10;
constexpr std::size_t kMaxWrittenBytes = 512u << 10;
constexpr int kMaxCalls = 4;  // one within the other: decodeURIComponent(escape(atob("…")))

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$'; }

void skip_space(std::string_view& text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
}

bool take(std::string_view& text, std::string_view wanted) {
  skip_space(text);
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(wanted.size());
  return true;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// "\x2f", "\u002f", "\/" and the like; the backslash is gone already.
void take_escape(std::string_view& text, std::string& out) {
  const char kind = text.front();
  text.remove_prefix(1);
  const std::size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : 0;
  if (digits > 0 && text.size() >= digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) value = value * 16 + std::max(0, hex_value(text[i]));
    text.remove_prefix(digits);
    out += value < 0x80 ? static_cast<char>(value) : '?';
  } else if (kind == 'n' || kind == 't' || kind == 'r') {
    out += ' ';
  } else if (kind != '\n') {
    out += kind;
  }
}

std::optional<std::string> take_literal(std::string_view& text) {
  skip_space(text);
  if (text.empty() || (text.front() != '"' && text.front() != '\'' && text.front() != '`')) return std::nullopt;
  const char quote = text.front();
  text.remove_prefix(1);
  std::string out;
  while (!text.empty() && text.front() != quote) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '\\' && !text.empty()) {
      take_escape(text, out);
    } else {
      out += c;
    }
  }
  if (text.empty()) return std::nullopt;
  text.remove_prefix(1);
  return out;
}

std::optional<std::string> take_codes(std::string_view& text) {
  std::string out;
  for (;;) {
    skip_space(text);
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || value > 0x7f) return std::nullopt;
    out += static_cast<char>(value);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (take(text, ")")) return out;
    if (!take(text, ",")) return std::nullopt;
  }
}

// What names of a script stand for, where it gave them plain texts.
using Values = std::map<std::string, std::string, std::less<>>;

std::string_view take_name(std::string_view& text) {
  skip_space(text);
  std::size_t size = 0;
  while (size < text.size() && is_word(text[size])) ++size;
  const std::string_view name = text.substr(0, size);
  text.remove_prefix(size);
  return name;
}

std::optional<std::string> take_expression(std::string_view& text, const Values& values, int depth = 0);

std::optional<std::string> take_known(std::string_view& text, const Values& values) {
  std::string_view rest = text;
  const auto known = values.find(take_name(rest));
  if (known == values.end()) return std::nullopt;
  text = rest;
  return known->second;
}

std::optional<std::string> take_term(std::string_view& text, const Values& values, int depth) {
  if (depth > kMaxCalls) return std::nullopt;
  if (take(text, "window.atob(") || take(text, "atob(")) {
    const auto coded = take_expression(text, values, depth + 1);
    if (!coded || !take(text, ")")) return std::nullopt;
    const auto bytes = from_base64(*coded);
    return bytes ? std::optional(to_valid_utf8(as_text(*bytes))) : std::nullopt;
  }
  if (take(text, "String.fromCharCode(")) return take_codes(text);
  if (take(text, "decodeURIComponent(") || take(text, "unescape(") || take(text, "encodeURI(") || take(text, "escape(")) {
    auto inner = take_expression(text, values, depth + 1);
    if (!inner || !take(text, ")")) return std::nullopt;
    return inner->contains('%') ? percent_decoded(*inner, false) : inner;
  }
  if (auto literal = take_literal(text)) return literal;
  return take_known(text, values);
}

// Literals joined by "+"; what is no literal ends it.
std::optional<std::string> take_expression(std::string_view& text, const Values& values, int depth) {
  auto value = take_term(text, values, depth);
  while (value && take(text, "+")) {
    const auto next = take_term(text, values, depth);
    if (!next || value->size() > kMaxValueBytes) break;
    *value += *next;
  }
  return value;
}

// "name = 'text'", in the order in which they stand; what is no plain text is left out.
Values values_of(std::string_view script) {
  Values values;
  for (auto at = script.find('='); at != script.npos && values.size() < kMaxFound; at = script.find('=', at + 1)) {
    if (at == 0 || at + 1 >= script.size() || script[at + 1] == '=' || script[at + 1] == '>') continue;
    std::size_t end = at;
    while (end > 0 && is_space(script[end - 1])) --end;
    std::size_t begin = end;
    while (begin > 0 && is_word(script[begin - 1])) --begin;
    if (begin == end || (begin > 0 && script[begin - 1] == '.')) continue;
    std::string_view rest = script.substr(at + 1);
    auto value = take_expression(rest, values);
    if (value && !value->empty()) values.insert_or_assign(std::string(script.substr(begin, end - begin)), *std::move(value));
  }
  return values;
}

// Comments become spaces, as long as they are not in a literal.
std::string without_comments(std::string_view script) {
  std::string out(script.substr(0, kMaxScriptBytes));
  char quote = 0;
  for (std::size_t at = 0; at < out.size(); ++at) {
    if (quote != 0) {
      if (out[at] == '\\') ++at;
      else if (out[at] == quote || out[at] == '\n') quote = 0;
      continue;
    }
    if (out[at] == '"' || out[at] == '\'' || out[at] == '`') quote = out[at];
    const bool line = out.compare(at, 2, "//") == 0;
    if (!line && out.compare(at, 2, "/*") != 0) continue;
    const auto end = std::min(out.find(line ? "\n" : "*/", at + 2), out.size());
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(at), out.begin() + static_cast<std::ptrdiff_t>(end), ' ');
  }
  return out;
}

// Whether what opens with the brace at the end of `before` runs only when something is
// done on the page, or calls it.
bool waits(std::string_view before) {
  before = before.substr(before.size() - std::min<std::size_t>(before.size(), 160));
  if (const auto end = before.find_last_of(";}"); end != before.npos) before.remove_prefix(end + 1);
  const auto function = before.rfind("function");
  const bool arrow = before.contains("=>");
  if (function == before.npos && !arrow) return false;
  for (const std::string_view runs : {"setTimeout", "setInterval", "(function", "!function", "onload", "'load'", "\"load\"",
                                      "DOMContentLoaded", "ready(", "$(function", "jQuery(function", "(() =>", "(()=>"}) {
    if (before.contains(runs)) return false;
  }
  return true;
}

// Whether the place stands in a function that nothing shown here runs.
bool stands_in_waiting(std::string_view script, std::size_t at) {
  int depth = 0;
  for (std::size_t i = at; i > 0; --i) {
    if (script[i - 1] == '}') ++depth;
    if (script[i - 1] == '{' && --depth < 0) {
      if (waits(script.substr(0, i - 1))) return true;
      depth = 0;
    }
  }
  return false;
}

std::optional<std::string> assigned_at(std::string_view rest, const Values& values) {
  if (take(rest, ".href") || take(rest, "['href']") || take(rest, "[\"href\"]")) {
  } else if (take(rest, ".replace(") || take(rest, ".assign(") || take(rest, "['replace'](") || take(rest, "[\"replace\"](")) {
    return take_expression(rest, values);
  }
  if (!take(rest, "=") || rest.starts_with('=')) return std::nullopt;
  return take_expression(rest, values);
}

bool is_end_of_word(std::string_view script, std::size_t at) {
  return at > 0 && is_word(script[at - 1]);
}

template <class Visit>
void each_call(std::string_view script, std::string_view name, Visit visit) {
  std::size_t found = 0;
  for (auto at = script.find(name); at != script.npos && found < kMaxFound; at = script.find(name, at + name.size())) {
    ++found;
    visit(script.substr(at + name.size()));
  }
}

bool hides(std::string_view rest) {
  if (!take(rest, ".style")) return false;
  if (take(rest, ".cssText") || take(rest, "['cssText']")) {
    if (!take(rest, "=")) return false;
    const auto css = take_expression(rest, {});
    const auto hidden = css ? look_of(*css).hidden : std::nullopt;
    return hidden && *hidden != Hidden::no;
  }
  if (!take(rest, ".")) return false;
  std::string name;
  while (!rest.empty() && is_word(rest.front())) {
    if (rest.front() >= 'A' && rest.front() <= 'Z') name += '-';
    name += static_cast<char>(rest.front() | 0x20);
    rest.remove_prefix(1);
  }
  if (!take(rest, "=")) return false;
  const auto value = take_expression(rest, {});
  const auto hidden = value ? look_of(name + ":" + *value).hidden : std::nullopt;
  return hidden && *hidden != Hidden::no;
}

}  // namespace

std::optional<std::string> location_of_script(std::string_view text) {
  if (!text.contains("location")) return std::nullopt;
  const std::string script = without_comments(text);
  const std::string_view view = script;
  const Values values = values_of(view);
  std::size_t seen = 0;
  for (auto at = view.find("location"); at != view.npos && ++seen < kMaxFound; at = view.find("location", at + 8)) {
    if (is_end_of_word(view, at)) continue;
    auto target = assigned_at(view.substr(at + 8), values);
    if (target && !target->empty() && !stands_in_waiting(view, at)) return target;
  }
  return std::nullopt;
}

std::vector<std::string> hidden_by_script(std::string_view text) {
  std::vector<std::string> ids;
  each_call(text.substr(0, kMaxScriptBytes), "getElementById(", [&](std::string_view rest) {
    const auto id = take_literal(rest);
    if (id && take(rest, ")") && hides(rest)) ids.push_back(*id);
  });
  return ids;
}

std::vector<std::string> written_by_script(std::string_view text) {
  std::vector<std::string> written;
  const std::string_view script = text.substr(0, kMaxScriptBytes);
  constexpr std::array<std::string_view, 5> kCalls{"document.write(", "document.writeln(", ".innerHTML", ".outerHTML", ".insertAdjacentHTML("};
  if (std::ranges::none_of(kCalls, [&](std::string_view call) { return script.contains(call); })) return written;
  const Values values = values_of(script);
  std::size_t bytes = 0;
  for (const std::string_view call : kCalls) {
    each_call(script, call, [&](std::string_view rest) {
      if (!call.ends_with('(') && !take(rest, "+=") && !take(rest, "=")) return;
      if (call.ends_with("HTML(") && (!take_literal(rest) || !take(rest, ","))) return;
      auto html = bytes < kMaxWrittenBytes ? take_expression(rest, values) : std::nullopt;
      if (!html) return;
      bytes += html->size();
      written.push_back(*std::move(html));
    });
  }
  return written;
}

}  // namespace khien::watch
