#include "khien/watch/desk.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "khien/core/json.hpp"
#include "khien/core/text.hpp"

namespace khien::watch {
namespace {

constexpr std::size_t kMaxHeadBytes = 16u << 20;

Judgement unjudged(std::string_view limit) {
  Judgement judgement;
  judgement.judged = Class::unknown;
  judgement.reasons.push_back({"limit", 0, std::string(truncate(limit, 200)), 0});
  return judgement;
}

std::string_view header_of(const PageView& view, std::string_view name) {
  const auto found = std::ranges::find(view.headers, name, &HttpHeader::name);
  return found == view.headers.end() ? std::string_view() : std::string_view(found->value);
}

Result<SeenPage> read_view(const PageView& view, const Clock* clock) {
  Budget budget(page_limits(), clock);
  SeenPage seen{.visitor = view.visitor, .url = view.url, .final_url = view.final_url, .steps = view.steps, .status = view.status, .limit = view.limit, .page = {}};
  TRY(seen.page, read_page(as_bytes(view.body), charset_of(header_of(view, "content-type")), budget));
  return seen;
}

Result<std::optional<Baseline>> read_baseline(const Case& one, const Clock* clock) {
  if (one.baseline.empty()) return std::optional<Baseline>();
  Budget budget(page_limits(), clock);
  if (one.baseline.starts_with("{\"baseline\"")) {
    TRY(auto baseline, Baseline::from_json(one.baseline, budget));
    return std::optional(std::move(baseline));
  }
  TRY(const Page page, read_page(as_bytes(one.baseline), {}, budget));
  Baseline baseline;
  baseline.learn(page, one.views.empty() ? std::string() : one.views.front().final_url);
  return std::optional(std::move(baseline));
}

void write_view(JsonWriter& out, const PageView& view) {
  out.begin_object().field("visitor", to_string(view.visitor)).field("url", view.url).field("final_url", view.final_url);
  out.field("status", static_cast<std::int64_t>(view.status)).field("limit", view.limit);
  out.field("type", header_of(view, "content-type")).field("bytes", static_cast<std::int64_t>(view.body.size()));
  out.key("steps").begin_array();
  for (const RedirectStep& step : view.steps) {
    out.begin_object().field("url", step.url).field("status", static_cast<std::int64_t>(step.status)).field("how", to_string(step.how)).end_object();
  }
  out.end_array().end_object();
}

// Hands out the bytes that follow the head, piece by piece.
class Pieces {
 public:
  explicit Pieces(std::string_view bytes) : rest_(bytes) {}
  Result<std::string> take(std::int64_t size) {
    if (size < 0 || static_cast<std::uint64_t>(size) > rest_.size()) return Error(Code::invalid, "a job that ends early");
    std::string piece(rest_.substr(0, static_cast<std::size_t>(size)));
    rest_.remove_prefix(piece.size());
    return piece;
  }

