#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "khien/core/file.hpp"

namespace khien::probe {

// A folder of a test's own, gone afterwards. Others may read it.
class TestFolder {
 public:
  TestFolder() {
    std::string pattern = std::filesystem::temp_directory_path() / "khien-probe-XXXXXX";
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = std::filesystem::canonical(pattern);
    REQUIRE(chmod(path_.c_str(), 0755) == 0);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }

  // Each returns the path.
  std::string write(const std::string& name, std::string_view content) const {
    REQUIRE(system_files().write(path_ + "/" + name, content, 0644));
    return path_ + "/" + name;
  }
  std::string make(const std::string& name) const {
    REQUIRE(system_files().make_folder(path_ + "/" + name, 0755));
    return path_ + "/" + name;
  }

  static Fd open(const std::string& path) {
    Fd fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    REQUIRE(fd);
    return fd;
  }

 private:
  std::string path_;
};

// The EICAR test file, never whole in a source file: scanners of those who
// clone the project would take it away.
inline std::string eicar() {
  std::string text = "*H+H$!ELIF-TSET-SURIVITNA-DRADNATS-RACIE$}7)CC7)^P(45XZP";
  text += "\\4[PA@%P!O5X";
  return {text.rbegin(), text.rend()};
}

}  // namespace khien::probe
