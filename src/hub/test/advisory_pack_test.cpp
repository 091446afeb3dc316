#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "khien/core/file.hpp"
#include "khien/core/json.hpp"
#include "khien/hub/command_line.hpp"
#include "khien/hub/console.hpp"
#include "khien/hub/installation.hpp"
#include "open_file.hpp"
#include "packed_book.hpp"
#include "test/temporary_folder.hpp"

namespace khien::hub {
namespace {

struct PackAnswer {
  int code = 0;
  std::string out, err;
};

PackAnswer ask_pack(const std::vector<std::string>& words) {
  KeptConsole console(Language::en);
  const int code = run_command_line(words, console);
  return {code, console.said(), console.complained()};
}

// Two distributions, an ecosystem, a use in attacks and a likelihood; in words of any language.
constexpr std::string_view kPackTracker = R"({"openssl":{
  "CVE-2024-1001":{"description":"mended","scope":"remote","releases":{"bookworm":{"status":"resolved","fixed_version":"3.0.14-1~deb12u1","urgency":"high"},"trixie":{"status":"resolved","fixed_version":"3.3.0-1","urgency":"high"}}},
  "CVE-2024-1002":{"description":"open","scope":"remote","releases":{"bookworm":{"status":"open","urgency":"low","nodsa":"Minor issue","nodsa_reason":""}}},
  "CVE-2024-1003":{"description":"never there","scope":"remote","releases":{"bookworm":{"status":"resolved","fixed_version":"0","urgency":"low"}}}}})";
constexpr std::string_view kPackOsv = R"({"id":"CVE-2024-2000","modified":"2024-01-02T00:00:00Z","affected":[{"package":{"ecosystem":"PyPI","name":"a"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.2"}]}]}]})";
constexpr std::string_view kPackKev = R"({"title":"KEV","catalogVersion":"2024.01.01","dateReleased":"2024-01-01T00:00:00Z","count":1,"vulnerabilities":[{"cveID":"CVE-2024-1001","vendorProject":"OpenSSL","product":"OpenSSL","vulnerabilityName":"x","dateAdded":"2024-01-01","shortDescription":"y","requiredAction":"z","dueDate":"2024-01-15","knownRansomwareCampaignUse":"Unknown","notes":""}]})";
constexpr std::string_view kPackPackages = "libssl3\t3.0.11-1~deb12u2\topenssl\t3.0.11-1~deb12u2\tamd64\tii \n";

class PackDesk {
 public:
  std::string write(const std::string& name, std::string_view text) const {
    const std::string path = path_of(name);
    REQUIRE(system_files().write(path, text, 0600).has_value());
    return path;
  }
  std::string path_of(const std::string& name) const { return folder_.path() + "/" + name; }
  std::string packed(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"advisory", "pack", "--feed", tracker, "--feed", osv, "--feed", kev, "-o", path_of("book")};
    words.insert(words.end(), more.begin(), more.end());
    REQUIRE(ask_pack(words).code == 0);
    return path_of("book");
  }

 private:
  TemporaryFolder folder_;

 public:
  std::string tracker = write("tracker.json", kPackTracker), osv = write("osv.json", kPackOsv), kev = write("kev.json", kPackKev);
};

// The feeds' own lines differ by what was read of them; what was found must not.
std::string pack_found_of(const std::string& json) { return json.substr(json.find("\"matches\"")); }

