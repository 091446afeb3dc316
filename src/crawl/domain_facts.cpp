#include "khien/crawl/domain_facts.hpp"

#include <algorithm>
#include <array>

#include "host_name.hpp"
#include "khien/crawl/site_facts.hpp"
#include "resolver.hpp"

namespace khien::crawl {
namespace {

constexpr Duration kLongest = seconds(5);
constexpr Duration kTurn = milliseconds(50);
constexpr std::size_t kMaxRecord = 1024;
constexpr std::size_t kMostNames = 20;
// Where mail services of this country and the large ones put their keys.
constexpr std::array<std::string_view, 14> kSelectors{"default", "google", "selector1", "selector2", "mail", "dkim", "k1",
                                                      "s1",      "s2",     "zimbra",    "mx",        "smtp", "email", "vnpt"};

std::string small(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return out;
}

std::string value_of(std::string_view record, std::string_view name) {
  for (const std::string& part : record_parts(record, ';')) {
    const auto equals = part.find('=');
    if (equals == part.npos) continue;
    const auto parts = record_parts(part.substr(0, equals), ' ');
    if (parts.size() == 1 && small(parts.front()) == name) {
      const auto values = record_parts(part.substr(equals + 1), ' ');
      return values.empty() ? std::string() : values.front();
    }
  }
  return {};
}

}  // namespace

void read_spf(const std::vector<std::string>& texts, MailFacts& facts) {
  for (const std::string& text : texts) {
    const std::string lowered = small(text);
    if (lowered != "v=spf1" && !lowered.starts_with("v=spf1 ")) continue;
    facts.spf_twice = !facts.spf.empty();
    if (facts.spf_twice) continue;
    facts.spf = text.substr(0, kMaxRecord);
    for (const std::string& part : record_parts(lowered, ' ')) {
      if (part == "all") facts.spf_rest = "+all";
      if (part == "-all" || part == "~all" || part == "?all" || part == "+all") facts.spf_rest = part;
      // Somebody else's record says it.
      if (part.starts_with("redirect=") && facts.spf_rest.empty()) facts.spf_rest = part;
    }
  }
}

void read_dmarc(const std::vector<std::string>& texts, MailFacts& facts) {
  for (const std::string& text : texts) {
    const auto parts = record_parts(text, ';');
    if (parts.empty() || small(parts.front()) != "v=dmarc1" || !facts.dmarc.empty()) continue;
    facts.dmarc = text.substr(0, kMaxRecord);
    facts.dmarc_policy = small(value_of(text, "p"));
    facts.dmarc_reports = !value_of(text, "rua").empty();
  }
}

bool holds_dkim_key(const std::vector<std::string>& texts) {
  return std::ranges::any_of(texts, [](const std::string& text) { return !value_of(text, "p").empty(); });
}

Result<DomainFacts> look_up_domain(const std::string& host, const std::string& mail_domain, const std::string& dns_servers,
                                   const Clock& clock) {
  TRY(const std::string name, to_ascii_name(host));
  TRY(const std::string mail, to_ascii_name(mail_domain));
  TRY(EventLoop loop, EventLoop::create());
  TRY(const auto resolver, Resolver::create(loop, dns_servers, clock));
  DomainFacts facts;
  std::size_t open = 0;
  const auto asked = [&](auto take) {
    ++open;
    return [&open, take](const auto& answer) {
      --open;
      take(answer);
    };
  };
  resolver->resolve(name, asked([&](const Resolution& answer) { facts.addresses = answer.addresses; }));
  resolver->ask_alias(name, asked([&](const RecordAnswer& answer) {
    facts.aliases = answer.values;
    facts.exists = answer.exists;
  }));
  resolver->ask_mail(mail, asked([&](const RecordAnswer& answer) { facts.mail.exchangers = answer.values; }));
  resolver->ask_text(mail, asked([&](const RecordAnswer& answer) { read_spf(answer.values, facts.mail); }));
  resolver->ask_text("_dmarc." + mail, asked([&](const RecordAnswer& answer) { read_dmarc(answer.values, facts.mail); }));
  for (const std::string_view selector : kSelectors) {
    resolver->ask_text(std::string(selector) + "._domainkey." + mail, asked([&facts, selector](const RecordAnswer& answer) {
      if (holds_dkim_key(answer.values)) facts.mail.dkim.emplace_back(selector);
    }));
  }
  const auto end = clock.monotonic().ms + kLongest.ms;
  while (open > 0 && clock.monotonic().ms < end) loop.wait(resolver->step(kTurn));
  std::ranges::sort(facts.mail.dkim);
  facts.ipv6 = std::ranges::any_of(facts.addresses, [](const IpAddress& each) { return each.v6 && use_of(each) == AddressUse::open; });
  return facts;
}

std::vector<std::string> names_below(const std::vector<std::string>& names, const std::string& domain, const std::string& host) {
  std::vector<std::string> below;
  for (const std::string& name : names) {
    const std::string lowered = small(name);
    const bool fits = lowered.ends_with("." + domain) && lowered != host && lowered.find('*') == lowered.npos;
    if (fits && below.size() < kMostNames && std::ranges::find(below, lowered) == below.end()) below.push_back(lowered);
  }
  return below;
}

Result<std::vector<NameFacts>> look_up_names(const std::vector<std::string>& names, const std::string& dns_servers, const Clock& clock) {
  TRY(EventLoop loop, EventLoop::create());
  TRY(const auto resolver, Resolver::create(loop, dns_servers, clock));
  std::vector<NameFacts> facts;
  facts.reserve(names.size());  // the answers point into it
  std::size_t open = 0;
  for (const std::string& each : names) {
    const auto name = to_ascii_name(each);
    if (!name) continue;
    NameFacts& one = facts.emplace_back(NameFacts{.name = each, .aliases = {}});
    open += 2;
    resolver->resolve(*name, [&](const Resolution& answer) {
      --open;
      one.has_address = !answer.addresses.empty();
    });
    resolver->ask_alias(*name, [&](const RecordAnswer& answer) {
      --open;
      one.aliases = answer.values;
    });
  }
  const auto end = clock.monotonic().ms + kLongest.ms;
  while (open > 0 && clock.monotonic().ms < end) loop.wait(resolver->step(kTurn));
  if (open > 0) return Error(Code::unavailable, "not every name was answered for");
  return facts;
}

}  // namespace khien::crawl
