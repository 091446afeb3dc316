#pragma once

#include <functional>
#include <string>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/watch/desk.hpp"

namespace khien::hub {

// The judge's rules: content/web/*.yaml and *.txt, in the order of their names. Code::not_found
// names the folder that is missing.
Result<std::vector<watch::SourceFile>> read_web_rules(const std::string& content_folder);

// Has pages judged in khien-worker, many in one process. Pages are hostile: a process that dies
// or hangs over several is asked again for each alone, and the one that kills it is `unknown`
// with the limit "worker". What is over the worker's size is cut before, and says "too_large".
class PageJudge {
 public:
  // Code::invalid names what is wrong with the rules.
  static Result<PageJudge> create(std::vector<watch::SourceFile> rules, std::string worker);

  // As many judgements as cases, in their order, each handed to `take` as soon as it is there.
  using Take = std::function<void(const watch::Case&, const watch::Judgement&)>;
  void judge(std::vector<watch::Case> cases, const Take& take) const;

 private:
  PageJudge(std::vector<watch::SourceFile> rules, std::string worker);

  void judge_together(const std::vector<watch::Case>& cases, const Take& take) const;
  Result<std::vector<watch::Judgement>> ask(const std::vector<watch::Case>& cases) const;
  void cut(watch::Case& one) const;

  std::vector<watch::SourceFile> rules_;
  std::string worker_;
  std::size_t rule_bytes_ = 0;
};

}  // namespace khien::hub
