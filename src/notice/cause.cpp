#include "khien/notice/cause.hpp"

#include <algorithm>
#include <array>

namespace khien::notice {
namespace {

constexpr std::array<std::string_view, 21> kKinds{"malware",          "site_case", "site_returned", "advisory", "advisory_soon",
                                                 "advisory_overdue", "duty_soon", "duty_overdue",  "incident_opened", "incident_task", "incident_soon",
                                                  "incident_late",    "incident_unmet", "botnet_case",  "request",     "request_reminder", "help_asked",
                                                  "help_answered",    "duty_call", "roster_gap", "test"};
constexpr std::array<std::string_view, 3> kChannels{"in_page", "mail", "webhook"};

template <class Enum, std::size_t n>
Result<Enum> named(const std::array<std::string_view, n>& names, std::string_view text, std::string_view what) {
  const auto found = std::ranges::find(names, text);
  if (found == names.end()) return Error(Code::invalid, "no " + std::string(what) + " of that name");
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view to_string(CauseKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }
Result<CauseKind> cause_kind_from_string(std::string_view text) { return named<CauseKind>(kKinds, text, "cause"); }
std::string_view to_string(Channel channel) { return kChannels.at(static_cast<std::size_t>(channel)); }
Result<Channel> channel_from_string(std::string_view text) { return named<Channel>(kChannels, text, "channel"); }

}  // namespace khien::notice
