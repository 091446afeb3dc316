#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"
#include "khien/model/page_view.hpp"
#include "khien/watch/baseline.hpp"
#include "khien/watch/judge.hpp"
#include "khien/watch/rules.hpp"

namespace khien::watch {

// One address to be judged: its views as they were fetched, and what was there before.
struct Case {
  std::string id;
  std::vector<PageView> views;
  std::string baseline;  // Baseline::to_json(), or a page of the site as it ought to be; empty: none
};

// Many cases as one run of bytes, with the rules, for a process without rights: what goes in
// by `encode_job` is judged by `Desk::run`, and comes back by `read_answers`. The bytes of
// views stand as they are, so that nothing parses them on the way.
//
// `site`: the cases are pages of one site, looked at together, and this is what is known of it:
// a Baseline's text, or empty where nothing is yet. Then what many of them show at once is told
// from what one does, and what each holds comes back with its judgement, to be learned.
inline constexpr std::string_view kJudgementWanted = "khien-judge 1\n";
std::string encode_job(const std::vector<SourceFile>& rules, const std::vector<Case>& cases, const std::optional<std::string>& site = std::nullopt);

struct Answer {
  Judgement judgement;
  PageKeys keys;  // of all views; empty where no site was named, or a page could not be read
};
// Code::corrupt unless there are `wanted` answers that a desk could have written.
Result<std::vector<Answer>> read_answers(std::string_view answers, std::size_t wanted);

// Runs jobs, and keeps the rules from one to the next. Not thread-safe.
class Desk {
 public:
  // The answers, a line each, in the order of the cases. Code::invalid where the bytes are no
  // job or the rules are wrong. What one page costs is bounded (page_limits()); a case that is
  // over it is `unknown` with the limit's name, and so is one whose baseline cannot be read.
  Result<std::string> run(ByteView job, const Clock* clock);
  std::size_t loaded() const { return loaded_; }  // how often rules were read

 private:
  Result<void> take_rules(const std::vector<SourceFile>& files, const Clock* clock);

  std::optional<Rules> rules_;
  std::string read_from_;  // the files that rules_ are of, with their names
  std::size_t loaded_ = 0;
};

// What libraries load on first use, before a process gives up its rights.
void warm_up();

// One case in this process: for tests, and for callers that are in a sandbox already.
Judgement judge_case(const Case& one, const Rules& rules, const Clock* clock);

}  // namespace khien::watch
