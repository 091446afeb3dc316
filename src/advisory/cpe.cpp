#include "khien/advisory/cpe.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "khien/advisory/version.hpp"
#include "range.hpp"

namespace khien::advisory {
namespace {

using Kind = CpeValue::Kind;

// Eleven values of 255 characters, each behind a backslash.
constexpr std::size_t kLongest = 6144;
constexpr std::string_view kFormatted = "cpe:2.3:";
constexpr std::string_view kUri = "cpe:/";

Error wrong(std::string_view why) { return Error(Code::invalid, "CPE name: " + std::string(why)); }

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_plain(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

// The parts between colons; one behind a backslash divides nothing.
std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == ':') {
      parts.push_back(text.substr(from, i - from));
      from = i + 1;
    }
  }
  parts.push_back(text.substr(from));
  return parts;
}

// One character of a value, and whether it is itself or may be wild.
struct Sign {
  char c = 0;
  bool wild = false;
};

Result<CpeValue> value_of(std::span<const Sign> signs) {
  CpeValue value{.kind = Kind::text};
  const auto take = [&](bool& wild, unsigned char& few, const Sign& sign) {
    if (sign.c == '*') wild = true;
    else ++few;
  };
  while (!signs.empty() && signs.front().wild && signs.front().c == '?') take(value.wild_before, value.few_before, signs.front()), signs = signs.subspan(1);
  if (value.few_before == 0 && !signs.empty() && signs.front().wild) take(value.wild_before, value.few_before, signs.front()), signs = signs.subspan(1);
  while (!signs.empty() && signs.back().wild && signs.back().c == '?') take(value.wild_after, value.few_after, signs.back()), signs = signs.first(signs.size() - 1);
  if (value.few_after == 0 && !signs.empty() && signs.back().wild) take(value.wild_after, value.few_after, signs.back()), signs = signs.first(signs.size() - 1);
  for (const Sign& sign : signs) {
    if (sign.wild) return wrong("a wild character stands within a value");
    value.text += small(sign.c);
  }
  if (value.text.empty()) return wrong("a value has nothing but wild characters");
  return value;
}

Result<CpeValue> formatted_value(std::string_view part) {
  if (part.empty()) return wrong("a value is empty");
  if (part == "*") return CpeValue{};
  if (part == "-") return CpeValue{.kind = Kind::none};
  std::vector<Sign> signs;
  for (std::size_t i = 0; i < part.size(); ++i) {
    const bool quoted = part[i] == '\\';
    if (quoted && ++i == part.size()) return wrong("a backslash has nothing behind it");
    signs.push_back({part[i], !quoted && (part[i] == '*' || part[i] == '?')});
  }
  if (signs.size() > 255) return wrong("a value has more than 255 characters");
  return value_of(signs);
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return small(c) >= 'a' && small(c) <= 'f' ? small(c) - 'a' + 10 : -1;
}

// "%01" is "?", "%02" is "*".
Result<CpeValue> uri_value(std::string_view part) {
  if (part.empty()) return CpeValue{};
  if (part == "-") return CpeValue{.kind = Kind::none};
  std::vector<Sign> signs;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i] != '%') {
      signs.push_back({part[i], false});
      continue;
    }
    const int high = i + 2 < part.size() ? hex_value(part[i + 1]) : -1, low = i + 2 < part.size() ? hex_value(part[i + 2]) : -1;
    if (high < 0 || low < 0) return wrong("a '%' has not two hexadecimal digits behind it");
    const int byte = high * 16 + low;
    if (byte != 1 && byte != 2 && (byte < 0x21 || byte > 0x7e)) return wrong("a '%' stands for no character that may be");
    signs.push_back({byte == 1 ? '?' : byte == 2 ? '*' : static_cast<char>(byte), byte < 3});
    i += 2;
  }
  if (signs.size() > 255) return wrong("a value has more than 255 characters");
  return value_of(signs);
}

Result<CpeName> from_formatted(std::string_view text) {
  const auto parts = parts_of(text);
  CpeName name;
  if (parts.size() != name.values.size()) return wrong("it has " + std::to_string(parts.size()) + " attributes, not 11");
  for (std::size_t i = 0; i < parts.size(); ++i) {
    TRY(name.values[i], formatted_value(parts[i]));
  }
  return name;
}

