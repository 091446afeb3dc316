#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "khien/agent/options.hpp"
#include "khien/core/file.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"

namespace khien::agent {

// How the last exchange with the hub ended.
enum class Contact : unsigned char {
  untried,
  reached,  // it acknowledged
  failing,  // no answer, or none that could be used
  refused,  // it knows us no more: only a person can help
};

// What a running agent says of itself every few seconds, in a file of its run
// folder: it listens to nobody, so who wants to know reads that.
struct AgentStatus {
  std::string version;
  Timestamp at;  // when it was written
  std::string hub_url;
  Contact contact = Contact::untried;
  std::optional<Timestamp> reached_at;
  std::int64_t waiting = 0;  // events that the hub does not have yet
  bool judging = false;      // the worker looks at files
  std::string failure;       // why it is about to end; none if empty

  bool operator==(const AgentStatus&) const = default;
};

std::string to_json(const AgentStatus& status);
Result<AgentStatus> agent_status_from_json(std::string_view text);

Result<void> write_status(const AgentStatus& status, const std::string& run_folder, Files& files);
// Code::not_found if no agent of this run folder ever spoke.
Result<AgentStatus> read_status(const std::string& run_folder, Files& files);

// Why it is not well: Code::unavailable if it says nothing any more or judges
// nothing, conflict if another version than `version` speaks, denied if the hub
// refuses it. A hub that cannot be reached is no fault of the agent's.
Result<void> check_status(const AgentStatus& status, std::string_view version, Timestamp now);

}  // namespace khien::agent
