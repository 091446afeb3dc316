#include "khien/core/replacing_file.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>

#include <array>
#include <filesystem>

#include "test/temporary_folder.hpp"

namespace khien {
namespace {

std::string content_of(const std::string& path) { return system_files().read(path, 1'000).value(); }

TEST_CASE("a replacing file has its name when it is committed, and not before") {
  const TemporaryFolder folder;
  const std::string path = folder.path("table");
  {
    auto first = ReplacingFile::begin(path, 0600).value();
    REQUIRE(first.append(as_bytes("one")));
    CHECK_FALSE(system_files().exists(path));
    REQUIRE(first.append(as_bytes(", two")));
    REQUIRE(first.commit());
  }
  CHECK(content_of(path) == "one, two");
  {
    auto second = ReplacingFile::begin(path, 0600).value();
    REQUIRE(second.append(as_bytes("never")));
  }
  CHECK(content_of(path) == "one, two");
  CHECK_FALSE(system_files().exists(path + ".new"));
}

TEST_CASE("what a writer that died left behind is in nobody's way, nor a link put there") {
  const TemporaryFolder folder;
  const std::string path = folder.path("table");
  const std::string victim = folder.path("victim");
  REQUIRE(system_files().write(victim, "untouched", 0600));
  std::filesystem::create_symlink(victim, path + ".new");
  auto file = ReplacingFile::begin(path, 0600).value();
  REQUIRE(file.append(as_bytes("new")));
  REQUIRE(file.commit());
  CHECK(content_of(path) == "new");
  CHECK(content_of(victim) == "untouched");
  CHECK(ReplacingFile::begin(folder.path("absent/table"), 0600).error().code() == Code::not_found);
  CHECK(ReplacingFile::begin(folder.path() + "/", 0600).error().code() == Code::invalid);
}

TEST_CASE("read_at fills what it can, from anywhere") {
  const TemporaryFolder folder;
  const std::string path = folder.path("file");
  REQUIRE(system_files().write(path, "0123456789", 0600));
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<std::byte, 4> bytes{};
  CHECK(read_at(fd, 2, bytes).value() == 4);
  CHECK(as_text(bytes) == "2345");
  CHECK(read_at(fd, 8, bytes).value() == 2);
  CHECK(as_text(ByteView(bytes).first(2)) == "89");
  CHECK(read_at(fd, 100, bytes).value() == 0);
  CHECK_FALSE(read_at(Fd(), 0, bytes));
}

}  // namespace
}  // namespace khien
