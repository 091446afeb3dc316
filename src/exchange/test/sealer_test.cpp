#include "khien/exchange/key_sealer.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "sample_report.hpp"

namespace khien::exchange {
namespace {

struct Sealed {
  ThrowAwayKey key = make_throw_away_key("Khiên, khóa thử").value();
  std::string seal(const std::string& id) const {
    const Scheme scheme = scheme_of(id);
    auto sealed = make_key_sealer(key.key_pem, key.certificate_pem).value()(scheme.write(sample_report()).value(), scheme.seal_place());
    REQUIRE_MESSAGE(sealed, sealed.error().what());
    return *sealed;
  }
};

// The word of a program that is not ours.
int xmlsec1(const std::string& xml, const std::string& certificate_pem) {
  std::string folder = (std::filesystem::temp_directory_path() / "khien-seal-XXXXXX").string();
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  std::ofstream(folder + "/m.xml", std::ios::binary) << xml;
  std::ofstream(folder + "/c.pem", std::ios::binary) << certificate_pem;
  const int code = std::system(("xmlsec1 --verify --trusted-pem " + folder + "/c.pem " + folder + "/m.xml >/dev/null 2>&1").c_str());
  std::filesystem::remove_all(folder);
  return code;
}

TEST_CASE("both schemes: sealed, verified by xmlsec1 and by us, taken by the strict reader") {
  const Sealed by;
  for (const std::string id : {"2290", "8676"}) {
    const std::string xml = by.seal(id);
    CHECK(check_seal(xml, by.key.certificate_pem));
    CHECK(xmlsec1(xml, by.key.certificate_pem) == 0);
    Budget budget = plenty();
    const auto read = scheme_of(id).read(xml, budget);
    REQUIRE_MESSAGE(read, read.error().what());
    CHECK(read->rows.size() == sample_report().rows.size());
    CHECK(xml.contains("<X509SubjectName>CN=Khiên\\, khóa thử</X509SubjectName>"));
  }
}

TEST_CASE("one byte that is changed anywhere is refused by one of the two") {
  const Sealed by;
  const std::string xml = by.seal("2290");
  std::size_t tried = 0;
  for (std::size_t at = 60; at < xml.size(); at += 97) {
    std::string changed = xml;
    changed[at] = changed[at] == 'x' ? 'y' : 'x';
    Budget budget = plenty();
    const bool is_taken = scheme_of("2290").read(changed, budget) && check_seal(changed, by.key.certificate_pem);
    CHECK_MESSAGE(!is_taken, at);
    ++tried;
  }
  CHECK(tried > 40);
}

TEST_CASE("another's key is refused, and so is a second signature") {
  const Sealed by;
  const Sealed other;
  const std::string xml = by.seal("2290");
  CHECK(check_seal(xml, other.key.certificate_pem).error().code() == Code::denied);
  CHECK(xmlsec1(xml, other.key.certificate_pem) != 0);
  CHECK(make_key_sealer(by.key.key_pem, other.key.certificate_pem).error().code() == Code::invalid);
  CHECK_FALSE(make_key_sealer(Secret("x"), by.key.certificate_pem));
}

TEST_CASE("a place that is not there, or twice, and a document type are refused") {
  const Sealed by;
  const auto seal = make_key_sealer(by.key.key_pem, by.key.certificate_pem).value();
  CHECK_FALSE(seal("<a><b/></a>", {"", "c"}));
  CHECK_FALSE(seal("<a><b/><b/></a>", {"", "b"}));
  CHECK_FALSE(seal("<!DOCTYPE a><a><b/></a>", {"", "b"}));
  CHECK_FALSE(seal("<a>", {"", "a"}));
  CHECK(seal("<a><b/></a>", {"", "b"}));
}

}  // namespace
}  // namespace khien::exchange
