#include "names.hpp"

#include "khien/incident/incident.hpp"

namespace khien::incident {
namespace {

constexpr std::array<std::string_view, 7> kKinds{"malware", "website", "intrusion", "data_breach", "phishing", "denial_of_service", "other"};
constexpr std::array<std::string_view, 3> kStates{"open", "contained", "closed"};
constexpr std::array<std::string_view, 3> kSources{"finding", "person", "outside"};
constexpr std::array<std::string_view, 4> kParts{"lead", "analyst", "communication", "unit_contact"};
constexpr std::array<std::string_view, 6> kChannels{"phone", "document_axis", "official_email", "paper", "portal", "other"};
constexpr std::array<std::string_view, 12> kWhats{"opened", "note",    "changed",  "contained", "reported", "task",
                                                  "member", "finding", "evidence", "escalated", "closed",   "reopened"};

}  // namespace

std::string_view to_string(Kind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }
Result<Kind> kind_from_string(std::string_view text) { return value_of<Kind>(kKinds, "kind of incident", text); }
std::string_view to_string(State state) { return kStates.at(static_cast<std::size_t>(state)); }
Result<State> state_from_string(std::string_view text) { return value_of<State>(kStates, "state of an incident", text); }
std::string_view to_string(Source source) { return kSources.at(static_cast<std::size_t>(source)); }
Result<Source> source_from_string(std::string_view text) { return value_of<Source>(kSources, "source of an incident", text); }
std::string_view to_string(Part part) { return kParts.at(static_cast<std::size_t>(part)); }
Result<Part> part_from_string(std::string_view text) { return value_of<Part>(kParts, "part of a member", text); }
std::string_view to_string(Channel channel) { return kChannels.at(static_cast<std::size_t>(channel)); }
Result<Channel> channel_from_string(std::string_view text) { return value_of<Channel>(kChannels, "channel", text); }
std::string_view to_string(What what) { return kWhats.at(static_cast<std::size_t>(what)); }
Result<What> what_from_string(std::string_view text) { return value_of<What>(kWhats, "kind of line", text); }

}  // namespace khien::incident
