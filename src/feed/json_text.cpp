#include "json_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "khien/core/text.hpp"

namespace khien::feed {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string small(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace

std::optional<Json> object_of(const Json& json, std::string_view name) {
  auto value = json.field(name);
  if (!value || !value->is_object()) return std::nullopt;
  return *value;
}

std::optional<Json> array_of(const Json& json, std::string_view name) {
  auto value = json.field(name);
  if (!value || !value->is_array()) return std::nullopt;
  return *value;
}

std::vector<Json> items_of(const Json& array) {
  std::vector<Json> items;
  const auto done = array.each([&](Json one) -> Result<void> {
    items.push_back(one);
    return {};
  });
  (void)done;  // no array has no elements
  return items;
}

std::vector<Json> items_of(const Json& json, std::string_view name) {
  const auto array = array_of(json, name);
  return array ? items_of(*array) : std::vector<Json>();
}

std::optional<Timestamp> moment_of(std::string_view text) {
  if (text.size() < 10 || text.size() > 40) return std::nullopt;
  for (const std::string& candidate : {std::string(text), std::string(text) + "Z", std::string(text) + "T00:00:00Z"}) {
    if (auto moment = from_rfc3339(candidate)) return *moment;
  }
  return std::nullopt;
}

std::optional<std::string> cve_of(std::string_view text) {
  text = trim(text);
  if (text.size() < 13 || text.size() > 24) return std::nullopt;
  std::string id(text);
  for (char& c : id) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  if (!id.starts_with("CVE-") || id[8] != '-') return std::nullopt;
  for (std::size_t i = 4; i < id.size(); ++i) {
    if (i != 8 && !is_digit(id[i])) return std::nullopt;
  }
  return id;
}

std::string words_of(std::string_view text, std::size_t most) {
  std::string out;
  for (const char c : trim(text)) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    if (!control || c == '\n') out += c;
    else if (c == '\t') out += ' ';
    if (out.size() > most + 8) break;
  }
  return std::string(trim(truncate(out, most)));
}

bool is_version(std::string_view text) {
  text = trim(text);
  if (text.empty() || text.size() > 200) return false;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  }
  constexpr std::array<std::string_view, 14> kNone = {"unknown", "*", "-", "n/a", "na", "none", "unspecified", "all", "all versions",
                                                      "any", "null", "tbd", "not applicable", "see references"};
  const std::string word = small(text);
  return std::ranges::find(kNone, word) == kNone.end();
}

namespace {

// Behind a text's end; npos where it has none or holds a control character, then at `fault`.
std::size_t behind_text(std::string_view text, std::size_t at, std::size_t& fault) {
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1;
    if (text[i] == '\\') ++i;
    else if (static_cast<unsigned char>(text[i]) < 0x20) return fault = i, text.npos;
  }
  return fault = text.size(), text.npos;
}

// What may come next in JSON's grammar.
struct Grammar {
  enum class Wanted : unsigned char { value, value_or_end, name, name_or_end, colon, comma_or_end, nothing };

  std::string open;  // closing brackets that are waited for
  Wanted wanted = Wanted::value;

  bool wants_value() const { return wanted == Wanted::value || wanted == Wanted::value_or_end; }
  void value_ended() { wanted = open.empty() ? Wanted::nothing : Wanted::comma_or_end; }

  bool take_sign(char c) {
    if (c == '{' || c == '[') {
      if (!wants_value()) return false;
      open += c == '{' ? '}' : ']';
      wanted = c == '{' ? Wanted::name_or_end : Wanted::value_or_end;
      return true;
    }
    if (c == '}' || c == ']') {
      const bool may = wanted == Wanted::comma_or_end || wanted == (c == '}' ? Wanted::name_or_end : Wanted::value_or_end);
      if (!may || open.empty() || open.back() != c) return false;
      open.pop_back();
      value_ended();
      return true;
    }
    if (c == ':' && wanted == Wanted::colon) return wanted = Wanted::value, true;
    if (c != ',' || wanted != Wanted::comma_or_end) return false;
    wanted = open.back() == '}' ? Wanted::name : Wanted::value;
    return true;
  }
};

// The first byte that JSON's grammar has no place for; npos if there is none.
std::size_t fault_of(std::string_view text) {
  using Wanted = Grammar::Wanted;
  Grammar grammar;
  std::size_t fault = text.npos;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      ++i;
    } else if (c == '"') {
      const bool is_name = grammar.wanted == Wanted::name || grammar.wanted == Wanted::name_or_end;
      if (!is_name && !grammar.wants_value()) return i;
      i = behind_text(text, i, fault);
      if (i == text.npos) return fault;
      if (is_name) grammar.wanted = Wanted::colon;
      else grammar.value_ended();
    } else if (std::string_view("{}[]:,").find(c) != std::string_view::npos) {
      if (!grammar.take_sign(c)) return i;
      ++i;
    } else {
      const auto end = std::min(text.find_first_of("{}[]:,\" \t\r\n", i), text.size());
      const auto word = text.substr(i, end - i);
      const bool known = word == "true" || word == "false" || word == "null" || (word.find_first_not_of("0123456789+-.eE") == word.npos);
      if (!known || !grammar.wants_value()) return i;
      grammar.value_ended();
      i = end;
    }
  }
  return grammar.wanted == Wanted::nothing ? text.npos : text.size();
}

}  // namespace

std::string json_fault(std::string_view text, std::int64_t before) {
  const auto fault = fault_of(text);
  return fault == text.npos ? std::string() : ", at byte " + std::to_string(std::max<std::int64_t>(0, before + static_cast<std::int64_t>(fault)));
}

