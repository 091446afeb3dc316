#include "file_judge.hpp"

#include <utility>

#include "khien/core/text.hpp"

namespace khien::agent {
namespace {

constexpr std::size_t kMaxRuleBytes = 200;
constexpr std::size_t kMaxMatches = 64;  // that one FileSeen may carry
// clamd's mark of a signature that is not of ClamAV's own databases: ours.
constexpr std::string_view kUnofficial = ".UNOFFICIAL";

// Families that say "unwanted" or "looks like", not "is".
bool is_soft(std::string_view signature) {
  return signature.starts_with("PUA.") || signature.starts_with("Heuristics.");
}

// Read to its end, but not all that is in it.
bool is_of_its_parts(std::string_view reason) {
  return reason == "encrypted" || reason == "damaged" || reason == "bomb" || reason == "budget";
}

// Of the file's own making, and the same the next time.
bool is_of_the_file(std::string_view reason) { return reason == "too_large" || is_of_its_parts(reason); }

}  // namespace

FileMatch clamav_match(std::string_view signature) {
  FileMatch match{.engine = Engine::clamav, .rule = {}, .origin = "clamav", .severity = Severity::high};
  if (signature.ends_with(kUnofficial)) {
    signature.remove_suffix(kUnofficial.size());
    match.origin = "clamav:khien";
  }
  if (is_soft(signature)) match.severity = Severity::medium;
  // In this order: what is made printable grows.
  match.rule = truncate(printable(signature), kMaxRuleBytes);
  return match;
}

Result<FileJudge::Answer> judge_by_both(const WorkerScan& worker, scan::ClamAv* clamav, const Fd& file,
                                        const FileStatus& status) {
  FileJudge::Answer answer;
  TRY(answer.verdict, worker(file, status.size));
  scan::Verdict& verdict = answer.verdict;
  const bool not_scanned = verdict.verdict == FileVerdict::not_scanned;
  if (not_scanned) answer.complete = is_of_the_file(verdict.reason);
  if (not_scanned && !is_of_its_parts(verdict.reason)) return answer;
  // ClamAV may open what we could not, and know what we only suspect.
  const bool settled = verdict.verdict == FileVerdict::malicious;
  if (clamav == nullptr || settled || status.size > kMaxClamAvBytes) return answer;

  const auto signature = clamav->scan(file);
  if (!signature) {
    // clamd that gave up by its own limits would give up again.
    answer.complete = signature.error().code() == Code::exhausted;
    if (answer.complete && verdict.verdict == FileVerdict::clean) {
      verdict.verdict = FileVerdict::not_scanned;
      verdict.reason = "budget";
    }
    return answer;
  }
  if (signature->empty()) return answer;
  if (verdict.matches.size() >= kMaxMatches) verdict.matches.pop_back();
  verdict.matches.push_back(clamav_match(*signature));
  const bool soft = verdict.matches.back().severity < Severity::high;
  verdict.verdict = soft ? FileVerdict::suspicious : FileVerdict::malicious;
  verdict.reason.clear();
  return answer;
}

}  // namespace khien::agent
