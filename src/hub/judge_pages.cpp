#include "judge_pages.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/clock.hpp"
#include "khien/core/file.hpp"
#include "khien/probe/conversion.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMaxRuleBytes = 4u << 20;
constexpr std::size_t kJobBytes = 15u << 20;       // the worker takes 16 MiB
constexpr std::size_t kTogetherBytes = 6u << 20;   // of pages in one job
constexpr std::size_t kTogetherCases = 200;
constexpr Duration kJobTime = seconds(60);

std::size_t bytes_of(const watch::Case& one) {
  std::size_t bytes = one.baseline.size() + 4'096;
  for (const PageView& view : one.views) bytes += view.body.size() + 4'096 + view.url.size() + view.final_url.size();
  return bytes;
}

watch::Judgement unjudged() {
  watch::Judgement judgement;
  judgement.judged = watch::Class::unknown;
  judgement.reasons.push_back({"limit", 0, "worker", 0});
  return judgement;
}

}  // namespace

Result<std::vector<watch::SourceFile>> read_web_rules(const std::string& content_folder) {
  const std::string folder = content_folder + "/web";
  TRY(const auto open, DirFd::open(folder));
  std::vector<watch::SourceFile> files;
  TRY_VOID(open.each_name([&](std::string_view name, FileStatus::Kind kind) -> Result<void> {
    if (kind == FileStatus::Kind::directory || !(name.ends_with(".yaml") || name.ends_with(".txt"))) return {};
    TRY(auto text, system_files().read(folder + "/" + std::string(name), kMaxRuleBytes));
    files.push_back({std::string(name), std::move(text)});
    return {};
  }));
  std::ranges::sort(files, {}, &watch::SourceFile::path);
  return files;
}

PageJudge::PageJudge(std::vector<watch::SourceFile> rules, std::string worker) : rules_(std::move(rules)), worker_(std::move(worker)) {
  for (const watch::SourceFile& file : rules_) rule_bytes_ += file.text.size() + 200;
}

Result<PageJudge> PageJudge::create(std::vector<watch::SourceFile> rules, std::string worker) {
  PageJudge judge(std::move(rules), std::move(worker));
  if (judge.rule_bytes_ > kJobBytes / 2) return Error(Code::exhausted, "the rules for pages are too large");
  // A worker that dies of a page and one that refuses the rules must be told apart.
  TRY(const auto none, judge.ask({}));
  return judge;
}

void PageJudge::cut(watch::Case& one) const {
  const std::size_t room = kJobBytes - rule_bytes_ - 65'536;
  const std::size_t share = room / (one.views.size() + 1);
  if (one.baseline.size() > share) one.baseline.resize(share);
  for (PageView& view : one.views) {
    if (view.body.size() <= std::min(share, watch::kMaxPageBytes)) continue;
    view.body.resize(std::min(share, watch::kMaxPageBytes));
    if (view.limit.empty()) view.limit = "too_large";
  }
}

Result<std::vector<watch::Judgement>> PageJudge::ask(const std::vector<watch::Case>& cases) const {
  const std::string job = watch::encode_job(rules_, cases);
  TRY(const auto answers, probe::convert_in_worker({.executable = worker_, .time = kJobTime}, job, system_clock()));
  return watch::read_answers(answers, cases.size());
}

void PageJudge::judge_together(const std::vector<watch::Case>& cases, const Take& take) const {
  const auto answers = ask(cases);
  if (!answers && cases.size() == 1) return take(cases.front(), unjudged());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (answers) take(cases[i], (*answers)[i]);
    else judge_together({cases[i]}, take);
  }
}

void PageJudge::judge(std::vector<watch::Case> cases, const Take& take) const {
  std::vector<watch::Case> together;
  std::size_t bytes = 0;
  for (watch::Case& one : cases) {
    cut(one);
    const std::size_t own = bytes_of(one);
    if (!together.empty() && (bytes + own > kTogetherBytes || together.size() >= kTogetherCases)) {
      judge_together(together, take);
      together.clear();
      bytes = 0;
    }
    bytes += own;
    together.push_back(std::move(one));
  }
  if (!together.empty()) judge_together(together, take);
}

}  // namespace khien::hub
