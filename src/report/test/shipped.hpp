#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/report/kind.hpp"

namespace khien::report {

inline std::string text_of(const std::string& path) {
  return system_files().read(std::string(KHIEN_SOURCE_DIR) + "/" + path, 4 << 20).value();
}

// Names of the kinds that are shipped, without ".yaml", sorted.
inline std::vector<std::string> shipped_names() {
  std::vector<std::string> names;
  const auto folder = DirFd::open(std::string(KHIEN_SOURCE_DIR) + "/content/reports");
  const auto read = folder->each_name([&](std::string_view name, FileStatus::Kind) -> Result<void> {
    if (name.ends_with(".yaml")) names.emplace_back(name.substr(0, name.size() - 5));
    return {};
  });
  if (!read) return {};
  std::ranges::sort(names);
  return names;
}

inline Result<Kind> shipped_kind(const std::string& name) { return read_kind(text_of("content/reports/" + name + ".yaml")); }

// The sample province on 26 November 2026, with every figure and table that there is.
inline Snapshot sample_province() { return read_snapshot(text_of("src/report/test/data/sample.json")).value(); }

// The same as a snapshot of `kind`: of the period in which that day lies, each field filled.
inline Snapshot sample_of(const Kind& kind) {
  Snapshot made = sample_province();
  made.kind = kind.id;
  made.kind_version = kind.version;
  const char* period = kind.every == Every::quarter ? "2026-Q4" : kind.every == Every::half_year ? "2026-H2" : kind.every == Every::year ? "2026" : "2026-11-26";
  if (kind.id == "leader-brief" || kind.id == "advisory-status") period = "2026-11";
  made.period = read_period(period).value();
  made.previous->period = before(made.period).id;
  const Window window = window_of(kind, made.period);
  made.data_from = window.from;
  made.data_to = window.to;
  made.window_rule = window.rule;
  for (const WordsField& field : kind.fields) made.words[field.id] = "Nội dung «" + field.id + "» thứ nhất.\nNội dung thứ hai <i>&</i>.";
  return made;
}

}  // namespace khien::report