PackAnswer run_khien_match(const std::vector<std::string>& words) {
  const auto installation = find_installation();
  REQUIRE(installation.has_value());
  std::string line = "KHIEN_LANG=en " + installation->worker.substr(0, installation->worker.rfind('/')) + "/khien-match";
  for (const std::string& word : words) line += " '" + word + "'";
  FILE* pipe = popen((line + " 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  PackAnswer answer;
  char piece[4096];
  for (std::size_t got = 0; (got = std::fread(piece, 1, sizeof piece, pipe)) > 0;) answer.out.append(piece, got);
  const int status = pclose(pipe);
  REQUIRE(WIFEXITED(status));
  answer.code = WEXITSTATUS(status);
  return answer;
}

}  // namespace

TEST_CASE("advisory pack: a packed book says what its feeds say, in the command and in khien-match") {
  const PackDesk desk;
  const std::string inventory = desk.write("dpkg.tsv", kPackPackages);
  const std::vector<std::string> rest{"--inventory", inventory, "--os", "debian:12", "--json"};
  std::vector<std::string> unpacked{"advisory", "match", "--feed", desk.tracker, "--feed", desk.osv, "--feed", desk.kev};
  unpacked.insert(unpacked.end(), rest.begin(), rest.end());
  const PackAnswer wanted = ask_pack(unpacked);
  CHECK(wanted.code == 1);
  CHECK(wanted.out.find("CVE-2024-1001") != wanted.out.npos);
  CHECK(wanted.out.find("\"exploited\":true") != wanted.out.npos);
  CHECK(wanted.out.find("CVE-2024-1002") != wanted.out.npos);
  CHECK(wanted.out.find("CVE-2024-1003") == wanted.out.npos);
  for (const auto& more : {std::vector<std::string>{}, {"--os", "debian:12"}}) {
    const std::string book = desk.packed(more);
    std::vector<std::string> packed{"advisory", "match", "--feed", book};
    packed.insert(packed.end(), rest.begin(), rest.end());
    const PackAnswer answer = ask_pack(packed);
    CHECK(answer.code == 1);
    CHECK(pack_found_of(answer.out) == pack_found_of(wanted.out));
    CHECK(answer.out.find(desk.kev) != answer.out.npos);  // what it was made of
    std::vector<std::string> alone{"--feed", book};
    alone.insert(alone.end(), rest.begin(), rest.end());
    const PackAnswer program = run_khien_match(alone);
    CHECK(program.code == 1);
    CHECK(program.out == answer.out);
  }
}

TEST_CASE("advisory pack: an ecosystem's packages stay in a distribution's book") {
  const PackDesk desk;
  const std::string book = desk.packed({"--os", "debian:12"});
  const PackAnswer answer = ask_pack({"advisory", "match", "--inventory", desk.write("requirements.txt", "a==1.1\n"), "--feed", book, "--json"});
  CHECK(answer.code == 1);
  CHECK(answer.out.find("CVE-2024-2000") != answer.out.npos);
}

TEST_CASE("advisory pack: what another distribution has is not fine, it was not judged") {
  const PackDesk desk;
  const std::string inventory = desk.write("dpkg.tsv", kPackPackages);
  const std::string book = desk.packed({"--os", "debian:12"});
  for (const char* os : {"ubuntu:22.04", "debian:13"}) {
    const PackAnswer answer = ask_pack({"advisory", "match", "--inventory", inventory, "--os", os, "--feed", book, "--json"});
    CHECK(answer.code == 2);
    CHECK(answer.err.find("1 packages were not judged: the packed book is of debian:12 alone") != answer.err.npos);
    CHECK(answer.out.find("\"not_in_the_pack\":1") != answer.out.npos);
    CHECK(run_khien_match({"--inventory", inventory, "--os", os, "--feed", book}).code == 2);
  }
  CHECK(ask_pack({"advisory", "pack", "--feed", desk.tracker, "--os", "nowhere:1", "-o", desk.path_of("no")}).code == 2);
  CHECK(ask_pack({"advisory", "pack", "--feed", desk.tracker}).code == 2);
  CHECK(ask_pack({"advisory", "pack", "-o", desk.path_of("no")}).code == 2);
}

TEST_CASE("advisory pack: a packed book is asked alone") {
  const PackDesk desk;
  const std::string book = desk.packed();
  const PackAnswer answer = ask_pack({"advisory", "match", "--inventory", desk.write("dpkg.tsv", kPackPackages), "--feed", desk.kev, "--feed", book});
  CHECK(answer.code == 2);
  CHECK(answer.err.find("asked alone") != answer.err.npos);
}

TEST_CASE("advisory pack: a book that was cut off or changed anywhere is refused") {
  const PackDesk desk;
  const std::string inventory = desk.write("dpkg.tsv", kPackPackages);
  const auto whole = system_files().read(desk.packed(), 16u << 20);
  REQUIRE(whole.has_value());
  const auto refused = [&](const std::string& bytes) {
    const PackAnswer answer = ask_pack({"advisory", "match", "--inventory", inventory, "--os", "debian:12", "--feed", desk.write("bad", bytes)});
    return answer.code == 2 && answer.out.empty();
  };
  for (std::size_t at = 8; at < whole->size(); at += at < 200 ? 1 : 97) {
    std::string changed = *whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x80);
    const Fd file = open_for_reading(desk.write("changed", changed), 1u << 20).value();
    const auto opened = PackedBook::open(file, changed.size());
    CHECK_MESSAGE(!opened.has_value(), ("byte " + std::to_string(at)));
    if (!opened) CHECK(opened.error().code() == Code::corrupt);
  }
  for (const std::size_t length : {std::size_t{9}, std::size_t{24}, std::size_t{40}, whole->size() - 1}) {
    const Fd file = open_for_reading(desk.write("cut", whole->substr(0, length)), 1u << 20).value();
    CHECK(!PackedBook::open(file, length).has_value());
  }
  std::string changed = *whole;
  changed.back() = static_cast<char>(changed.back() ^ 1);
  CHECK(refused(changed));
  CHECK(refused(whole->substr(0, whole->size() - 1)));
  CHECK(run_khien_match({"--inventory", inventory, "--feed", desk.write("bad", changed)}).code == 2);
}

TEST_CASE("khien-match: is linked with what it calls and no more") {
  const auto installation = find_installation();
  REQUIRE(installation.has_value());
  const auto program = system_files().read(installation->worker.substr(0, installation->worker.rfind('/')) + "/khien-match", 64u << 20);
  REQUIRE(program.has_value());
  CHECK(program->find("libstdc++.so") != program->npos);
  for (const char* library : {"libcrypto.so", "libicuuc.so", "libxml2.so", "libcurl.so", "libsqlite3.so", "libzip.so", "libyara.so", "libarchive.so"}) {
    CHECK_MESSAGE(program->find(library) == program->npos, library);
  }
}

TEST_CASE("khien-match: wrong use and what it does not read") {
  const PackDesk desk;
  const std::string book = desk.packed(), inventory = desk.write("dpkg.tsv", kPackPackages);
  CHECK(run_khien_match({}).code == 2);
  CHECK(run_khien_match({"--help"}).code == 0);
  CHECK(run_khien_match({"--inventory", inventory, "--feed", desk.kev}).out.find("not a packed book") != std::string::npos);
  CHECK(run_khien_match({"--inventory", inventory, "--feed", book, "--feed", book}).code == 2);
  CHECK(run_khien_match({"--inventory", desk.write("bom.xml", "<bom/>"), "--feed", book}).out.find("not read here") != std::string::npos);
  CHECK(run_khien_match({"--inventory", inventory, "--feed", book}).code == 2);  // its release is not told
}

}  // namespace khien::hub
