#include "khien/feed/feed.hpp"

#include <doctest/doctest.h>
#include <zip.h>
#include <zlib.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "documents.hpp"
#include "intervals.hpp"
#include "json_text.hpp"
#include "khien/advisory/book.hpp"
#include "khien/core/file.hpp"
#include "khien/feed/job.hpp"
#include "khien/feed/record_lines.hpp"
#include "khien/feed/wanted.hpp"
#include "reading.hpp"

using namespace khien;
using namespace khien::feed;
using advisory::Affected;

namespace {

struct Read {
  FeedSummary summary;
  Collected records;
};

Result<Read> read(std::string_view text, std::string_view name = "feed") {
  Read read;
  Budget budget(feed_limits());
  TRY(read.summary, read_feed(as_bytes(text), name, budget, read.records));
  return read;
}

Read taken(std::string_view text) {
  auto read_it = read(text);
  REQUIRE_MESSAGE(read_it.has_value(), (read_it ? std::string() : read_it.error().what()));
  return *std::move(read_it);
}

std::string refusal(std::string_view text) {
  const auto read_it = read(text);
  REQUIRE(!read_it.has_value());
  return read_it.error().what();
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

std::optional<std::string> shared(std::string_view path) {
  const char* folder = std::getenv("KHIEN_SHARED");
  if (folder == nullptr) return std::nullopt;
  auto text = system_files().read(std::string(folder) + "/data/vuln/" + std::string(path), 64u << 20);
  if (!text) return std::nullopt;
  return *std::move(text);
}

std::string zipped(const std::vector<std::pair<std::string, std::string>>& entries) {
  zip_error_t error;
  zip_source_t* source = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(source);
  zip_t* zip = zip_open_from_source(source, ZIP_TRUNCATE, &error);
  for (const auto& [name, content] : entries) {
    zip_file_add(zip, name.c_str(), zip_source_buffer(zip, content.data(), content.size(), 0), ZIP_FL_OVERWRITE);
  }
  zip_close(zip);
  zip_source_open(source);
  zip_source_seek(source, 0, SEEK_END);
  std::string bytes(static_cast<std::size_t>(zip_source_tell(source)), '\0');
  zip_source_seek(source, 0, SEEK_SET);
  zip_source_read(source, bytes.data(), bytes.size());
  zip_source_close(source);
  zip_source_free(source);
  return bytes;
}

std::string gzipped(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(text.size() + 1'000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

constexpr std::string_view kOsv = R"({"id":"GHSA-aaaa-bbbb-cccc","modified":"2024-01-02T00:00:00Z","aliases":["CVE-2024-1000"],"summary":"Bad",
 "severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
 "affected":[{"package":{"ecosystem":"npm","name":"@scope/Left"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.2.3"},{"introduced":"2.0.0"},{"last_affected":"2.4.0"}]}]},
             {"package":{"ecosystem":"Debian:12","name":"left"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.2-3"}]}]},
             {"package":{"ecosystem":"npm","name":"empty"},"versions":["", "unknown"]},
             {"package":{"ecosystem":"Nowhere","name":"x"},"versions":["1"]}]})";

std::string osv(std::string_view id, std::string_view version = "1.0") {
  return R"({"id":")" + std::string(id) + R"(","modified":"2024-01-02T00:00:00Z","affected":[{"package":{"ecosystem":"PyPI","name":"Zope.Interface"},"versions":[")" +
         std::string(version) + R"("]}]})";
}

}  // namespace

TEST_CASE("OSV: ranges, names in normal form, and no version that is none") {
  const auto feed = taken(kOsv);
  CHECK(feed.summary.kind == FeedKind::osv);
  CHECK(feed.summary.taken == 1);
  CHECK(feed.summary.passed_over == 2);
  REQUIRE(feed.records.advisories.size() == 1);
  const auto& record = feed.records.advisories.front();
  CHECK(record.cves == std::vector<std::string>{"CVE-2024-1000"});
  CHECK(record.cvss_score == 9.8);
  CHECK(record.severity == Severity::critical);
  REQUIRE(record.affected.size() == 2);
  CHECK(record.affected[0].package == advisory::PackageKey{"npm", "@scope", "left", ""});
  REQUIRE(record.affected[0].ranges.size() == 2);
  CHECK(record.affected[0].ranges[0] == advisory::VersionRange{.introduced = "0", .fixed = "1.2.3"});
  CHECK(record.affected[0].ranges[1] == advisory::VersionRange{.introduced = "2.0.0", .last_affected = "2.4.0"});
  CHECK(record.affected[1].package == advisory::PackageKey{"deb", "debian", "left", "12"});
  CHECK(record.affected[1].basis == advisory::Basis::distribution);
  CHECK(has(feed.summary.named[0].where, "affected[2]"));
  CHECK(has(feed.summary.named[1].why, "Nowhere"));
}

TEST_CASE("one record, an array, lines, gzip and zip give the same records") {
  const std::string one = osv("A-1"), two = osv("A-2");
  const auto lines = taken(one + "\n" + two + "\n\n");
  CHECK(lines.summary.taken == 2);
  const auto array = taken("[" + one + "," + two + "]");
  const auto gzip = taken(gzipped(one + "\n" + two + "\n"));
  const auto zip = taken(zipped({{"A-1.json", one}, {"README.md", "x"}, {"A-2.json", two}}));
  const auto nested = taken(zipped({{"inner.zip", zipped({{"A-1.json", one}, {"A-2.json", two}})}}));
  for (const auto* other : {&array, &gzip, &zip, &nested}) CHECK(other->records.advisories == lines.records.advisories);
}

TEST_CASE("a later record of one id takes the earlier's place, and is counted") {
  const auto feed = taken(osv("A-1", "1.0") + "\n" + osv("A-1", "2.0") + "\n");
  CHECK(feed.summary.taken == 2);
  CHECK(feed.summary.replaced == 1);
  CHECK(feed.summary.named.at(0).where == "line 2: A-1");
  REQUIRE(feed.records.advisories.size() == 1);
  CHECK(feed.records.advisories[0].affected[0].versions == std::vector<std::string>{"2.0"});
}

