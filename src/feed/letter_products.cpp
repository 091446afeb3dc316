#include <algorithm>
#include <array>

#include "json_text.hpp"
#include "khien/advisory/distribution.hpp"
#include "khien/core/text.hpp"
#include "letter_text.hpp"

namespace khien::feed {
namespace {

using advisory::VersionRange;

constexpr std::size_t kMostProducts = 300;

// Names as letters write them, plain; a longer name before one that it begins with.
constexpr std::array<std::string_view, 76> kNames = {
    "fortimanager cloud", "fortimanager", "fortianalyzer", "fortios", "fortigate", "fortiproxy", "fortiweb", "fortimail", "fortisandbox",
    "forticlient ems", "forticlientems", "fortisiem", "fortivoice", "fortiswitchmanager", "fortiadc", "microsoft exchange server", "exchange server",
    "microsoft sharepoint server", "sharepoint server", "windows server", "windows 10", "windows 11", "microsoft office", "microsoft excel",
    "microsoft outlook", "microsoft word", "sql server", "active directory", "big-ip", "big-iq", "vmware vcenter server", "vcenter server", "vmware esxi",
    "esxi", "vmware workstation", "netscaler adc", "netscaler gateway", "citrix adc", "citrix gateway", "pan-os", "connect secure", "policy secure",
    "endpoint manager mobile", "cisco ios xe", "ios xe", "cisco adaptive security appliance", "adaptive security appliance", "firepower threat defense",
    "junos os", "sonicos", "sophos firewall", "routeros", "zimbra collaboration suite", "zimbra", "apache tomcat", "apache struts", "apache log4j",
    "apache http server", "openssl", "openssh", "google chrome", "mozilla firefox", "winrar", "7-zip", "wordpress", "joomla", "drupal", "dotnetnuke",
    "veeam backup & replication", "confluence", "gitlab", "jenkins", "weblogic server", "moveit transfer", "roundcube", "liferay portal"};

struct Mention {
  std::size_t begin = 0, end = 0;
};

// "Exchange Server 2016", "Windows Server 2012 R2", "Windows 10 Version 22H2": the year is
// of the name.
std::size_t whole_name(std::string_view plain, std::string_view name, std::size_t end) {
  Scan scan(plain, end);
  if (name.ends_with("server") || name == "microsoft office" || name.starts_with("microsoft ")) {
    Scan year = scan;
    year.skip_blanks();
    const auto digits = year.take_digits();
    if (digits.size() == 4 && (digits.starts_with("20") || digits.starts_with("19")) && ends_word(plain, year.at()) && year.peek() != '.') {
      end = year.at();
      if (Scan second = year; second.take("r2")) end = second.at();
      if (Scan edition = year; edition.take("cumulative update")) {
        edition.skip_blanks();
        if (!edition.take_digits().empty()) end = edition.at();
      }
    }
  }
  if (name == "windows 10" || name == "windows 11") {
    Scan version = scan;
    if (version.take("version") || version.take("phien ban")) {
      version.skip_blanks();
      const std::size_t at = version.at();
      if (version.take_digits().size() == 2 && version.peek() == 'h') return at + 4;
    }
  }
  return end;
}

std::vector<Mention> mentions_in(std::string_view plain) {
  std::vector<Mention> all;
  for (std::size_t at = 0; at < plain.size() && all.size() < kMostProducts; ++at) {
    if (!is_word(plain[at]) || !begins_word(plain, at)) continue;
    for (const std::string_view name : kNames) {
      if (!plain.substr(at).starts_with(name) || !ends_word(plain, at + name.size())) continue;
      const std::size_t end = whole_name(plain, name, at + name.size());
      all.push_back({at, end});
      at = end - 1;
      break;
    }
  }
  return all;
}

// What is said of a product ends with its sentence, its item of a list, or the next one.
std::size_t end_of_zone(std::string_view plain, std::size_t from, std::size_t next) {
  std::size_t end = std::min({plain.size(), next, from + 400});
  for (std::size_t i = from; i < end; ++i) {
    const bool stop = (plain[i] == '.' && i + 1 < plain.size() && (plain[i + 1] == ' ' || plain[i + 1] == '\n')) ||
                      (plain[i] == '\n' && i + 1 < plain.size() && (plain[i + 1] == '\n' || plain[i + 1] == '-' || plain[i + 1] == '+' || plain[i + 1] == '*'));
    if (stop) return i + 1;
  }
  return end;
}

struct Zone {
  std::vector<VersionRange> affected;
  std::vector<std::string> fixed;
  std::size_t end = 0;      // behind the last thing that was understood
  bool uncertain = false;   // bare versions, whose meaning no word tells
};

// "trước phiên bản 7.2.5", "< 7.2.5": all before it.
bool take_before(Scan& scan, Zone& zone) {
  Scan trial = scan;
  const bool said = trial.take("truoc phien ban") || trial.take("truoc ban") || trial.take("truoc") || trial.take("thap hon phien ban") || trial.take("thap hon") ||
                    trial.take("cu hon phien ban") || trial.take("cu hon") || trial.take("nho hon") || trial.take("<");
  if (!said) return false;
  const bool inclusive = trial.take("=") || trial.take("hoac bang");
  const auto version = trial.take_version();
  if (version.empty()) return false;
  zone.affected.push_back(inclusive ? VersionRange{.last_affected = std::string(version)} : VersionRange{.fixed = std::string(version)});
  scan = trial;
  return true;
}

// "nâng cấp lên phiên bản 7.4.3", "đã được vá trong phiên bản 7.4.3": what mends it.
bool take_fix(Scan& scan, Zone& zone) {
  Scan trial = scan;
  const bool said = trial.take("nang cap len") || trial.take("cap nhat len") || trial.take("nang cap phien ban") || trial.take("len phien ban") ||
                    trial.take("khac phuc o") || trial.take("khac phuc trong") || trial.take("khac phuc tai") || trial.take("va trong") || trial.take("va tai") ||
                    trial.take("ban va") || trial.take("nang cap") || trial.take("cap nhat");
  if (!said) return false;
  for (const std::string_view filler : {"toi thieu", "it nhat", "len", "cac", "phien ban", "moi nhat", ":", "("}) (void)trial.take(filler);
  auto version = trial.take_version();
  if (version.empty()) return false;
  while (!version.empty()) {
    zone.fixed.emplace_back(version);
    scan = trial;
    (void)trial.take(",");
    for (const std::string_view filler : {"hoac", "va", "phien ban"}) (void)trial.take(filler);
    version = trial.take_version();
  }
  for (const std::string_view tail : {"hoac moi hon", "hoac cao hon", "tro len", "hoac cac phien ban moi hon", "va moi hon"}) (void)scan.take(tail);
  return true;
}

// "từ 7.0.0 đến 7.0.14", "7.4.0 - 7.4.2", "từ 7.0.0 đến trước 7.0.15".
bool take_span(Scan& scan, Zone& zone) {
  Scan trial = scan;
  (void)trial.take("tu phien ban");
  (void)trial.take("tu");
  (void)trial.take("phien ban");
  const auto low = trial.take_version();
  if (low.empty()) return false;
  if (!(trial.take("den") || trial.take("toi") || trial.take("-") || trial.take("~"))) return false;
  const bool excluded = trial.take("truoc");
  (void)trial.take("phien ban");
  const auto high = trial.take_version();
  if (high.empty()) return false;
  VersionRange range{.introduced = std::string(low)};
  (excluded ? range.fixed : range.last_affected) = std::string(high);
  zone.affected.push_back(std::move(range));
  scan = trial;
  return true;
}

// "7.2.4 trở về trước", "7.2.4 và các phiên bản trước đó"; alone: this one version.
bool take_single(Scan& scan, Zone& zone) {
  Scan trial = scan;
  const bool told = trial.take("phien ban") || trial.take("version");
  const auto version = trial.take_version();
  if (version.empty()) return false;
  scan = trial;
  for (const std::string_view tail : {"tro ve truoc", "tro xuong", "hoac cu hon", "hoac thap hon", "va cac phien ban truoc", "va truoc do", "va cu hon", "va thap hon"}) {
    if (scan.take(tail)) {
      zone.affected.push_back({.last_affected = std::string(version)});
      return true;
    }
  }
  for (const std::string_view tail : {"tro len", "hoac moi hon", "hoac cao hon"}) {
    if (scan.take(tail)) {
      zone.fixed.emplace_back(version);
      return true;
    }
  }
  zone.affected.push_back({.introduced = std::string(version), .last_affected = std::string(version)});
  zone.uncertain = zone.uncertain || !told;
  return true;
}

// "CVSS: 9.8", "CVSS v3.1: 9,8" is no version of what it is said of.
bool pass_score(Scan& scan) {
  if (!scan.take("cvss")) return false;
  for (const std::string_view edition : {"v2.0", "v3.0", "v3.1", "v4.0", "v2", "v3", "v4", "2.0", "3.0", "3.1", "4.0"}) {
    if (scan.take(edition)) break;
  }
  (void)scan.take(":");
  (void)scan.take_version();
  return true;
}

Zone read_zone(std::string_view plain, std::size_t begin, std::size_t end) {
  Zone zone;
  const std::string_view part = plain.substr(0, end);
  Scan scan(part, begin);
  while (!scan.done()) {
    const bool at_word = begins_word(part, scan.at()) || !is_word(scan.peek());
    if (at_word && pass_score(scan)) continue;
    if (at_word && (take_before(scan, zone) || take_fix(scan, zone) || take_span(scan, zone) || take_single(scan, zone))) {
      zone.end = scan.at();
      continue;
    }
    scan = Scan(part, scan.at() + 1);
    while (!scan.done() && is_word(scan.peek()) && !begins_word(part, scan.at())) scan = Scan(part, scan.at() + 1);
  }
  return zone;
}

std::vector<std::string> cves_near(const LetterText& letter, const Mention& mention, const LetterFacts& facts) {
  const auto plain = letter.plain();
  const auto paragraph = plain.rfind("\n\n", mention.begin);
  const std::size_t begin = paragraph == plain.npos ? 0 : paragraph;
  const std::size_t end = std::min(plain.find("\n\n", mention.begin), plain.size());
  const Place place = letter.place(begin, end);
  std::vector<std::string> cves;
  for (const auto& cve : facts.cves) {
    if (cve.confidence != Confidence::choice && cve.at.begin >= place.begin && cve.at.begin < place.end) cves.push_back(cve.value);
  }
  return cves;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

// Every version that the letter tells somebody to install, each once.
std::vector<std::string> fixes_in(std::string_view plain) {
  Zone zone;
  for (Scan scan(plain, 0); !scan.done();) {
    if (begins_word(plain, scan.at()) && take_fix(scan, zone)) continue;
    scan = Scan(plain, scan.at() + 1);
  }
  std::vector<std::string> once;
  for (auto& version : zone.fixed) {
    if (std::ranges::find(once, version) == once.end()) once.push_back(std::move(version));
  }
  return once;
}

// Letters name the product in one paragraph and what to install in another. With one
// product there is no doubt of which; it is still a reading of two places.
void complete_only_product(std::string_view plain, std::vector<Found<LetterProduct>>& products) {
  if (products.size() != 1 || !products.front().value.fixed.empty()) return;
  auto& [product, at, confidence] = products.front();
  product.fixed = joined(fixes_in(plain));
  if (!product.fixed.empty() && confidence == Confidence::certain) confidence = Confidence::likely;
}

}  // namespace

void find_products(const LetterText& letter, LetterFacts& facts) {
  const auto plain = letter.plain();
  const auto mentions = mentions_in(plain);
  std::vector<Found<LetterProduct>> all;
  for (std::size_t i = 0; i < mentions.size(); ++i) {
    const std::size_t next = i + 1 < mentions.size() ? mentions[i + 1].begin : plain.size();
    const Zone zone = read_zone(plain, mentions[i].end, end_of_zone(plain, mentions[i].end, next));
    LetterProduct product;
    product.name = words_of(letter.shown(mentions[i].begin, mentions[i].end), 200);
    std::ranges::replace(product.name, '\n', ' ');
    if (auto known = advisory::find_product("", plain.substr(mentions[i].begin, mentions[i].end - mentions[i].begin))) product.key = std::move(known->key);
    product.affected = zone.affected;
    product.fixed = joined(zone.fixed);
    product.cves = cves_near(letter, mentions[i], facts);
    // A bare version beside a product may be sick or sound: a person must say.
    const Confidence confidence = zone.uncertain ? Confidence::choice : zone.fixed.size() > 1 ? Confidence::likely : Confidence::certain;
    all.push_back({std::move(product), letter.place(mentions[i].begin, std::max(mentions[i].end, zone.end)), confidence});
  }
  // A bare mention adds nothing where the same product is told with its versions.
  const auto says = [](const LetterProduct& product) { return !product.affected.empty() || !product.fixed.empty(); };
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto same = [&](const auto& other) { return fold(other.value.name) == fold(all[i].value.name); };
    const bool told = std::ranges::any_of(all, [&](const auto& other) { return same(other) && says(other.value); });
    const bool earlier = std::any_of(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(i), same);
    if (says(all[i].value) || (!told && !earlier)) facts.products.push_back(all[i]);
  }
  complete_only_product(plain, facts.products);
}

}  // namespace khien::feed
