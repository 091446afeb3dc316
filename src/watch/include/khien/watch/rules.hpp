#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/result.hpp"

namespace khien::watch {

// A file of content/web/: its name ("lexicon.yaml") for faults, its text.
struct SourceFile {
  std::string path;
  std::string text;
};

// What the judge knows of words, names and sites: content/web/, read and tried on its own
// hits and misses. Pure and const: safe from any thread.
//
//   lexicon*.yaml     words: what they are, what they weigh, how they are looked for
//   sites.yaml        hosts that are trusted, platforms, lotteries; shapes of names
//   weights.yaml      what each reason weighs
//   *_domains.txt     hosts known for gambling, one a line, "#" begins a comment
class Rules {
 public:
  // Code::invalid names file, line and field of the first thing that is wrong; also an
  // entry whose hit does not hit or whose miss does.
  static Result<Rules> load(const std::vector<SourceFile>& files, Budget& budget);

  Rules(Rules&&) noexcept;
  Rules& operator=(Rules&&) noexcept;
  ~Rules();

  std::size_t word_count() const;
  std::size_t domain_count() const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit Rules(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// What reading the rules may cost.
Budget::Limits rules_limits();

}  // namespace khien::watch
