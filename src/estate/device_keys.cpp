#include "device_keys.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "khien/core/text.hpp"
#include "refusals.hpp"

namespace khien::estate {
namespace {

constexpr std::size_t kMaxSerialBytes = 100;
constexpr std::size_t kMaxMacs = 64;

// As DMI tables of many makers have them, and people in lists.
constexpr std::array<std::string_view, 32> kNoSerial{
    "TOBEFILLEDBYO.E.M.", "TOBEFILLEDBYO.E.M", "TOBEFILLEDBYOEM", "DEFAULTSTRING", "SYSTEMSERIALNUMBER",
    "CHASSISSERIALNUMBER", "BASEBOARDSERIALNUMBER", "SERIALNUMBER", "NOTSPECIFIED", "NOTAPPLICABLE",
    "NOTAVAILABLE", "UNKNOWN", "INVALID", "NONE", "NULL", "N/A", "NA", "OEM", "O.E.M.", "12345678", "123456789",
    "1234567890", "0123456789", "KHONG", "KHONGCO", "KHONGRO", "KHONGBIET", "CHUACO", "CHUARO", "CHUABIET", "TRONG",
    "MATTEM"};

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }
int value_of(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

std::string serial_from_text(std::string_view text) {
  std::string serial;
  for (const char c : truncate(text, kMaxSerialBytes)) {
    if (!is_blank(c)) serial += upper(c);
  }
  std::string plain = fold(serial);
  for (char& c : plain) c = upper(c);
  if (std::ranges::find(kNoSerial, plain) != kNoSerial.end()) return {};
  // "0000000", "........", "-"
  const bool one_sign = std::ranges::all_of(serial, [&](char c) { return c == serial.front(); });
  return one_sign ? std::string() : serial;
}

bool is_cut_serial(std::string_view serial) {
  const auto power = serial.find("E+");
  if (power == serial.npos || power == 0) return false;
  const auto digits = [](std::string_view text, std::string_view also) {
    return !text.empty() && std::ranges::all_of(text, [&](char c) { return (c >= '0' && c <= '9') || also.contains(c); });
  };
  return digits(serial.substr(0, power), ".,") && digits(serial.substr(power + 2), "");
}

bool is_passing_mac(std::string_view mac) {
  if (mac.size() < 2) return false;
  const bool local = (value_of(mac[1]) & 2) != 0;
  return local && !mac.starts_with("52:54:00");
}

Result<std::string> mac_from_text(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (is_blank(c) || c == ':' || c == '-' || c == '.') continue;
    digits += lower(c);
  }
  if (digits.empty()) return digits;
  if (digits.size() != 12 || !std::ranges::all_of(digits, is_hex)) return refuse(refusals::kBadMac);
  const bool of_a_group = value_of(digits[1]) % 2 != 0;
  if (of_a_group || std::ranges::all_of(digits, [](char c) { return c == '0'; })) return refuse(refusals::kBadMac);
  std::string mac;
  for (std::size_t i = 0; i < digits.size(); i += 2) (mac += i == 0 ? "" : ":") += digits.substr(i, 2);
  return mac;
}

std::string short_name(std::string_view text) {
  std::string folded = fold(text);
  folded.erase(std::min(folded.find('.'), folded.size()));
  return folded;
}

std::vector<Key> keys_of(UnitId unit, std::string_view name, std::string_view serial,
                         const std::vector<std::string>& macs) {
  std::vector<Key> keys;
  if (std::string known = serial_from_text(serial); !known.empty()) keys.push_back({"serial", std::move(known)});
  for (std::size_t i = 0; i < std::min(macs.size(), kMaxMacs); ++i) {
    auto mac = mac_from_text(macs[i]);
    if (mac && !mac->empty()) keys.push_back({"mac", std::move(mac).value()});
  }
  if (const std::string known = short_name(name); !known.empty()) {
    keys.push_back({"name", std::to_string(unit.value) + "/" + known});
  }
  std::ranges::sort(keys);
  keys.erase(std::ranges::unique(keys).begin(), keys.end());
  return keys;
}

}  // namespace khien::estate
