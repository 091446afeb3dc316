#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/incident/clocks.hpp"
#include "khien/law/catalogue.hpp"

namespace khien::incident {

// The law and the severities that the product ships, read once.

inline std::string shipped_text(const std::string& path) {
  return system_files().read(std::string(KHIEN_SOURCE_DIR) + "/content/" + path, 4 << 20).value();
}

inline const law::Catalogue& shipped_law() {
  static const auto catalogue = [] {
    std::vector<law::SourceFile> files;
    for (const std::string folder : {"law", "directives", "registers", "calendars", "levels", "requirements", "clocks", "scores", "indexes"}) {
      const auto read = DirFd::open(std::string(KHIEN_SOURCE_DIR) + "/content/" + folder).value().each_name([&](std::string_view name, FileStatus::Kind) -> Result<void> {
        const std::string path = folder + "/" + std::string(name);
        files.push_back({path, shipped_text(path)});
        return {};
      });
      REQUIRE(read);
    }
    std::ranges::sort(files, {}, &law::SourceFile::path);
    Budget budget({.depth = 24, .entries = 2'000'000});
    return law::Catalogue::load(files, budget).catalogue;
  }();
  REQUIRE(catalogue);
  return *catalogue;
}

inline const SeverityTable& shipped_severities() {
  static const auto table = [] {
    Budget budget({.depth = 8, .entries = 10'000});
    return read_severities(shipped_text("incidents/severities.yaml"), budget).value();
  }();
  return table;
}

}  // namespace khien::incident
