#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

namespace khien::agent {

// A folder that goes with the object. In memory where the system has that, for
// most tests sync often and none of them is about the disk.
class TemporaryFolder {
 public:
  enum class Place : unsigned char { memory, disk };

  explicit TemporaryFolder(Place place = Place::memory) {
    const std::string memory = "/dev/shm";
    const bool in_memory = place == Place::memory && std::filesystem::is_directory(memory);
    std::string pattern = (in_memory ? memory : std::filesystem::temp_directory_path().string()) + "/khien-agent-XXXXXX";
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace khien::agent
