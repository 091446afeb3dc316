#include "commands/advisory_table.hpp"

#include <algorithm>
#include <utility>

#include "khien/advisory/distribution.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/inventory/observed.hpp"

namespace khien::hub {
namespace {

using advisory::Affected;
using advisory::Match;

void write_counts(JsonWriter& json, std::uint64_t rows, std::uint64_t passed_over) {
  json.field("rows", static_cast<std::int64_t>(rows)).field("passed_over", static_cast<std::int64_t>(passed_over));
}

void write_inventory(JsonWriter& json, const MatchReport& report) {
  const auto& inventory = report.inventory;
  json.key("inventory").begin_object().field("format", inventory.format);
  if (inventory.os) {
    json.key("os").begin_object().field("id", inventory.os->id).field("name", inventory.os->name);
    json.field("version", inventory.os->version).field("release", inventory.os->release).end_object();
  }
  json.field("packages", static_cast<std::int64_t>(inventory.packages.size())).field("repeated", static_cast<std::int64_t>(inventory.repeated));
  json.field("without_release", static_cast<std::int64_t>(without_release(inventory)));
  json.field("not_in_the_pack", static_cast<std::int64_t>(report.not_in_the_pack));
  write_counts(json, inventory.rows, inventory.passed_over);
  json.end_object();
}

void write_feeds(JsonWriter& json, const MatchReport& report) {
  json.key("feeds").begin_array();
  for (const auto& [file, summary] : report.feeds) {
    json.begin_object().field("file", file).field("kind", feed::to_string(summary.kind)).field("name", summary.name).field("version", summary.version);
    if (summary.released) json.field("released", *summary.released);
    json.field("taken", static_cast<std::int64_t>(summary.taken)).field("replaced", static_cast<std::int64_t>(summary.replaced));
    json.field("passed_over", static_cast<std::int64_t>(summary.passed_over)).end_object();
  }
  json.end_array();
}

void write_line(JsonWriter& json, const MatchReport& report, const Match& match) {
  const auto& installed = report.inventory.packages[match.package];
  json.begin_object().field("id", match.id).field("package", report.inventory.labels[match.package]).field("purl", advisory::package_url_of(installed.key, installed.version));
  json.field("installed", installed.version).field("fixed", match.fixed).field("state", match.state == Match::State::affected ? "affected" : "unknown");
  json.field("standing", advisory::to_string(match.standing)).field("severity", to_string(match.severity)).field("basis", advisory::to_string(match.basis));
  json.field("record", match.record).field("rule", match.rule).field("exploited", match.exploited);
  if (match.likelihood) json.key("epss").number(*match.likelihood);
  else json.key("epss").null();
  json.end_object();
}

// Gathers pieces into larger ones.
class Pieces {
 public:
  explicit Pieces(const Told& told) : told_(told) {}
  ~Pieces() { told_(kept_); }
  void add(std::string_view text) {
    constexpr std::size_t kPieceBytes = 32u << 10;
    kept_ += text;
    if (kept_.size() < kPieceBytes) return;
    told_(kept_);
    kept_.clear();
  }

 private:
  const Told& told_;
  std::string kept_;
};

void tell_lines(std::string_view name, const MatchReport& report, Match::State state, Pieces& pieces) {
  pieces.add(",\"");
  pieces.add(name);
  pieces.add("\":[");
  bool first = true;
  for (const Match& match : report.lines) {
    if (match.state != state) continue;
    JsonWriter json;
    write_line(json, report, match);
    if (!std::exchange(first, false)) pieces.add(",");
    pieces.add(json.take());
  }
  pieces.add("]");
}

void write_passed(JsonWriter& json, const MatchReport& report) {
  json.key("passed_over").begin_array();
  const auto write = [&](std::string_view from, const std::string& where, const std::string& why) {
    json.begin_object().field("from", from).field("where", where).field("why", why).end_object();
  };
  for (const auto& one : report.inventory.named) write("inventory", one.where, one.why);
  for (const auto& [file, summary] : report.feeds) {
    for (const auto& one : summary.named) write(file, one.where, one.why);
  }
  json.end_array();
}

std::string row_of(const MatchReport& report, const Match& match, Language language) {
  const auto& installed = report.inventory.packages[match.package];
  const auto or_else = [](const std::string& text, std::string other) { return text.empty() ? std::move(other) : printable(text); };
  std::string row = match.state == Match::State::unknown ? pick({"chưa rõ phiên bản", "version unknown"}, language) : pick(severity_words(match.severity), language);
  if (match.exploited) row += pick({" (đang bị khai thác)", " (exploited)"}, language);
  row += "\t" + printable(match.id) + "\t" + printable(report.inventory.labels[match.package]);
  row += "\t" + or_else(installed.version, "-") + "\t" + or_else(match.fixed, pick({"chưa có bản vá", "no fix"}, language));
  return row + "\t" + printable(match.record) + "\t" + printable(match.rule) + "\n";
}

}  // namespace

LocalText severity_words(Severity severity) {
  switch (severity) {
    case Severity::critical: return {"nghiêm trọng", "critical"};
    case Severity::high: return {"cao", "high"};
    case Severity::medium: return {"trung bình", "medium"};
    case Severity::low: return {"thấp", "low"};
    case Severity::info: break;
  }
  return {"chưa rõ", "not told"};
}

void tell_json(const MatchReport& report, const Told& told) {
  Pieces pieces(told);
  JsonWriter head, rest;
  head.begin_object();
  write_inventory(head, report);
  write_feeds(head, report);
  head.end_object();
  const std::string text = head.take();
  pieces.add(std::string_view(text).substr(0, text.size() - 1));
  tell_lines("matches", report, Match::State::affected, pieces);
  tell_lines("unknown", report, Match::State::unknown, pieces);
  rest.begin_object();
  write_passed(rest, report);
  rest.end_object();
  pieces.add(",");
  const std::string passed = rest.take();
  pieces.add(std::string_view(passed).substr(1));
  pieces.add("\n");
}

void tell_text(const MatchReport& report, Language language, const Told& told) {
  Pieces pieces(told);
  const auto affected = std::ranges::count(report.lines, Match::State::affected, &Match::state);
  const auto unknown = static_cast<std::ptrdiff_t>(report.lines.size()) - affected;
  pieces.add(pick({"mức độ\tmã\tgói\tđang cài\tbản vá\ttheo\tquy tắc\n", "severity\tid\tpackage\tinstalled\tfixed\tby\trule\n"}, language));
  for (const Match& match : report.lines) pieces.add(row_of(report, match, language));
  std::uint64_t of_feeds = 0;
  for (const auto& [file, summary] : report.feeds) of_feeds += summary.passed_over;
  const std::string packages = std::to_string(report.inventory.packages.size()), found = std::to_string(affected), open = std::to_string(unknown);
  const std::string rows = std::to_string(report.inventory.passed_over), parts = std::to_string(of_feeds);
  pieces.add(pick({packages + " gói; " + found + " lỗ hổng; " + open + " chưa rõ; bỏ qua " + rows + " dòng của danh sách, " + parts + " mục của các nguồn\n",
                   packages + " packages; " + found + " vulnerabilities; " + open + " unknown; passed over: " + rows + " rows of the inventory, " + parts + " parts of feeds\n"},
                  language));
}

}  // namespace khien::hub