 private:
  std::string_view rest_;
};

Result<RedirectStep> step_of(const Json& map) {
  RedirectStep step;
  TRY(step.url, map.string_at("url"));
  TRY(const auto status, map.integer_at("status"));
  step.status = static_cast<int>(std::clamp<std::int64_t>(status, 0, 999));
  TRY(const auto how, map.string_at("how"));
  using enum RedirectStep::How;
  step.how = how == to_string(refresh) ? refresh : how == to_string(script) ? script : location;
  return step;
}

Result<PageView> view_of(const Json& map, Pieces& pieces) {
  PageView view;
  TRY(const auto visitor, map.string_at("visitor"));
  TRY(view.visitor, visitor_from_string(visitor));
  TRY(view.url, map.string_at("url"));
  TRY(view.final_url, map.string_at("final_url"));
  TRY(view.limit, map.string_at("limit"));
  TRY(const auto type, map.string_at("type"));
  view.headers.push_back({"content-type", std::string(type)});
  TRY(const auto status, map.integer_at("status"));
  view.status = static_cast<int>(std::clamp<std::int64_t>(status, 0, 999));
  TRY(const auto bytes, map.integer_at("bytes"));
  TRY(view.body, pieces.take(bytes));
  TRY(const Json steps, map.field("steps"));
  TRY_VOID(steps.each([&](Json one) -> Result<void> {
    TRY(auto step, step_of(one));
    view.steps.push_back(std::move(step));
    return {};
  }));
  return view;
}

Result<Case> case_of(const Json& map, Pieces& pieces) {
  Case one;
  TRY(one.id, map.string_at("id"));
  TRY(const auto bytes, map.integer_at("baseline"));
  TRY(one.baseline, pieces.take(bytes));
  TRY(const Json views, map.field("views"));
  TRY_VOID(views.each([&](Json view) -> Result<void> {
    TRY(auto read, view_of(view, pieces));
    one.views.push_back(std::move(read));
    return {};
  }));
  return one;
}

Result<Rules> rules_of(const Json& head, Pieces& pieces, const Clock* clock) {
  std::vector<SourceFile> files;
  TRY(const Json list, head.field("rules"));
  TRY_VOID(list.each([&](Json one) -> Result<void> {
    SourceFile file;
    TRY(file.path, one.string_at("path"));
    TRY(const auto bytes, one.integer_at("bytes"));
    TRY(file.text, pieces.take(bytes));
    files.push_back(std::move(file));
    return {};
  }));
  Budget budget(rules_limits(), clock);
  return Rules::load(files, budget);
}

}  // namespace

std::string encode_job(const std::vector<SourceFile>& rules, const std::vector<Case>& cases) {
  JsonWriter head;
  head.begin_object().key("rules").begin_array();
  for (const SourceFile& file : rules) {
    head.begin_object().field("path", file.path).field("bytes", static_cast<std::int64_t>(file.text.size())).end_object();
  }
  head.end_array().key("cases").begin_array();
  for (const Case& one : cases) {
    head.begin_object().field("id", one.id).field("baseline", static_cast<std::int64_t>(one.baseline.size())).key("views").begin_array();
    for (const PageView& view : one.views) write_view(head, view);
    head.end_array().end_object();
  }
  head.end_array().end_object();
  std::string job = std::string(kJudgementWanted) + head.take() + "\n";
  for (const SourceFile& file : rules) job += file.text;
  for (const Case& one : cases) {
    job += one.baseline;
    for (const PageView& view : one.views) job += view.body;
  }
  return job;
}

Judgement judge_case(const Case& one, const Rules& rules, const Clock* clock) {
  const auto baseline = read_baseline(one, clock);
  if (!baseline) return unjudged("baseline");
  std::vector<SeenPage> seen;
  for (const PageView& view : one.views) {
    auto read = read_view(view, clock);
    if (!read) return unjudged(read.error().what());
    seen.push_back(std::move(read).value());
  }
  return judge(seen, baseline->has_value() ? &**baseline : nullptr, rules);
}

Result<std::string> run_job(ByteView job, const Clock* clock) {
  std::string_view rest = as_text(job);
  if (!rest.starts_with(kJudgementWanted)) return Error(Code::invalid, "not a job for the judge");
  rest.remove_prefix(kJudgementWanted.size());
  const auto line = rest.find('\n');
  if (line == rest.npos || line > kMaxHeadBytes) return Error(Code::invalid, "a job without its head");
  Budget budget({.bytes_in = kMaxHeadBytes, .depth = 16, .entries = 2'000'000, .time = seconds(10)}, clock);
  JsonDocument document;
  TRY(const Json head, document.parse(rest.substr(0, line), budget));
  Pieces pieces(rest.substr(line + 1));
  TRY(const Rules rules, rules_of(head, pieces, clock));
  std::string answers;
  TRY(const Json cases, head.field("cases"));
  TRY_VOID(cases.each([&](Json map) -> Result<void> {
    TRY(const Case one, case_of(map, pieces));
    answers += to_json(judge_case(one, rules, clock)) + "\n";
    return {};
  }));
  return answers;
}

Result<std::vector<Judgement>> read_answers(std::string_view answers, std::size_t wanted) {
  std::vector<Judgement> all;
  while (!answers.empty() && all.size() < wanted) {
    const auto end = std::min(answers.find('\n'), answers.size());
    Budget budget({.bytes_in = 8u << 20, .depth = 8, .entries = 200'000});
    TRY(auto judgement, judgement_from_json(answers.substr(0, end), budget));
    all.push_back(std::move(judgement));
    answers.remove_prefix(std::min(end + 1, answers.size()));
  }
  if (all.size() != wanted || !answers.empty()) return Error(Code::corrupt, "other answers than were asked for");
  return all;
}

}  // namespace khien::watch
