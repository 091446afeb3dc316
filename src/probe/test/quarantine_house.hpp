#pragma once

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "folder.hpp"
#include "khien/core/env.hpp"
#include "khien/probe/quarantine.hpp"

namespace khien::probe {

inline std::string bad_bytes() { return "not clean, as was judged\n" + std::string(100'000, 'x'); }

// A folder of the policy, a quarantine beside it, and a clock that stands still.
struct QuarantineHouse {
  TestFolder base;
  std::string tree;
  ManualClock clock{Timestamp{1'795'000'000'000}};
  QuarantineLimits limits;
  std::string package;  // that owns everything; empty: nothing
  std::function<Result<void>(std::string_view)> before;
  std::unique_ptr<Quarantine> quarantine;

  QuarantineHouse() : tree(base.make("tree")) { open(); }

  Env env() const { return {clock, system_random(), system_files()}; }
  void open() {
    quarantine.reset();
    auto opened = Quarantine::open({.folder = store(),
                                    .limits = limits,
                                    .owner = [this](const std::string&) -> Result<std::string> { return package; },
                                    .before = [this](std::string_view step) -> Result<void> {
                                      return before ? before(step) : Result<void>();
                                    }},
                                   env());
    REQUIRE_MESSAGE(opened, opened.error().what());
    quarantine = std::move(*opened);
  }
  std::string store() const { return base.path() + "/store"; }

  // A file of these bytes below the tree; users may write in its folder or not.
  std::string put(const std::string& relative, std::string_view bytes, bool users = false) {
    const auto path = std::filesystem::path(tree) / relative;
    std::filesystem::create_directories(path.parent_path());
    REQUIRE(system_files().write(path, bytes, 0644));
    if (users) REQUIRE(::chmod(path.parent_path().c_str(), 0777) == 0);
    return path;
  }
  Quarantine::Wanted wanted(const std::string& relative, std::string_view bytes) const {
    return {.root = tree, .relative = relative, .sha256 = sha256(bytes), .rule = "yara:khien_eicar", .reason = {}};
  }
  Quarantine::Answer take(const std::string& relative, std::string_view bytes) const {
    return quarantine->take(wanted(relative, bytes));
  }
  Quarantine::Return back(const QuarantineEntry& entry) const {
    return {.name = entry.name, .sha256 = entry.sha256, .roots = {tree}};
  }
  std::size_t files_in_store() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(store()), {}));
  }
};

inline std::string content_of(const std::string& path) {
  auto read = system_files().read(path, 64u << 20);
  return read ? *read : std::string("(none)");
}

inline struct stat status_of_path(const std::string& path) {
  struct stat status {};
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status;
}

}  // namespace khien::probe
