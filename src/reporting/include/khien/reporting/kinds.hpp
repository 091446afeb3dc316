#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/report/kind.hpp"
#include "khien/reporting/gather.hpp"

namespace khien::reporting {

// The kinds of document that can be made: files of content/reports. Immutable; safe from
// many threads.
class Kinds {
 public:
  struct File {
    std::string path;
    std::string text;
  };
  // Kinds, and the file "…/sources/registers.yaml". Code::invalid names the file for one that
  // read_kind() refuses, that has another's id, or whose figure or table nothing counts.
  static Result<std::shared_ptr<const Kinds>> create(const std::vector<File>& files);

  struct Entry {
    report::Kind kind;
    std::string text;  // the file: a frozen document keeps it
  };
  const std::vector<Entry>& all() const { return all_; }  // by id
  const Entry* find(std::string_view id) const;
  const Registers& registers() const { return registers_; }

 private:
  Kinds() = default;
  std::vector<Entry> all_;
  Registers registers_;
};

}  // namespace khien::reporting
