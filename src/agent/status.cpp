#include "khien/agent/status.hpp"

#include <array>
#include <utility>

#include "khien/core/json.hpp"

namespace khien::agent {
namespace {

constexpr std::size_t kMaxStatusBytes = 8'192;
// Written every few seconds, by a process that has the least share of the machine.
constexpr Duration kSilent = seconds(30);

constexpr std::array<std::pair<Contact, std::string_view>, 4> kContacts{{{Contact::untried, "untried"},
                                                                        {Contact::reached, "reached"},
                                                                        {Contact::failing, "failing"},
                                                                        {Contact::refused, "refused"}}};

std::string path_in(const std::string& run_folder) { return run_folder + "/status.json"; }

Result<Contact> contact_from(std::string_view text) {
  for (const auto& [contact, name] : kContacts) {
    if (name == text) return contact;
  }
  return Error(Code::invalid, "field 'contact' is unknown");
}

std::string_view name_of(Contact contact) { return kContacts.at(static_cast<std::size_t>(contact)).second; }

}  // namespace

std::string to_json(const AgentStatus& status) {
  JsonWriter out;
  out.begin_object()
      .field("version", status.version)
      .field("at", status.at)
      .field("hub_url", status.hub_url)
      .field("contact", name_of(status.contact));
  if (status.reached_at) out.field("reached_at", *status.reached_at);
  out.field("waiting", status.waiting).field("judging", status.judging).field("failure", status.failure).end_object();
  return out.take() + "\n";
}

Result<AgentStatus> agent_status_from_json(std::string_view text) {
  Budget budget({.bytes_in = kMaxStatusBytes, .depth = 4});
  JsonDocument memory;
  TRY(const auto root, memory.parse(text, budget));
  AgentStatus status;
  TRY(status.version, root.string_at("version"));
  TRY(const auto at, root.string_at("at"));
  TRY(status.at, from_rfc3339(at));
  TRY(status.hub_url, root.string_at("hub_url"));
  TRY(const auto contact, root.string_at("contact"));
  TRY(status.contact, contact_from(contact));
  if (const auto reached = root.string_at("reached_at")) {
    TRY(status.reached_at, from_rfc3339(*reached));
  }
  TRY(status.waiting, root.integer_at("waiting"));
  TRY(status.judging, root.boolean_at("judging"));
  TRY(status.failure, root.string_at("failure"));
  return status;
}

Result<void> write_status(const AgentStatus& status, const std::string& run_folder, Files& files) {
  return files.write(path_in(run_folder), to_json(status), 0644);
}

Result<AgentStatus> read_status(const std::string& run_folder, Files& files) {
  TRY(const auto text, files.read(path_in(run_folder), kMaxStatusBytes));
  auto status = agent_status_from_json(text);
  if (!status) return std::move(status).error().within(path_in(run_folder));
  return status;
}

Result<void> check_status(const AgentStatus& status, std::string_view version, Timestamp now) {
  // A clock that was set back is no silence.
  if (now - status.at > kSilent) {
    return Error(Code::unavailable, "the agent says nothing since " + to_rfc3339(status.at));
  }
  if (status.version != version) {
    return Error(Code::conflict, "version " + status.version + " runs, and " + std::string(version) + " is installed");
  }
  if (!status.failure.empty()) return Error(Code::unavailable, status.failure);
  if (!status.judging) return Error(Code::unavailable, "no file is looked at: khien-worker does not run");
  if (status.contact == Contact::refused) return Error(Code::denied, "the hub refuses this machine");
  return {};
}

}  // namespace khien::agent
