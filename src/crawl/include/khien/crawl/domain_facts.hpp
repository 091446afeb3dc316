#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/core/result.hpp"
#include "khien/crawl/ip_address.hpp"

namespace khien::crawl {

// What a domain's records say about mail that claims to come from it.
struct MailFacts {
  std::vector<std::string> exchangers;  // MX, best first
  std::string spf;                      // the record; empty: none
  bool spf_twice = false;               // two records: receivers take that for none (RFC 7208 §4.5)
  std::string spf_rest;                 // what it says of all others: "-all", "~all", "?all", "+all"; empty: nothing
  std::string dmarc;                    // the record of _dmarc; empty: none
  std::string dmarc_policy;             // "none", "quarantine", "reject"
  bool dmarc_reports = false;           // rua=
  std::vector<std::string> dkim;        // selectors that hold a key, of those that were tried

  bool operator==(const MailFacts&) const = default;
};
// From records as they stand in DNS. Pure.
void read_spf(const std::vector<std::string>& texts, MailFacts& facts);
void read_dmarc(const std::vector<std::string>& texts, MailFacts& facts);
bool holds_dkim_key(const std::vector<std::string>& texts);

struct DomainFacts {
  std::vector<IpAddress> addresses;
  std::vector<std::string> aliases;  // CNAMEs, also where the last leads nowhere
  bool ipv6 = false;                 // an address of it that is on the Internet
  bool exists = true;                // false: the name server says there is no such name
  MailFacts mail;
};

// Asks the name servers about a site's host and its domain of mail: some twenty
// questions at once, five seconds at most. Questions that nobody answers leave their
// fact empty. Code::invalid for a name that is none.
Result<DomainFacts> look_up_domain(const std::string& host, const std::string& mail_domain, const std::string& dns_servers,
                                   const Clock& clock);

// Names beside the site's own: whose CNAME leads where.
struct NameFacts {
  std::string name;
  std::vector<std::string> aliases;
  bool has_address = false;

  bool operator==(const NameFacts&) const = default;
};
// Of the names a certificate is for, those below `domain` that are not `host` and no wildcard; at most 20.
std::vector<std::string> names_below(const std::vector<std::string>& names, const std::string& domain, const std::string& host);
// As look_up_domain(); names in their order. Code::unavailable if one was not answered for in time.
Result<std::vector<NameFacts>> look_up_names(const std::vector<std::string>& names, const std::string& dns_servers, const Clock& clock);

}  // namespace khien::crawl
