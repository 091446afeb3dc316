#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/estate/sites.hpp"
#include "khien/model/observation.hpp"
#include "khien/site/case_state.hpp"
#include "khien/site/rendering.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/ledger.hpp"
#include "khien/store/scope.hpp"

namespace khien::site {

// How a site stands, worst first; the first that holds.
enum class SiteStatus : unsigned char {
  ill,        // a page is altered, or was and is not seen to be mended
  silent,     // it did not answer at the last look
  watching,   // mended, looked at daily
  clean,
  not_yet,    // never looked at
};
inline constexpr std::size_t kSiteStatuses = 5;
std::string_view to_string(SiteStatus status);
Result<SiteStatus> site_status_from_string(std::string_view text);

struct WatchedSite {
  estate::Site site;
  SiteStatus status = SiteStatus::not_yet;
  std::optional<Timestamp> looked_at;  // the last look that came to its end
  std::optional<Timestamp> due_at;
  bool being_looked_at = false;
  std::int64_t pages = 0;              // at the last look
  std::optional<SiteCaseId> open_case;
  std::optional<CaseState> case_state;
  std::int64_t recurrences = 0;        // of the newest case
  std::optional<Timestamp> certificate_expires_at;  // as it was seen last
  std::optional<std::int64_t> uptime;  // percent of the looks of 30 days that were answered; none: no look
  std::int64_t infected_pages = 0;     // harmful when they were seen last, and not called legitimate
  std::optional<PageClass> worst_class;  // of these
};

// Where a site's trust label stands.
enum class LabelState : unsigned char { none, expired, soon, valid };  // soon: it ends within 30 days
inline constexpr std::size_t kLabelStates = 4;
std::string_view to_string(LabelState state);
Result<LabelState> label_state_from_string(std::string_view text);

// Where a site's certificate stands, as it was seen last.
enum class CertificateState : unsigned char { none, expired, soon, valid };  // none: no certificate was seen; soon: as LabelState
inline constexpr std::size_t kCertificateStates = 4;
std::string_view to_string(CertificateState state);
Result<CertificateState> certificate_state_from_string(std::string_view text);

struct WatchedQuery {
  std::optional<UnitId> unit;
  std::string words;
  std::optional<SiteStatus> status;
  std::optional<LabelState> label;
  std::optional<CertificateState> certificate;
  bool overdue = false;  // a look that was due an hour ago has not begun
  bool waiting = false;  // a case waits for a person
  std::optional<PageClass> page_class;  // a page of it was seen so last, and nobody called that legitimate
  std::string cursor;
  std::size_t limit = 200;
};
struct WatchedPage {
  std::vector<WatchedSite> items;  // worst first, then by address; those that are up
  std::int64_t total = 0;
  std::array<std::int64_t, kSiteStatuses> by_status{};  // whatever the status asked for
  std::optional<std::string> next;
};
Result<WatchedPage> list_watched(store::Connection& connection, const store::TenantScope& scope, const WatchedQuery& query,
                                 Timestamp now);
Result<WatchedSite> get_watched(store::Connection& connection, const store::TenantScope& scope, SiteId id, Timestamp now);
struct WatchedCounts {
  std::array<std::int64_t, kSiteStatuses> by_status{};
  std::int64_t total = 0;
  std::int64_t cases_waiting = 0;  // for a person
  std::int64_t overdue = 0;
  std::array<std::int64_t, kLabelStates> by_label{};
  std::array<std::int64_t, kCertificateStates> by_certificate{};
  std::map<PageClass, std::int64_t> by_class;  // sites with such a page, as WatchedQuery::page_class finds them
};
Result<WatchedCounts> count_watched(store::Connection& connection, const store::TenantScope& scope, std::optional<UnitId> unit,
                                    Timestamp now);

// A page that was not clean once, as it was seen last.
struct KnownPage {
  std::string url;  // text from outside
  PageClass page_class = PageClass::unknown;
  std::int64_t score = 0;  // hundredths
  bool whole = false;
  Timestamp seen_at;
  PageEvidenceId evidence;        // {0}: not kept
  std::optional<FindingId> finding;  // its newest
  struct Evidence {
    PageEvidenceId id;
    PageClass page_class = PageClass::unknown;
    Timestamp taken_at;
  };
  std::vector<Evidence> earlier;  // that is kept, newest first, at most 20; without `evidence`
};
// Worst first.
Result<std::vector<KnownPage>> pages_of(store::Connection& connection, const store::TenantScope& scope, SiteId id,
                                        std::size_t limit);

// A look that came to its end.
struct PastLook {
  std::int64_t look = 0;
  Timestamp started_at;
  Timestamp finished_at;
  bool answered = false;
  std::int64_t pages = 0;
  std::int64_t views = 0;
  std::int64_t limited = 0;  // views that were not whole
};
// Newest first.
Result<std::vector<PastLook>> looks_of(store::Connection& connection, const store::TenantScope& scope, SiteId id, std::size_t limit);

// How it is looked at.
struct WatchRecord {
  std::optional<Duration> every;  // none: as the province does
  std::optional<Rendering> rendering = {};  // none: nobody wants it opened in a browser
  std::optional<Timestamp> due_at;
  bool being_looked_at = false;
  std::int64_t looks = 0;
  std::optional<Timestamp> finished_at;
  std::int64_t failures = 0;
  std::string failure;
  std::optional<Timestamp> wished_at;
};
Result<WatchRecord> watch_of(store::Connection& connection, const store::TenantScope& scope, SiteId id, Timestamp now);

// The newest word of the site as a whole: what it shows of itself. None: never looked
// at, or retention took it.
Result<std::optional<SiteSeen>> facts_of(store::Connection& connection, const store::Ledger& ledger,
                                         const store::TenantScope& scope, SiteId id);

}  // namespace khien::site
