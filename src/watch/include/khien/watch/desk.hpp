#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"
#include "khien/model/page_view.hpp"
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
// by `encode_job` is judged by `run_job`, and comes back by `read_answers`. The bytes of views
// stand as they are, so that nothing parses them on the way.
inline constexpr std::string_view kJudgementWanted = "khien-judge 1\n";
std::string encode_job(const std::vector<SourceFile>& rules, const std::vector<Case>& cases);
// The answers, a line each, in the order of the cases. Code::invalid where the bytes are no
// job or the rules are wrong. What one page costs is bounded (page_limits()); a case that is
// over it is `unknown` with the limit's name, and so is one whose baseline cannot be read.
Result<std::string> run_job(ByteView job, const Clock* clock);
// Code::corrupt unless there are `wanted` answers that run_job() could have written.
Result<std::vector<Judgement>> read_answers(std::string_view answers, std::size_t wanted);

// One case in this process: for tests, and for callers that are in a sandbox already.
Judgement judge_case(const Case& one, const Rules& rules, const Clock* clock);

}  // namespace khien::watch
