#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/model/ids.hpp"

namespace khien::estate {

// How a device is written in lists and how a machine says it, spelled alike.

// Capitals without blanks; empty for what makers print when they print nothing
// ("To be filled by O.E.M.").
std::string serial_from_text(std::string_view text);
// "00:15:5d:0a:0b:0c" from any usual spelling; empty from nothing. Code::invalid if
// it is no address of one card (a group's, all zeros).
Result<std::string> mac_from_text(std::string_view text);
// A spreadsheet wrote the number in powers of ten and forgot its digits: "1.23457E+15".
bool is_cut_serial(std::string_view serial);
// Made up by the device itself and soon another: the "private address" of phones and
// tablets. Not those that hypervisors give (52:54:00).
bool is_passing_mac(std::string_view mac);
// The host name without its domain, folded.
std::string short_name(std::string_view text);

// One way in which a device or a machine is known; kinds as they are stored.
struct Key {
  std::string_view kind;  // "serial", "mac", "name"
  std::string text;

  auto operator<=>(const Key&) const = default;
};
// Empty ones left out. `macs` as they come; what is none is passed over.
std::vector<Key> keys_of(UnitId unit, std::string_view name, std::string_view serial,
                         const std::vector<std::string>& macs);

}  // namespace khien::estate
