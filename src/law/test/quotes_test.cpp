#include "khien/law/quotes.hpp"

#include <doctest/doctest.h>

#include "test/content.hpp"

namespace khien::law {
namespace {

TEST_CASE("white space of every kind is one space, and marks may be written either way") {
  CHECK(comparable("  a\n\t b\xC2\xA0\xC2\xA0"
                   "c\xE2\x80\xAF"
                   "d\xE3\x80\x80 ") == "a b c d");
  CHECK(comparable("a\r\nb") == "a b");
  CHECK(comparable("ho\xCC\x80"
                   "a") == "hòa");
  CHECK(comparable("") == "");
  CHECK(comparable(" \n ") == "");
  CHECK(comparable("Đồng Nai") == "Đồng Nai");
}

QuoteCheck check(std::vector<SourceFile> documents) {
  const auto loaded = load(small_world()).catalogue;
  REQUIRE(loaded);
  return check_quotes(*loaded, documents);
}

TEST_CASE("a quote is found in its document whatever the document is called") {
  const auto found = check({{"zzz", "khác"},
                            {"000.txt",
                             "Các xã pha\xCC\x89i\n báo\xC2\xA0"
                             "cáo hằng quý"}});
  CHECK(found.faults.empty());
  CHECK(found.found == 1);
}

TEST_CASE("no document with any quote is a fault of the directive") {
  const auto none = check({{"a.txt", "phải báo  cáo nhanh"}, {"b.txt", "phải báo-cáo"}});
  CHECK(none.faults.empty());
  const auto wrong = check({{"b.txt", "phải báo-cáo"}});
  REQUIRE(wrong.faults.size() == 1);
  CHECK(wrong.faults[0].file == "directives/d.yaml");
  CHECK(check({}).faults.size() == 1);
}

TEST_CASE("a quote that is not in the directive's own document is named, though another holds it") {
  auto files = small_world();
  const auto file = std::ranges::find(files, "directives/d.yaml", &SourceFile::path);
  std::string second = file->text.substr(file->text.find("  - id: D-1\n"));
  const auto rename = [&second](std::string_view from, std::string_view to) {
    for (auto at = second.find(from); at != second.npos; at = second.find(from, at + to.size())) {
      second.replace(at, from.size(), to);
    }
  };
  std::string third = second;
  rename("D-1", "D-2");
  rename("phải báo cáo", "phải gửi báo cáo");
  file->text += second;
  second = third;
  rename("D-1", "D-3");
  rename("phải báo cáo", "chỉ có ở nơi khác");
  file->text += second;
  const auto loaded = load(files);
  REQUIRE(loaded.catalogue);
  const auto result = check_quotes(
      *loaded.catalogue, {{"own", "phải báo cáo; phải gửi báo cáo"}, {"other", "chỉ có ở nơi khác"}});
  CHECK(result.found == 2);
  REQUIRE(result.faults.size() == 1);
  CHECK(result.faults[0].field == "clauses[2].quote");
  CHECK(result.faults[0].line > 10);
  CHECK(result.faults[0].message.en == "D-3: \"chỉ có ở nơi khác\" is not in own");
}

}  // namespace
}  // namespace khien::law
