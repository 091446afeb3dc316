#include "khien/hub/installation.hpp"

#include <unistd.h>

#include <array>
#include <climits>
#include <vector>

#include "khien/core/file.hpp"

namespace khien::hub {
namespace {

Result<std::string> own_folder() {
  std::array<char, PATH_MAX> path{};
  const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
  if (length <= 0) return system_error("read /proc/self/exe", errno);
  const std::string_view whole(path.data(), static_cast<std::size_t>(length));
  return std::string(whole.substr(0, whole.rfind('/')));
}

Result<std::string> first_that_exists(std::string_view what, const std::vector<std::string>& places) {
  std::string tried;
  for (const std::string& place : places) {
    if (system_files().exists(place)) return place;
    tried += (tried.empty() ? "" : ", ") + place;
  }
  return Error(Code::not_found, std::string(what) + " is in none of: " + tried);
}

}  // namespace

Result<std::string> find_content() {
  TRY(const auto folder, own_folder());
  // Installed below a prefix, or in build/<preset>/bin of a checkout.
  return first_that_exists("content", {folder + "/../share/khien/content", folder + "/../../../content"});
}

Result<std::string> find_signer() {
  TRY(const auto folder, own_folder());
  return first_that_exists("khien-signer", {folder + "/khien-signer", folder + "/../lib/khien/khien-signer"});
}

Result<std::string> find_browser() {
  TRY(const auto folder, own_folder());
  return first_that_exists("khien-browser", {folder + "/khien-browser", folder + "/../lib/khien/khien-browser"});
}

Result<std::string> find_worker_for(ByteView document) {
  if (!as_text(document).starts_with("%PDF-")) {
    TRY(auto installation, find_installation());
    return std::move(installation.worker);
  }
  TRY(const auto folder, own_folder());
  return first_that_exists("khien-pdf-worker", {folder + "/khien-pdf-worker", folder + "/../lib/khien/khien-pdf-worker"});
}

Result<Installation> find_installation() {
  TRY(const auto folder, own_folder());
  Installation found;
  TRY(found.worker, first_that_exists("khien-worker", {folder + "/khien-worker", folder + "/../lib/khien/khien-worker"}));
  TRY(const auto content, find_content());
  TRY(found.content, first_that_exists("scan content", {content + "/scan"}));
  return found;
}

}  // namespace khien::hub
