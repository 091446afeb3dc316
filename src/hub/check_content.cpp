#include "khien/hub/check_content.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "khien/core/file.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMaxFileBytes = 1u << 20;

}  // namespace

Result<std::shared_ptr<const check::CheckSet>> read_checks(const std::string& content_folder) {
  const std::string folder = content_folder + "/checks";
  TRY(const auto open, DirFd::open(folder));
  std::vector<std::string> names;
  TRY_VOID(open.each_name([&](std::string_view name, FileStatus::Kind kind) -> Result<void> {
    if (kind != FileStatus::Kind::directory && name.ends_with(".yaml")) names.emplace_back(name);
    return {};
  }));
  std::ranges::sort(names);
  std::vector<check::SourceFile> files;
  for (const std::string& name : names) {
    TRY(auto text, system_files().read(folder + "/" + name, kMaxFileBytes));
    files.push_back({"checks/" + name, std::move(text)});
  }
  Budget budget({.bytes_in = 16u << 20, .depth = 24, .entries = 200'000});
  TRY(auto checks, check::CheckSet::load(files, budget));
  return std::make_shared<const check::CheckSet>(std::move(checks));
}

}  // namespace khien::hub
