#include <doctest/doctest.h>

#include <filesystem>
#include <set>
#include <string>

#include "khien/core/file.hpp"
#include "khien/scan/engine.hpp"
#include "test/base_pack.hpp"

namespace khien::scan {
namespace {

constexpr const char* kFolder = "/usr/share/clamav-testfiles";

// Debian's test files: one small program in 44 wrappings. One line of a .hdb knows
// the program, so a wrapping that was taken off is one found.
Engine engine_of_one_line() {
  Budget budget({});
  HashTableBuilder builder;
  REQUIRE(builder.add_list("aa15bcf478d165efd2065190eb473bcb:544:ClamAV-Test-File\n", budget));
  RulePack pack{"testfiles", "1", "", {}, {hash_table_of(builder).value()}, {}};
  return Engine::create({std::make_shared<const RulePack>(std::move(pack))}).value();
}

TEST_CASE("of Debian's 44 test files those are found by ourselves that need no emulator") {
  if (!std::filesystem::is_directory(kFolder)) {
    MESSAGE("skipped: the package clamav-testfiles is not installed");
    return;
  }
  Engine engine = engine_of_one_line();
  std::set<std::string> missed;
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    const std::string bytes = system_files().read(entry.path().string(), 16u << 20).value();
    Budget budget(file_limits(64u << 20, seconds(20)), &system_clock());
    const Verdict verdict = engine.judge(as_bytes(bytes), budget);
    ++files;
    if (verdict.verdict != FileVerdict::malicious) missed.insert(entry.path().filename().string());
  }
  CHECK(files == 44);
  // Run-time packers and installers of programs, and wrappings that are gone from
  // the world; clamd opens them where it is there.
  const std::set<std::string> left = {
      "clam-aspack.exe", "clam-fsg.exe",     "clam-mew.exe",  "clam-nsis.exe",    "clam-pespin.exe",  "clam-petite.exe",
      "clam-upack.exe",  "clam-upx.exe",     "clam-wwpack.exe", "clam-yc.exe",    "clam.arj",         "clam.chm",
      "clam.d64.zip",    "clam.ea05.exe",    "clam.ea06.exe", "clam.exe.binhex",  "clam.exe.html",    "clam.exe.szdd",
      "clam.impl.zip",   "clam.sis",         "clam_IScab_ext.exe", "clam_IScab_int.exe", "clam_ISmsi_ext.exe", "clam_ISmsi_int.exe"};
  for (const std::string& name : missed) {
    CAPTURE(name);
    CHECK(left.contains(name));
  }
}

}  // namespace
}  // namespace khien::scan