TEST_CASE("what is broken is refused whole, by its place") {
  const std::string one = osv("A-1");
  CHECK(has(refusal(one.substr(0, one.size() - 5)), "malformed JSON"));
  CHECK(has(refusal(one + "\n{\"id\":\n" + one), "line 2"));
  CHECK(has(refusal(R"({"hello":"world"})"), "schema"));
  CHECK(has(refusal("[]"), "no records"));
  CHECK(has(refusal(""), "empty"));
  CHECK(has(refusal("<html>"), "neither JSON nor EPSS"));
  const std::string packed = gzipped(one);
  CHECK(has(refusal(packed.substr(0, packed.size() / 2)), "damaged or cut off"));
  const std::string zip = zipped({{"A-1.json", one}});
  CHECK(has(refusal(zip.substr(0, zip.size() - 10)), "damaged or cut off"));
  CHECK(has(refusal(R"({"id":"A","modified":"x","affected":)" + std::string(100, '[') + std::string(100, ']') + "}"), "depth over 64"));
  CHECK(has(refusal(zipped({{"a.zip", zipped({{"b.zip", zipped({{"c.json", one}})}})}})), "zips in zips"));
}

TEST_CASE("10 GB are refused by their size, at once and with the number") {
  Budget budget(feed_limits());
  Collected records;
  const std::byte byte{};
  // Never read: its size alone is asked.
  const auto refused = read_feed(ByteView(&byte, 10'000'000'000), "huge.json", budget, records);
  REQUIRE(!refused.has_value());
  CHECK(refused.error().code() == Code::exhausted);
  CHECK(has(refused.error().what(), "10000000000"));
}

TEST_CASE("a bomb in gzip ends at the budget") {
  Budget budget({.bytes_in = 1u << 30, .bytes_out = 1u << 20, .depth = 64, .entries = 1'000'000});
  Collected records;
  const auto refused = read_feed(as_bytes(gzipped(osv("A-1") + std::string(4u << 20, ' '))), "x", budget, records);
  REQUIRE(!refused.has_value());
  CHECK(refused.error().code() == Code::exhausted);
}

TEST_CASE("KEV: 1,404 entries, and twice is the same") {
  const auto text = shared("kev/known_exploited_vulnerabilities.json");
  if (!text) {
    MESSAGE("skipped: KHIEN_SHARED is not set");
    return;
  }
  Read feed = taken(*text);
  CHECK(feed.summary.kind == FeedKind::kev);
  CHECK(feed.summary.version == "2025.08.25");
  CHECK(feed.records.exploited.size() == 1'404);
  CHECK(feed.summary.passed_over == 0);
  const auto before = feed.records.exploited;
  Budget budget(feed_limits());
  REQUIRE(read_feed(as_bytes(*text), "kev", budget, feed.records).has_value());
  CHECK(feed.records.exploited == before);
}

TEST_CASE("KEV: a copy with fewer entries than it says is cut off") {
  CHECK(has(refusal(R"({"catalogVersion":"1","count":2,"vulnerabilities":[{"cveID":"CVE-2024-1000","dateAdded":"2024-01-02"}]})"), "count"));
  const auto feed = taken(R"({"catalogVersion":"1","count":2,"vulnerabilities":[{"cveID":"CVE-2024-1000","dateAdded":"2024-01-02","knownRansomwareCampaignUse":"Known"},{"cveID":"CVE-1","dateAdded":"x"}]})");
  CHECK(feed.summary.passed_over == 1);
  CHECK(feed.records.exploited.front().ransomware);
}

TEST_CASE("EPSS: shares, its model, and rows that are none") {
  const auto feed = taken("#model_version:v2023.03.01,score_date:2024-05-01T00:00:00+0000\ncve,epss,percentile\nCVE-2024-1000,0.5,0.97\nCVE-2024-1001,1.5,0.1\nx,0.1,0.1\n");
  CHECK(feed.summary.kind == FeedKind::epss);
  CHECK(feed.summary.version == "v2023.03.01");
  CHECK(feed.summary.released.has_value());
  REQUIRE(feed.records.likelihoods.size() == 1);
  CHECK(feed.records.likelihoods[0] == advisory::Likelihood{"CVE-2024-1000", 0.5, 0.97});
  CHECK(feed.summary.passed_over == 2);
  CHECK(feed.summary.named[0].where == "line 4");
}

TEST_CASE("NVD: what is vulnerable, with its bounds; not what it runs on") {
  const auto feed = taken(R"({"format":"NVD_CVE","version":"2.0","resultsPerPage":1,"vulnerabilities":[{"cve":{"id":"CVE-2024-1000","vulnStatus":"Analyzed",
    "published":"2024-01-02T03:04:05.678","descriptions":[{"lang":"es","value":"no"},{"lang":"en","value":"yes"}],
    "metrics":{"cvssMetricV31":[{"type":"Secondary","cvssData":{"version":"3.1","vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L","baseScore":5.3,"baseSeverity":"MEDIUM"}},
      {"type":"Primary","cvssData":{"version":"3.1","vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H","baseScore":9.8,"baseSeverity":"CRITICAL"}}]},
    "configurations":[{"nodes":[{"operator":"OR","cpeMatch":[
      {"vulnerable":true,"criteria":"cpe:2.3:o:fortinet:fortios:*:*:*:*:*:*:*:*","versionStartIncluding":"7.4.0","versionEndExcluding":"7.4.3"},
      {"vulnerable":true,"criteria":"cpe:2.3:a:x:y:1.0:*:*:*:*:*:*:*"},
      {"vulnerable":true,"criteria":"cpe:2.3:a:x:z:-:*:*:*:*:*:*:*"},
      {"vulnerable":true,"criteria":"cpe:2.3:a:x:w:*:*:*:*:*:*:*:*","versionEndExcluding":"unknown"},
      {"vulnerable":false,"criteria":"cpe:2.3:h:x:box:-:*:*:*:*:*:*:*"}]}]}]}}]})");
  REQUIRE(feed.records.advisories.size() == 1);
  const auto& record = feed.records.advisories[0];
  CHECK(record.description == "yes");
  CHECK(record.cvss_score == 9.8);
  REQUIRE(record.affected.size() == 2);
  CHECK(record.affected[0].package == advisory::PackageKey{"cpe", "fortinet", "fortios", ""});
  CHECK(record.affected[0].ranges == std::vector<advisory::VersionRange>{{.introduced = "7.4.0", .fixed = "7.4.3"}});
  CHECK(record.affected[1].versions == std::vector<std::string>{"1.0"});
  CHECK(feed.summary.passed_over == 2);
}

