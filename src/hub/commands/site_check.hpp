#pragma once

#include <optional>
#include <string>
#include <vector>

#include "khien/crawl/content.hpp"
#include "khien/crawl/domain_facts.hpp"
#include "khien/crawl/fetcher.hpp"
#include "khien/crawl/fingerprints.hpp"
#include "khien/crawl/mail_door.hpp"
#include "khien/hub/arguments.hpp"
#include "khien/hub/console.hpp"
#include "khien/watch/judge.hpp"

namespace khien::hub {

// "khien site check URL…".
int check_sites(const Arguments& arguments, Console& console);

// One address as it was looked at just now.
struct CheckedSite {
  std::string url;
  std::vector<crawl::Fetched> views;
  std::optional<crawl::DomainFacts> domain;  // none where the host is an address
  std::optional<bool> sends_to_https;  // none: nobody answers at http
  std::optional<crawl::MailDoor> mail_door;
  std::vector<crawl::SiteProduct> products;
  std::vector<crawl::TakeoverCandidate> takeovers;
  watch::Judgement judgement;
};

// One line of JSON, and what a person reads.
std::string json_of(const CheckedSite& site);
std::string text_of(const CheckedSite& site, Language language);

}  // namespace khien::hub
