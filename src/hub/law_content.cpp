#include "khien/hub/law_content.hpp"

#include <algorithm>
#include <array>

#include "khien/core/file.hpp"
#include "khien/hub/installation.hpp"

namespace khien::hub {
namespace {

constexpr std::array<std::string_view, 9> kFolders{
    "law", "directives", "registers", "calendars", "levels", "requirements", "clocks", "scores", "indexes"};
constexpr std::size_t kMaxFileBytes = 4u << 20;
constexpr Budget::Limits kLimits{.bytes_in = 64u << 20, .depth = 24, .entries = 2'000'000};

}  // namespace

Result<std::vector<law::SourceFile>> read_law_files(const std::string& content_folder) {
  TRY(const auto folder, DirFd::open(content_folder));
  std::vector<std::string> paths;
  for (const std::string_view name : kFolders) {
    const auto inner = folder.open_folder(std::string(name));
    if (!inner && inner.error().code() == Code::not_found) continue;
    if (!inner) return Error(inner.error());
    TRY_VOID(inner->each_name([&](std::string_view file, FileStatus::Kind kind) -> Result<void> {
      if (kind != FileStatus::Kind::directory && !file.starts_with('.')) {
        paths.push_back(std::string(name) + "/" + std::string(file));
      }
      return {};
    }));
  }
  std::ranges::sort(paths);
  std::vector<law::SourceFile> files;
  for (std::string& path : paths) {
    TRY(auto text, system_files().read(content_folder + "/" + path, kMaxFileBytes));
    files.push_back({std::move(path), std::move(text)});
  }
  return files;
}

law::Loading load_law(const std::vector<law::SourceFile>& files) {
  Budget budget(kLimits);
  return law::Catalogue::load(files, budget);
}

Result<std::shared_ptr<const law::Catalogue>> installed_law() {
  TRY(const auto folder, find_content());
  TRY(const auto files, read_law_files(folder));
  auto loading = load_law(files);
  if (loading.catalogue) return std::move(loading.catalogue);
  const law::Fault& first = loading.faults.front();
  return Error(Code::corrupt, folder + "/" + first.file + ":" + std::to_string(first.line) + ": " +
                                  first.field + ": " + first.message.en + " (khien law check lists all)");
}

Result<std::shared_ptr<const duty::Catalogues>> installed_catalogues() {
  TRY(const auto folder, find_content());
  TRY(const auto files, read_law_files(folder));
  auto catalogues = duty::Catalogues::create(files);
  if (!catalogues) return std::move(catalogues).error().within(folder);
  return std::shared_ptr<const duty::Catalogues>(std::move(catalogues).value());
}

}  // namespace khien::hub
