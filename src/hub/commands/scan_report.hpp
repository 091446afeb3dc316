#pragma once

#include <cstdint>
#include <string>

#include "commands/scan_crew.hpp"
#include "khien/hub/console.hpp"

namespace khien::hub {

// What `khien scan` shows: findings as they come, how far it is, a sum at the end.
// Not thread-safe.
class ScanReport {
 public:
  ScanReport(bool json, Console& console);

  void file(const ScanJob& job, const scan::Verdict& verdict);
  // A file or folder that could not be opened.
  void unreadable(const std::string& path, const Error& error);
  void unreadable(std::uint64_t count) { unread_ += count; }
  // 0 clean, 1 found, 2 something could not be read.
  int finish();

 private:
  void show_json(const ScanJob& job, const scan::Verdict& verdict);
  void show_line(const ScanJob& job, const scan::Verdict& verdict);
  void draw(const std::string& path);
  void wipe();
  std::string seconds() const;

  bool json_;
  Console& console_;
  std::size_t columns_;
  Duration begun_;
  Duration drawn_{0};
  bool line_drawn_ = false;
  std::uint64_t files_ = 0, bytes_ = 0, found_ = 0, not_scanned_ = 0, unread_ = 0;
};

}  // namespace khien::hub
