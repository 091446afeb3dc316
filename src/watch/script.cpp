#include "script.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "khien/core/bytes.hpp"
#include "khien/core/text.hpp"
#include "style.hpp"

namespace khien::watch {
namespace {

constexpr std::size_t kMaxScriptBytes = 256u << 10;
constexpr std::size_t kMaxFound = 64;

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

std::optional<std::string> take_term(std::string_view& text) {
  if (take(text, "window.atob(") || take(text, "atob(")) {
    const auto coded = take_literal(text);
    if (!coded || !take(text, ")")) return std::nullopt;
    const auto bytes = from_base64(*coded);
    return bytes ? std::optional(to_valid_utf8(as_text(*bytes))) : std::nullopt;
  }
  if (take(text, "String.fromCharCode(")) return take_codes(text);
  if (take(text, "decodeURIComponent(") || take(text, "unescape(") || take(text, "encodeURI(")) {
    auto inner = take_literal(text);
    return take(text, ")") ? inner : std::nullopt;
  }
  return take_literal(text);
}

// Literals joined by "+"; what is no literal ends it.
std::optional<std::string> take_expression(std::string_view& text) {
  auto value = take_term(text);
  while (value && take(text, "+")) {
    const auto next = take_term(text);
    if (!next) break;
    *value += *next;
  }
  return value;
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

std::optional<std::string> assigned_at(std::string_view rest) {
  if (take(rest, ".href") || take(rest, "['href']") || take(rest, "[\"href\"]")) {
  } else if (take(rest, ".replace(") || take(rest, ".assign(") || take(rest, "['replace'](") || take(rest, "[\"replace\"](")) {
    return take_expression(rest);
  }
  if (!take(rest, "=") || rest.starts_with('=')) return std::nullopt;
  return take_expression(rest);
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
    const auto css = take_expression(rest);
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
  const auto value = take_expression(rest);
  const auto hidden = value ? look_of(name + ":" + *value).hidden : std::nullopt;
  return hidden && *hidden != Hidden::no;
}

}  // namespace

std::optional<std::string> location_of_script(std::string_view text) {
  if (!text.contains("location")) return std::nullopt;
  const std::string script = without_comments(text);
  const std::string_view view = script;
  std::size_t seen = 0;
  for (auto at = view.find("location"); at != view.npos && ++seen < kMaxFound; at = view.find("location", at + 8)) {
    if (is_end_of_word(view, at)) continue;
    auto target = assigned_at(view.substr(at + 8));
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
  for (const std::string_view call : {"document.write(", "document.writeln("}) {
    each_call(text.substr(0, kMaxScriptBytes), call, [&](std::string_view rest) {
      if (auto html = take_expression(rest)) written.push_back(*std::move(html));
    });
  }
  return written;
}

}  // namespace khien::watch
