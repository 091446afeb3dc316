#include "secret_file.hpp"

#include <utility>

namespace khien::hub {
namespace {

constexpr std::size_t kMostSecretBytes = 4u << 10;

}  // namespace

Result<Secret> secret_in(const std::string& path, std::string_view key, Files& files) {
  auto text = files.read(path, kMostSecretBytes);
  if (!text) return std::move(text).error().within(key);
  std::string line = text->substr(0, text->find_first_of("\r\n"));
  if (line.empty()) return Error(Code::invalid, std::string(key) + ": " + path + " is empty");
  return Secret(std::move(line));
}

}  // namespace khien::hub
