#include "commands/scan_report.hpp"

#include "khien/core/clock.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"

namespace khien::hub {
namespace {

constexpr Duration kDrawEvery = milliseconds(150);

// At most `columns` code points, the end of it: a path's end says most.
std::string_view last_of(std::string_view text, std::size_t columns) {
  std::size_t points = 0;
  for (std::size_t at = text.size(); at > 0; --at) {
    if ((static_cast<unsigned char>(text[at - 1]) & 0xC0u) != 0x80 && ++points == columns) return text.substr(at - 1);
  }
  return text;
}

std::string in_parentheses(const std::string& inside) { return inside.empty() ? "" : " (" + printable(inside) + ")"; }

}  // namespace

ScanReport::ScanReport(bool json, Console& console)
    : json_(json), console_(console), columns_(console.watched_columns()), begun_(system_clock().monotonic()) {}

void ScanReport::file(const ScanJob& job, const scan::Verdict& verdict) {
  ++files_;
  bytes_ += job.size;
  if (verdict.verdict == FileVerdict::malicious || verdict.verdict == FileVerdict::suspicious) ++found_;
  if (verdict.verdict == FileVerdict::not_scanned) ++(verdict.reason == "unreadable" ? unread_ : not_scanned_);
  if (json_) {
    show_json(job, verdict);
  } else if (verdict.verdict != FileVerdict::clean) {
    show_line(job, verdict);
  }
  draw(job.path);
}

void ScanReport::unreadable(const std::string& path, const Error& error) {
  ++unread_;
  wipe();
  const std::string what = printable(path) + ": " + printable(error.what());
  console_.warn({"Không đọc được: " + what, "Cannot read: " + what});
}

void ScanReport::show_json(const ScanJob& job, const scan::Verdict& verdict) {
  JsonWriter out;
  out.begin_object().field("path", to_valid_utf8(job.path)).field("size", static_cast<std::int64_t>(job.size));
  out.field("verdict", to_string(verdict.verdict));
  if (verdict.hashed()) out.field("sha256", verdict.sha256.hex());
  if (!verdict.reason.empty()) out.field("reason", verdict.reason);
  out.key("matches").begin_array();
  for (const FileMatch& match : verdict.matches) {
    out.begin_object().field("engine", to_string(match.engine)).field("rule", match.rule).field("origin", match.origin);
    out.field("severity", to_string(match.severity));
    if (!match.inside.empty()) out.field("inside", match.inside);
    out.end_object();
  }
  out.end_array();
  if (!verdict.gaps.empty()) {
    out.key("not_read").begin_array();
    for (const scan::Gap& gap : verdict.gaps) {
      out.begin_object().field("inside", gap.inside).field("reason", gap.reason).end_object();
    }
    out.end_array();
  }
  out.end_object();
  wipe();
  console_.out(out.take() + "\n");
}

void ScanReport::show_line(const ScanJob& job, const scan::Verdict& verdict) {
  std::string line = std::string(to_string(verdict.verdict)) + "\t" + printable(job.path);
  for (const FileMatch& match : verdict.matches) {
    line += "\t" + std::string(to_string(match.engine)) + ":" + printable(match.rule) + in_parentheses(match.inside);
  }
  if (verdict.gaps.empty() && !verdict.reason.empty()) line += "\t" + printable(verdict.reason);
  for (const scan::Gap& gap : verdict.gaps) line += "\t" + printable(gap.reason) + in_parentheses(gap.inside);
  wipe();
  console_.out(line + "\n");
}

void ScanReport::draw(const std::string& path) {
  if (columns_ == 0) return;
  const Duration now = system_clock().monotonic();
  if (now.ms - drawn_.ms < kDrawEvery.ms) return;
  drawn_ = now;
  const std::string count = std::to_string(files_);
  const std::string found = std::to_string(found_);
  std::string line = pick({count + " tệp · " + found + " phát hiện · ", count + " files · " + found + " found · "}, console_.language());
  // One column stays free: a full line would wrap, and not be drawn over.
  const std::size_t used = line.size();
  if (columns_ > used + 1) line += last_of(printable(path), columns_ - used - 1);
  console_.err("\r\x1b[K" + line);
  line_drawn_ = true;
}

void ScanReport::wipe() {
  if (!line_drawn_) return;
  console_.err("\r\x1b[K");
  line_drawn_ = false;
}

std::string ScanReport::seconds() const {
  const std::int64_t tenths = (system_clock().monotonic().ms - begun_.ms) / 100;
  return std::to_string(tenths / 10) + (console_.language() == Language::vi ? "," : ".") + std::to_string(tenths % 10);
}

int ScanReport::finish() {
  wipe();
  const auto n = [](std::uint64_t number) { return std::to_string(number); };
  const std::string megabytes = n(bytes_ / 1'000'000);
  console_.warn({n(files_) + " tệp (" + megabytes + " MB) trong " + seconds() + " s: " + n(found_) + " phát hiện, " + n(not_scanned_) +
                     " không quét hết, " + n(unread_) + " không đọc được",
                 n(files_) + " files (" + megabytes + " MB) in " + seconds() + " s: " + n(found_) + " found, " + n(not_scanned_) +
                     " not scanned whole, " + n(unread_) + " unreadable"});
  if (found_ > 0) return 1;
  return unread_ > 0 ? 2 : 0;
}

}  // namespace khien::hub
