#include "botnet_content.hpp"

#include "khien/core/file.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMostBytes = 64u << 10;

}  // namespace

Result<std::shared_ptr<const botnet::Playbook>> read_botnet_playbook(const std::string& content_folder) {
  const std::string path = content_folder + "/botnet/steps.yaml";
  TRY(const auto text, system_files().read(path, kMostBytes));
  Budget budget({.bytes_in = kMostBytes});
  auto playbook = botnet::read_playbook(text, budget);
  if (!playbook) return std::move(playbook).error().within(path);
  return std::make_shared<const botnet::Playbook>(std::move(*playbook));
}

}  // namespace khien::hub
