#pragma once

#include <string>
#include <string_view>

#include "khien/core/file.hpp"
#include "khien/core/result.hpp"
#include "khien/core/secret.hpp"

namespace khien::hub {

// The first line of the file that `key` of khien.toml names, without its end; errors speak of
// the key and the path, never of what is in it.
Result<Secret> secret_in(const std::string& path, std::string_view key, Files& files);

}  // namespace khien::hub
