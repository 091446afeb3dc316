#pragma once

#include <string>

#include "account_records.hpp"
#include "khien/advisory/book.hpp"
#include "khien/core/json.hpp"
#include "khien/model/observation.hpp"
#include "khien/site/cases.hpp"
#include "khien/site/label_check.hpp"
#include "khien/site/line_diff.hpp"
#include "khien/site/listed.hpp"
#include "khien/site/page_evidence.hpp"
#include "khien/site/sites.hpp"

namespace khien::api {

// How sites that are watched look in the interface (components/schemas). Whatever a
// site gave is text in JSON, never markup.

void write_watched_site(JsonWriter& json, const site::WatchedSite& site);
// {"ill": 1, …}
void write_site_counts(JsonWriter& json, const site::WatchedCounts& counts);
void write_label_check(JsonWriter& json, const site::LabelCheck& check);
void write_listed(JsonWriter& json, const site::ListedPages& listed);
// What the book says of the products that the site was seen to be made with; none: there is no book.
void write_known_vulnerabilities(JsonWriter& json, const SiteSeen* seen, const advisory::Book* book);
void write_watch(JsonWriter& json, const site::WatchRecord& watch);
void write_known_page(JsonWriter& json, const site::KnownPage& page);
void write_past_look(JsonWriter& json, const site::PastLook& look);
void write_site_facts(JsonWriter& json, const SiteSeen& seen);
void write_site_case(JsonWriter& json, const site::CaseRecord& record, const NameMap& names);
void write_case_history(JsonWriter& json, const std::vector<site::CaseHistory>& history, const NameMap& names);
void write_page_seen(JsonWriter& json, const PageSeen& page);
void write_page_evidence(JsonWriter& json, const site::PageEvidence& evidence);
void write_difference(JsonWriter& json, const site::Diff& diff);

// What people are told a case waits for.
struct CaseWords {
  LocalText title;
  std::vector<LocalText> steps;
  LocalText proof;
};
CaseWords words_for_case(const site::CaseRecord& record);

}  // namespace khien::api