void References::add(std::string_view address) {
  address = trim(address);
  if (all_.size() >= 20 || address.size() > 1'000) return;
  const std::string head = small(address.substr(0, 8));
  if (!head.starts_with("https://") && !head.starts_with("http://")) return;
  for (const char c : address) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '"' || c == '<' || c == '>') return;
  }
  if (std::ranges::find(all_, address) == all_.end()) all_.emplace_back(address);
}

Severity severity_of_word(std::string_view word) {
  const std::string text = small(trim(word));
  if (text == "critical" || text == "urgent") return Severity::critical;
  if (text == "high" || text == "important") return Severity::high;
  if (text == "medium" || text == "moderate") return Severity::medium;
  if (text == "low" || text == "negligible" || text == "minor" || text == "unimportant") return Severity::low;
  return Severity::info;
}

Severity severity_of_score(double score) {
  if (score >= 9.0) return Severity::critical;
  if (score >= 7.0) return Severity::high;
  if (score >= 4.0) return Severity::medium;
  return score > 0 ? Severity::low : Severity::info;
}

namespace {

// The metrics of a vector: "AV:N/AC:L/…", each once.
class Metrics {
 public:
  static std::optional<Metrics> parse(std::string_view text) {
    Metrics metrics;
    while (!text.empty()) {
      const auto end = std::min(text.find('/'), text.size());
      const auto part = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      const auto colon = part.find(':');
      if (colon == part.npos || metrics.value(part.substr(0, colon)) != "") return std::nullopt;
      metrics.parts_.emplace_back(part.substr(0, colon), part.substr(colon + 1));
    }
    return metrics;
  }

  std::string_view value(std::string_view name) const {
    for (const auto& [key, value] : parts_) {
      if (key == name) return value;
    }
    return {};
  }

  // The weight of a metric's value, or a number below zero.
  double weight(std::string_view name, std::initializer_list<std::pair<std::string_view, double>> weights) const {
    const auto given = value(name);
    for (const auto& [word, number] : weights) {
      if (word == given) return number;
    }
    return -1;
  }

 private:
  std::vector<std::pair<std::string_view, std::string_view>> parts_;
};

double roundup31(double value) {
  const auto whole = static_cast<long long>(std::llround(value * 100'000));
  return whole % 10'000 == 0 ? static_cast<double>(whole) / 100'000 : (std::floor(static_cast<double>(whole) / 10'000) + 1) / 10;
}

// FIRST, CVSS 3.1 specification, 7.1 (and 3.0's, 8.1, which rounds otherwise).
std::optional<double> score3(std::string_view text, bool is_31) {
  const auto metrics = Metrics::parse(text);
  if (!metrics) return std::nullopt;
  const bool changed = metrics->value("S") == "C";
  if (!changed && metrics->value("S") != "U") return std::nullopt;
  const double av = metrics->weight("AV", {{"N", 0.85}, {"A", 0.62}, {"L", 0.55}, {"P", 0.2}});
  const double ac = metrics->weight("AC", {{"L", 0.77}, {"H", 0.44}});
  const double pr = metrics->weight("PR", {{"N", 0.85}, {"L", changed ? 0.68 : 0.62}, {"H", changed ? 0.5 : 0.27}});
  const double ui = metrics->weight("UI", {{"N", 0.85}, {"R", 0.62}});
  const auto impact = [&](std::string_view name) { return metrics->weight(name, {{"H", 0.56}, {"L", 0.22}, {"N", 0}}); };
  const double c = impact("C"), i = impact("I"), a = impact("A");
  if (std::min({av, ac, pr, ui, c, i, a}) < 0) return std::nullopt;
  const double iss = 1 - (1 - c) * (1 - i) * (1 - a);
  const double sum = changed ? 7.52 * (iss - 0.029) - 3.25 * std::pow(iss - 0.02, 15) : 6.42 * iss;
  if (sum <= 0) return 0.0;
  const double raw = std::min((changed ? 1.08 : 1.0) * (sum + 8.22 * av * ac * pr * ui), 10.0);
  return is_31 ? roundup31(raw) : std::ceil(raw * 10 - 1e-9) / 10;
}

// A Complete Guide to CVSS 2.0, 3.2.1.
std::optional<double> score2(std::string_view text) {
  const auto metrics = Metrics::parse(text);
  if (!metrics) return std::nullopt;
  const double av = metrics->weight("AV", {{"L", 0.395}, {"A", 0.646}, {"N", 1.0}});
  const double ac = metrics->weight("AC", {{"H", 0.35}, {"M", 0.61}, {"L", 0.71}});
  const double au = metrics->weight("Au", {{"M", 0.45}, {"S", 0.56}, {"N", 0.704}});
  const auto impact = [&](std::string_view name) { return metrics->weight(name, {{"N", 0}, {"P", 0.275}, {"C", 0.660}}); };
  const double c = impact("C"), i = impact("I"), a = impact("A");
  if (std::min({av, ac, au, c, i, a}) < 0) return std::nullopt;
  const double sum = 10.41 * (1 - (1 - c) * (1 - i) * (1 - a));
  const double exploitability = 20 * av * ac * au;
  const double raw = (0.6 * sum + 0.4 * exploitability - 1.5) * (sum == 0 ? 0 : 1.176);
  return std::round(raw * 10) / 10;
}

}  // namespace

std::optional<double> cvss_score(std::string_view vector) {
  if (vector.size() > 300) return std::nullopt;
  if (vector.starts_with("CVSS:3.1/")) return score3(vector.substr(9), true);
  if (vector.starts_with("CVSS:3.0/")) return score3(vector.substr(9), false);
  if (vector.starts_with("AV:")) return score2(vector);
  return std::nullopt;
}

}  // namespace khien::feed
