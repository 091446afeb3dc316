#include <string>

#include "khien/core/file.hpp"
#include "khien/probe/quarantine.hpp"

namespace khien::probe {
namespace {

constexpr std::size_t kMaxListBytes = 64u << 20;
constexpr std::string_view kSuffix = ".list";

bool has_line(std::string_view list, std::string_view line) {
  for (auto at = list.find(line); at != list.npos; at = list.find(line, at + 1)) {
    const bool begins = at == 0 || list[at - 1] == '\n';
    const auto end = at + line.size();
    if (begins && (end == list.size() || list[end] == '\n')) return true;
  }
  return false;
}

}  // namespace

bool list_names(std::string_view list, std::string_view path) {
  if (path.empty() || path.find('\n') != path.npos) return false;
  if (has_line(list, path)) return true;
  constexpr std::string_view kUsr = "/usr";
  return path.starts_with("/usr/") && has_line(list, path.substr(kUsr.size()));
}

Result<std::string> package_of(const std::string& path, const std::string& info_folder) {
  auto folder = DirFd::open(info_folder);
  // No dpkg here: no package of its can own anything.
  if (!folder && folder.error().code() == Code::not_found) return std::string();
  if (!folder) return std::move(folder).error();
  std::string owner;
  TRY_VOID(folder->each_name([&](std::string_view name, FileStatus::Kind kind) -> Result<void> {
    if (!owner.empty() || kind != FileStatus::Kind::regular || !name.ends_with(kSuffix)) return {};
    TRY(const auto list, system_files().read(info_folder + "/" + std::string(name), kMaxListBytes));
    if (list_names(list, path)) owner = name.substr(0, name.size() - kSuffix.size());
    return {};
  }));
  return owner;
}

}  // namespace khien::probe
