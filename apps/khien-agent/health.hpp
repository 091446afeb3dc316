#pragma once

#include <cstdint>

#include "khien/agent/options.hpp"

namespace khien::app {

struct HealthArguments {
  std::int64_t wait_seconds = 0;  // how long it may take to become well
  bool reached = false;           // well only if the hub acknowledged something
  bool json = false;
};

// `khien-agent status`: 0 well, 1 not.
int status_command(const HealthArguments& arguments, const agent::AgentOptions& options);

}  // namespace khien::app
