#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "khien/core/file.hpp"
#include "khien/watch/rules.hpp"

namespace khien::watch {

inline std::vector<SourceFile> shipped_files() {
  std::vector<SourceFile> files;
  for (const auto& entry : std::filesystem::directory_iterator(KHIEN_SOURCE_DIR "/content/web")) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".yaml") || name.ends_with(".txt")) files.push_back({name, system_files().read(entry.path().string(), 8u << 20).value()});
  }
  std::ranges::sort(files, {}, &SourceFile::path);
  return files;
}

inline const Rules& shipped_rules() {
  static const Rules rules = [] {
    Budget budget(rules_limits());
    auto loaded = Rules::load(shipped_files(), budget);
    if (!loaded) FAIL(loaded.error().what());
    return std::move(loaded).value();
  }();
  return rules;
}

}  // namespace khien::watch
