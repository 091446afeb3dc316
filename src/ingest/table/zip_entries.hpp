#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"

namespace khien::ingest {

// The entries of a ZIP in memory, unpacked one by one under the budget: a claim of
// size is not believed, and one of 1 : 200 beyond a mebibyte is a bomb.
class ZipEntries {
 public:
  static Result<ZipEntries> open(ByteView bytes, Budget& budget);
  ZipEntries(ZipEntries&&) noexcept;
  ~ZipEntries();

  // In the order of the file; an entry without a name is left out.
  std::vector<std::string> names() const;
  // None if there is no such entry.
  Result<std::optional<std::string>> read(const std::string& name, Budget& budget);

 private:
  struct Impl;
  explicit ZipEntries(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::ingest
