#include "worker_protocol.hpp"

#include <doctest/doctest.h>

#include <string>

namespace khien::probe {
namespace {

scan::Verdict malicious() {
  scan::Verdict verdict;
  verdict.sha256 = sha256("x");
  verdict.verdict = FileVerdict::malicious;
  verdict.matches = {{Engine::ioc, "Tên tệp", "base", Severity::critical},
                     {Engine::yara, "r", "base", Severity::low}};
  return verdict;
}

Result<scan::Verdict> decode(const scan::Verdict& verdict) { return decode_verdict(as_bytes(encode(7, verdict)), 7); }

TEST_CASE("what is said is what is heard") {
  const auto heard = decode(malicious()).value();
  CHECK(heard.sha256 == sha256("x"));
  CHECK(heard.verdict == FileVerdict::malicious);
  CHECK(heard.matches == malicious().matches);

  const WorkerJob job = decode_job(as_bytes(encode(WorkerJob{1, 2, 3}))).value();
  CHECK(job.number == 1);
  CHECK(job.size == 2);
  CHECK(job.time_ms == 3);
  CHECK(decode_hello(as_bytes(encode(WorkerHello{1, 2, "a", "b"}))).value().failure == "b");
}

TEST_CASE("where in the file, and what was not read, are heard too, and must be harmless") {
  auto verdict = malicious();
  verdict.matches[0].inside = "thư.zip › tệp.doc";
  verdict.gaps = {{"khóa.zip", "encrypted"}, {"", "budget"}};
  const auto heard = decode(verdict).value();
  CHECK(heard.matches == verdict.matches);
  CHECK(heard.gaps == verdict.gaps);
  for (const std::string inside : {"a\nb", "a\x1b[0m", "\xff", "a\xe2\x80\xae"}) {
    auto bad = verdict;
    bad.matches[0].inside = inside;
    CHECK_FALSE(decode(bad));
    bad = verdict;
    bad.gaps[0].inside = inside;
    CHECK_FALSE(decode(bad));
  }
  verdict.gaps[0].reason = "Encrypted!";
  CHECK_FALSE(decode(verdict));
  scan::Verdict clean;
  clean.sha256 = sha256("x");
  CHECK(decode(clean));
  clean.gaps = {{"a", "encrypted"}};
  CHECK_FALSE(decode(clean));
}

TEST_CASE("the longest verdict fits into a message") {
  auto verdict = malicious();
  verdict.matches.assign(64, {Engine::yara, std::string(128, 'r'), std::string(64, 'o'), Severity::critical,
                              std::string(scan::kMaxInsideBytes, 'i')});
  verdict.gaps.assign(16, {std::string(scan::kMaxInsideBytes, 'g'), std::string(32, 'x')});
  CHECK(decode(verdict).value().matches == verdict.matches);
}

TEST_CASE("an answer to another question is no answer") {
  CHECK_FALSE(decode_verdict(as_bytes(encode(8, malicious())), 7));
}

TEST_CASE("a message cut anywhere, or with a byte too many, is refused") {
  const std::string whole = encode(7, malicious());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_FALSE(decode_verdict(as_bytes(whole.substr(0, size)), 7));
  }
  CHECK_FALSE(decode_verdict(as_bytes(whole + "x"), 7));
}

TEST_CASE("a verdict that contradicts itself is refused") {
  auto verdict = malicious();
  verdict.verdict = FileVerdict::clean;
  CHECK_FALSE(decode(verdict));
  verdict.verdict = FileVerdict::suspicious;
  CHECK_FALSE(decode(verdict));
  verdict.verdict = FileVerdict::not_scanned;
  verdict.reason = "too_large";
  CHECK_FALSE(decode(verdict));
  verdict.matches.clear();
  CHECK(decode(verdict));
  verdict.reason = "Too large";
  CHECK_FALSE(decode(verdict));
  verdict.reason = "";
  CHECK_FALSE(decode(verdict));

  verdict = malicious();
  verdict.matches[0].severity = Severity::low;
  CHECK_FALSE(decode(verdict));
  verdict = malicious();
  verdict.sha256 = {};
  CHECK_FALSE(decode(verdict));
}

TEST_CASE("a name that could disguise text is refused") {
  for (const std::string name : {"a\nb", "a\x1b[0m", "\xff", "a\xe2\x80\xae", ""}) {
    auto verdict = malicious();
    verdict.matches[0].rule = name;
    CHECK_FALSE(decode(verdict));
  }
}

TEST_CASE("a greeting's words are made printable") {
  const WorkerHello hello{.rules = 1, .iocs = 2, .sandbox = "none", .failure = {}, .build = "khien-worker 1\n2"};
  CHECK(decode_hello(as_bytes(encode(hello))).value().build.starts_with("khien-worker 1"));
  CHECK(decode_hello(as_bytes(encode(hello))).value().build.find('\n') == std::string::npos);
  CHECK(decode_hello(as_bytes(encode(WorkerHello{0, 0, "a\nb", ""}))).value().sandbox.find('\n') ==
        std::string::npos);
  CHECK_FALSE(decode_hello(as_bytes("hello")));
}

TEST_CASE("the longest verdict fits into one message") {
  auto verdict = malicious();
  verdict.matches.clear();
  for (int i = 0; i < 64; ++i) {
    verdict.matches.push_back({Engine::yara, std::string(1000, 'r'), std::string(1000, 'o'), Severity::high});
  }
  CHECK(encode(7, verdict).size() <= kMaxMessageBytes);
  CHECK(decode(verdict).value().matches.size() == 64);
}

}  // namespace
}  // namespace khien::probe