TEST_CASE("CVE 5: ranges, changes on the way, what holds of all others, and versions that are none") {
  const auto record = [](std::string_view affected) {
    return R"({"dataType":"CVE_RECORD","cveMetadata":{"cveId":"CVE-2024-1000","state":"PUBLISHED"},"containers":{"cna":{"affected":[)" + std::string(affected) + "]}}}";
  };
  const auto first = taken(record(R"({"vendor":"Fortinet","product":"FortiOS","defaultStatus":"unaffected","versions":[{"version":"7.4.0","status":"affected","lessThanOrEqual":"7.4.2","versionType":"semver"}]})"));
  const auto& fortios = first.records.advisories.at(0).affected.at(0);
  CHECK(fortios.package == advisory::PackageKey{"appliance", "fortinet", "fortios", ""});
  CHECK(fortios.ranges == std::vector<advisory::VersionRange>{{.introduced = "7.4.0", .last_affected = "7.4.2"}});

  const auto all_but = taken(record(R"({"collectionURL":"https://pypi.org","packageName":"Zope","defaultStatus":"affected","versions":[{"version":"1.2","lessThan":"2.0","status":"unaffected"}]})"));
  const auto& ranges = all_but.records.advisories.at(0).affected.at(0).ranges;
  CHECK(ranges == std::vector<advisory::VersionRange>{{.fixed = "1.2"}, {.introduced = "2.0"}});

  const auto changing = taken(record(R"({"vendor":"x","product":"y","versions":[{"version":"1.0","lessThan":"2.0","status":"affected","changes":[{"at":"1.5","status":"unaffected"}]}]})"));
  CHECK(changing.records.advisories.at(0).affected.at(0).ranges == std::vector<advisory::VersionRange>{{.introduced = "1.0", .fixed = "1.5"}});

  for (const std::string_view none : {"", "unknown", "n/a", "*", "unspecified"}) {
    const auto feed = taken(record(R"({"vendor":"x","product":"y","versions":[{"version":")" + std::string(none) + R"(","status":"affected"}]})"));
    CHECK(feed.records.advisories.at(0).affected.empty());
    CHECK(feed.summary.passed_over == 1);
  }
}

TEST_CASE("CVE 5: constraints in a version's place, lines, words, commits and changes in any order") {
  const auto of = [](std::string_view versions) {
    return taken(R"({"dataType":"CVE_RECORD","cveMetadata":{"cveId":"CVE-2024-1000","state":"PUBLISHED"},"containers":{"cna":{"affected":[{"vendor":"x","product":"y","versions":[)" +
                 std::string(versions) + "]}]}}}");
  };
  const auto affected = [&](std::string_view versions) { return of(versions).records.advisories.at(0).affected.at(0); };
  using Ranges = std::vector<advisory::VersionRange>;
  CHECK(affected(R"({"version":"< 15.2.4","status":"affected"})").ranges == Ranges{{.fixed = "15.2.4"}});
  CHECK(affected(R"({"version":"< 15.2.4","status":"affected"})").versions.empty());
  CHECK(affected(R"({"version":">= 2.0, < 2.3.8","status":"affected"})").ranges == Ranges{{.introduced = "2.0", .fixed = "2.3.8"}});
  CHECK(affected(R"({"version":"= 1.2","status":"affected"})").versions == std::vector<std::string>{"1.2"});
  // A line ends with itself: that 4 mends it is not said.
  CHECK(affected(R"({"version":"3.x","status":"affected"})").ranges == Ranges{{.introduced = "3", .last_affected = "3.999999999"}});
  CHECK(affected(R"({"version":"3.0","lessThanOrEqual":"3.*","status":"affected"})").ranges == Ranges{{.introduced = "3.0", .last_affected = "3.999999999"}});
  CHECK(affected(R"({"version":"1.0","lessThan":"3.0","status":"affected","changes":[{"at":"2.0","status":"affected"},{"at":"1.5","status":"unaffected"}]})").ranges ==
        Ranges{{.introduced = "1.0", .fixed = "1.5"}, {.introduced = "2.0", .fixed = "3.0"}});
  for (const std::string_view words : {"all versions before 3.2", "1.0 - 3.2", "3.2 and earlier", "< 2.0, broken", "<"}) {
    const auto feed = of(R"({"version":")" + std::string(words) + R"(","status":"affected"})");
    CHECK_MESSAGE(feed.summary.passed_over == 1, words);
    CHECK_MESSAGE(feed.records.advisories.at(0).affected.empty(), words);
  }
  const auto commits = of(R"({"version":"1da177e4c3f4","lessThan":"0123456789ab","versionType":"git","status":"affected"},{"version":"1234567","versionType":"git","status":"affected"})");
  CHECK(commits.records.advisories.at(0).affected.empty());
  CHECK(commits.summary.passed_over == 1);
  CHECK(has(commits.summary.named.at(0).why, "2 of its versions are commits"));
}

TEST_CASE("OSV: events in any order, two in one, opened twice, ended at once") {
  const auto ranges = [](std::string_view events) {
    return taken(R"({"id":"A-1","modified":"2024-01-02T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"x"},"versions":["9.9.9"],"ranges":[{"type":"SEMVER","events":[)" +
                 std::string(events) + "]}]}]}").records.advisories.at(0).affected.at(0).ranges;
  };
  using Ranges = std::vector<advisory::VersionRange>;
  const Ranges two = {{.introduced = "0", .fixed = "1.2.3"}, {.introduced = "2.0.0", .fixed = "2.10.0"}};
  CHECK(ranges(R"({"fixed":"2.10.0"},{"fixed":"1.2.3"},{"introduced":"2.0.0"},{"introduced":"0"})") == two);
  CHECK(ranges(R"({"introduced":"0","fixed":"1.2.3"},{"introduced":"2.0.0","fixed":"2.10.0"})") == two);
  CHECK(ranges(R"({"introduced":"0"},{"introduced":"1.0.0"},{"fixed":"1.2.3"},{"introduced":"2.0.0"},{"fixed":"2.10.0"})") == two);
  CHECK(ranges(R"({"introduced":"0"},{"fixed":"1.2.3"},{"fixed":"3.0.0"},{"introduced":"3.0.0"})") == Ranges{{.introduced = "0", .fixed = "1.2.3"}});
}

TEST_CASE("OSV: a release that is told is that release or none, never any") {
  const auto read_it = [](std::string_view ecosystem) {
    return taken(R"({"id":"A-1","modified":"2024-01-02T00:00:00Z","affected":[{"package":{"ecosystem":")" + std::string(ecosystem) +
                 R"(","name":"x"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1-1"}]}]}]})");
  };
  const auto key = [&](std::string_view ecosystem) {
    const auto feed = read_it(ecosystem);
    const auto& affected = feed.records.advisories.at(0).affected;
    return affected.empty() ? std::string("none") : affected[0].package.space + " " + affected[0].package.release;
  };
  CHECK(key("Debian") == "debian ");
  CHECK(key("Debian:12") == "debian 12");
  CHECK(key("Debian:next") == "none");
  CHECK(key("openSUSE:Tumbleweed") == "opensuse-tumbleweed ");
  CHECK(key("openSUSE:Leap 15.4") == "opensuse 15.4");
  CHECK(key("openSUSE:Leap Micro 5.2") == "none");
  CHECK(key("SUSE:Linux Enterprise Server 15 SP3") == "suse 15.3");
  CHECK(key("SUSE:Linux Enterprise Micro 5.3") == "suse-micro 5.3");
  CHECK(key("Ubuntu:22.04:LTS") == "ubuntu 22.04");
  CHECK(key("Ubuntu:Pro:18.04:LTS") == "ubuntu 18.04");
  for (const std::string_view other : {"Ubuntu:Pro:FIPS-updates:20.04:LTS", "Ubuntu:Pro:FIPS:20.04:LTS", "Ubuntu:Pro:Realtime:22.04:LTS", "Ubuntu:22.04:LTS:for:NVIDIA:BlueField"}) CHECK(key(other) == "none");
  CHECK(key("Red Hat:enterprise_linux:8::baseos") == "redhat 8");
  CHECK(key("Red Hat:rhel_eus:8.4::appstream") == "redhat 8");
  CHECK(key("Red Hat:satellite:6.14::el8") == "redhat 8");
  CHECK(key("Red Hat:rhel_software_collections:3::el7") == "redhat 7");
  CHECK(key("Red Hat:openshift:4.14") == "none");
  CHECK(key("Azure Linux:3") == "mariner 3.0");
  CHECK(key("Alpine:v3.19") == "alpine 3.19");
  CHECK(has(read_it("Debian:next").summary.named.at(0).why, "release"));
}

TEST_CASE("OSV: related CVEs are a distribution's only") {
  const auto cves = [](std::string_view ecosystem) {
    return taken(R"({"id":"A-1","modified":"2024-01-02T00:00:00Z","related":["CVE-2024-1000"],"affected":[{"package":{"ecosystem":")" + std::string(ecosystem) +
                 R"(","name":"x"},"versions":["1.0"]}]})").records.advisories.at(0).cves;
  };
  CHECK(cves("PyPI").empty());
  CHECK(cves("Debian:12") == std::vector<std::string>{"CVE-2024-1000"});
}

