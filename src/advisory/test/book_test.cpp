#include "khien/advisory/book.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace khien;
using namespace khien::advisory;
using Standing = Affected::Standing;
using State = Match::State;

namespace {

Affected affected(PackageKey key, Basis basis, VersionRange range) { return {.package = std::move(key), .basis = basis, .ranges = {std::move(range)}}; }

Advisory record(std::string feed, std::string id, std::vector<std::string> cves, std::vector<Affected> all, Severity severity = Severity::info) {
  return {.id = std::move(id), .feed = std::move(feed), .cves = std::move(cves), .severity = severity, .affected = std::move(all)};
}

const PackageKey kOpenssl = {"deb", "debian", "openssl", "12"};
const PackageKey kLodash = {"npm", "", "lodash", ""};

// A book that keeps its bytes.
class Compiled {
 public:
  explicit Compiled(std::vector<Advisory> records, std::vector<Exploited> exploited = {}, std::vector<Likelihood> likelihoods = {}) {
    Budget budget({});
    bytes_ = Book::compile(records, exploited, likelihoods, budget).value();
  }
  Book book() const { return Book::open(bytes_).value(); }
  const std::string& bytes() const { return bytes_; }

  std::vector<Match> match(Installed installed) const { return book().match({&installed, 1}); }
  // "CVE-1 affected, CVE-2 unknown".
  std::string in_short(Installed installed) const {
    std::string text;
    for (const Match& match : this->match(std::move(installed))) {
      text += (text.empty() ? "" : ", ") + match.id + (match.state == State::affected ? " affected" : " unknown");
    }
    return text;
  }

 private:
  std::string bytes_;
};

}  // namespace

namespace {

// Brings parts of a book where they are asked for, and counts them.
class Brought final : public BookPages {
 public:
  explicit Brought(std::string_view whole) : whole_(whole), there_(whole.size(), '\0') {}
  void bring(std::uint64_t at, std::uint64_t size) const override {
    REQUIRE(at <= whole_.size());
    REQUIRE(size <= whole_.size() - at);
    std::copy_n(whole_.begin() + static_cast<std::ptrdiff_t>(at), size, there_.begin() + static_cast<std::ptrdiff_t>(at));
    bytes_ += size;
  }
  std::string_view bytes() const { return there_; }
  std::uint64_t count() const { return bytes_; }

 private:
  std::string_view whole_;
  mutable std::string there_;
  mutable std::uint64_t bytes_ = 0;
};

}  // namespace

