#include "host_name.hpp"

#include <idn2.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <memory>
#include <vector>

#include "khien/core/text.hpp"

namespace khien::crawl {
namespace {

Error bad(const char* what) { return Error(Code::invalid, what); }

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::string> without_percent(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return bad("its host has a broken escape");
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return bad("its host has a broken escape");
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

Result<std::string> idna(const std::string& name) {
  char* found = nullptr;
  const int code = idn2_to_ascii_8z(name.c_str(), &found, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  const std::unique_ptr<char, void (*)(void*)> owned(found, idn2_free);
  if (code != IDN2_OK) return bad("its host is no name in any script");
  return std::string(owned.get());
}

Result<void> check_labels(std::string_view name) {
  if (name.empty() || name.size() > 253) return bad("its host is empty or too long");
  std::size_t start = 0;
  while (true) {
    const std::size_t dot = std::min(name.find('.', start), name.size());
    if (dot == start || dot - start > 63) return bad("its host has an empty or too long part");
    if (dot == name.size()) return {};
    start = dot + 1;
  }
}

std::vector<std::string_view> parts_of(std::string_view name) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto dot = name.find('.');
    parts.push_back(name.substr(0, dot));
    if (dot == name.npos) return parts;
    name.remove_prefix(dot + 1);
  }
}

// A part as inet_aton reads it: "0x" is 16, a leading "0" is 8. None if it is no number.
std::optional<std::uint64_t> number_of(std::string_view part) {
  int base = 10;
  if (part.starts_with("0x")) {
    base = 16;
    part.remove_prefix(2);
    if (part.empty()) return 0;
  } else if (part.size() > 1 && part.front() == '0') {
    base = 8;
    part.remove_prefix(1);
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value, base);
  if (end != part.data() + part.size() || error == std::errc::invalid_argument) return std::nullopt;
  // Too large for 64 bits is too large for any place it may stand at.
  return error == std::errc::result_out_of_range ? UINT64_MAX : value;
}

bool ends_in_a_number(std::string_view part) {
  const bool digits = !part.empty() && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
  return digits || number_of(part).has_value();
}

// WHATWG "IPv4 parser": each part a byte, the last one all that is left.
Result<IpAddress> read_numbers(const std::vector<std::string_view>& parts) {
  if (parts.size() > 4) return bad("its host is no address of four numbers");
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto value = number_of(parts[i]);
    if (!value) return bad("its host is no address of numbers");
    const bool last = i + 1 == parts.size();
    const std::uint64_t limit = last ? std::uint64_t{1} << (8 * (5 - parts.size())) : 256;
    if (*value >= limit) return bad("a number in its host is too large");
    sum += last ? *value : *value << (8 * (3 - i));
  }
  return IpAddress::v4(static_cast<std::uint32_t>(sum));
}

Result<HostName> read_brackets(std::string_view text) {
  if (!text.ends_with(']')) return bad("its host has an open bracket");
  auto address = IpAddress::parse(text.substr(1, text.size() - 2));
  if (!address || !address->v6) return bad("its host is no IPv6 address");
  return HostName{address->text(), *address};
}

}  // namespace

Result<std::string> to_ascii_name(std::string_view text) {
  if (!is_utf8(text) || text.find('\0') != text.npos) return bad("its host is no text");
  std::string name = lower_ascii(text);
  if (!is_ascii(name) || name.find("xn--") != name.npos) {
    TRY(name, idna(name));
    name = lower_ascii(name);
  }
  if (name.ends_with('.')) name.pop_back();
  if (!std::ranges::all_of(name, is_name_byte)) return bad("its host has bytes no name has");
  TRY_VOID(check_labels(name));
  return name;
}

Result<HostName> read_host(std::string_view text) {
  if (text.starts_with('[')) return read_brackets(text);
  TRY(const std::string decoded, without_percent(text));
  TRY(std::string name, to_ascii_name(decoded));
  const auto parts = parts_of(name);
  if (!ends_in_a_number(parts.back())) return HostName{std::move(name), std::nullopt};
  TRY(const IpAddress address, read_numbers(parts));
  return HostName{address.text(), address};
}

}  // namespace khien::crawl