// "~edition~sw_edition~target_sw~target_hw~other" in the place of the edition.
Result<void> unpack(std::string_view part, CpeName& name) {
  constexpr std::array kPlaces = {CpeName::edition, CpeName::sw_edition, CpeName::target_sw, CpeName::target_hw, CpeName::other};
  part.remove_prefix(1);
  for (std::size_t i = 0; i < kPlaces.size(); ++i) {
    const auto end = part.find('~');
    if ((end == part.npos) != (i + 1 == kPlaces.size())) return wrong("its packed edition has not five values");
    TRY(name.values[kPlaces[i]], uri_value(part.substr(0, end)));
    if (end != part.npos) part.remove_prefix(end + 1);
  }
  return {};
}

Result<CpeName> from_uri(std::string_view text) {
  const auto parts = parts_of(text);
  if (parts.size() > 7) return wrong("it has more than 7 components");
  CpeName name;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i == CpeName::edition && parts[i].starts_with('~')) {
      TRY_VOID(unpack(parts[i], name));
      continue;
    }
    TRY(name.values[i], uri_value(parts[i]));
  }
  return name;
}

std::string formatted(const CpeValue& value) {
  if (value.kind == Kind::any) return "*";
  if (value.kind == Kind::none) return "-";
  std::string out = value.wild_before ? "*" : std::string(value.few_before, '?');
  const bool alone = value.text == "-";
  for (const char c : value.text) {
    if (!is_plain(c) && (alone || (c != '.' && c != '-'))) out += '\\';
    out += c;
  }
  return out + (value.wild_after ? "*" : std::string(value.few_after, '?'));
}

// Whether a text is one of those that wild ends mean.
bool fits(const CpeValue& wild, std::string_view text) {
  for (auto at = text.find(wild.text); at != text.npos; at = text.find(wild.text, at + 1)) {
    const std::size_t before = at, after = text.size() - at - wild.text.size();
    if ((wild.wild_before || before <= wild.few_before) && (wild.wild_after || after <= wild.few_after)) return true;
    if (!wild.wild_before && before > wild.few_before) return false;
  }
  return false;
}

bool disjoint(const CpeValue& source, const CpeValue& target) {
  if (source == target || source.kind == Kind::any || target.kind == Kind::any) return false;
  if (source.kind == Kind::none || target.kind == Kind::none || target.is_wild()) return true;
  return !source.is_wild() || !fits(source, target.text);
}

// A product is named in full on both sides, or the record leaves it open.
bool products_meet(const CpeValue& source, const CpeValue& target) {
  if (source == target) return source.kind != Kind::any;
  return source.kind == Kind::any && target.kind == Kind::text && !target.is_wild();
}

bool names_meet(const CpeName& source, const CpeName& target, std::size_t apart_from) {
  for (std::size_t i = 0; i < source.values.size(); ++i) {
    if (i != apart_from && disjoint(source.values[i], target.values[i])) return false;
  }
  if (!products_meet(source.values[CpeName::product], target.values[CpeName::product])) return false;
  const bool vendor_open = target.values[CpeName::vendor].kind == Kind::any && source.values[CpeName::vendor].kind != Kind::any;
  const bool product_open = source.values[CpeName::product].kind == Kind::any;
  return !(vendor_open && product_open);
}

}  // namespace

Result<CpeName> parse_cpe(std::string_view text) {
  if (text.size() > kLongest) return wrong("it has more than " + std::to_string(kLongest) + " characters");
  if (std::ranges::any_of(text, [](char c) { return c < 0x21 || c > 0x7e; })) return wrong("it has a blank, a control character or a letter that is not ASCII");
  if (text.starts_with(kFormatted)) return from_formatted(text.substr(kFormatted.size()));
  if (text.starts_with(kUri)) return from_uri(text.substr(kUri.size()));
  return wrong("it begins with neither cpe:2.3: nor cpe:/");
}

std::string to_string(const CpeName& name) {
  std::string out = "cpe:2.3";
  for (const CpeValue& value : name.values) out += ":" + formatted(value);
  return out;
}

bool cpe_matches(const CpeName& source, const CpeName& target) { return names_meet(source, target, source.values.size()); }

bool cpe_matches(const CpeName& source, const VersionRange& range, const CpeName& target) {
  const CpeValue& version = target.values[CpeName::version];
  if (version.kind != Kind::text || version.is_wild()) return false;
  if (!names_meet(source, target, CpeName::version)) return false;
  return position_in(VersionOrder::generic, range.introduced, range.introduced_excluded, range.fixed, range.last_affected, version.text) ==
         Position::within;
}

}  // namespace khien::advisory
