#include "test/base_pack.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <set>
#include <string>
#include <vector>

#include "khien/core/text.hpp"
#include "khien/scan/engine.hpp"

namespace khien::scan {
namespace {

Engine base_engine() { return Engine::create({base_pack()}).value(); }

Verdict judge(Engine& engine, std::string_view text) {
  Budget budget({});
  return engine.judge(as_bytes(text), budget);
}

// The example of a rule; the one of EICAR is stored backwards, so that no
// scanner takes it out of a clone.
std::string example(const std::string& rule, const std::string& kind) {
  const std::string name = "examples/" + rule + kind;
  if (system_files().exists(kBaseFolder + name)) return base_file(name);
  const std::string reversed = base_file(name + ".reversed");
  return {reversed.rbegin(), reversed.rend()};
}

std::vector<std::string> rules_of(const std::string& source) {
  std::vector<std::string> rules;
  for (std::size_t at = source.find("\nrule "); at != source.npos; at = source.find("\nrule ", at + 1)) {
    rules.push_back(source.substr(at + 6, source.find_first_of(" {", at + 6) - at - 6));
  }
  return rules;
}

bool names(const Verdict& verdict, std::string_view rule) {
  for (const FileMatch& match : verdict.matches) {
    if (match.engine == khien::Engine::yara && match.rule == rule) return true;
  }
  return false;
}

TEST_CASE("every rule hits its example and misses its near miss") {
  Engine engine = base_engine();
  const auto rules = rules_of(base_file("khien-base.yar"));
  CHECK(rules.size() == engine.rule_count());
  for (const std::string& rule : rules) {
    CAPTURE(rule);
    CHECK(names(judge(engine, example(rule, ".hit")), rule));
    const Verdict miss = judge(engine, example(rule, ".miss"));
    CHECK(miss.verdict == FileVerdict::clean);
  }
}

TEST_CASE("every rule has words in both languages, and no words lack a rule") {
  const auto pack = base_pack();
  std::set<std::string> rules;
  for (const std::string& rule : rules_of(base_file("khien-base.yar"))) rules.insert(rule);
  for (const auto& [rule, text] : pack->texts) {
    CAPTURE(rule);
    CHECK(rules.erase(rule) == 1);
    CHECK(text.title.vi != text.title.en);
    CHECK(nfc(text.title.vi).value() == text.title.vi);
  }
  CHECK(rules.empty());
}

TEST_CASE("EICAR is found as its specification has it, and not elsewhere") {
  Engine engine = base_engine();
  CHECK(names(judge(engine, eicar()), "khien_eicar"));
  CHECK(names(judge(engine, eicar() + "\r\n \t\x1a"), "khien_eicar"));
  CHECK(names(judge(engine, eicar() + std::string(60, ' ')), "khien_eicar"));
  CHECK_FALSE(names(judge(engine, eicar() + std::string(61, ' ')), "khien_eicar"));
  CHECK_FALSE(names(judge(engine, " " + eicar()), "khien_eicar"));
  CHECK_FALSE(names(judge(engine, eicar() + "x"), "khien_eicar"));
  CHECK_FALSE(names(judge(engine, eicar().substr(0, 67)), "khien_eicar"));
}

TEST_CASE("EICAR is also known by its hash") {
  Engine engine = base_engine();
  const Verdict verdict = judge(engine, eicar());
  CHECK(verdict.verdict == FileVerdict::malicious);
  REQUIRE(verdict.matches.size() == 2);
  CHECK(verdict.matches[0] == FileMatch{khien::Engine::ioc, "EICAR test file", "khien-base", Severity::high});
}

// Walks an honest tree and counts what the base rules say of it.
struct Honest {
  Engine engine = base_engine();
  std::vector<std::string> wrong;
  std::size_t files = 0;
  std::string bytes;

  void file(const DirFd& folder, const std::string& path, const std::string& name) {
    auto fd = folder.open_file(name);
    if (!fd) return;
    bytes.resize(4u << 20);
    const ssize_t got = ::pread(fd->get(), bytes.data(), bytes.size(), 0);
    if (got < 0) return;
    ++files;
    const Verdict verdict = judge(engine, std::string_view(bytes).substr(0, static_cast<std::size_t>(got)));
    const std::string& why = verdict.matches.empty() ? verdict.reason : verdict.matches[0].rule;
    if (verdict.verdict != FileVerdict::clean) wrong.push_back(path + "/" + name + ": " + why);
  }

  void folder(const DirFd& dir, const std::string& path, int depth) {
    if (depth > 40) return;
    (void)dir.each_name([&](std::string_view name, FileStatus::Kind kind) -> Result<void> {
      if (kind == FileStatus::Kind::regular) file(dir, path, std::string(name));
      if (kind == FileStatus::Kind::directory) {
        auto below = dir.open_folder(std::string(name));
        if (below) folder(*below, path + "/" + std::string(name), depth + 1);
      }
      return {};
    });
  }
};

TEST_CASE("an honest system gives no finding") {
  Honest honest;
  for (const char* root : {"/usr/share/doc", "/usr/share/perl", "/usr/lib/python3", "/usr/share/perl5", "/etc"}) {
    auto dir = DirFd::open(root);
    if (dir) honest.folder(*dir, root, 0);
  }
  for (const std::string& wrong : honest.wrong) FAIL_CHECK(wrong);
  CHECK(honest.files > 100);
  MESSAGE("honest files judged: " << honest.files);
}

}  // namespace
}  // namespace khien::scan
