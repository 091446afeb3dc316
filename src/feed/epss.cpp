#include <charconv>

#include "json_text.hpp"
#include "reading.hpp"

namespace khien::feed {
namespace {

std::string_view take_cell(std::string_view& line) {
  const auto end = std::min(line.find(','), line.size());
  auto cell = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  while (!cell.empty() && (cell.back() == '\r' || cell.back() == ' ')) cell.remove_suffix(1);
  return cell;
}

// A share from 0 to 1; nothing if it is none.
std::optional<double> share_of(std::string_view text) {
  double value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !(value >= 0 && value <= 1)) return std::nullopt;
  return value;
}

// "#model_version:v2023.03.01,score_date:2023-05-01T00:00:00+0000"
void read_head(std::string_view line, FeedSummary& summary) {
  line.remove_prefix(1);
  while (!line.empty()) {
    const auto cell = take_cell(line);
    const auto colon = cell.find(':');
    if (colon == cell.npos) continue;
    const auto name = cell.substr(0, colon);
    if (name == "model_version") summary.version = words_of(cell.substr(colon + 1), 100);
    if (name == "score_date") summary.released = moment_of(cell.substr(colon + 1, 10));
  }
}

}  // namespace

Result<void> read_epss_line(std::string_view text, std::uint64_t, Reading& reading) {
  if (text.starts_with('#')) {
    read_head(text, reading.summary);
    return {};
  }
  if (text.starts_with("cve,epss")) {
    if (!text.starts_with("cve,epss,percentile")) return reading.broken("", "the columns are not cve,epss,percentile");
    return {};
  }
  const auto cve = cve_of(take_cell(text));
  const auto probability = share_of(take_cell(text));
  const auto percentile = share_of(take_cell(text));
  if (!cve || !probability || !percentile || !text.empty()) {
    reading.pass_over("", !cve ? "no CVE id" : !probability ? "epss is no share from 0 to 1" : !percentile ? "percentile is no share from 0 to 1" : "more than three columns");
    return {};
  }
  return reading.take(advisory::Likelihood{*cve, *probability, *percentile});
}

}  // namespace khien::feed
