#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "khien/check/checks.hpp"
#include "khien/core/file.hpp"

namespace khien::check {

// The checks of content/checks, as the hub loads them.
inline CheckSet shipped_checks() {
  const std::string folder = KHIEN_SOURCE_DIR "/content/checks";
  std::vector<SourceFile> files;
  const auto open = DirFd::open(folder);
  REQUIRE(open);
  REQUIRE(open->each_name([&](std::string_view name, FileStatus::Kind) -> Result<void> {
    TRY(auto text, system_files().read(folder + "/" + std::string(name), 1u << 20));
    files.push_back({std::string(name), std::move(text)});
    return {};
  }));
  Budget budget({});
  auto set = CheckSet::load(files, budget);
  REQUIRE_MESSAGE(set, set.error().what());
  return std::move(set).value();
}

}  // namespace khien::check
