#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "khien/core/result.hpp"

namespace khien::net {

struct Target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
};

// Decodes the target of a request: origin-form only ("/path?query"). Split
// first, then percent-decoded exactly once. Code::invalid for anything that two
// readers could take for two different paths: control characters, invalid
// UTF-8, empty, "." and ".." segments, an encoded slash, a backslash, a
// malformed escape. In the query "+" is a space.
Result<Target> decode_target(std::string_view raw);

}  // namespace khien::net
