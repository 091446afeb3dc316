#include "preseed.hpp"

#include <array>
#include <utility>

namespace khien::app {
namespace {

using Member = std::string Preseed::*;
constexpr std::array<std::pair<std::string_view, Member>, 3> kKeys{{{"KHIEN_HUB", &Preseed::hub},
                                                                   {"KHIEN_TOKEN", &Preseed::token},
                                                                   {"KHIEN_CA_SHA256", &Preseed::ca_sha256}}};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const auto first = text.find_first_not_of(kBlank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string_view unquoted(std::string_view value) {
  const bool quoted = value.size() >= 2 && value.front() == value.back() && (value.front() == '"' || value.front() == '\'');
  return quoted ? value.substr(1, value.size() - 2) : value;
}

Result<void> take_line(std::string_view line, Preseed& preseed) {
  line = trimmed(line);
  if (line.empty() || line.starts_with('#')) return {};
  const auto equals = line.find('=');
  if (equals == line.npos) return Error(Code::invalid, "must be NAME=VALUE");
  const std::string_view name = trimmed(line.substr(0, equals));
  for (const auto& [known, member] : kKeys) {
    if (known != name) continue;
    preseed.*member = unquoted(trimmed(line.substr(equals + 1)));
    return {};
  }
  return Error(Code::invalid, "there is no such name as " + std::string(name));
}

}  // namespace

Result<Preseed> preseed_from_text(std::string_view text, std::string_view file_name) {
  Preseed preseed;
  // Editors of other systems begin a file like that.
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (int number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    if (auto taken = take_line(text.substr(0, end), preseed); !taken) {
      return std::move(taken).error().within(std::string(file_name) + ":" + std::to_string(number));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (preseed.hub.empty() || preseed.token.empty()) {
    return Error(Code::invalid, std::string(file_name) + ": KHIEN_HUB and KHIEN_TOKEN are needed");
  }
  return preseed;
}

}  // namespace khien::app
