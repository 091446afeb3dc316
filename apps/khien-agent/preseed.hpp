#pragma once

#include <string>
#include <string_view>

#include "khien/core/result.hpp"

namespace khien::app {

// What a mass installation leaves for a machine, so that nobody has to type:
//   # a comment
//   KHIEN_HUB=https://hub:8444
//   KHIEN_TOKEN=…
//   KHIEN_CA_SHA256=…        may be absent
// Read as text and never by a shell.
struct Preseed {
  std::string hub;
  std::string token;
  std::string ca_sha256;
};

// Code::invalid names file and line. Hub and token must be there.
Result<Preseed> preseed_from_text(std::string_view text, std::string_view file_name);

}  // namespace khien::app
