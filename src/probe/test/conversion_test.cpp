#include "khien/probe/conversion.hpp"

#include <doctest/doctest.h>
#include <signal.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "conversion_protocol.hpp"

namespace khien::probe {
namespace {

Result<std::string> convert(std::string_view bytes, std::string executable = KHIEN_WORKER) {
  return convert_in_worker({.executable = std::move(executable), .time = seconds(20)}, bytes, system_clock());
}

TEST_CASE("a list is read inside the sandbox and comes back as a table") {
  const auto text = convert("M\xC3\xA3,T\xC3\xAAn\n1,x\n");
  REQUIRE_MESSAGE(text, text.error().what());
  CHECK(*text == R"({"sheets":[{"name":"","rows":[[1,"Mã","Tên"],[2,"1","x"]]}],"notes":[]})");
}

TEST_CASE("a workbook needs nothing that the sandbox forbids") {
  std::ifstream file(KHIEN_SOURCE_DIR "/src/ingest/fuzz/corpus/table/small.xlsx", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const auto text = convert(bytes);
  REQUIRE_MESSAGE(text, text.error().what());
  CHECK(text->find("2026-11-22") != std::string::npos);
}

TEST_CASE("the words of a document are read inside the sandbox, headers too") {
  std::ifstream file(KHIEN_SOURCE_DIR "/src/ingest/fuzz/corpus/document_text/stamped_header.docx", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const auto text = convert("\x01words\n" + bytes);
  REQUIRE_MESSAGE(text, text.error().what());
  CHECK(text->find("TUYỆT MẬT\n") != std::string::npos);
}

TEST_CASE("what the worker cannot read it says in its own words") {
  const auto text = convert("PK\x03\x04 nothing");
  REQUIRE_FALSE(text);
  CHECK(text.error().code() == Code::invalid);
  CHECK(text.error().what() == "the workbook's ZIP is damaged");
  CHECK(convert(std::string(17u << 20, 'a')).error().code() == Code::exhausted);
}

TEST_CASE("a large answer comes whole") {
  std::string csv = "a,b\n";
  for (int i = 0; i < 50'000; ++i) csv += std::to_string(i) + ",dòng\n";
  const auto text = convert(csv);
  REQUIRE(text);
  CHECK(text->ends_with(R"([50001,"49999","dòng"]]}],"notes":[]})"));
}

TEST_CASE("a worker that misbehaves is no table") {
  CHECK(convert("a", "/bin/true").error().code() == Code::unavailable);
  CHECK(convert("garbage", KHIEN_BAD_WORKER).error().code() == Code::unavailable);
  CHECK_FALSE(decode_answer_head(as_bytes("KWA1")));
  CHECK_FALSE(decode_answer_head(as_bytes(encode(AnswerHead{200, 1}))));
}

ConversionWorker lasting(std::string executable, ConversionWorker::Limits limits = {}) {
  return ConversionWorker({.executable = std::move(executable), .time = seconds(2)}, limits, system_clock());
}

TEST_CASE("a worker that lasts: one process for many files, what it cannot read ends nothing") {
  auto worker = lasting(KHIEN_WORKER);
  CHECK(worker.started() == 0);
  for (int i = 100; i < 130; ++i) {
    const auto text = worker.convert("a\n" + std::to_string(i) + "\n");
    REQUIRE_MESSAGE(text, text.error().what());
    CHECK(text->find("\"" + std::to_string(i) + "\"") != std::string::npos);
  }
  CHECK(worker.convert("PK\x03\x04 nothing").error().code() == Code::invalid);
  CHECK(worker.convert(std::string(17u << 20, 'a')).error().code() == Code::exhausted);
  CHECK(worker.convert("a\n1\n"));
  CHECK(worker.started() == 1);
}

TEST_CASE("a worker that lasts is bounded by files and by bytes") {
  auto by_jobs = lasting(KHIEN_WORKER, {.jobs = 3});
  for (int i = 0; i < 7; ++i) CHECK(by_jobs.convert("a\n"));
  CHECK(by_jobs.started() == 3);
  auto by_bytes = lasting(KHIEN_WORKER, {.jobs = 100, .bytes = 2'500});
  for (int i = 0; i < 4; ++i) CHECK(by_bytes.convert(std::string(1'000, 'a')));
  CHECK(by_bytes.started() == 2);
}

TEST_CASE("a file that finds the process gone is given to another; one that ends two is an error") {
  auto worker = lasting(KHIEN_BAD_WORKER);
  CHECK(worker.convert("a").value() == "a");
  kill(worker.pid(), SIGKILL);
  CHECK(worker.convert("b").value() == "b");
  CHECK(worker.started() == 2);
  for (const char* bad : {"die", "garbage", "hang"}) {
    CAPTURE(bad);
    const auto before = worker.started();
    CHECK(worker.convert(bad).error().code() == Code::unavailable);
    CHECK(worker.started() == before + 1);
    CHECK(worker.convert("c").value() == "c");
  }
}

TEST_CASE("an answer that nobody asked for is nobody's") {
  auto worker = lasting(KHIEN_BAD_WORKER);
  CHECK(worker.convert("twice").value() == "twice");
  // Its second answer is on its way.
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  CHECK(worker.convert("mine").value() == "mine");
  CHECK(worker.started() == 2);
}

}  // namespace
}  // namespace khien::probe