TEST_CASE("Debian: fixed, open, by choice, not affected; one record an issue") {
  const auto feed = taken(R"({"openssl":{"CVE-2024-1000":{"description":"d","releases":{
      "bookworm":{"status":"resolved","fixed_version":"3.0.14-1~deb12u1","urgency":"medium"},
      "bullseye":{"status":"open","urgency":"low","nodsa":"Minor issue","nodsa_reason":"postponed"},
      "trixie":{"status":"resolved","fixed_version":"0","urgency":"unimportant"},
      "sid":{"status":"open","urgency":"not yet assigned"},
      "buster":{"status":"resolved","fixed_version":""}}}},
    "edk2":{"CVE-2024-1000":{"releases":{"bookworm":{"status":"open"}}}}})");
  CHECK(feed.summary.kind == FeedKind::debian);
  REQUIRE(feed.records.advisories.size() == 1);
  const auto& affected = feed.records.advisories[0].affected;
  const auto of = [&](std::string_view package, std::string_view release) {
    const auto found = std::ranges::find_if(affected, [&](const Affected& one) { return one.package.name == package && one.package.release == release; });
    REQUIRE(found != affected.end());
    return *found;
  };
  CHECK(affected.size() == 5);
  CHECK(of("openssl", "12").ranges[0].fixed == "3.0.14-1~deb12u1");
  CHECK(of("openssl", "11").standing == Affected::Standing::unfixed_by_choice);
  CHECK(of("openssl", "11").reason == "postponed");
  CHECK(of("openssl", "13").standing == Affected::Standing::not_affected);
  CHECK(of("openssl", "sid").ranges.empty());
  CHECK(of("edk2", "12").standing == Affected::Standing::affected);
  CHECK(has(feed.summary.named.at(0).where, "releases.buster"));
}

namespace {

constexpr std::string_view kTracker = R"( {"openssl" : {"CVE-2024-1000":{"description":"a } , \" {","releases":{"bookworm":{"status":"open"}}},
  "CVE-2024-1001" : {"releases":{"bookworm":{"status":"resolved","fixed_version":"2"},"bullseye":{"status":"open"}}} },
  "odd":5, "empty":{}, "bash":{"CVE-2024-1000":{"releases":{"bookworm":{"status":"resolved","fixed_version":"3"}}},"CVE-2024-1002":[1,{"x":2}]}} )";

// What a text that comes in pieces is taken apart into, or why it is not.
Result<std::vector<std::string>> parts_of(std::string_view text, std::size_t piece) {
  std::vector<std::string> parts;
  const Visit visit = [&](const Part& part) -> Result<void> {
    parts.push_back((part.of_tracker ? std::to_string(part.before) + " " : "whole ") + std::string(part.text));
    return {};
  };
  Splitter splitter("", visit);
  for (std::size_t at = 0; at < text.size(); at += piece) TRY_VOID(splitter.take(text.substr(at, piece)));
  TRY_VOID(splitter.finish());
  return parts;
}

}  // namespace

TEST_CASE("Debian's tracker is taken apart issue by issue, whatever pieces it comes in") {
  const auto whole = parts_of(kTracker, kTracker.size());
  REQUIRE(whole.has_value());
  REQUIRE(whole->size() == 5);
  CHECK(has(whole->at(0), R"({"openssl":{"CVE-2024-1000":{"description":"a } , \" {")"));
  CHECK(has(whole->at(2), R"({"odd":5})"));
  for (std::size_t piece = 1; piece < 60; ++piece) {
    const auto parts = parts_of(kTracker, piece);
    REQUIRE(parts.has_value());
    CHECK(*parts == *whole);
  }
  const auto feed = taken(kTracker);
  CHECK(feed.summary.kind == FeedKind::debian);
  CHECK(feed.summary.taken == 2);        // CVE-2024-1000 of two packages is one
  CHECK(feed.summary.passed_over == 2);  // "odd", and what is no issue
  CHECK(feed.records.advisories.at(0).affected.size() == 2);
}

