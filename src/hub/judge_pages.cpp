#include "judge_pages.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/clock.hpp"
#include "khien/core/file.hpp"

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
  judgement.judged = PageClass::unknown;
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
  TRY(const auto none, PageSitting(judge).ask({}, {}));
  return judge;
}

PageSitting::PageSitting(const PageJudge& judge)
    : judge_(judge), worker_({.executable = judge.worker_, .time = kJobTime}, {}, system_clock()) {}

// `room`: for all its views.
void PageSitting::cut(watch::Case& one, std::size_t room) const {
  const std::size_t share = room / (one.views.size() + 1);
  if (one.baseline.size() > share) one.baseline.resize(share);
  for (PageView& view : one.views) {
    if (view.body.size() <= std::min(share, watch::kMaxPageBytes)) continue;
    view.body.resize(std::min(share, watch::kMaxPageBytes));
    if (view.limit.empty()) view.limit = "too_large";
  }
}

Result<std::vector<watch::Answer>> PageSitting::ask(const std::vector<watch::Case>& cases, const Site& site) {
  TRY(const auto answers, worker_.convert(watch::encode_job(judge_.rules_, cases, site)));
  return watch::read_answers(answers, cases.size());
}

void PageSitting::judge_together(const std::vector<watch::Case>& cases, const Site& site, const Take& take) {
  const auto answers = ask(cases, site);
  if (!answers && cases.size() == 1) return take(cases.front(), {.judgement = unjudged(), .keys = {}});
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (answers) take(cases[i], (*answers)[i]);
    else judge_together({cases[i]}, site, take);
  }
}

void PageSitting::judge(std::vector<watch::Case> cases, const Take& take, const Site& site) {
  const std::size_t room = kJobBytes - judge_.rule_bytes_ - (site ? site->size() : 0) - 65'536;
  std::vector<watch::Case> together;
  std::size_t bytes = 0;
  for (watch::Case& one : cases) {
    cut(one, room);
    const std::size_t own = bytes_of(one);
    if (!together.empty() && (bytes + own > kTogetherBytes || together.size() >= kTogetherCases)) {
      judge_together(together, site, take);
      together.clear();
      bytes = 0;
    }
    bytes += own;
    together.push_back(std::move(one));
  }
  if (!together.empty()) judge_together(together, site, take);
}

}  // namespace khien::hub
