#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/scan/rules.hpp"

namespace khien::probe {

// A rule pack's files as they lie on disk, not yet believed.
struct PackFiles {
  std::string folder;  // name within the content folder, for error messages
  std::string pack_json;
  std::string yara_source;  // all *.yar in the order of their names
  std::string iocs;         // iocs.txt; empty where there is none
};

// Every folder in `content_folder` that holds a pack.json, in the order of names.
// Code::not_found if the folder does not exist, exhausted over 256 MiB in all.
Result<std::vector<PackFiles>> read_pack_files(const std::string& content_folder);

// Code::invalid names the pack's folder.
Result<std::vector<std::shared_ptr<const scan::RulePack>>> parse_packs(const std::vector<PackFiles>& files);

// Both at once, for those who believe the content: the hub and the command line.
Result<std::vector<std::shared_ptr<const scan::RulePack>>> read_packs(const std::string& content_folder);

}  // namespace khien::probe
