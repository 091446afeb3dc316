#include <algorithm>
#include <charconv>
#include <tuple>

#include "csaf_document.hpp"
#include "json_text.hpp"

// 6.1.14 to 6.1.22 and 6.1.30: the document's own version and the history of it.
namespace khien::feed {
namespace {

constexpr std::string_view kHistory = "document.tracking.revision_history";

// An integer, or Semantic Versioning.
struct Number {
  bool is_integer = false;
  std::uint64_t parts[3] = {0, 0, 0};
  std::string label;  // of a pre-release
};

bool read(std::string_view& text, std::uint64_t& into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  const auto length = static_cast<std::size_t>(end - text.data());
  if (error != std::errc{} || length == 0 || (length > 1 && text.front() == '0')) return false;
  text.remove_prefix(length);
  return true;
}

std::optional<Number> number_of(std::string_view text) {
  Number number;
  text = text.substr(0, text.find('+'));
  if (const auto dash = text.find('-'); dash != text.npos) {
    number.label = text.substr(dash + 1);
    text = text.substr(0, dash);
  }
  if (!read(text, number.parts[0])) return std::nullopt;
  if (text.empty()) {
    number.is_integer = true;
    return number.label.empty() ? std::optional(number) : std::nullopt;
  }
  for (int i = 1; i < 3; ++i) {
    if (!text.starts_with('.')) return std::nullopt;
    text.remove_prefix(1);
    if (!read(text, number.parts[i])) return std::nullopt;
  }
  return text.empty() ? std::optional(number) : std::nullopt;
}

// Without labels: they never reach a published document.
auto order(const Number& number) { return std::tuple(number.parts[0], number.parts[1], number.parts[2]); }

struct Revision {
  Number number;
  Timestamp date;
  std::string text;
};

Result<std::vector<Revision>> revisions_of(const Json& tracking) {
  std::vector<Revision> revisions;
  std::set<std::string> seen;
  const auto items = items_of(tracking, "revision_history");
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string path = std::string(kHistory) + "[" + std::to_string(i) + "]";
    const std::string text(text_of(items[i], "number"));
    const auto number = number_of(text);
    const auto date = moment_of(text_of(items[i], "date"));
    if (!number || !date) return csaf_fault("schema", path, "number or date is malformed");
    if (!seen.insert(text).second) return csaf_fault("6.1.22", path, "number '" + text + "' is there twice");
    revisions.push_back({*number, *date, text});
  }
  if (revisions.empty()) return csaf_fault("schema", std::string(kHistory), "it is missing");
  return revisions;
}

// Numbers follow each other without a gap: 6.1.21.
Result<void> check_gaps(const std::vector<Revision>& revisions) {
  if (revisions.front().number.parts[0] > 1) return csaf_fault("6.1.21", std::string(kHistory), "the first version is missing");
  for (std::size_t i = 1; i < revisions.size(); ++i) {
    if (revisions[i].number.parts[0] > revisions[i - 1].number.parts[0] + 1) {
      return csaf_fault("6.1.21", std::string(kHistory), "a version before '" + revisions[i].text + "' is missing");
    }
  }
  return {};
}

Result<void> check_status(std::string_view status, const Number& version, const std::vector<Revision>& revisions) {
  const bool draft = status == "draft";
  const bool zero = version.parts[0] == 0;
  if (zero && !draft) return csaf_fault("6.1.17", "document.tracking.status", "version 0 is a draft's");
  if (!draft && !version.label.empty()) return csaf_fault("6.1.20", "document.tracking.version", "a pre-release is a draft's");
  for (const Revision& revision : revisions) {
    if (!revision.number.label.empty()) return csaf_fault("6.1.19", std::string(kHistory), "'" + revision.text + "' is a pre-release");
    if (!draft && revision.number.parts[0] == 0) return csaf_fault("6.1.18", std::string(kHistory), "'" + revision.text + "' was a draft");
  }
  return {};
}

}  // namespace

Result<void> check_csaf_history(const Json& document) {
  const auto tracking = object_of(document, "tracking");
  if (!tracking || text_of(*tracking, "id").empty()) return csaf_fault("schema", "document.tracking", "it or its id is missing");
  TRY(auto revisions, revisions_of(*tracking));
  const std::string text(text_of(*tracking, "version"));
  const auto version = number_of(text);
  if (!version) return csaf_fault("schema", "document.tracking.version", "it is malformed");
  for (const Revision& revision : revisions) {
    if (revision.number.is_integer != version->is_integer) return csaf_fault("6.1.30", std::string(kHistory), "integers and semantic versions are mixed");
  }
  std::ranges::sort(revisions, {}, [](const Revision& one) { return std::tuple(one.date, order(one.number)); });
  for (std::size_t i = 1; i < revisions.size(); ++i) {
    if (order(revisions[i].number) < order(revisions[i - 1].number)) {
      return csaf_fault("6.1.14", std::string(kHistory), "by date, '" + revisions[i].text + "' follows '" + revisions[i - 1].text + "'");
    }
  }
  const auto status = text_of(*tracking, "status");
  TRY_VOID(check_status(status, *version, revisions));
  const Number& latest = revisions.back().number;
  // A draft's label does not count.
  if (order(latest) != order(*version)) return csaf_fault("6.1.16", "document.tracking.version", "it is not the latest, '" + revisions.back().text + "'");
  return check_gaps(revisions);
}

}  // namespace khien::feed
