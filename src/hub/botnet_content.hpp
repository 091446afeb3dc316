#pragma once

#include <memory>
#include <string>

#include "khien/botnet/playbook.hpp"

namespace khien::hub {

// content/botnet/steps.yaml. An error names file and line.
Result<std::shared_ptr<const botnet::Playbook>> read_botnet_playbook(const std::string& content_folder);

}  // namespace khien::hub
