#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/probe/conversion.hpp"
#include "khien/watch/desk.hpp"

namespace khien::hub {

// The judge's rules: content/web/*.yaml and *.txt, in the order of their names. Code::not_found
// names the folder that is missing.
Result<std::vector<watch::SourceFile>> read_web_rules(const std::string& content_folder);

// Knows the rules, and where khien-worker is. Thread-safe.
class PageJudge {
 public:
  // Code::invalid names what is wrong with the rules.
  static Result<PageJudge> create(std::vector<watch::SourceFile> rules, std::string worker);

 private:
  friend class PageSitting;
  PageJudge(std::vector<watch::SourceFile> rules, std::string worker);

  std::vector<watch::SourceFile> rules_;
  std::string worker_;
  std::size_t rule_bytes_ = 0;
};

// Has pages judged in khien-worker: one process for as long as this lasts, which reads the rules
// once. Pages are hostile: a process that dies or hangs over several is asked again for each
// alone, and the one that kills it is `unknown` with the limit "worker". What is over the
// worker's size is cut before, and says "too_large". Pages of one process can spoil each other's
// judgements, if one of them captures it: give it what has one origin. Not thread-safe.
class PageSitting {
 public:
  explicit PageSitting(const PageJudge& judge);

  // As many judgements as cases, in their order, each handed to `take` as soon as it is there.
  // `site`: of watch::encode_job().
  using Take = std::function<void(const watch::Case&, const watch::Answer&)>;
  void judge(std::vector<watch::Case> cases, const Take& take, const std::optional<std::string>& site = std::nullopt);
  std::size_t processes() const { return worker_.started(); }  // until now

 private:
  friend class PageJudge;
  using Site = std::optional<std::string>;
  void judge_together(const std::vector<watch::Case>& cases, const Site& site, const Take& take);
  Result<std::vector<watch::Answer>> ask(const std::vector<watch::Case>& cases, const Site& site);
  void cut(watch::Case& one, std::size_t room) const;

  const PageJudge& judge_;
  probe::ConversionWorker worker_;
};

}  // namespace khien::hub
