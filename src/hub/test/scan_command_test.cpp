#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "khien/core/hash.hpp"
#include "khien/hub/command_line.hpp"
#include "khien/hub/console.hpp"
#include "test/temporary_folder.hpp"

namespace khien::hub {
namespace {

std::string eicar() {
  std::string text = "*H+H$!ELIF-TSET-SURIVITNA-DRADNATS-RACIE$}7)CC7)^P(45XZP";
  text += "\\4[PA@%P!O5X";
  return {text.rbegin(), text.rend()};
}

void write(const std::string& path, std::string_view bytes) { std::ofstream(path) << bytes; }

struct Said {
  int code = 0;
  std::string out, err;
};

Said scan(std::vector<std::string> words, Language language = Language::en) {
  words.insert(words.begin(), "scan");
  KeptConsole console(language);
  const int code = run_command_line(words, console);
  return {code, console.said(), console.complained()};
}

std::string mail() {
  return "Subject: x\nTo: y\nContent-Type: application/octet-stream; name=a.com\nContent-Transfer-Encoding: base64\n\n" +
         to_base64(as_bytes(eicar()));
}

TEST_CASE("scan: 0 is clean, 1 is found, 2 is not read") {
  const TemporaryFolder folder;
  write(folder.path() + "/clean", "nothing");
  Said said = scan({folder.path()});
  CHECK(said.code == 0);
  CHECK(said.out.empty());
  CHECK(said.err.find("1 files (0 MB)") != std::string::npos);

  write(folder.path() + "/bad.eml", mail());
  said = scan({folder.path(), "--jobs", "2"});
  CHECK(said.code == 1);
  CHECK(said.out.find("malicious\t" + folder.path() + "/bad.eml\t") == 0);
  CHECK(said.out.find("yara:khien_eicar (a.com)") != std::string::npos);
  CHECK(said.err.find("1 found") != std::string::npos);

  said = scan({folder.path() + "/clean", folder.path() + "/absent"});
  CHECK(said.code == 2);
  CHECK(said.err.find("Cannot read: " + folder.path() + "/absent") != std::string::npos);
  // What was found is what counts.
  CHECK(scan({folder.path() + "/absent", folder.path() + "/bad.eml"}).code == 1);
}

TEST_CASE("scan: a link that was named is followed, a pipe is no file") {
  const TemporaryFolder folder;
  write(folder.path() + "/bad", eicar());
  REQUIRE(symlink("bad", (folder.path() + "/link").c_str()) == 0);
  REQUIRE(mkfifo((folder.path() + "/pipe").c_str(), 0600) == 0);
  CHECK(scan({folder.path() + "/link"}).code == 1);
  CHECK(scan({folder.path() + "/pipe"}).code == 2);
}

TEST_CASE("scan: one line of JSON a file, with where in it") {
  const TemporaryFolder folder;
  write(folder.path() + "/bad.eml", mail());
  const Said said = scan({"--json", folder.path()});
  CHECK(said.code == 1);
  CHECK(said.out.starts_with("{\"path\":\"" + folder.path() + "/bad.eml\",\"size\":"));
  CHECK(said.out.find("\"sha256\":\"" + sha256(mail()).hex() + "\"") != std::string::npos);
  CHECK(said.out.find("\"rule\":\"khien_eicar\",\"origin\":\"khien-base\",\"severity\":\"high\",\"inside\":\"a.com\"") != std::string::npos);
  CHECK(said.out.ends_with("}\n"));
}

TEST_CASE("scan: the content that is named is used, and one without rules is refused") {
  const TemporaryFolder folder;
  const std::string content = folder.path() + "/content";
  REQUIRE(mkdir(content.c_str(), 0700) == 0);
  write(folder.path() + "/file", "abc");
  Said said = scan({"--content", content, folder.path() + "/file"});
  CHECK(said.code == 2);
  CHECK(said.err.find("no rules in it") != std::string::npos);

  REQUIRE(mkdir((content + "/own").c_str(), 0700) == 0);
  write(content + "/own/pack.json", R"({"name":"own","version":"1","texts":{}})");
  write(content + "/own/list.hdb", to_hex(md5(as_bytes("abc"))) + ":3:Own.Name\n");
  said = scan({"--content", content, folder.path() + "/file"});
  CHECK(said.code == 1);
  CHECK(said.out.find("ioc:Own.Name") != std::string::npos);

  write(content + "/own/list.hdb", "no hash\n");
  said = scan({"--content", content, folder.path() + "/file"});
  CHECK(said.code == 2);
  CHECK(said.err.find("list.hdb: line 1: ") != std::string::npos);
}

TEST_CASE("scan: a compiled table of hashes is made, mapped and checked") {
  const TemporaryFolder folder;
  const std::string content = folder.path() + "/content";
  REQUIRE(mkdir(content.c_str(), 0700) == 0);
  REQUIRE(mkdir((content + "/own").c_str(), 0700) == 0);
  write(content + "/own/pack.json", R"({"name":"own","version":"1","texts":{}})");
  write(folder.path() + "/list", sha256("abc").hex() + " critical Own name\n");
  write(folder.path() + "/file", "abc");
  KeptConsole console(Language::en);
  REQUIRE(run_command_line({"content", "build", content + "/own", folder.path() + "/list"}, console) == 0);
  CHECK(console.said().find("1 SHA-256, 0 SHA-1, 0 MD5") != std::string::npos);
  CHECK(run_command_line({"content", "verify", content}, console) == 0);
  CHECK(scan({"--content", content, folder.path() + "/file"}).out.find("ioc:Own name") != std::string::npos);

  // A byte of a record: open at once, but not good.
  std::fstream table(content + "/own/hashes.table", std::ios::in | std::ios::out | std::ios::binary);
  table.seekp(330);
  table.put('\x55');
  table.close();
  CHECK(run_command_line({"content", "verify", content}, console) == 2);
  CHECK(console.complained().find("pack 'own': hash table: byte 256") != std::string::npos);
  write(content + "/own/hashes.table", "not a table");
  const Said said = scan({"--content", content, folder.path() + "/file"});
  CHECK(said.code == 2);
  CHECK(said.err.find("hashes.table: hash table: shorter than its head") != std::string::npos);
}

TEST_CASE("scan: wrong words are told") {
  CHECK(scan({}).code == 2);
  CHECK(scan({"/etc/hostname", "--jobs", "0"}).code == 2);
  CHECK(scan({"/etc/hostname", "--jobs", "many"}).err.find("--jobs") != std::string::npos);
}

}  // namespace
}  // namespace khien::hub
