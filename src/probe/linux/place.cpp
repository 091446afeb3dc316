#include "linux/place.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

namespace khien::probe {
namespace {

constexpr std::size_t kMaxFileBytes = 256u << 10;
constexpr std::size_t kMaxNames = 5'000;

// What openat2 wants: relative to the root.
std::string below(const std::string& path) { return path.substr(path.find_first_not_of('/') == path.npos ? path.size() : path.find_first_not_of('/')); }

Result<std::string> read_all(const Fd& file) {
  std::string text(kMaxFileBytes + 1, '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t got = ::read(file.get(), text.data() + filled, text.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("read", errno);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  if (filled > kMaxFileBytes) return Error(Code::exhausted, "larger than settings are");
  text.resize(filled);
  return text;
}

// "../sites-available/a" in "/etc/nginx/sites-enabled": "/etc/nginx/sites-available/a".
// Empty: it leads above the root.
std::string joined(const std::string& folder, std::string_view target) {
  std::vector<std::string_view> parts;
  const std::string whole = target.starts_with('/') ? std::string(target) : folder + "/" + std::string(target);
  std::string_view rest = whole;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('/'), rest.size());
    const auto part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (part == "..") {
      if (parts.empty()) return {};
      parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
  }
  std::string path;
  for (const auto part : parts) path.append("/").append(part);
  return path;
}

}  // namespace

Result<Place> Place::open(const std::string& root) {
  TRY(auto folder, DirFd::open(root));
  return Place(std::move(folder));
}

Result<std::optional<std::string>> Place::read(const std::string& path) const {
  auto file = root_.open_file(below(path));
  if (!file && file.error().code() == Code::not_found) return std::optional<std::string>();
  if (!file) return std::move(file).error();
  TRY(const auto status, status_of(*file));
  if (status.kind != FileStatus::Kind::regular) return Error(Code::invalid, "not a regular file");
  TRY(auto text, read_all(*file));
  return std::optional(std::move(text));
}

std::string Place::text(const std::string& path) const {
  auto text = read(path);
  return text && *text ? std::move(**text) : std::string();
}

std::optional<FileStatus> Place::status(const std::string& path) const {
  if (auto file = root_.open_file(below(path))) {
    auto status = status_of(*file);
    if (status) return *status;
  }
  const auto folder = root_.open_folder(below(path));
  if (!folder) return std::nullopt;
  auto status = status_of(folder->fd());
  return status ? std::optional(*status) : std::nullopt;
}

bool Place::exists(const std::string& path) const {
  const auto slash = path.rfind('/');
  const auto all = names(path.substr(0, slash));
  return std::ranges::find(all, path.substr(slash + 1), &Name::name) != all.end();
}

std::vector<Place::Name> Place::names(const std::string& folder) const {
  std::vector<Name> found;
  const std::string relative = below(folder);
  if (relative.empty()) return found;
  const auto open = root_.open_folder(relative);
  if (!open) return found;
  (void)open->each_name([&](std::string_view name, FileStatus::Kind kind) -> Result<void> {
    if (found.size() >= kMaxNames) return Error(Code::exhausted, "enough names");
    found.push_back({std::string(name), kind});
    return {};
  });
  std::ranges::sort(found, {}, &Name::name);
  return found;
}

std::optional<std::string> Place::link_target(const std::string& folder, const std::string& name,
                                              const std::string& within) const {
  const auto open = root_.open_folder(below(folder));
  if (!open) return std::nullopt;
  std::array<char, PATH_MAX> target{};
  const ssize_t length = ::readlinkat(open->fd().get(), name.c_str(), target.data(), target.size());
  if (length <= 0) return std::nullopt;
  std::string path = joined(folder, std::string_view(target.data(), static_cast<std::size_t>(length)));
  if (!path.starts_with(within + "/")) return std::nullopt;
  return path;
}

std::vector<std::string> Place::files(const std::string& folder, std::string_view ending, const std::string& within) const {
  std::vector<std::string> found;
  for (const Name& name : names(folder)) {
    if (!name.name.ends_with(ending) || name.name.starts_with('.')) continue;
    if (name.kind == FileStatus::Kind::regular) found.push_back(folder + "/" + name.name);
    if (name.kind != FileStatus::Kind::symlink || within.empty()) continue;
    if (auto target = link_target(folder, name.name, within)) found.push_back(std::move(*target));
  }
  return found;
}

}  // namespace khien::probe