TEST_CASE("a tracker that is cut off or damaged names the package, the issue and the byte of the file") {
  for (std::size_t bytes = 40; bytes + 2 < kTracker.size(); ++bytes) {
    const auto why = refusal(kTracker.substr(0, bytes));
    CHECK_MESSAGE(has(why, "at byte " + std::to_string(bytes)), why);
  }
  CHECK(has(refusal(std::string(kTracker) + "{}"), "more behind the list's end, at byte " + std::to_string(kTracker.size())));
  std::string bad(kTracker);
  const auto place = bad.find("\"2\"");
  bad.replace(place, 3, "2.x");
  const auto why = refusal(bad);
  CHECK_MESSAGE(has(why, "openssl"), why);
  CHECK_MESSAGE(has(why, "CVE-2024-1001"), why);
  CHECK_MESSAGE(has(why, "at byte " + std::to_string(place)), why);
  CHECK(has(refusal(R"({"a":{"CVE-2024-1000":{"releases":{}} "CVE-2024-1001":{}}})"), "at byte 38"));
}

TEST_CASE("what is asked of a feed for every package is all of a release, or of all") {
  const auto read = [](std::vector<std::string> releases) {
    const auto wanted = Wanted::from_text(Wanted::every_package(releases).to_text());
    CHECK_FALSE(wanted.empty());
    CHECK(wanted.has("anything"));
    CHECK(wanted.has_release("12"));
    CHECK(wanted.has_release("11") == releases.empty());
    Budget budget(feed_limits());
    Collected records;
    REQUIRE(read_feed(as_bytes(kTracker), "", budget, records, {.wanted = &wanted, .passed = {}}).has_value());
    std::set<std::string> found;
    for (const auto& record : records.advisories) {
      CHECK(record.description.empty());
      for (const auto& affected : record.affected) found.insert(affected.package.release);
    }
    return found;
  };
  CHECK(read({"12"}) == std::set<std::string>{"12"});
  CHECK(read({}).size() > 1);
  CHECK(Wanted::from_text("").empty());
}

TEST_CASE("what is asked of a feed for some packages alone is what their judge needs") {
  const std::vector<advisory::Installed> packages = {{.key = {"deb", "debian", "libssl3", "12"}, .version = "1", .source = "openssl"},
                                                     {.key = {"npm", "", "left-pad", ""}, .version = "1.0.0"}};
  const auto wanted = Wanted::from_text(Wanted(packages).to_text());
  for (const char* name : {"libssl3", "openssl", "left-pad"}) CHECK(wanted.has(name));
  CHECK_FALSE(wanted.has("bash"));
  CHECK(wanted.has_release("12"));
  CHECK_FALSE(wanted.has_release("11"));
  Budget budget(feed_limits());
  Collected some;
  std::size_t passed = 0;
  const auto summary = read_feed(as_bytes(kTracker), "", budget, some, {.wanted = &wanted, .passed = [&](std::size_t bytes) { passed = bytes; }});
  REQUIRE(summary.has_value());
  CHECK(passed == kTracker.size());
  CHECK(summary->taken == 3);  // what nobody wants is not looked into
  const auto all = taken(kTracker);
  const auto judged = [&](const Collected& records) {
    Budget room({.bytes_out = 1u << 20, .entries = 10'000});
    const auto bytes = advisory::Book::compile(records.advisories, records.exploited, records.likelihoods, room).value();
    return advisory::Book::open(bytes).value().match(packages);
  };
  CHECK(judged(some) == judged(all.records));
  CHECK(judged(some).size() == 2);
  std::size_t kept = 0;
  for (const auto& one : some.advisories) kept += one.affected.size();
  CHECK(kept == 2);
}

TEST_CASE("a tracker's version that is none is no fix, and an issue of nothing else is not taken") {
  for (const char* version : {"", "unknown", "99999999999999999999:1.0"}) {
    const auto why = refusal(R"({"x":{"CVE-2024-1000":{"releases":{"bookworm":{"status":"resolved","fixed_version":")" + std::string(version) + R"("}}}}})");
    CHECK_MESSAGE(has(why, "none of 1 records could be taken; the first: x.CVE-2024-1000.releases.bookworm"), why);
  }
}

TEST_CASE("CSAF: the validator's cases, each judged as it says") {
  const auto table = shared("csaf/expected.tsv");
  if (!table) {
    MESSAGE("skipped: KHIEN_SHARED is not set");
    return;
  }
  std::istringstream lines(*table);
  std::string line;
  std::getline(lines, line);
  std::size_t right = 0, wrong = 0;
  while (std::getline(lines, line)) {
    const std::string file = line.substr(0, line.find('\t'));
    const bool valid = line.ends_with("True") || line.ends_with("True\r");
    // Called valid, though one file has two values of md5: against 6.1.25 of the standard.
    if (file.ends_with("optional__oasis_csaf_tc-csaf_2_0-2021-6-2-08-02.json")) continue;
    if (line.find("\t6.1.11\t") != line.npos || line.find("\t6.1.12\t") != line.npos) continue;  // of what is not used
    const auto text = shared("csaf/" + file);
    REQUIRE(text.has_value());
    const auto feed = read(*text);
    const bool same = feed.has_value() == valid;
    (same ? right : wrong) += 1;
    CHECK_MESSAGE(same, file << ": " << (feed ? "taken" : feed.error().what()));
  }
  MESSAGE("CSAF: " << right << " as expected, " << wrong << " otherwise");
}

TEST_CASE("CSAF: a real advisory's fixes are of its distribution and release") {
  const auto text = shared("csaf/examples__csaf__rhsa-2021_5217.json");
  if (!text) {
    MESSAGE("skipped: KHIEN_SHARED is not set");
    return;
  }
  const auto feed = taken(*text);
  CHECK(has(feed.summary.name, "csaf:"));
  CHECK(!feed.records.advisories.empty());
}

namespace {

// A CSAF document with what its tree has and what is known of the product "A".
std::string csaf(std::string_view tree, std::string_view vulnerability) {
  return R"({"document":{"category":"csaf_base","csaf_version":"2.0","title":"t","publisher":{"category":"vendor","name":"n","namespace":"https://x.example"},
    "tracking":{"id":"X-1","status":"final","version":"1","initial_release_date":"2024-01-02T00:00:00Z","current_release_date":"2024-01-02T00:00:00Z",
    "revision_history":[{"date":"2024-01-02T00:00:00Z","number":"1","summary":"s"}]}},"product_tree":{)" + std::string(tree) + R"(},"vulnerabilities":[{"cve":"CVE-2024-1000",)" +
         std::string(vulnerability) + "}]}";
}

}  // namespace

TEST_CASE("CSAF: a part of another product than the distribution says nothing of the distribution") {
  const auto keys = [](std::string_view cpe) {
    const auto feed = taken(csaf(R"("full_product_names":[{"product_id":"P","name":"p","product_identification_helper":{"purl":"pkg:rpm/redhat/bash@1-1?arch=src"}},
      {"product_id":"W","name":"w","product_identification_helper":{"cpe":")" + std::string(cpe) + R"("}}],
      "relationships":[{"category":"default_component_of","product_reference":"P","relates_to_product_reference":"W","full_product_name":{"product_id":"A","name":"a"}}])",
                            R"("product_status":{"known_not_affected":["A"]})"));
    const auto& affected = feed.records.advisories.at(0).affected;
    return affected.empty() ? "none of " + std::to_string(feed.summary.passed_over) : affected[0].package.space + " " + affected[0].package.release;
  };
  CHECK(keys("cpe:/a:redhat:satellite:6.14::el8") == "none of 1");
  CHECK(keys("cpe:/a:redhat:satellite:6") == "none of 1");
  CHECK(keys("cpe:/o:redhat:enterprise_linux:7::server") == "redhat 7");
  CHECK(keys("cpe:/a:redhat:rhel_eus:8.4::appstream") == "redhat 8");
  CHECK(keys("cpe:/a:redhat:rhel_software_collections:3::el7") == "redhat 7");
}

