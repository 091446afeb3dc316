// T7: 400 names that want to lead elsewhere, as names of files that are taken and
// put back, and as what a record or an order says.
#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "khien/model/order.hpp"
#include "quarantine_house.hpp"

namespace khien::probe {
namespace {

std::string repeated(std::string_view part, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += part;
  return all;
}

std::vector<std::string> hostile_names() {
  const std::vector<std::string> kernels{
      "..", ".", "/", "//", "/etc/passwd", "/etc/cron.d/x", "../../../../etc/cron.d/x", "..\\..\\x", "C:\\Windows\\x",
      "C:x", "\\\\server\\share", "x.", "x..", "x ", " x", "~root/x", "$(id)", "`id`", "x\ny", "x\ry", "x\ty", "\x1b[31mx",
      std::string("x\0y", 3), std::string("\0", 1), "\xc0\xae\xc0\xae", "\xc0\xae\xc0\xae/\xc0\xae\xc0\xae", "\xe0\x80\xae\xe0\x80\xae",
      "\xff\xfe", "\xe2\x80\xae" "gpj.exe", "%2e%2e%2f", "%00", "..%2f..%2fx", "....//", "..;/x", "-rf", "--", "*", "?", "x;y", "x|y",
      "tệp.exe", "con", "nul.txt", "aux", "x:stream", "x::$DATA", ".htaccess", ".ssh", "/proc/self/fd/0", "/dev/null"};
  std::set<std::string> all(kernels.begin(), kernels.end());
  for (const std::string& kernel : kernels) {
    all.insert("a/" + kernel);
    all.insert(kernel + "/a");
    all.insert("../" + kernel);
    all.insert("a/../" + kernel);
    all.insert("./" + kernel);
    all.insert("/" + kernel);
    all.insert(kernel + ".php");
  }
  for (const int times : {1, 2, 16, 64, 512, 2'048}) {
    all.insert(repeated("../", times) + "x");
    all.insert(repeated("a/", times) + "x");
    all.insert(repeated("a", times));
    all.insert(repeated("/", times));
  }
  all.insert(repeated("a", 255));
  all.insert(repeated("a", 256));
  all.insert(repeated("a", 5'000));
  return {all.begin(), all.end()};
}

// All that lies outside the tree and the store: path, kind, bytes.
std::map<std::string, std::string> picture_of(const QuarantineHouse& house) {
  std::map<std::string, std::string> picture;
  for (const auto& file : std::filesystem::recursive_directory_iterator(house.base.path())) {
    const std::string path = file.path();
    if (path.starts_with(house.store()) || path.starts_with(house.tree)) continue;
    picture[path] = file.is_regular_file() ? content_of(path) : std::to_string(static_cast<int>(file.symlink_status().type()));
  }
  return picture;
}

bool can_be_a_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.size() <= 255 && name.find('/') == name.npos &&
         name.find('\0') == name.npos;
}

QuarantineEntry sample() {
  QuarantineEntry entry;
  entry.name = "0123456789abcdef0123456789abcdef";
  entry.root = "/srv";
  entry.folder = "www";
  entry.file = "x";
  return entry;
}

TEST_CASE("there are at least 400 hostile names") { CHECK(hostile_names().size() >= 400); }

TEST_CASE("a file of any name is taken and comes back under it; nothing else is written") {
  QuarantineHouse house;
  house.base.write("canary", "untouched");
  house.base.make("canaries");
  house.base.write("canaries/x", "untouched");
  const auto before = picture_of(house);
  int real = 0;
  for (const std::string& name : hostile_names()) {
    const auto asked = house.take(name, bad_bytes());
    CHECK_MESSAGE(asked.refusal != Refusal::none, name);
    if (!can_be_a_name(name)) continue;
    ++real;
    const std::string path = house.tree + "/" + name;
    REQUIRE(system_files().write(path, bad_bytes(), 0644));
    const auto taken = house.take(name, bad_bytes());
    REQUIRE_MESSAGE(taken.refusal == Refusal::none, name);
    CHECK(taken.entry.path() == path);
    CHECK(std::filesystem::is_empty(house.tree));
    const auto returned = house.quarantine->restore(house.back(taken.entry));
    CHECK_MESSAGE(returned.refusal == Refusal::none, name, " ", returned.detail);
    CHECK(content_of(path) == bad_bytes());
    std::filesystem::remove(path);
  }
  CHECK(real > 40);
  CHECK(picture_of(house) == before);
}

TEST_CASE("no record reads as one that leads out of its folder") {
  for (const std::string& name : hostile_names()) {
    for (const int field : {0, 1, 2, 3, 4}) {
      QuarantineEntry entry = sample();
      if (field == 0) entry.name = name;
      if (field == 1) entry.root = name;
      if (field == 2) entry.folder = name;
      if (field == 3) entry.file = name;
      if (field == 4) entry.aside = name;
      const auto read = quarantine_entry_from_json(to_json(entry));
      if (!read) continue;
      CHECK(*read == entry);
      CHECK(is_quarantine_name(read->name));
      const std::string path = read->path() + "/";
      CHECK_MESSAGE(path.starts_with('/'), name);
      CHECK_MESSAGE(path.find("/../") == path.npos, name);
      CHECK_MESSAGE(path.find('\0') == path.npos, name);
      CHECK(read->aside.find('/') == std::string::npos);
    }
  }
}

TEST_CASE("no order gives the store a name that is not its own") {
  QuarantineHouse house;
  const auto before = picture_of(house);
  for (const std::string& name : hostile_names()) {
    CHECK_FALSE(is_quarantine_name(name));
    const auto answer = house.quarantine->restore({.name = name, .sha256 = sha256(bad_bytes()), .roots = {house.tree}, .two_persons = true});
    CHECK(answer.refusal == Refusal::unknown_item);
  }
  CHECK(picture_of(house) == before);
}

TEST_CASE("a file of a system folder comes back by two persons only") {
  QuarantineHouse house;
  const std::string folder = "/usr/khien-test-" + std::to_string(::getpid());
  if (::geteuid() != 0 || ::mkdir(folder.c_str(), 0755) != 0) return;
  REQUIRE(system_files().write(folder + "/x", bad_bytes(), 0644));
  auto wanted = house.wanted("x", bad_bytes());
  wanted.root = folder;
  const auto taken = house.quarantine->take(wanted);
  CHECK(taken.refusal == Refusal::none);
  auto back = house.back(taken.entry);
  back.roots = {folder};
  CHECK(house.quarantine->restore(back).refusal == Refusal::two_persons);
  CHECK_FALSE(system_files().exists(folder + "/x"));
  back.two_persons = true;
  CHECK(house.quarantine->restore(back).refusal == Refusal::none);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace khien::probe
