#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "khien/core/budget.hpp"
#include "khien/core/json.hpp"
#include "khien/feed/feed.hpp"
#include "khien/feed/wanted.hpp"

namespace khien::feed {

// One feed's reading: where it stands, what was taken, what was passed over.
class Reading {
 public:
  Reading(FeedSink& sink, Budget& budget, const Wanted* wanted = nullptr) : sink_(sink), budget_(budget), wanted_(wanted) {}

  Result<void> take(advisory::Advisory record);
  Result<void> take(advisory::Exploited record);
  Result<void> take(advisory::Likelihood record);
  // Whether anybody asks for a package of that name.
  bool is_wanted(std::string_view name) const { return wanted_ == nullptr || wanted_->has(name); }
  bool is_wanted_release(std::string_view release) const { return wanted_ == nullptr || wanted_->has_release(release); }
  // Titles and descriptions: no judge of some packages reads them.
  bool keeps_words() const { return wanted_ == nullptr; }
  // A record that was read, and is of nothing that is wanted.
  Result<void> leave(std::string_view id, bool united) { return count(id, united); }
  // Of the document that is read: `path` in it.
  void pass_over(std::string_view path, std::string_view why);
  // An error of the whole feed, at that place.
  Error broken(std::string_view path, std::string_view why, Code code = Code::invalid) const;

  // "all.zip: GHSA-1.json" or "line 4"; empty for a file that is one document.
  void stand_at(std::string where) { where_ = std::move(where); }

  FeedSummary summary;
  std::uint64_t most_records = kMostRecords;
  // Of Trivy's rows, which may be a line each: which release a number of Red Hat's list is.
  std::map<std::string, std::string> red_hat_releases;
  // Of Debian's tracker, by their names; empty: not known.
  std::map<std::string, std::string, std::less<>> debian_releases;
  Budget& budget() { return budget_; }

 private:
  Result<void> count(std::string_view id, bool united = false);
  void name(std::string_view path, std::string_view why);

  std::uint64_t counted_ = 0;  // records and parts of them
  FeedSink& sink_;
  Budget& budget_;
  const Wanted* wanted_;
  std::string where_;
  std::unordered_set<std::uint64_t> seen_;  // hashes of ids: memory stays small
};

// One record, or a list of them; what is none is passed over. `behind` follows an item's
// place in its path.
using RecordOf = Result<advisory::Advisory> (*)(const Json& json, const std::string& path, Reading& reading);
Result<void> take_records(const Json& root, std::string_view behind, RecordOf record_of, Reading& reading);

// What each kind's reader takes: a JSON document of it. An error is the whole feed's.
Result<void> read_kev(const Json& root, Reading& reading);
Result<void> read_cve(const Json& root, Reading& reading);
Result<void> read_nvd(const Json& root, Reading& reading);
Result<void> read_osv(const Json& root, Reading& reading);
Result<void> read_debian(const Json& root, Reading& reading);
Result<void> read_csaf(const Json& root, Reading& reading);
Result<void> read_trivy(const Json& root, Reading& reading);
// A line of an EPSS file; its number is `line`, from 1.
Result<void> read_epss_line(std::string_view text, std::uint64_t line, Reading& reading);

}  // namespace khien::feed
