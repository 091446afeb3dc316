#include "report_content.hpp"

#include <algorithm>
#include <vector>

#include "khien/core/file.hpp"

namespace khien::hub {

Result<std::shared_ptr<const reporting::Kinds>> read_report_kinds(const std::string& content_folder) {
  const std::string path = content_folder + "/reports";
  TRY(const auto folder, DirFd::open(path));
  std::vector<std::string> names;
  TRY_VOID(folder.each_name([&](std::string_view file, FileStatus::Kind kind) -> Result<void> {
    if (kind != FileStatus::Kind::directory && file.ends_with(".yaml") && !file.starts_with('.')) names.emplace_back(file);
    return {};
  }));
  std::ranges::sort(names);
  std::vector<reporting::Kinds::File> files;
  for (const auto& name : names) {
    TRY(auto text, system_files().read(path + "/" + name, report::kMostKindBytes));
    files.push_back({path + "/" + name, std::move(text)});
  }
  const std::string sources = path + "/sources/registers.yaml";
  TRY(auto text, system_files().read(sources, report::kMostKindBytes));
  files.push_back({sources, std::move(text)});
  return reporting::Kinds::create(files);
}

Result<std::shared_ptr<const incident::Content>> read_incident_content(const std::string& content_folder) {
  const std::string path = content_folder + "/incidents/";
  TRY(const auto severities, system_files().read(path + "severities.yaml", report::kMostKindBytes));
  TRY(const auto opening, system_files().read(path + "opening.yaml", report::kMostKindBytes));
  TRY(auto content, incident::read_content(severities, opening));
  return std::make_shared<const incident::Content>(std::move(content));
}

}  // namespace khien::hub
