#include "khien/watch/desk.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "address.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"

namespace khien::watch {
namespace {

constexpr std::size_t kMaxHeadBytes = 16u << 20;
constexpr std::size_t kManyPages = 3;  // of one job, which hold the same at once

Judgement unjudged(std::string_view limit) {
  Judgement judgement;
  judgement.judged = PageClass::unknown;
  judgement.reasons.push_back({"limit", 0, std::string(truncate(limit, 200)), 0});
  return judgement;
}

std::string_view header_of(const PageView& view, std::string_view name) {
  const auto found = std::ranges::find(view.headers, name, &HttpHeader::name);
  return found == view.headers.end() ? std::string_view() : std::string_view(found->value);
}

// Where an answer sends on that nobody answered: what a province's name servers close, too.
std::string_view onward_of(const PageView& view) {
  return view.status >= 300 && view.status < 400 ? header_of(view, "location") : std::string_view();
}

// An earlier view that got the same bytes, to be read the same way.
std::optional<std::size_t> same_view(const std::vector<PageView>& views, std::size_t index) {
  for (std::size_t i = 0; i < index; ++i) {
    if (views[i].body == views[index].body && header_of(views[i], "content-type") == header_of(views[index], "content-type") &&
        onward_of(views[i]) == onward_of(views[index])) {
      return i;
    }
  }
  return std::nullopt;
}

Result<SeenPage> read_view(const std::vector<PageView>& views, std::size_t index, const Clock* clock) {
  const PageView& view = views[index];
  Budget budget(page_limits(), clock);
  SeenPage seen{.visitor = view.visitor, .url = view.url, .final_url = view.final_url, .steps = view.steps, .status = view.status, .limit = view.limit, .page = {}};
  seen.same_as = same_view(views, index);
  if (seen.same_as) return seen;
  TRY(seen.page, read_page(as_bytes(view.body), charset_of(header_of(view, "content-type")), budget));
  const auto onward = onward_of(view);
  if (!onward.empty() && !seen.page.jump) seen.page.jump = Jump{std::string(onward), RedirectStep::How::location};
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
  out.field("type", header_of(view, "content-type")).field("onward", to_valid_utf8(truncate(onward_of(view), 4'000)));
  out.field("bytes", static_cast<std::int64_t>(view.body.size()));
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
  TRY(step.how, redirect_how_from_string(how));
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
  if (const auto onward = map.string_at("onward"); onward && !onward->empty()) view.headers.push_back({"location", std::string(*onward)});
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

// The files as they stand in the job, with their names.
Result<std::vector<SourceFile>> rule_files_of(const Json& head, Pieces& pieces) {
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
  return files;
}

std::string text_of(const std::vector<SourceFile>& files) {
  std::string text;
  for (const SourceFile& file : files) text += file.path + "\n" + std::to_string(file.text.size()) + "\n" + file.text;
  return text;
}

Result<std::vector<SeenPage>> read_views(const Case& one, const Clock* clock) {
  std::vector<SeenPage> seen;
  for (std::size_t i = 0; i < one.views.size(); ++i) {
    TRY(auto view, read_view(one.views, i, clock));
    seen.push_back(std::move(view));
  }
  return seen;
}

Judgement judge_read(const Case& one, const Result<std::vector<SeenPage>>& seen, const Rules& rules, const SiteMemory* site, const Clock* clock) {
  const auto baseline = read_baseline(one, clock);
  if (!baseline) return unjudged("baseline");
  if (!seen) return unjudged(seen.error().what());
  return judge(*seen, baseline->has_value() ? &**baseline : nullptr, rules, site);
}

void append(std::vector<std::uint64_t>& all, const std::vector<std::uint64_t>& more) {
  all.insert(all.end(), more.begin(), more.begin() + static_cast<std::ptrdiff_t>(std::min(more.size(), kMaxPageKeys - all.size())));
}

// What each visitor got, together.
PageKeys keys_of(const std::vector<SeenPage>& views) {
  PageKeys all;
  for (const SeenPage& view : views) {
    if (view.same_as) continue;
    const PageKeys keys = watch::keys_of(view.page, view.final_url.empty() ? view.url : view.final_url);
    append(all.blocks, keys.blocks);
    append(all.links, keys.links);
    append(all.domains, keys.domains);
    append(all.places, keys.places);
  }
  return all;
}

// Pages of one site, read before any of them is judged.
class SiteSitting {
 public:
  SiteSitting(const Rules& rules, Baseline baseline, const Clock* clock) : rules_(rules), baseline_(std::move(baseline)), clock_(clock) {}

  void read(Case one) {
    auto seen = read_views(one, clock_);
    keys_.push_back(seen ? keys_of(*seen) : PageKeys());
    for (PageView& view : one.views) view.body.clear();
    cases_.push_back(std::move(one));
    seen_.push_back(std::move(seen));
  }

  std::string answers() const {
    const SiteMemory site{.baseline = &baseline_, .spreading = spreading()};
    std::string answers;
    for (std::size_t i = 0; i < cases_.size(); ++i) {
      answers += to_json(judge_read(cases_[i], seen_[i], rules_, &site, clock_)) + "\n" + to_json(keys_[i]) + "\n";
    }
    return answers;
  }

 private:
  std::vector<std::uint64_t> spreading() const {
    std::map<std::uint64_t, std::size_t> pages;
    for (const PageKeys& keys : keys_) {
      for (const std::uint64_t domain : std::set(keys.domains.begin(), keys.domains.end())) ++pages[domain];
    }
    std::vector<std::uint64_t> all;
    for (const auto& [domain, count] : pages) {
      if (count >= kManyPages && !baseline_.knows_domain(domain)) all.push_back(domain);
    }
    return all;
  }

  const Rules& rules_;
  Baseline baseline_;
  const Clock* clock_;
  std::vector<Case> cases_;
  std::vector<Result<std::vector<SeenPage>>> seen_;
  std::vector<PageKeys> keys_;
};

// Where the job names a site.
Result<std::optional<SiteSitting>> sitting_of(const Json& head, Pieces& pieces, const Rules& rules, const Clock* clock) {
  const auto bytes = head.integer_at("site");
  if (!bytes) return std::optional<SiteSitting>();
  TRY(const auto text, pieces.take(*bytes));
  Budget budget(page_limits(), clock);
  Baseline baseline;
  if (!text.empty()) {
    TRY(baseline, Baseline::from_json(text, budget));
  }
  return std::optional<SiteSitting>(std::in_place, rules, std::move(baseline), clock);
}

}  // namespace

std::string encode_job(const std::vector<SourceFile>& rules, const std::vector<Case>& cases, const std::optional<std::string>& site) {
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
  head.end_array();
  if (site) head.field("site", static_cast<std::int64_t>(site->size()));
  head.end_object();
  std::string job = std::string(kJudgementWanted) + head.take() + "\n";
  for (const SourceFile& file : rules) job += file.text;
  if (site) job += *site;
  for (const Case& one : cases) {
    job += one.baseline;
    for (const PageView& view : one.views) job += view.body;
  }
  return job;
}

Judgement judge_case(const Case& one, const Rules& rules, const Clock* clock) {
  return judge_read(one, read_views(one, clock), rules, nullptr, clock);
}

void warm_up() {
  for (const std::string_view charset : {"gbk", "shift_jis", "euc-kr", "windows-1258", "big5", "windows-874"}) {
    Budget budget(page_limits());
    (void)read_page(as_bytes("<p>\xB0\xA1</p><a href='http://www.\xB0\xA1.vn/'>x</a>"), charset, budget);
  }
  (void)registered_domain(parse_address("http://xã.việtnam.vn/").host);
  (void)fold("\u1EBF");
  (void)lower("\u1EBE");
}

Result<void> Desk::take_rules(const std::vector<SourceFile>& files, const Clock* clock) {
  std::string text = text_of(files);
  if (rules_ && text == read_from_) return {};
  Budget budget(rules_limits(), clock);
  TRY(rules_, Rules::load(files, budget));
  read_from_ = std::move(text);
  ++loaded_;
  return {};
}

Result<std::string> Desk::run(ByteView job, const Clock* clock) {
  std::string_view rest = as_text(job);
  if (!rest.starts_with(kJudgementWanted)) return Error(Code::invalid, "not a job for the judge");
  rest.remove_prefix(kJudgementWanted.size());
  const auto line = rest.find('\n');
  if (line == rest.npos || line > kMaxHeadBytes) return Error(Code::invalid, "a job without its head");
  Budget budget({.bytes_in = kMaxHeadBytes, .depth = 16, .entries = 2'000'000, .time = seconds(10)}, clock);
  JsonDocument document;
  TRY(const Json head, document.parse(rest.substr(0, line), budget));
  Pieces pieces(rest.substr(line + 1));
  TRY(const auto files, rule_files_of(head, pieces));
  TRY_VOID(take_rules(files, clock));
  TRY(auto sitting, sitting_of(head, pieces, *rules_, clock));
  std::string answers;
  TRY(const Json cases, head.field("cases"));
  TRY_VOID(cases.each([&](Json map) -> Result<void> {
    TRY(Case one, case_of(map, pieces));
    if (sitting) sitting->read(std::move(one));
    else answers += to_json(judge_case(one, *rules_, clock)) + "\n{}\n";
    return {};
  }));
  return sitting ? sitting->answers() : answers;
}

Result<std::vector<Answer>> read_answers(std::string_view answers, std::size_t wanted) {
  std::vector<Answer> all;
  const auto next_line = [&] {
    const auto end = std::min(answers.find('\n'), answers.size());
    const std::string_view line = answers.substr(0, end);
    answers.remove_prefix(std::min(end + 1, answers.size()));
    return line;
  };
  while (!answers.empty() && all.size() < wanted) {
    Answer answer;
    Budget budget({.bytes_in = 16u << 20, .depth = 8, .entries = 200'000});
    TRY(answer.judgement, judgement_from_json(next_line(), budget));
    if (const auto keys = next_line(); keys != "{}") {
      TRY(answer.keys, page_keys_from_json(keys, budget));
    }
    all.push_back(std::move(answer));
  }
  if (all.size() != wanted || !answers.empty()) return Error(Code::corrupt, "other answers than were asked for");
  return all;
}

}  // namespace khien::watch
