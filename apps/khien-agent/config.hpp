#pragma once

#include <string>
#include <string_view>

#include "khien/agent/options.hpp"
#include "khien/core/result.hpp"

namespace khien::app {

// Reads [agent] of a khien.toml; other tables are not ours and are passed over.
// Code::invalid names file, line and key: "khien.toml:7: agent.rots: unknown key".
Result<agent::AgentOptions> agent_options_from_toml(std::string_view text, std::string_view file_name);

}  // namespace khien::app
