#include "reading.hpp"

#include <functional>

#include "json_text.hpp"
#include "khien/core/text.hpp"

namespace khien::feed {
namespace {

constexpr std::size_t kMostWords = 300;

std::string joined(std::string_view where, std::string_view path) {
  if (where.empty()) return std::string(path);
  if (path.empty()) return std::string(where);
  return std::string(where).append(": ").append(path);
}

}  // namespace

Result<void> Reading::count(std::string_view id, bool united) {
  if (++counted_ > most_records) return broken("", "more than " + std::to_string(most_records) + " records", Code::exhausted);
  const bool is_new = seen_.insert(std::hash<std::string_view>{}(id)).second;
  // Parts of one record are one.
  if (is_new || !united) ++summary.taken;
  if (is_new || united) return {};
  ++summary.replaced;
  name(id, "its id was there before: the later record counts");
  return {};
}

Result<void> Reading::take(advisory::Advisory record) {
  TRY_VOID(count(record.id, is_united(record.feed)));
  if (wanted_ != nullptr && !wanted_->strip(record)) return {};
  return sink_.take(std::move(record));
}

Result<void> Reading::take(advisory::Exploited record) {
  TRY_VOID(count(record.cve));
  return sink_.take(std::move(record));
}

Result<void> Reading::take(advisory::Likelihood record) {
  TRY_VOID(count(record.cve));
  return sink_.take(std::move(record));
}

void Reading::pass_over(std::string_view path, std::string_view why) {
  ++summary.passed_over;
  name(path, why);
}

void Reading::name(std::string_view path, std::string_view why) {
  if (summary.named.size() >= FeedSummary::kMostNamed) return;
  summary.named.push_back({words_of(printable(joined(where_, path)), kMostWords), words_of(printable(why), kMostWords)});
}

Error Reading::broken(std::string_view path, std::string_view why, Code code) const {
  const std::string at = joined(where_, path);
  return Error(code, words_of(printable(at.empty() ? std::string(why) : at + ": " + std::string(why)), 2 * kMostWords));
}

Result<void> take_records(const Json& root, std::string_view behind, RecordOf record_of, Reading& reading) {
  const auto take = [&](const Json& json, const std::string& path) -> Result<void> {
    auto record = record_of(json, path, reading);
    if (record) return reading.take(std::move(record).value());
    reading.pass_over(path, record.error().what());
    return {};
  };
  if (root.is_object()) return take(root, "");
  const auto items = items_of(root);
  for (std::size_t i = 0; i < items.size(); ++i) TRY_VOID(take(items[i], "[" + std::to_string(i) + "]" + std::string(behind)));
  return {};
}

}  // namespace khien::feed