TEST_CASE("book: what is brought where it is asked for says the same, and is a part of the whole") {
  std::vector<Advisory> records;
  std::vector<Likelihood> likelihoods;
  for (int i = 0; i < 2'000; ++i) {
    const std::string cve = "CVE-2024-" + std::to_string(1'000 + i);
    const PackageKey key = {"deb", "debian", i % 2 == 0 ? "openssl" : "other-" + std::to_string(i), "12"};
    records.push_back({.id = cve, .feed = "debian", .cves = {cve}, .title = "title of " + cve, .affected = {{.package = key, .basis = Basis::distribution, .ranges = {{.fixed = std::to_string(i) + "-1"}}}}});
  }
  likelihoods.push_back({"CVE-2024-1998", 0.5, 0.9});
  const Compiled compiled(records, {{.cve = "CVE-2024-2000"}}, likelihoods);
  const Installed installed{.key = {"deb", "debian", "openssl", "12"}, .version = "990-1"};
  const auto wanted = compiled.match(installed);
  CHECK(wanted.size() == 504);
  CHECK(std::ranges::count(wanted, true, &Match::exploited) == 1);
  const auto likely = std::ranges::find_if(wanted, [](const Match& match) { return match.likelihood.has_value(); });
  REQUIRE(likely != wanted.end());
  CHECK(likely->id == "CVE-2024-1998");
  CHECK(*likely->likelihood == 0.5);

  const Brought pages(compiled.bytes());
  const auto book = Book::open_summed(pages.bytes(), &pages);
  REQUIRE(book.has_value());
  CHECK(book->match({&installed, 1}) == wanted);
  CHECK(book->find("CVE-2024-1001")->title == "title of CVE-2024-1001");
  std::size_t touched = 0;
  for (std::size_t at = 0; at < pages.bytes().size(); at += 4096) touched += pages.bytes().substr(at, 4096).find_first_not_of('\0') != std::string_view::npos;
  CHECK_MESSAGE(touched * 4096 < compiled.bytes().size() * 2 / 3, (std::to_string(touched) + " pages"));
  CHECK(!Book::open_summed(std::string_view(compiled.bytes()).substr(0, 100)).has_value());
}

TEST_CASE("book: a distribution's fixed version counts, backport or not, by its source's name") {
  const Compiled book({record("debian", "CVE-2024-1", {"CVE-2024-1"}, {affected(kOpenssl, Basis::distribution, {.fixed = "3.0.11-1~deb12u2"})}, Severity::high),
                       record("nvd", "CVE-2024-1", {"CVE-2024-1"},
                              {{.package = {"cpe", "openssl", "openssl", ""}, .basis = Basis::cpe, .ranges = {{.fixed = "3.1.0"}},
                                .cpe = "cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*"}}, Severity::critical)});
  Installed libssl = {.key = {"deb", "debian", "libssl3", "12"}, .version = "3.0.11-1~deb12u1", .source = "openssl", .cpe = "cpe:2.3:a:openssl:openssl:3.0.11:*:*:*:*:*:*:*"};
  const auto matches = book.match(libssl);
  REQUIRE(matches.size() == 1);
  CHECK(matches[0].id == "CVE-2024-1");
  CHECK(matches[0].basis == Basis::distribution);
  CHECK(matches[0].severity == Severity::high);
  CHECK(matches[0].record == "debian");
  CHECK(matches[0].rule == "debian 12 openssl < 3.0.11-1~deb12u2");
  CHECK(matches[0].fixed == "3.0.11-1~deb12u2");
  libssl.version = "3.0.11-1~deb12u2";
  CHECK(book.in_short(libssl) == "");
  libssl.key.release = "11";
  CHECK(book.in_short(libssl) == "CVE-2024-1 affected");  // its own distribution does not know it: by its CPE
  libssl.source_version = "3.0.11-1~deb12u1";
  libssl.key.release = "12";
  CHECK(book.in_short(libssl) == "CVE-2024-1 affected");  // a source's version is its own
}

TEST_CASE("book: a source of the binary's name is another's where its own source is known") {
  const Compiled book({record("debian", "CVE-2024-2", {}, {affected({"deb", "debian", "tools", "12"}, Basis::distribution, {.fixed = "9"})}),
                       record("debian", "CVE-2024-3", {}, {affected({"deb", "debian", "other", "12"}, Basis::distribution, {.fixed = "1"})})});
  CHECK(book.in_short({.key = {"deb", "debian", "tools", "12"}, .version = "2", .source = "other"}) == "");
  CHECK(book.in_short({.key = {"deb", "debian", "tools", "12"}, .version = "2"}) == "CVE-2024-2 affected");
  // Known to the book or not: the package "ntp" is built from the source "ntpsec".
  CHECK(book.in_short({.key = {"deb", "debian", "tools", "12"}, .version = "2", .source = "nowhere"}) == "");
  CHECK(book.in_short({.key = {"deb", "debian", "tools", "12"}, .version = "2", .source = "tools"}) == "CVE-2024-2 affected");
}

TEST_CASE("book: builders of RPM that speak of sources may name what is installed; a letter may have either name") {
  const Compiled book({record("photon", "PHSA-1", {"CVE-1-1"}, {affected({"rpm", "photon", "curl-libs", "3.0"}, Basis::distribution, {.fixed = "9"})}),
                       record("letter", "12/CV", {"CVE-1-2"}, {affected({"deb", "debian", "ntp", ""}, Basis::letter, {.fixed = "9"})})});
  CHECK(book.in_short({.key = {"rpm", "photon", "curl-libs", "3.0"}, .version = "1-1", .source = "curl"}) == "CVE-1-1 affected");
  CHECK(book.in_short({.key = {"deb", "debian", "ntp", "12"}, .version = "1", .source = "ntpsec"}) == "CVE-1-2 affected");
}

TEST_CASE("book: one record of a product does not silence the CPEs of its other vulnerabilities") {
  const auto named = [](std::string id, std::string fixed) {
    return record("nvd", id, {id}, {{.package = {"cpe", "fortinet", "fortios", ""}, .basis = Basis::cpe, .ranges = {{.fixed = std::move(fixed)}},
                                     .cpe = "cpe:2.3:o:fortinet:fortios:*:*:*:*:*:*:*:*"}});
  };
  const PackageKey fortios = {"appliance", "fortinet", "fortios", ""};
  const Compiled book({record("cve", "CVE-1-1", {"CVE-1-1"}, {affected(fortios, Basis::ecosystem, {.fixed = "7.0.5"})}), named("CVE-1-1", "9"), named("CVE-1-2", "7.2.8")});
  const auto asked = [&](std::string version) { return book.in_short({.key = fortios, .version = std::move(version), .cpe = "cpe:2.3:o:fortinet:fortios:*:*:*:*:*:*:*:*"}); };
  CHECK(asked("7.0.4") == "CVE-1-1 affected, CVE-1-2 affected");
  CHECK(asked("7.0.5") == "CVE-1-2 affected");  // of that one its own record speaks
  CHECK(asked("7.2.8") == "");
}

TEST_CASE("book: RPM's advisories name what is installed, and sources where nothing is fixed") {
  const Compiled book({record("redhat", "RHSA-1", {"CVE-2024-1"}, {affected({"rpm", "redhat", "openssl", "8"}, Basis::distribution, {.fixed = "1:1.1.1k-9.el8"})}),
                       record("redhat", "CVE-2024-2", {"CVE-2024-2"}, {{.package = {"rpm", "redhat", "openssl", "8"}, .basis = Basis::distribution,
                              .standing = Standing::unfixed_by_choice, .reason = "will not fix"}}),
                       record("photon", "PHSA-1", {"CVE-2024-3"}, {affected({"rpm", "photon", "curl", "3.0"}, Basis::distribution, {.fixed = "7.61.1-5.ph3"})})});
  const auto matches = book.match({.key = {"rpm", "redhat", "openssl-libs", "8"}, .version = "1:1.1.1k-4.el8", .source = "openssl"});
  REQUIRE(matches.size() == 1);
  CHECK(matches[0].id == "CVE-2024-2");
  CHECK(matches[0].standing == Standing::unfixed_by_choice);
  CHECK(matches[0].rule == "redhat 8 openssl, every version (will not fix)");
  CHECK(book.in_short({.key = {"rpm", "redhat", "openssl", "8"}, .version = "1:1.1.1k-4.el8"}) == "CVE-2024-1 affected, CVE-2024-2 affected");
  CHECK(book.in_short({.key = {"rpm", "photon", "curl-libs", "3.0"}, .version = "7.61.1-4.ph3", .source = "curl"}) == "CVE-2024-3 affected");
  CHECK(book.in_short({.key = {"rpm", "CentOS", "openssl", "8.4"}, .version = "1:1.1.1k-9.el8"}) == "CVE-2024-2 affected");
}

TEST_CASE("book: what Alpine mended in its edge alone is open in a release that nothing is said of") {
  const auto in = [](std::string release) { return PackageKey{"apk", "alpine", "git", std::move(release)}; };
  const Compiled book({record("osv", "CVE-1-1", {"CVE-1-1"}, {affected(in("edge"), Basis::distribution, {.fixed = "2.35.2-r0"}),
                                                               affected(in("3.15"), Basis::distribution, {.fixed = "2.34.2-r0"})})});
  CHECK(book.in_short({.key = in("3.16"), .version = "2.35.1-r2"}) == "CVE-1-1 affected");
  CHECK(book.in_short({.key = in("3.16"), .version = "2.35.2-r0"}) == "");
  CHECK(book.in_short({.key = in("3.15"), .version = "2.34.2-r0"}) == "");
}

TEST_CASE("book: a version that is none is unknown, and a CPE does not speak of it") {
  const Compiled book({record("osv", "GHSA-1", {"CVE-2019-10744"}, {affected(kLodash, Basis::ecosystem, {.fixed = "4.17.12"})}),
                       record("nvd", "CVE-2020-1", {"CVE-2020-1"}, {{.package = {"cpe", "v", "p", ""}, .basis = Basis::cpe, .cpe = "cpe:2.3:a:v:p:*:*:*:*:*:*:*:*"}})});
  for (const char* none : {"", "unknown", "*", "-", "n/a", "latest", " "}) {
    CHECK(book.in_short({.key = kLodash, .version = none}) == "CVE-2019-10744 unknown");
    CHECK(book.in_short({.key = {"generic", "", "p", ""}, .version = none, .cpe = "cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:*"}) == "");
  }
  CHECK(book.in_short({.key = {"generic", "", "p", ""}, .version = "1.0", .cpe = "cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:*"}) == "CVE-2020-1 affected");
}

TEST_CASE("book: the ecosystem's word goes before a CPE's") {
  const Compiled book({record("osv", "GHSA-1", {"CVE-1-1"}, {affected(kLodash, Basis::ecosystem, {.fixed = "4.17.12"})}),
                       record("nvd", "CVE-2-2", {"CVE-2-2"}, {{.package = {"cpe", "lodash", "lodash", ""}, .basis = Basis::cpe, .cpe = "cpe:2.3:a:lodash:lodash:*:*:*:*:*:*:*:*"}})});
  CHECK(book.in_short({.key = kLodash, .version = "4.17.11", .cpe = "cpe:2.3:a:lodash:lodash:4.17.11:*:*:*:*:*:*:*"}) == "CVE-1-1 affected");
  CHECK(book.in_short({.key = kLodash, .version = "4.17.12", .cpe = "cpe:2.3:a:lodash:lodash:4.17.12:*:*:*:*:*:*:*"}) == "");
}

TEST_CASE("book: CPE ranges, exact versions and what the name leaves out") {
  Affected ranged = {.package = {"cpe", "f", "os", ""}, .basis = Basis::cpe, .ranges = {{.introduced = "7.0", .last_affected = "7.0.12", .introduced_excluded = true}},
                     .cpe = "cpe:2.3:o:f:os:*:*:*:*:*:*:*:*"};
  Affected exact = {.package = {"cpe", "f", "os", ""}, .basis = Basis::cpe, .versions = {"6.4.1"}, .cpe = "cpe:2.3:o:f:os:6.4.1:*:*:*:*:*:*:*"};
  const Compiled book({record("nvd", "CVE-1-1", {"CVE-1-1"}, {ranged, exact})});
  const auto asked = [&](std::string version) { return book.in_short({.key = {"appliance", "f", "os", ""}, .version = std::move(version), .cpe = "cpe:2.3:o:f:os:*:*:*:*:*:*:*:*"}); };
  CHECK(asked("7.0") == "");
  CHECK(asked("7.0.1") == "CVE-1-1 affected");
  CHECK(asked("7.0.12") == "CVE-1-1 affected");
  CHECK(asked("7.0.13") == "");
  CHECK(asked("6.4.1") == "CVE-1-1 affected");
  CHECK(asked("6.4.2") == "");
}

TEST_CASE("book: a CPE's versions are upstream's, without a package's epoch and revision") {
  const Compiled book({record("nvd", "CVE-1-1", {"CVE-1-1"}, {{.package = {"cpe", "v", "p", ""}, .basis = Basis::cpe, .ranges = {{.last_affected = "2.3"}},
                                                               .cpe = "cpe:2.3:a:v:p:*:*:*:*:*:*:*:*"}})});
  const auto asked = [&](std::string version) { return book.in_short({.key = {"deb", "debian", "p", "12"}, .version = std::move(version), .cpe = "cpe:2.3:a:v:p:*:*:*:*:*:*:*:*"}); };
  CHECK(asked("1:2.3-4") == "CVE-1-1 affected");
  CHECK(asked("9:2.4-1") == "");
}

TEST_CASE("book: who says that it is not affected is believed before a wider claim of its kind") {
  const Affected wide = affected(kLodash, Basis::ecosystem, {});
  const Affected denied = {.package = kLodash, .basis = Basis::ecosystem, .standing = Standing::not_affected, .versions = {"4.0.0"}, .reason = "component not present"};
  const Compiled book({record("osv", "GHSA-1", {"CVE-1-1"}, {wide}), record("csaf:Vendor", "VEX-1", {"CVE-1-1"}, {denied})});
  CHECK(book.in_short({.key = kLodash, .version = "4.0.0"}) == "");
  CHECK(book.in_short({.key = kLodash, .version = "4.0.1"}) == "CVE-1-1 affected");
  const Compiled by_name({record("osv", "GHSA-1", {"CVE-1-1"}, {wide}),
                          record("nvd", "CVE-1-1", {"CVE-1-1"}, {{.package = kLodash, .basis = Basis::cpe, .standing = Standing::not_affected}})});
  CHECK(by_name.in_short({.key = kLodash, .version = "4.0.0"}) == "CVE-1-1 affected");
}

TEST_CASE("book: what is still looked into is unknown") {
  const Compiled book({record("debian", "CVE-1-1", {}, {{.package = kOpenssl, .basis = Basis::distribution, .standing = Standing::under_investigation}})});
  CHECK(book.in_short({.key = kOpenssl, .version = "1"}) == "CVE-1-1 unknown");
}

TEST_CASE("book: records of one vulnerability are one match, which names the fix that mends all") {
  const Compiled book({record("osv", "DSA-1", {"CVE-1-1", "CVE-1-2"}, {affected(kOpenssl, Basis::distribution, {.fixed = "3.0.10"})}),
                       record("debian", "CVE-1-1", {"CVE-1-1"}, {affected(kOpenssl, Basis::distribution, {.fixed = "3.0.9"})}),
                       record("letter", "12/CV", {"CVE-1-1"}, {affected(kOpenssl, Basis::letter, {.fixed = "9.9"})})});
  const auto matches = book.match({.key = kOpenssl, .version = "3.0.8"});
  REQUIRE(matches.size() == 2);
  CHECK(matches[0].id == "CVE-1-1");
  CHECK(matches[0].fixed == "3.0.10");
  CHECK(matches[0].record == "DSA-1");
  CHECK(matches[1].id == "CVE-1-2");
  CHECK(book.in_short({.key = kOpenssl, .version = "3.0.10"}) == "");
  const auto found = book.book().find("CVE-1-1");
  REQUIRE(found);
  CHECK(found->records == std::vector<std::string>{"debian", "DSA-1", "12/CV"});
  CHECK(book.book().packages_of("CVE-1-1") == std::vector<PackageKey>{kOpenssl});
}

TEST_CASE("book: the later record replaces the earlier, a withdrawn one ends it") {
  auto first = record("osv", "GHSA-1", {"CVE-1-1"}, {affected(kLodash, Basis::ecosystem, {.fixed = "2"})});
  auto second = record("osv", "GHSA-1", {"CVE-1-1"}, {affected(kLodash, Basis::ecosystem, {.fixed = "1"})});
  CHECK(Compiled({first, second}).in_short({.key = kLodash, .version = "1.5"}) == "");
  CHECK(Compiled({second, first}).in_short({.key = kLodash, .version = "1.5"}) == "CVE-1-1 affected");
  second.withdrawn = true;
  CHECK(Compiled({first, second}).in_short({.key = kLodash, .version = "1.5"}) == "");
  CHECK_FALSE(Compiled({first, second}).book().find("CVE-1-1"));
}

TEST_CASE("book: a CVE that was rejected ends what products' names say of it") {
  auto rejected = record("nvd", "CVE-1-1", {"CVE-1-1"}, {});
  rejected.withdrawn = true;
  const auto named = record("cve", "CVE-1-1", {"CVE-1-1"}, {{.package = {"cpe", "v", "p", ""}, .basis = Basis::cpe, .cpe = "cpe:2.3:a:v:p:*:*:*:*:*:*:*:*"}});
  const Installed installed = {.key = {"generic", "", "p", ""}, .version = "1.0", .cpe = "cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:*"};
  CHECK(Compiled({named}).in_short(installed) == "CVE-1-1 affected");
  CHECK(Compiled({named, rejected}).in_short(installed) == "");
}

TEST_CASE("book: what is exploited and how likely it is, by CVE") {
  const Exploited exploited = {.cve = "CVE-1-1", .vendor = "V", .product = "P", .name = "A hole", .added_on = *Date::of(2025, 1, 2), .due_on = Date::of(2025, 1, 23),
                               .ransomware = true, .action = "Patch"};
  const Likelihood likelihood = {"CVE-1-1", 0.97, 0.999};
  const Compiled book({record("osv", "GHSA-1", {"CVE-1-1"}, {affected(kLodash, Basis::ecosystem, {})}, Severity::medium)}, {exploited, {.cve = "CVE-9-9", .name = "Alone"}},
                      {likelihood, {"CVE-8-8", 0.1, 0.2}});
  const auto found = book.book().find("CVE-1-1");
  REQUIRE(found);
  CHECK(found->exploited == exploited);
  CHECK(found->likelihood == likelihood);
  CHECK(found->title == "A hole");
  CHECK(found->severity == Severity::medium);
  CHECK(book.book().vulnerabilities() == 2);
  CHECK(book.book().find("CVE-9-9")->title == "Alone");
  CHECK_FALSE(book.book().find("CVE-8-8"));
}

TEST_CASE("book: nothing in it is nothing found") {
  const Compiled book({});
  CHECK(book.book().vulnerabilities() == 0);
  CHECK(book.in_short({.key = kLodash, .version = "1"}) == "");
  CHECK_FALSE(book.book().find("CVE-1-1"));
}

TEST_CASE("book: a damaged file is refused, wherever the damage is") {
  const Compiled book({record("osv", "GHSA-1", {"CVE-1-1"}, {affected(kLodash, Basis::ecosystem, {.fixed = "2"})})});
  for (std::size_t i = 0; i < book.bytes().size(); ++i) {
    std::string damaged = book.bytes();
    damaged[i] = static_cast<char>(damaged[i] ^ 0x40);
    const auto opened = Book::open(damaged);
    REQUIRE_FALSE_MESSAGE(opened, i);
    CHECK(opened.error().code() == Code::corrupt);
  }
  for (std::size_t size = 0; size < book.bytes().size(); size += 7) CHECK_FALSE(Book::open(std::string_view(book.bytes()).substr(0, size)));
}

TEST_CASE("book: packages times vulnerabilities of one record are paid for") {
  std::vector<std::string> cves;
  std::vector<Affected> all;
  for (int i = 0; i < 100; ++i) {
    cves.push_back("CVE-1-" + std::to_string(1000 + i));
    all.push_back(affected({"npm", "", "p" + std::to_string(i), ""}, Basis::ecosystem, {.fixed = "2"}));
  }
  const std::vector<Advisory> records = {record("osv", "GHSA-1", cves, all)};
  Budget enough({.entries = 10'101}), less({.entries = 10'100});
  CHECK(Book::compile(records, {}, {}, enough).has_value());
  const auto compiled = Book::compile(records, {}, {}, less);
  REQUIRE_FALSE(compiled);
  CHECK(compiled.error().code() == Code::exhausted);
}

TEST_CASE("book: records beyond the budget are refused") {
  Budget budget({.entries = 3});
  const std::vector<Advisory> records(4, record("osv", "GHSA-1", {}, {}));
  const auto compiled = Book::compile(records, {}, {}, budget);
  REQUIRE_FALSE(compiled);
  CHECK(compiled.error().code() == Code::exhausted);
}
