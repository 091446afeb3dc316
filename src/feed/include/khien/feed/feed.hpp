#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/advisory/record.hpp"
#include "khien/core/budget.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"

namespace khien::feed {

// What publishes vulnerabilities, in the form it does. Stored: never renumber.
enum class FeedKind : unsigned char { kev = 0, cve = 1, nvd = 2, osv = 3, debian = 4, csaf = 5, epss = 6, trivy = 7 };
std::string_view to_string(FeedKind kind);
Result<FeedKind> feed_kind_from_string(std::string_view text);

// The largest file that is read, and the largest JSON document in one (a zip's entry, a line).
inline constexpr std::uint64_t kMostFileBytes = 2ull << 30;
inline constexpr std::uint64_t kMostDocumentBytes = 256ull << 20;
// The most records of one feed; all CVEs that there are make a tenth of it.
inline constexpr std::uint64_t kMostRecords = 4'000'000;

// What one feed may cost: 8 GiB out of compression, depth 64, 400 million JSON values.
Budget::Limits feed_limits();

// Where records go. A sink that fails ends the reading with its error.
class FeedSink {
 public:
  virtual ~FeedSink() = default;
  virtual Result<void> take(advisory::Advisory record) = 0;
  virtual Result<void> take(advisory::Exploited record) = 0;
  virtual Result<void> take(advisory::Likelihood record) = 0;
};

// A record, or a part of one, that was not taken, or took the place of one of its id.
struct PassedOver {
  std::string where;  // "cves/2024/3xxx/CVE-2024-3094.json: containers.cna.affected[2]", "line 17"
  std::string why;    // in English, for the log and the operator

  bool operator==(const PassedOver&) const = default;
};

struct FeedSummary {
  static constexpr std::size_t kMostNamed = 20;

  FeedKind kind = FeedKind::osv;
  std::string name;                   // "kev", "nvd", "csaf:Cisco PSIRT": as Advisory::feed
  std::string version;                // the feed's own: catalogue, model; empty if it has none
  std::optional<Timestamp> released;  // by its own word
  std::uint64_t taken = 0;            // records handed to the sink
  std::uint64_t replaced = 0;         // of them, with an id that was there before: the later counts
  std::uint64_t passed_over = 0;
  std::vector<PassedOver> named;      // the first that were passed over, or replaced one

  bool operator==(const FeedSummary&) const = default;
};

// The kind, by the content; the name only tells what cannot be told else. Code::invalid if
// it is none of them.
Result<FeedKind> detect_feed(ByteView bytes, std::string_view name);

class Wanted;

struct ReadingOptions {
  // Only of what these name, and no more than a judge needs; null: all. Must outlive the reading.
  const Wanted* wanted = nullptr;
  // Told how many of the file's first bytes are not looked at any more; may be empty.
  std::function<void(std::size_t)> passed = {};
};

// Reads a feed, plain, .gz or .zip, record by record, so that it need not fit in memory.
// Pure; meant for the sandbox.
//
// A record with a missing or odd field is passed over and counted. An error is the whole
// feed's, by its place: truncated or damaged (invalid), of no or another schema (invalid),
// a CSAF document that contradicts itself (invalid, "6.1.1: …"), over a bound (exhausted,
// with the number). After an error the sink's records are worth nothing: what was in force
// stays in force.
//
// A version that is none ("", "unknown", "*", "n/a") never becomes "every version": what
// has no other is passed over. Names of CPEs are CPE 2.3; packages known by a CPE alone
// have advisory::key_of_cpe().
Result<FeedSummary> read_feed(ByteView bytes, std::string_view name, Budget& budget, FeedSink& sink, const ReadingOptions& options = {});

// Whether files of the feed ("debian", "trivy") each tell a part of a record: of its packages.
bool is_united(std::string_view feed);

// A sink that keeps all; a later record of the same feed and id takes the earlier's place.
// Of an is_united() feed it adds to it: packages that are not there yet, CVEs, references.
// What it says of a Debian release's package takes the place of what was said.
class Collected final : public FeedSink {
 public:
  Result<void> take(advisory::Advisory record) override;
  Result<void> take(advisory::Exploited record) override;
  Result<void> take(advisory::Likelihood record) override;

  std::vector<advisory::Advisory> advisories;
  std::vector<advisory::Exploited> exploited;
  std::vector<advisory::Likelihood> likelihoods;

 private:
  void unite(std::size_t place, advisory::Advisory record);

  std::map<std::string, std::size_t, std::less<>> places_;
  // Of records that were united: where each affected entry stands.
  std::map<std::size_t, std::map<std::string, std::size_t>> united_;
};

}  // namespace khien::feed