TEST_CASE("CSAF: ranges as vers and as constraints") {
  const auto read_it = [](std::string_view range) {
    return taken(csaf(R"("branches":[{"category":"vendor","name":"Fortinet","branches":[{"category":"product_name","name":"FortiOS","branches":[
      {"category":"product_version_range","name":")" + std::string(range) + R"(","product":{"product_id":"A","name":"a"}}]}]}])", R"("product_status":{"known_affected":["A"]})"));
  };
  const auto ranges = [&](std::string_view range) { return read_it(range).records.advisories.at(0).affected.at(0).ranges; };
  using Ranges = std::vector<advisory::VersionRange>;
  CHECK(ranges("vers:generic/>=7.2.0|<7.2.8") == Ranges{{.introduced = "7.2.0", .fixed = "7.2.8"}});
  CHECK(ranges("vers:generic/<7.0.1|>7.2.0|<=7.2.8|7.4.0|>=7.6") ==
        Ranges{{.fixed = "7.0.1"}, {.introduced = "7.2.0", .last_affected = "7.2.8", .introduced_excluded = true}, {.introduced = "7.4.0", .last_affected = "7.4.0"}, {.introduced = "7.6"}});
  CHECK(ranges("vers:rpm/<1%3A2.0") == Ranges{{.fixed = "1:2.0"}});
  CHECK(ranges(">=7.2.0 <7.2.8") == Ranges{{.introduced = "7.2.0", .fixed = "7.2.8"}});
  CHECK(ranges("vers:all/*").empty());
  for (const std::string_view odd : {"vers:generic/>=1|>=2", "vers:generic/>=1|!=2|<3", "vers:generic/", "vers:generic/1|<3", "vers:generic/<%4", "vers:"}) {
    const auto feed = read_it(odd);
    CHECK_MESSAGE(feed.records.advisories.at(0).affected.empty(), odd);
    CHECK_MESSAGE(feed.summary.passed_over == 1, odd);
  }
}

