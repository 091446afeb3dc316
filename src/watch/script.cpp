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
#include "letters.hpp"
#include "page_bounds.hpp"
#include "style.hpp"

namespace khien::watch {
namespace {

constexpr std::size_t kMaxScriptBytes = 256u << 10;
constexpr std::size_t kMaxFound = 64;
constexpr std::size_t kMaxValueBytes = 64u << 10;
constexpr std::size_t kMaxWrittenBytes = 512u << 10;
constexpr std::size_t kMaxList = 500, kMaxIndexBytes = 40, kMaxCallBytes = 400;
constexpr std::size_t kMaxCoded = 256;  // addresses of a script that are looked at
constexpr std::size_t kMaxHandlerBytes = 800, kMaxHostBytes = 253;
constexpr int kMaxRounds = 3;  // eval in what eval runs
constexpr int kMaxCalls = 4;   // one within the other: decodeURIComponent(escape(atob("…")))

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

void add_code(char32_t code, std::string& out) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 0x3F))};
  } else if (code < 0x10000 && (code < 0xD800 || code > 0xDFFF)) {
    out += {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3F)), static_cast<char>(0x80 | (code & 0x3F))};
  } else {
    out += '?';
  }
}

// "\x2f", "\u002f", "\/" and the like; the backslash is gone already.
void take_escape(std::string_view& text, std::string& out) {
  const char kind = text.front();
  text.remove_prefix(1);
  const std::size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : 0;
  if (digits > 0 && text.size() >= digits) {
    char32_t value = 0;
    for (std::size_t i = 0; i < digits; ++i) value = value * 16 + static_cast<char32_t>(std::max(0, hex_value(text[i])));
    text.remove_prefix(digits);
    add_code(value, out);
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

// "104,116,0x74" and what closes it.
std::optional<std::string> take_codes(std::string_view& text, std::string_view close) {
  std::string out;
  while (out.size() < kMaxValueBytes) {
    skip_space(text);
    const bool hex = text.starts_with("0x");
    if (hex) text.remove_prefix(2);
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
    if (error != std::errc{} || value > 0xffff) return std::nullopt;
    add_code(value, out);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (take(text, close)) return out;
    if (!take(text, ",")) return std::nullopt;
  }
  return std::nullopt;
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

// What stands behind the bracket that closes what is open.
void skip_to_close(std::string_view& text, int open) {
  std::size_t at = 0;
  for (; at < std::min(text.size(), kMaxCallBytes) && open > 0; ++at) open += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
  text.remove_prefix(at);
}

// "name", "name[2]" of a list, or "name.join('')".
std::optional<std::string> take_known(std::string_view& text, const Values& values) {
  std::string_view rest = text;
  std::string name(take_name(rest));
  if (name.empty()) return std::nullopt;
  if (rest.starts_with('[')) {
    const auto close = rest.substr(0, kMaxIndexBytes).find(']');
    if (close == rest.npos) return std::nullopt;
    name += rest.substr(0, close + 1);
    rest.remove_prefix(close + 1);
  }
  if (take(rest, ".join(")) {
    name += ".join";
    skip_to_close(rest, 1);
  }
  const auto known = values.find(name);
  if (known == values.end()) return std::nullopt;
  text = rest;
  return known->second;
}

// "['a', 'b']"; the bracket is gone already.
std::vector<std::string> take_list(std::string_view& text, const Values& values, int depth) {
  std::vector<std::string> list;
  std::size_t bytes = 0;
  while (list.size() < kMaxList) {
    auto one = take_expression(text, values, depth + 1);
    if (!one || (bytes += one->size()) > kMaxValueBytes) break;
    list.push_back(*std::move(one));
    if (!take(text, ",")) break;
  }
  return list;
}

// A list that is made one text: "['a','b'].join('')", "[104,116].map(…).join('')".
std::optional<std::string> take_joined(std::string_view& text, const Values& values, int depth) {
  std::string_view rest = text;
  if (!take(rest, "[")) return std::nullopt;
  std::string_view codes = rest;
  std::string out;
  if (auto coded = take_codes(codes, "]")) {
    rest = codes;
    if (!take(rest, ".map(")) return std::nullopt;
    skip_to_close(rest, 1);
    out = *std::move(coded);
  } else {
    for (const std::string& one : take_list(rest, values, depth)) out += one;
    if (!take(rest, "]")) return std::nullopt;
  }
  if (!take(rest, ".join(")) return std::nullopt;
  skip_to_close(rest, 1);
  text = rest;
  return out;
}

std::optional<std::string> undone_of(std::string_view& text, const Values& values, int depth) {
  const auto coded = take_expression(text, values, depth + 1);
  if (!coded) return std::nullopt;
  const auto bytes = from_base64(*coded);
  return bytes ? std::optional(to_valid_utf8(as_text(*bytes))) : std::nullopt;
}

// "%u1ea3" of unescape("…") as the letter it stands for.
std::string with_wide_escapes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string_view rest = text.substr(at);
    const bool wide = rest.size() >= 6 && rest.starts_with("%u") && std::ranges::all_of(rest.substr(2, 4), [](char c) { return hex_value(c) >= 0; });
    if (!wide) {
      out += text[at];
      continue;
    }
    rest.remove_prefix(1);
    take_escape(rest, out);
    at += 5;
  }
  return out;
}

// A call that gives a text out of literals.
std::optional<std::string> take_call(std::string_view& text, const Values& values, int depth) {
  if (take(text, "window.") || take(text, "self.")) skip_space(text);
  if (take(text, "atob(")) {
    auto bytes = undone_of(text, values, depth);
    return bytes && take(text, ")") ? bytes : std::nullopt;
  }
  if (take(text, "new TextDecoder(")) {
    const auto at = text.substr(0, kMaxCallBytes).find("atob(");
    if (at == text.npos) return std::nullopt;
    const auto open = static_cast<int>(std::ranges::count(text.substr(0, at), '(')) - static_cast<int>(std::ranges::count(text.substr(0, at), ')'));
    text.remove_prefix(at + 5);
    auto bytes = undone_of(text, values, depth);
    skip_to_close(text, open + 2);  // of the constructor and of this call, too
    return bytes;
  }
  if (take(text, "String.fromCharCode.apply(")) {
    const auto list = text.substr(0, kMaxIndexBytes).find('[');
    if (list == text.npos) return std::nullopt;
    text.remove_prefix(list + 1);
    auto codes = take_codes(text, "]");
    return codes && take(text, ")") ? codes : std::nullopt;
  }
  if (take(text, "String.fromCharCode(")) return take_codes(text, ")");
  if (take(text, "decodeURIComponent(") || take(text, "decodeURI(") || take(text, "unescape(") || take(text, "encodeURI(") || take(text, "escape(")) {
    auto inner = take_expression(text, values, depth + 1);
    if (!inner || !take(text, ")")) return std::nullopt;
    return inner->contains('%') ? percent_decoded(with_wide_escapes(*inner), false) : inner;
  }
  return std::nullopt;
}

// What stands behind a text that is written backwards; it is taken.
bool turns_around(std::string_view& rest) {
  return take(rest, ".split(\"\").reverse().join(\"\")") || take(rest, ".split('').reverse().join('')");
}

std::optional<std::string> take_term(std::string_view& text, const Values& values, int depth) {
  if (depth > kMaxCalls) return std::nullopt;
  std::string_view rest = text;
  auto value = take_call(rest, values, depth);
  if (!value) {
    rest = text;
    value = take_joined(rest, values, depth);
  }
  if (!value) {
    rest = text;
    value = take_literal(rest);
  }
  if (!value) {
    rest = text;
    value = take_known(rest, values);
  }
  if (!value) return std::nullopt;
  if (turns_around(rest)) std::ranges::reverse(*value);
  if (take(rest, ".concat(")) {
    for (const std::string& one : take_list(rest, values, depth)) *value += one;
    // Texts of texts of texts would double with each name.
    if (!take(rest, ")") || value->size() > kMaxValueBytes) return std::nullopt;
  }
  text = rest;
  return value;
}

// Literals joined by "+"; what is no literal ends it.
std::optional<std::string> take_expression(std::string_view& text, const Values& values, int depth) {
  auto value = take_term(text, values, depth);
  while (value && take(text, "+")) {
    const auto next = take_term(text, values, depth);
    if (!next || value->size() + next->size() > kMaxValueBytes) break;
    *value += *next;
  }
  return value;
}

// "name = 'text'", in the order in which they stand; what is no plain text is left out, and what stands behind 512 KiB of them.
Values values_of(std::string_view script) {
  Values values;
  std::size_t bytes = 0;  // of all texts: a name may be given one again and again
  for (auto at = script.find('='); at != script.npos && values.size() < kMaxFound; at = script.find('=', at + 1)) {
    if (at == 0 || at + 1 >= script.size() || script[at + 1] == '=' || script[at + 1] == '>') continue;
    std::size_t end = at;
    while (end > 0 && is_space(script[end - 1])) --end;
    std::size_t begin = end;
    while (begin > 0 && is_word(script[begin - 1])) --begin;
    if (begin == end || (begin > 0 && script[begin - 1] == '.')) continue;
    const std::string name(script.substr(begin, end - begin));
    std::string_view rest = script.substr(at + 1);
    auto value = take_expression(rest, values);
    if ((bytes += value ? value->size() : 0) > kMaxWrittenBytes) break;
    if (value && !value->empty()) {
      values.insert_or_assign(name, *std::move(value));
    } else if (rest = script.substr(at + 1); take(rest, "[")) {
      const auto list = take_list(rest, values, 0);
      for (std::size_t i = 0; i < list.size(); ++i) values.insert_or_assign(name + "[" + std::to_string(i) + "]", list[i]);
      std::string together;
      for (const std::string& one : list) together += one;
      if (!together.empty()) values.insert_or_assign(name + ".join", together);
    }
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

bool is_hidden_look(std::string_view css) {
  return look_of(css).hides();
}

// ".style.display = 'none'", ".style.cssText = '…'".
bool hides_by_style(std::string_view rest) {
  if (!take(rest, ".style")) return false;
  if (take(rest, ".cssText") || take(rest, "['cssText']")) {
    if (!take(rest, "=")) return false;
    const auto css = take_expression(rest, {});
    return css && is_hidden_look(*css);
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
  return value && is_hidden_look(name + ":" + *value);
}

// What is done to an element, by the page's own means or by jQuery's.
bool hides(std::string_view rest) {
  if (hides_by_style(rest) || take(rest, ".remove()") || take(rest, ".hide()")) return true;
  if (take(rest, ".hidden")) return take(rest, "=") && (take(rest, "true") || take(rest, "!0") || take(rest, "1"));
  if (take(rest, ".innerHTML") || take(rest, ".outerHTML")) return take(rest, "=") && (take(rest, "\"\"") || take(rest, "''"));
  const bool attribute = take(rest, ".setAttribute(") || take(rest, ".attr(");
  if (!attribute && !take(rest, ".css(")) return false;
  const auto name = take_literal(rest);
  if (!name || !take(rest, ",")) return false;
  const auto value = take_expression(rest, {});
  if (!attribute) return value && is_hidden_look(*name + ":" + *value);
  return *name == "hidden" || (*name == "style" && value && is_hidden_look(*value));
}

// Hidden under the name that it gave the element.
bool hides_later(std::string_view script, std::string_view before) {
  while (!before.empty() && is_space(before.back())) before.remove_suffix(1);
  if (before.ends_with("document.")) before.remove_suffix(9);
  while (!before.empty() && is_space(before.back())) before.remove_suffix(1);
  if (!before.ends_with('=')) return false;
  before.remove_suffix(1);
  while (!before.empty() && is_space(before.back())) before.remove_suffix(1);
  std::size_t begin = before.size();
  while (begin > 0 && is_word(before[begin - 1])) --begin;
  const std::string_view name = before.substr(begin);
  if (name.empty()) return false;
  std::size_t seen = 0;
  for (auto at = script.find(name, before.size()); at != script.npos && ++seen < kMaxFound; at = script.find(name, at + name.size())) {
    std::string_view rest = script.substr(at + name.size());
    if (take(rest, "[0]")) skip_space(rest);
    if (!is_end_of_word(script, at) && hides(rest)) return true;
  }
  return false;
}

// "#a" of "div #a"; empty if it ends in anything but a name.
std::string last_of_selector(std::string_view selector) {
  selector = selector.substr(selector.find_last_of(" >") + 1);
  const bool plain = selector.size() > 1 && (selector.front() == '#' || selector.front() == '.') && std::ranges::all_of(selector.substr(1), [](char c) { return is_word(c) || c == '-'; });
  return plain ? std::string(selector) : std::string();
}

std::string_view literal_of_one_of(std::string_view& text, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (take(text, name)) return name;
  }
  return {};
}

// "window.open('…', '_self')".
std::optional<std::string> opened_here(std::string_view script, const Values& values) {
  std::optional<std::string> target;
  each_call(script, "window.open(", [&](std::string_view rest) {
    const auto at = static_cast<std::size_t>(rest.data() - script.data());
    const auto url = take_expression(rest, values);
    if (!url || !take(rest, ",") || literal_of_one_of(rest, {"\"_self\"", "'_self'", "\"_top\"", "'_top'", "\"_parent\"", "'_parent'"}).empty()) return;
    if (!target && !stands_in_waiting(script, at)) target = url;
  });
  return target;
}

// "x.href = '…'; x.click()".
std::optional<std::string> clicked(std::string_view script, const Values& values) {
  std::size_t seen = 0;
  for (auto at = script.find(".click()"); at != script.npos && ++seen < kMaxFound; at = script.find(".click()", at + 1)) {
    std::size_t begin = at;
    while (begin > 0 && is_word(script[begin - 1])) --begin;
    const std::string name = std::string(script.substr(begin, at - begin)) + ".href";
    const auto set = begin < at ? script.find(name) : script.npos;
    if (set == script.npos || set > at || stands_in_waiting(script, at)) continue;
    std::string_view rest = script.substr(set + name.size());
    if (!take(rest, "=")) continue;
    if (auto target = take_expression(rest, values)) return target;
  }
  return std::nullopt;
}

// The name that a packer gave a number: its digits, letters, capitals.
std::string packed_name(std::size_t number, std::size_t radix) {
  constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::string name;
  do {
    name.insert(name.begin(), kDigits[number % radix]);
    number /= radix;
  } while (number > 0);
  return name;
}

// "…}('0.1=\"2\"',3,3,'location|href|…'.split('|'),0,{}))": words were taken out and numbered.
std::optional<std::string> unpacked(std::string_view rest) {
  const auto open = rest.find("}(");
  if (open == rest.npos) return std::nullopt;
  rest.remove_prefix(open + 2);
  const auto payload = take_literal(rest);
  std::array<std::size_t, 2> numbers{};
  for (std::size_t& number : numbers) {
    if (!payload || !take(rest, ",")) return std::nullopt;
    skip_space(rest);
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (error != std::errc{}) return std::nullopt;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  }
  if (numbers[0] < 2 || numbers[0] > 62 || numbers[1] > kMaxValueBytes || !take(rest, ",")) return std::nullopt;
  const auto words = take_literal(rest);
  if (!words) return std::nullopt;
  Values names;
  std::string_view left = *words;
  for (std::size_t i = 0; i < numbers[1]; ++i) {
    const auto end = std::min(left.find('|'), left.size());
    if (end > 0) names.emplace(packed_name(i, numbers[0]), left.substr(0, end));
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  std::string out;
  for (std::size_t at = 0; at < payload->size() && out.size() < kMaxValueBytes;) {
    std::size_t end = at;
    while (end < payload->size() && is_word((*payload)[end]) && (*payload)[end] != '$') ++end;
    if (end == at) {
      out += (*payload)[at++];
      continue;
    }
    const std::string word = payload->substr(at, end - at);
    const auto known = names.find(word);
    out += known == names.end() ? word : known->second;
    at = end;
  }
  return out;
}

// "a['b']" as "a.b", however the name is spelled, and "a[names[2]]" where the name is known.
std::string with_plain_members(std::string_view script) {
  const bool by_number = script.contains("[_0x") || script.contains("]]");
  Values values = by_number ? values_of(script) : Values();
  // A long text is no member's name, and a page that repeats it would fill the memory.
  std::erase_if(values, [](const auto& value) { return value.second.size() > kMaxIndexBytes; });
  std::string out;
  out.reserve(script.size());
  for (std::size_t at = 0; at < script.size();) {
    const bool opens = script[at] == '[' && at > 0 && (is_word(script[at - 1]) || script[at - 1] == ']' || script[at - 1] == ')');
    std::string_view rest = script.substr(at + 1);
    if (opens && !rest.empty() && (by_number || rest.front() == '"' || rest.front() == '\'')) {
      const bool literal = rest.front() == '"' || rest.front() == '\'';
      const auto name = literal ? take_literal(rest) : take_known(rest, values);
      if (name && !name->empty() && take(rest, "]") && std::ranges::all_of(*name, is_word)) {
        out += '.';
        out += *name;
        at = script.size() - rest.size();
        continue;
      }
    }
    out += script[at++];
  }
  return out;
}

// "https://host/…", "//host/…" or "host.name/…": a host with a dot, and nothing that is no address.
bool is_address(std::string_view text) {
  if (text.starts_with("https:")) text.remove_prefix(6);
  else if (text.starts_with("http:")) text.remove_prefix(5);
  if (text.starts_with("//")) text.remove_prefix(2);
  const std::string_view host = text.substr(0, text.find_first_of("/?#:"));
  if (host.size() < 4 || host.size() > kMaxHostBytes || text.find_first_of(" <>\"'") != text.npos) return false;
  if (!std::ranges::all_of(host, [](char c) { return (is_word(c) && c != '_' && c != '$') || c == '-' || c == '.'; })) return false;
  const auto dot = host.rfind('.');
  const bool named = dot != host.npos && dot > 0 && host.size() - dot > 2;
  return named && std::ranges::none_of(host.substr(dot + 1), [](char c) { return c >= '0' && c <= '9'; });
}

// The quote there stands for itself, in a pattern say: no literal begins with it.
bool is_escaped(std::string_view script, std::size_t at) {
  const std::size_t before = script.substr(0, at).find_last_not_of('\\') + 1;  // npos + 1 is 0
  return (at - before) % 2 == 1;
}

// Each literal with its quotes, and what stands behind it, until `visit` is no longer true.
template <class Visit>
void each_literal(std::string_view script, Visit visit) {
  for (auto at = script.find_first_of("\"'`"); at != script.npos; at = script.find_first_of("\"'`", at)) {
    if (is_escaped(script, at)) {
      ++at;
      continue;
    }
    const char quote = script[at];
    std::size_t end = at + 1;
    // A quote that stands for itself, in words of a comment say, is over with its line.
    while (end < script.size() && script[end] != quote && script[end] != '\n') end += script[end] == '\\' ? 2 : 1;
    if (end >= script.size()) {
      // One quote of a pattern or a comment hides nothing behind it. None of its kind comes behind it, so
      // that all is looked at again three times at most.
      ++at;
      continue;
    }
    if (!visit(script.substr(at, end + 1 - at), script.substr(end + 1))) return;
    at = end + 1;
  }
}

// What the script runs that stands in its literals.
std::string run_by(std::string_view script) {
  std::string run;
  constexpr std::array<std::string_view, 4> kCalls{"eval(", "Function(", "setTimeout(", "setInterval("};
  if (std::ranges::none_of(kCalls, [&](std::string_view call) { return script.contains(call); })) return run;
  const Values values = values_of(script);
  for (const std::string_view call : kCalls) {
    each_call(script, call, [&](std::string_view rest) {
      if (stands_in_waiting(script, static_cast<std::size_t>(rest.data() - script.data()) - call.size())) return;
      std::string_view packer = rest;
      auto code = call == "eval(" && take(packer, "function(") ? unpacked(packer) : take_expression(rest, values);
      if (code && run.size() < kMaxValueBytes) run += "\n;" + *code;
    });
  }
  return run;
}

}  // namespace

std::string unfolded_script(std::string_view text) {
  std::string out;
  std::string_view script = text.substr(0, kMaxScriptBytes);
  for (int round = 0; round < kMaxRounds; ++round) {
    const std::string run = run_by(script);
    if (run.empty()) break;
    if (out.empty()) out = text.substr(0, kMaxScriptBytes);
    const std::size_t before = out.size();
    out += run;
    script = std::string_view(out).substr(before);
  }
  constexpr std::array<std::string_view, 6> kHolders{"location[", "window[", "document[", "self[", "top[", "['\\x"};
  const std::string_view all = out.empty() ? text.substr(0, kMaxScriptBytes) : std::string_view(out);
  const bool holds = std::ranges::any_of(kHolders, [&](std::string_view holder) { return all.contains(holder); });
  return holds ? with_plain_members(all) : out;
}

std::optional<std::string> literal_behind_colon(std::string_view text) {
  return take(text, ":") ? take_literal(text) : std::nullopt;
}

std::optional<std::string> location_of_script(std::string_view text) {
  const bool opens = text.contains("window.open("), clicks = text.contains(".click()");
  if (!text.contains("location") && !opens && !clicks) return std::nullopt;
  const std::string script = without_comments(text);
  const std::string_view view = script;
  const Values values = values_of(view);
  std::size_t seen = 0;
  for (auto at = view.find("location"); at != view.npos && ++seen < kMaxFound; at = view.find("location", at + 8)) {
    if (is_end_of_word(view, at)) continue;
    auto target = assigned_at(view.substr(at + 8), values);
    if (target && !target->empty() && !stands_in_waiting(view, at)) return target;
  }
  auto target = opens ? opened_here(view, values) : std::nullopt;
  return !target && clicks ? clicked(view, values) : target;
}

std::optional<std::string> opened_by_any_click(std::string_view text) {
  if (!text.contains("click") || (!text.contains("window.open(") && !text.contains("location"))) return std::nullopt;
  const std::string script = without_comments(text);
  const Values values = values_of(script);
  std::optional<std::string> target;
  const auto look = [&](std::string_view handler) {
    handler = handler.substr(0, kMaxHandlerBytes);
    // Up to where the next one is added.
    handler = handler.substr(0, std::min(handler.find("addEventListener"), handler.find("$(document)")));
    for (const std::string_view call : {"window.open(", "location.href", "location.assign(", "location="}) {
      const auto at = target ? handler.npos : handler.find(call);
      if (at == handler.npos) continue;
      std::string_view rest = handler.substr(at + call.size());
      if (call == "location.href" && !take(rest, "=")) continue;
      target = take_expression(rest, values);
    }
  };
  for (const std::string_view owner : {"document", "window", "document.body", "document.documentElement"}) {
    for (const std::string_view way : {".addEventListener(\"click\"", ".addEventListener('click'", ".onclick"}) {
      each_call(script, std::string(owner) + std::string(way), look);
    }
  }
  for (const std::string_view way : {"$(document).on(\"click\",function", "$(document).on('click',function", "$(document).click(", "$('body').click(", "$(\"body\").click("}) each_call(script, way, look);
  return target;
}

void addresses_in_script(std::string_view script, const std::function<bool(std::string)>& take) {
  each_literal(script, [&](std::string_view literal, std::string_view) {
    if (literal.size() > kMaxHostBytes * 2 || literal.size() < 6 || literal.find_first_of(".\\") == literal.npos) return true;
    auto address = take_literal(literal);
    return !address || !is_address(*address) || take(*std::move(address));
  });
}

namespace {

// What coded texts come to, as long as it may cost something.
class Decoded {
 public:
  // `source`: as it is written; what can be read there is not coded.
  void take(std::string_view decoded, std::string_view source) {
    bytes_ += decoded.size();
    for (auto at = decoded.find("//"); at != decoded.npos && goes_on(); at = decoded.find("//", at + 2)) {
      ++looked_at_;
      const auto end = std::min(decoded.substr(0, at + kMaxAddressBytes).find_first_of(" \"'<>\\", at), decoded.size());
      const std::string_view address = decoded.substr(at, end - at);
      const std::string_view host = address.substr(2, address.find_first_of("/?#:", 2) - 2);
      if (is_address(address) && !source.contains(host) && std::ranges::find(found_, address) == found_.end()) found_.emplace_back(address);
    }
  }
  bool goes_on() const { return looked_at_ < kMaxCoded && bytes_ < kMaxWrittenBytes; }
  std::vector<std::string> found() && { return std::move(found_); }

 private:
  std::vector<std::string> found_;
  std::size_t looked_at_ = 0, bytes_ = 0;
};

// By their letters: "\x68…", or turned around.
void take_coded_literals(std::string_view script, Decoded& decoded) {
  each_literal(script, [&](std::string_view literal, std::string_view behind) {
    const bool turned = turns_around(behind);
    if (literal.size() > kMaxAddressBytes || (!turned && !literal.contains("\\x") && !literal.contains("\\u"))) return true;
    const std::string_view source = literal;
    auto value = take_literal(literal);
    if (value && turned) std::ranges::reverse(*value);
    if (value) decoded.take(*value, turned ? std::string_view() : source);
    return decoded.goes_on();
  });
}

// By what they are given to: atob("…"), String.fromCharCode(…).
void take_coded_calls(std::string_view script, Decoded& decoded) {
  if (!script.contains("atob(") && !script.contains("fromCharCode")) return;
  const Values values = values_of(script);
  for (const std::string_view call : {"atob(", "String.fromCharCode"}) {
    each_call(script, call, [&](std::string_view rest) {
      std::string_view whole(rest.data() - call.size(), rest.size() + call.size());
      const auto text = decoded.goes_on() ? take_call(whole, values, 0) : std::nullopt;
      if (text) decoded.take(*text, {});
    });
  }
}

}  // namespace

std::vector<std::string> coded_in_script(std::string_view text) {
  const std::string_view script = text.substr(0, kMaxScriptBytes);
  constexpr std::array<std::string_view, 5> kCoders{"\\x", "\\u", "reverse(", "atob(", "fromCharCode"};
  Decoded decoded;
  if (std::ranges::none_of(kCoders, [&](std::string_view coder) { return script.contains(coder); })) return {};
  take_coded_literals(script, decoded);
  take_coded_calls(script, decoded);
  return std::move(decoded).found();
}

bool starts_programs(std::string_view script) {
  script = script.substr(0, kMaxScriptBytes);
  if (!contains_small(script, "createobject(")) return false;
  // Old pages make lists for office programs so.
  const bool file = contains_small(script, "scripting.filesystemobject") || contains_small(script, "adodb.stream");
  return contains_small(script, "wscript.shell") || (file && contains_small(script, ".exe"));
}

std::vector<std::string> texts_in_script(std::string_view text) {
  constexpr int kFewestSpaces = 2;
  std::vector<std::string> found;
  each_literal(text.substr(0, kMaxScriptBytes), [&](std::string_view literal, std::string_view) {
    if (literal.size() > kMaxTextBytes || found.size() >= kMaxFound || std::ranges::count(literal, ' ') < kFewestSpaces) return found.size() < kMaxFound;
    auto value = take_literal(literal);
    if (value && value->find_first_of("<>{};=") == value->npos) found.push_back(*std::move(value));
    return true;
  });
  return found;
}

std::optional<std::string> script_of_address(std::string_view address) {
  const auto comma = address.substr(0, kMaxCallBytes).find(',');
  if (comma == address.npos || !address.substr(0, comma).contains("javascript")) return std::nullopt;
  const std::string body = percent_decoded(address.substr(comma + 1).substr(0, kMaxScriptBytes), false);
  if (!address.substr(0, comma).contains("base64")) return body;
  const auto bytes = from_base64(body);
  return bytes ? std::optional(to_valid_utf8(as_text(*bytes))) : std::nullopt;
}

std::vector<std::string> hidden_by_script(std::string_view text) {
  std::vector<std::string> names;
  const std::string_view script = text.substr(0, kMaxScriptBytes);
  const auto look_for = [&](std::string_view call, std::string_view sign, bool must_run) {
    each_call(script, call, [&](std::string_view rest) {
      const auto at = static_cast<std::size_t>(rest.data() - script.data()) - call.size();
      const auto literal = take_literal(rest);
      if (!literal || !take(rest, ")")) return;
      if (take(rest, "[0]")) skip_space(rest);
      const std::string name = sign.empty() ? last_of_selector(*literal) : std::string(sign) + *literal;
      if (name.empty() || (!hides(rest) && !hides_later(script, script.substr(0, at)))) return;
      if (!must_run || !stands_in_waiting(script, at)) names.push_back(name);
    });
  };
  look_for("getElementById(", "#", false);
  look_for("getElementsByClassName(", ".", true);
  look_for("querySelector(", {}, true);
  look_for("$(", {}, true);
  look_for("jQuery(", {}, true);
  return names;
}

std::vector<std::string> written_by_script(std::string_view text) {
  std::vector<std::string> written;
  const std::string_view script = text.substr(0, kMaxScriptBytes);
  constexpr std::array<std::string_view, 8> kCalls{"document.write(", "document.writeln(", ".innerHTML", ".outerHTML", ".insertAdjacentHTML(", ".append(", ".prepend(", ".html("};
  if (std::ranges::none_of(kCalls, [&](std::string_view call) { return script.contains(call); })) return written;
  const Values values = values_of(script);
  std::size_t bytes = 0;
  for (const std::string_view call : kCalls) {
    each_call(script, call, [&](std::string_view rest) {
      if (!call.ends_with('(') && !take(rest, "+=") && !take(rest, "=")) return;
      if (call.ends_with("HTML(") && (!take_literal(rest) || !take(rest, ","))) return;
      auto html = bytes < kMaxWrittenBytes ? take_expression(rest, values) : std::nullopt;
      if (!html || html->empty()) return;
      bytes += html->size();
      written.push_back(*std::move(html));
    });
  }
  return written;
}

}  // namespace khien::watch
