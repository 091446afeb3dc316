#pragma once

#include <optional>
#include <string>

#include "khien/agent/options.hpp"

namespace khien::app {

struct EnrolArguments {
  std::string hub, token, ca_sha256;
  std::optional<std::string> from;  // a preseed file, which goes once it is used
  bool again = false;
};

// `khien-agent enroll`. A token of "-" is one line of standard input; what is not
// given comes from `from`, or from KHIEN_HUB, KHIEN_TOKEN and KHIEN_CA_SHA256.
// The exit code: 0 enrolled, 1 failed and worth another try, 2 wrong usage, 3
// refused, which trying again does not change.
int enrol_command(EnrolArguments arguments, const agent::AgentOptions& options);

}  // namespace khien::app