TEST_CASE("CSAF: many that name one large group end at the budget") {
  std::string names, ids, remediations;
  for (int i = 0; i < 2'000; ++i) {
    const std::string id = "P" + std::to_string(i);
    names += (i == 0 ? "" : ",") + std::string(R"({"product_id":")") + id + R"(","name":"n"})";
    ids += (i == 0 ? "\"" : ",\"") + id + "\"";
    remediations += (i == 0 ? "" : ",") + std::string(R"({"category":"none_available","details":"d","group_ids":["G"]})");
  }
  const std::string text = csaf(R"("full_product_names":[)" + names + R"(],"product_groups":[{"group_id":"G","product_ids":[)" + ids + "]}]",
                                R"("product_status":{"under_investigation":["P0"]},"remediations":[)" + remediations + "]");
  Budget budget({.bytes_in = 1u << 30, .bytes_out = 1u << 30, .depth = 64, .entries = 1'000'000});
  Collected records;
  const auto refused = read_feed(as_bytes(text), "x", budget, records);
  REQUIRE(!refused.has_value());
  CHECK(refused.error().code() == Code::exhausted);
}

TEST_CASE("Trivy: what is named as patched is not vulnerable, and ends the range") {
  const auto of = [](std::string_view value) {
    return taken(R"([{"source":"erlang::GitHub","package":"phoenix","path":[],"id":"CVE-2022-42975","value":)" + std::string(value) + "}]").records.advisories.at(0).affected;
  };
  const auto phoenix = of(R"({"VulnerableVersions":["<= 1.6.14"],"PatchedVersions":["1.6.14"]})");
  REQUIRE(phoenix.size() == 2);
  CHECK(phoenix[0].ranges == std::vector<advisory::VersionRange>{{.fixed = "1.6.14"}});
  CHECK(phoenix[1].standing == Affected::Standing::not_affected);
  CHECK(phoenix[1].versions == std::vector<std::string>{"1.6.14"});
  CHECK(of(R"({"VulnerableVersions":[">= 2.0.0, <= 2.9.10"],"PatchedVersions":["2.10.0","2.9.11","1.0.0"]})")[0].ranges[0].fixed == "2.9.11");
  // Another range begins before the fix: what lies between is not said to be sick.
  CHECK(of(R"({"VulnerableVersions":["<= 1.2.0",">= 2.0.0, <= 2.3.0"],"PatchedVersions":["2.4.0"]})")[0].ranges ==
        std::vector<advisory::VersionRange>{{.last_affected = "1.2.0"}, {.introduced = "2.0.0", .fixed = "2.4.0"}});
  CHECK(of(R"({"VulnerableVersions":["< 2.0.0"],"UnaffectedVersions":["< 1.0.0"]})")[1].ranges == std::vector<advisory::VersionRange>{{.fixed = "1.0.0"}});
}

TEST_CASE("Trivy: no value and no fix; a severity for each CVE of an erratum; rows a line each") {
  const auto none = taken(R"([{"source":"debian 9","package":"x","path":[],"id":"CVE-2024-1000","value":null},{"source":"alpine 3.9","package":"y","path":[],"id":"CVE-2024-1000","value":{"FixedVersion":""}}])");
  REQUIRE(none.records.advisories.at(0).affected.size() == 2);
  for (const Affected& one : none.records.advisories[0].affected) CHECK((one.ranges.empty() && one.standing == Affected::Standing::affected));
  const std::string cpe = R"({"source":"Red Hat CPE","package":"cpe","path":[],"id":"7","value":"cpe:/o:redhat:enterprise_linux:7::server"})";
  const std::string row = R"({"source":"Red Hat","package":"openssl","path":[],"id":"RHSA-2019:2304","value":{"Entries":[{"FixedVersion":"1:1-1","Affected":[7],"Cves":[{"ID":"CVE-2018-0734","Severity":1},{"ID":"CVE-2019-1559","Severity":3}]}]}})";
  const auto list = taken("[" + cpe + "," + row + "]");
  REQUIRE(list.records.advisories.size() == 2);
  CHECK(list.records.advisories[0].cves == std::vector<std::string>{"CVE-2018-0734"});
  CHECK(list.records.advisories[0].affected[0].severity == Severity::low);
  CHECK(list.records.advisories[1].affected[0].severity == Severity::high);
  const std::string debian = R"({"source":"debian 9","package":"x","path":[],"id":"CVE-2024-1000","value":{"FixedVersion":"1"}})";
  const std::string alpine = R"({"source":"alpine 3.9","package":"y","path":[],"id":"CVE-2024-1000","value":{"FixedVersion":"2"}})";
  const auto lines = taken(cpe + "\n" + row + "\n" + debian + "\n" + alpine + "\n" + debian + "\n");
  REQUIRE(lines.records.advisories.size() == 3);
  CHECK(lines.records.advisories[2].affected.size() == 2);
  CHECK(lines.summary.replaced == 0);
  CHECK(taken(row + "\n" + cpe + "\n" + debian + "\n").summary.passed_over == 1);
}

TEST_CASE("two files of Debian or Trivy add to each other's records; of others the later counts") {
  const auto both = [](std::string_view first, std::string_view second) {
    Collected records;
    Budget one(feed_limits()), two(feed_limits());
    REQUIRE(read_feed(as_bytes(first), "a", one, records).has_value());
    REQUIRE(read_feed(as_bytes(second), "b", two, records).has_value());
    return records.advisories;
  };
  const auto debian = both(R"({"openssl":{"CVE-2024-1000":{"releases":{"bookworm":{"status":"open"},"bullseye":{"status":"open"}}}}})",
                           R"({"edk2":{"CVE-2024-1000":{"description":"d","releases":{"bookworm":{"status":"open"}}}},"openssl":{"CVE-2024-1000":{"releases":{"bookworm":{"status":"resolved","fixed_version":"3"}}}}})");
  REQUIRE(debian.size() == 1);
  REQUIRE(debian[0].affected.size() == 3);
  CHECK(debian[0].description == "d");
  const auto ssl = std::ranges::find_if(debian[0].affected, [](const Affected& one) { return one.package.name == "openssl" && one.package.release == "12"; });
  REQUIRE(ssl != debian[0].affected.end());
  CHECK(ssl->ranges.at(0).fixed == "3");
  const auto trivy = both(R"([{"source":"debian 9","package":"x","path":[],"id":"CVE-2024-1000","value":{"FixedVersion":"1"}}])",
                          R"([{"source":"npm::GitHub","package":"y","path":[],"id":"CVE-2024-1000","value":{"VulnerableVersions":["< 2"]}}])");
  REQUIRE(trivy.size() == 1);
  CHECK(trivy[0].affected.size() == 2);
  CHECK(both(osv("A-1", "1.0"), osv("A-1", "2.0"))[0].affected.size() == 1);
}

TEST_CASE("bounds: records, values over all lines, a record that is too long") {
  Collected records;
  Budget budget(feed_limits());
  Reading reading(records, budget);
  reading.most_records = 2;
  CHECK(reading.take(advisory::Likelihood{"CVE-2024-1", 0, 0}).has_value());
  CHECK(reading.take(advisory::Likelihood{"CVE-2024-2", 0, 0}).has_value());
  const auto third = reading.take(advisory::Likelihood{"CVE-2024-3", 0, 0});
  REQUIRE(!third.has_value());
  CHECK(third.error().code() == Code::exhausted);
  CHECK(has(third.error().what(), "2 records"));
  RecordLines lines(records, 1);
  const std::string line = to_line(advisory::Likelihood{"CVE-2024-1", 0, 0}) + "\n";
  CHECK(lines.take(line).has_value());
  CHECK(lines.take(line).error().code() == Code::exhausted);

  std::string many;
  for (int i = 0; i < 50; ++i) many += osv("A-" + std::to_string(i)) + "\n";
  Budget few({.bytes_in = 1u << 20, .bytes_out = 1u << 20, .depth = 64, .entries = 200});
  const auto refused = read_feed(as_bytes(many), "x", few, records);
  REQUIRE(!refused.has_value());
  CHECK(refused.error().code() == Code::exhausted);

  std::string versions;
  for (int i = 0; i < 400'000; ++i) versions += (i == 0 ? "\"" : ",\"") + std::string(170, '1') + std::to_string(i) + "\"";
  const std::string large = R"({"id":"A-LONG","modified":"2024-01-02T00:00:00Z","affected":[{"package":{"ecosystem":"PyPI","name":"x"},"versions":[)" + versions + "]}]}";
  Collected back;
  RecordLines told(back);
  REQUIRE(run_feed_job("x", as_bytes(large + "\n" + osv("A-2") + "\n"), nullptr, [&](std::string_view piece) { return told.take(piece); }).has_value());
  const auto summary = told.finish();
  REQUIRE(summary.has_value());
  CHECK(summary->taken == 1);
  CHECK(summary->passed_over == 1);
  CHECK(has(summary->named.at(0).where, "A-LONG"));
  CHECK(back.advisories.at(0).id == "A-2");
}

TEST_CASE("a long line in small pieces is searched once") {
  std::size_t parts = 0;
  const Visit visit = [&](const Part&) -> Result<void> {
    ++parts;
    return {};
  };
  Splitter splitter("", visit);
  const auto began = std::chrono::steady_clock::now();
  REQUIRE(splitter.take("x\n").has_value());
  const std::string piece(64, 'x');
  for (int i = 0; i < 200'000; ++i) REQUIRE(splitter.take(piece).has_value());
  REQUIRE(splitter.take("\ny").has_value());
  REQUIRE(splitter.finish().has_value());
  CHECK(parts == 3);
  // From its beginning at each piece that were 1.3 TB, a minute and more.
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(20));
}

TEST_CASE("JSON that is none is refused with the byte") {
  CHECK(has(refusal(R"({"id":"A-1",})"), "at byte 12"));
  CHECK(has(refusal(R"({"id" "A-1"})"), "at byte 6"));
  CHECK(has(refusal(R"([1,,2])"), "at byte 3"));
  CHECK(has(refusal(R"({"id":"A)"), "at byte 8"));
  CHECK(has(refusal(R"([1}])"), "at byte 2"));
  CHECK(has(refusal(R"([yes])"), "at byte 1"));
}

TEST_CASE("Trivy: 71 of its rows are taken, and each becomes a record") {
  const auto text = shared("trivy/advisories.json");
  if (!text) {
    MESSAGE("skipped: KHIEN_SHARED is not set");
    return;
  }
  const auto feed = taken(*text);
  CHECK(feed.summary.kind == FeedKind::trivy);
  CHECK(feed.summary.passed_over == 0);  // null is a value: no version mends it
  Budget budget({.bytes_in = 1u << 30, .bytes_out = 1u << 30, .entries = 1'000'000});
  CHECK(advisory::Book::compile(feed.records.advisories, {}, {}, budget).has_value());
}

TEST_CASE("constraints of versions") {
  const auto range = [](std::string_view text) {
    const auto parsed = parse_constraint(text);
    return parsed ? as_range(*parsed) : advisory::VersionRange{.introduced = "refused"};
  };
  CHECK(range(">= 2.39.0, < 2.39.1") == advisory::VersionRange{.introduced = "2.39.0", .fixed = "2.39.1"});
  CHECK(range("<8.44") == advisory::VersionRange{.fixed = "8.44"});
  CHECK(range("<= 1.6.14") == advisory::VersionRange{.last_affected = "1.6.14"});
  CHECK(range("[2.9.0,2.9.10.7)") == advisory::VersionRange{.introduced = "2.9.0", .fixed = "2.9.10.7"});
  CHECK(range("(1,2]") == advisory::VersionRange{.introduced = "1", .last_affected = "2", .introduced_excluded = true});
  CHECK(range("= 1.2") == advisory::VersionRange{.introduced = "1.2", .last_affected = "1.2"});
  CHECK(range(">=1.1.1 <1.1.1t") == advisory::VersionRange{.introduced = "1.1.1", .fixed = "1.1.1t"});
  CHECK(range("~> 2.0.9, >= 2.0.9.1") == advisory::VersionRange{.introduced = "2.0.9.1", .fixed = "2.1"});
  CHECK(range("~> 2.0.9, >= 1.0") == advisory::VersionRange{.introduced = "2.0.9", .fixed = "2.1"});
  CHECK(range("~> 2.2") == advisory::VersionRange{.introduced = "2.2", .fixed = "3"});
  CHECK(range("^0.6.14") == advisory::VersionRange{.introduced = "0.6.14", .fixed = "0.7"});
  CHECK(range("^1.2.3") == advisory::VersionRange{.introduced = "1.2.3", .fixed = "2"});
  CHECK(range("^0.0.3") == advisory::VersionRange{.introduced = "0.0.3", .fixed = "0.0.4"});
  CHECK(range("~1.2.3") == advisory::VersionRange{.introduced = "1.2.3", .fixed = "1.3"});
  const auto two = parse_constraints(">=1.1.1 <1.1.1t||>=3.0.0 <3.0.8");
  REQUIRE(two.has_value());
  CHECK(*two == std::vector<Interval>{{"1.1.1", false, "1.1.1t", false}, {"3.0.0", false, "3.0.8", false}});
  CHECK(last_of_wildcard("5.15.*") == "5.15.999999999");
  for (const std::string_view odd : {"", "*", "<", "[,]", "< 1, < 2", ">= unknown", "1.0 - 3.2", "1.0 beta", "< 1,", "^x", "~> x", "!= 1"}) CHECK(range(odd).introduced == "refused");
  const auto rest = others({{"2.1.3", false, "3.0.0", false}, {"3.1.0", false, "", false}}, advisory::VersionOrder::semver);
  REQUIRE(rest.has_value());
  CHECK(*rest == std::vector<Interval>{{"", false, "2.1.3", false}, {"3.0.0", false, "3.1.0", false}});
  CHECK(behind_wildcard("5.15.*") == "5.16");
}

TEST_CASE("CVSS scores by the specifications' formulas") {
  CHECK(cvss_score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H") == 10.0);
  CHECK(cvss_score("CVSS:3.0/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N") == 5.5);
  CHECK(cvss_score("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:N") == 0.0);
  CHECK(cvss_score("AV:N/AC:L/Au:N/C:C/I:C/A:C") == 10.0);
  CHECK(cvss_score("AV:N/AC:M/Au:N/C:P/I:N/A:N") == 4.3);
  CHECK(!cvss_score("CVSS:4.0/AV:N").has_value());
  CHECK(!cvss_score("CVSS:3.1/AV:N/AC:L").has_value());
  CHECK(!cvss_score("CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H").has_value());
}

TEST_CASE("records' lines read back equal, in pieces of any size, and nothing else is believed") {
  const auto feed = taken(kOsv);
  std::string text = to_line(feed.records.advisories[0]) + "\n" + to_line(advisory::Likelihood{"CVE-2024-1000", 0.1, 0.30000000000000004}) + "\n" +
                     to_line(advisory::Exploited{"CVE-2024-1000", "v", "p", "n", *Date::parse("2024-01-02"), std::nullopt, true, "a"}) + "\n" + to_line(feed.summary) + "\n";
  for (const std::size_t size : {std::size_t{1}, std::size_t{7}, text.size()}) {
    Collected back;
    RecordLines lines(back);
    for (std::size_t at = 0; at < text.size(); at += size) REQUIRE(lines.take(std::string_view(text).substr(at, size)).has_value());
    const auto summary = lines.finish();
    REQUIRE(summary.has_value());
    CHECK(*summary == feed.summary);
    CHECK(back.advisories == feed.records.advisories);
    CHECK(back.likelihoods[0].percentile == 0.30000000000000004);
    CHECK(back.exploited[0].ransomware);
  }
  const auto refused = [](std::string_view lies) {
    Collected back;
    RecordLines lines(back);
    const auto took = lines.take(lies);
    return !took || !lines.finish();
  };
  CHECK(refused(to_line(feed.records.advisories[0]) + "\n"));            // no summary
  CHECK(refused(to_line(feed.summary) + "\n" + to_line(feed.summary) + "\n"));
  CHECK(refused(R"({"k":"l","cve":"x","probability":0.5,"percentile":0.5,"more":1})" "\n" + to_line(feed.summary) + "\n"));
  CHECK(refused(R"({"k":"l","cve":"x", "probability":0.5,"percentile":0.5})" "\n" + to_line(feed.summary) + "\n"));
}
