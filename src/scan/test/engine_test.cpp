#include "khien/scan/engine.hpp"

#include <doctest/doctest.h>

#include <string>

#include "test/base_pack.hpp"

namespace khien::scan {
namespace {

std::shared_ptr<const RulePack> pack(std::string yara, IocSet iocs = {}, std::string name = "test") {
  return std::make_shared<const RulePack>(
      RulePack{std::move(name), "1", std::move(yara), std::move(iocs), {}, {}});
}

Verdict judge(Engine& engine, std::string_view text, Budget::Limits limits = {}) {
  Budget budget(limits);
  return engine.judge(as_bytes(text), budget);
}

std::string rule(const std::string& name, const std::string& severity, const std::string& text) {
  return "rule " + name + " { meta: severity = \"" + severity + "\" strings: $a = \"" + text +
         "\" condition: $a }\n";
}

TEST_CASE("an empty file is clean, and so are files without matches") {
  Engine engine = Engine::create({pack(rule("bad", "high", "evil"))}).value();
  const Verdict verdict = judge(engine, "");
  CHECK(verdict.verdict == FileVerdict::clean);
  CHECK(verdict.sha256 == sha256(""));
  CHECK(judge(engine, "good").verdict == FileVerdict::clean);
}

TEST_CASE("an engine without rules finds nothing") {
  Engine engine = Engine::create({}).value();
  CHECK(judge(engine, "anything").verdict == FileVerdict::clean);
  CHECK(engine.rule_count() == 0);
}

TEST_CASE("high and critical are malicious, less is suspicious") {
  Engine engine =
      Engine::create({pack(rule("a", "critical", "aaaa") + rule("b", "high", "bbbb") + rule("c", "medium", "cccc") +
                           rule("d", "info", "dddd"))})
          .value();
  CHECK(judge(engine, "aaaa").verdict == FileVerdict::malicious);
  CHECK(judge(engine, "bbbb").verdict == FileVerdict::malicious);
  CHECK(judge(engine, "cccc").verdict == FileVerdict::suspicious);
  CHECK(judge(engine, "dddd").verdict == FileVerdict::suspicious);
}

TEST_CASE("matches come worst first, whatever pack and place they are from") {
  Engine engine = Engine::create({pack(rule("low", "low", "evil"), {}, "p1"),
                                  pack(rule("worst", "critical", "evil"), {}, "p2")})
                      .value();
  const Verdict verdict = judge(engine, "evil");
  REQUIRE(verdict.matches.size() == 2);
  CHECK(verdict.matches[0] == FileMatch{khien::Engine::yara, "worst", "p2", Severity::critical});
  CHECK(verdict.matches[1] == FileMatch{khien::Engine::yara, "low", "p1", Severity::low});
}

TEST_CASE("a rule that is silent about its severity is medium") {
  Engine engine = Engine::create({pack("rule x { strings: $a = \"evil\" condition: $a }")}).value();
  CHECK(judge(engine, "evil").matches[0].severity == Severity::medium);
}

TEST_CASE("at most 64 matches are kept, and the least severe go") {
  std::string source;
  for (int i = 0; i < 80; ++i) source += rule("r" + std::to_string(i), i == 79 ? "critical" : "low", "evil");
  Engine engine = Engine::create({pack(source)}).value();
  const Verdict verdict = judge(engine, "evil");
  CHECK(verdict.matches.size() == 64);
  CHECK(verdict.matches[0].rule == "r79");
}

TEST_CASE("a private rule is not reported") {
  Engine engine = Engine::create({pack("private rule x { strings: $a = \"evil\" condition: $a }\n"
                                       "rule y { condition: x }")})
                      .value();
  const Verdict verdict = judge(engine, "evil");
  REQUIRE(verdict.matches.size() == 1);
  CHECK(verdict.matches[0].rule == "y");
}

TEST_CASE("over the budget's bytes nothing is scanned, but the hash was known") {
  IocSet iocs = IocSet::of({{sha256("0123456789"), "known", Severity::critical}});
  Engine engine = Engine::create({pack(rule("bad", "high", "9876"), std::move(iocs))}).value();
  const Verdict unknown = judge(engine, "9876543210", {.bytes_in = 9});
  CHECK(unknown.verdict == FileVerdict::not_scanned);
  CHECK(unknown.reason == "too_large");
  CHECK(unknown.matches.empty());
  const Verdict known = judge(engine, "0123456789", {.bytes_in = 9});
  CHECK(known.verdict == FileVerdict::malicious);
  CHECK(known.reason.empty());
}

TEST_CASE("out of time is said, not guessed") {
  Engine engine = Engine::create({pack(rule("bad", "high", "evil"))}).value();
  ManualClock clock(Timestamp{0});
  Budget budget({.time = seconds(1)}, &clock);
  clock.advance(seconds(2));
  const Verdict verdict = engine.judge(as_bytes("evil"), budget);
  CHECK(verdict.verdict == FileVerdict::not_scanned);
  CHECK(verdict.reason == "budget");
}

TEST_CASE("a rule that burns time is stopped by libyara itself") {
  auto made = Engine::create({pack("rule burn { condition: filesize > 0 and for all i in (0 .. 1000000000) : (i >= 0) }")});
  REQUIRE_MESSAGE(made, (made ? "" : made.error().what()));
  Engine engine = std::move(made).value();
  const Verdict verdict = judge(engine, "x", {.time = seconds(1)});
  CHECK(verdict.verdict == FileVerdict::not_scanned);
  CHECK(verdict.reason == "budget");
}

TEST_CASE("the hash alone can tell") {
  IocSet iocs = IocSet::of({{sha256("x"), "known", Severity::high}});
  Engine engine = Engine::create({pack("", std::move(iocs))}).value();
  CHECK(engine.judge_hash(sha256("x"), 1, "too_large").verdict == FileVerdict::malicious);
  const Verdict verdict = engine.judge_hash(sha256("y"), 1, "too_large");
  CHECK(verdict.verdict == FileVerdict::not_scanned);
  CHECK(verdict.reason == "too_large");
  CHECK(engine.ioc_count() == 1);
}

TEST_CASE("a bad rule is named by pack and line") {
  const auto made = Engine::create({pack("rule a { condition: true }\nrule b { condition: nonsense }", {}, "mine")});
  REQUIRE_FALSE(made);
  CHECK(made.error().code() == Code::invalid);
  CHECK(made.error().what().starts_with("pack 'mine': line 2: "));
}

TEST_CASE("a severity that is none is refused") {
  CHECK(Engine::create({pack(rule("x", "grave", "evil"))}).error().what() ==
        "pack 'test': rule x: severity must be info, low, medium, high or critical");
}

TEST_CASE("rules may not reach outside the buffer") {
  CHECK(Engine::create({pack("include \"/etc/passwd\"\nrule a { condition: true }")}).error().code() == Code::invalid);
  CHECK(Engine::create({pack("import \"time\"\nrule a { condition: time.now() > 0 }")}).error().what() ==
        "module 'time' is not allowed");
  CHECK(Engine::create({pack("import \"console\"\nrule a { condition: console.log(\"x\") }")}).error().what() ==
        "module 'console' is not allowed");
  CHECK(Engine::create({pack("rule a { condition: external_variable == 1 }")}).error().code() == Code::invalid);
}

TEST_CASE("modules that read the buffer alone may be used") {
  Engine engine = Engine::create({pack("import \"math\"\nrule a { condition: math.entropy(0, filesize) > 1.0 }")}).value();
  CHECK(judge(engine, "abcdefgh").matches.size() == 1);
}

TEST_CASE("a pattern that slows every scan down is refused") {
  const auto made = Engine::create({pack("rule a { strings: $a = /[a-z][0-9]?.{0,3}/ condition: $a }")});
  REQUIRE_FALSE(made);
  CHECK(made.error().what().find("slow") != std::string::npos);
}

TEST_CASE("two packs of one name are refused") {
  CHECK(Engine::create({pack("", {}, "same"), pack("", {}, "same")}).error().what() ==
        "pack 'same': there are two of this name");
}

}  // namespace
}  // namespace khien::scan
