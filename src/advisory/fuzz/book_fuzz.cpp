// Input: places and bytes to damage in a compiled book, three bytes each. Oracle: damage is refused;
// with its sum made to fit, whatever the numbers are, every question ends, and
// nothing is read outside the book.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "book_format.hpp"
#include "khien/advisory/book.hpp"

using namespace khien;
using namespace khien::advisory;

namespace {

const PackageKey kOpenssl = {"deb", "debian", "openssl", "12"}, kLodash = {"npm", "", "lodash", ""}, kProduct = {"cpe", "v", "p", ""};

const std::string& sound() {
  static const std::string bytes = [] {
    std::vector<Advisory> records(4);
    records[0] = {.id = "CVE-1-1", .feed = "debian", .cves = {"CVE-1-1"}, .title = "title", .description = "words", .severity = Severity::high, .cvss_score = 9.8,
                  .affected = {{.package = kOpenssl, .basis = Basis::distribution, .ranges = {{.introduced = "1", .fixed = "3"}}}}, .references = {"https://a.vn/"}};
    records[1] = {.id = "GHSA-1", .feed = "osv", .cves = {"CVE-1-2", "CVE-1-3"}, .affected = {{.package = kLodash, .ranges = {{.fixed = "4"}, {.last_affected = "6"}}}}};
    records[2] = {.id = "CVE-1-4", .feed = "nvd", .cves = {"CVE-1-4"},
                  .affected = {{.package = kProduct, .basis = Basis::cpe, .versions = {"1.0", "1.1"}, .cpe = "cpe:2.3:a:v:p:*:*:*:*:*:*:*:*"}}};
    records[3] = {.id = "VEX-1", .feed = "csaf:V", .cves = {"CVE-1-2"}, .affected = {{.package = kLodash, .standing = Affected::Standing::not_affected, .versions = {"3"}}}};
    Budget budget({});
    return Book::compile(records, std::vector<Exploited>{{.cve = "CVE-1-1", .due_on = Date()}}, std::vector<Likelihood>{{"CVE-1-1", 0.5, 0.5}}, budget).value();
  }();
  return bytes;
}

void ask(const Book& book) {
  const Installed packages[] = {{.key = kOpenssl, .version = "2"}, {.key = kLodash, .version = "3.5"}, {.key = kLodash, .version = ""},
                                {.key = {"generic", "", "p", ""}, .version = "1.0", .cpe = "cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:*"}};
  for (const Match& match : book.match(packages)) {
    if (match.package >= std::size(packages)) std::abort();
    if (match.state == Match::State::affected && packages[match.package].version.empty()) std::abort();
  }
  for (const char* id : {"CVE-1-1", "CVE-1-2", "CVE-1-4", ""}) {
    (void)book.find(id);
    (void)book.packages_of(id);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes = sound();
  for (std::size_t i = 0; i + 3 <= size; i += 3) bytes[(data[i] + std::size_t{256} * data[i + 1]) % bytes.size()] = static_cast<char>(data[i + 2]);
  if (const auto opened = Book::open(bytes); opened.has_value() != (bytes == sound())) std::abort();
  const Sha256 sum = sha256(std::string_view(bytes).substr(book_format::kSectionsAt));
  std::memcpy(bytes.data() + book_format::kSumAt, sum.bytes.data(), sum.bytes.size());
  if (const auto opened = Book::open(bytes)) ask(*opened);
  // A file of its own making.
  (void)Book::open({reinterpret_cast<const char*>(data), size});
  return 0;
}
