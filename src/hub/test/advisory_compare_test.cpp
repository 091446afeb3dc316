#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "khien/hub/command_line.hpp"
#include "khien/hub/console.hpp"
#include "test/temporary_folder.hpp"

namespace khien::hub {
namespace {

struct Said {
  int code = 0;
  std::string out, err;
};

Said compare(std::vector<std::string> words) {
  words.insert(words.begin(), {"advisory", "compare"});
  KeptConsole console(Language::en);
  const int code = run_command_line(words, console);
  return {code, console.said(), console.complained()};
}

TEST_CASE("advisory compare: one sign and nothing else") {
  CHECK(compare({"debian", "1.0-1~deb12u1", "1.0-1"}).out == "<\n");
  CHECK(compare({"Red Hat:8", "1.0", "1.0"}).out == "=\n");
  CHECK(compare({"npm", "1.0.0", "1.0.0-rc.1"}).out == ">\n");
  CHECK(compare({"npm", "1.0.0", "1.0.0-rc.1"}).code == 0);
}

TEST_CASE("advisory compare: wrong use is 2 and names what is wrong") {
  CHECK(compare({"debian", "1.0"}).code == 2);
  Said said = compare({"cobol", "1", "2"});
  CHECK(said.code == 2);
  CHECK(said.err.contains("cobol"));
  said = compare({"debian", "1", "unknown"});
  CHECK(said.code == 2);
  CHECK(said.out.empty());
  CHECK(said.err.contains("B: 'unknown' is no version"));
}

TEST_CASE("advisory compare --batch: each wrong row with its number, and how many") {
  const TemporaryFolder folder;
  const std::string file = folder.path() + "/rows.tsv";
  std::ofstream(file) << "1.0\t<\t1.1\r\n2.0\t=\t2.1\n\n1.0~rc1\t<\t1.0\n1\t<\tunknown\n";
  Said said = compare({"debian", "--batch", file});
  CHECK(said.code == 1);
  CHECK(said.out == "2: 2.0 = 2.1: it is <\n5: 1 < unknown: field B: 'unknown' is no version: it says that there is none\n2 right, 2 wrong\n");
  std::ofstream(file) << "1.0\t<\t1.1";
  said = compare({"debian", "--batch", file});
  CHECK(said.code == 0);
  CHECK(said.out == "1 right, 0 wrong\n");
  for (const char* bad : {"1\t<\t2\n1 < 2\n", "1\t<\t2\n1\t<>\t2\n", "1\t<\t2\n1\t<\t2\t3\n"}) {
    std::ofstream(file) << bad;
    said = compare({"debian", "--batch", file});
    CHECK(said.code == 2);
    CHECK(said.err.contains("rows.tsv: row 2: field "));
  }
  CHECK(compare({"debian", "--batch", folder.path() + "/none"}).code == 2);
}

}  // namespace
}  // namespace khien::hub
