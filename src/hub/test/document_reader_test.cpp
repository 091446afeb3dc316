// Documents that somebody uploads, read by the real workers.
#include "document_reader.hpp"

#include <doctest/doctest.h>

#include "feed_reading.hpp"
#include "khien/core/file.hpp"
#include "khien/duty/state_secret.hpp"

namespace khien::hub {
namespace {

std::string document(const std::string& path) {
  return system_files().read(KHIEN_SOURCE_DIR "/src/" + path, 1u << 20).value();
}

TEST_CASE("a stamp in a PDF is found as one in an office document is") {
  for (const char* path : {"pdf/fuzz/corpus/pdf_text/secret.pdf", "ingest/fuzz/corpus/document_text/stamped_box.docx"}) {
    CAPTURE(path);
    const std::string bytes = document(path);
    CHECK(duty::may_hold_words(as_bytes(bytes)));
    CHECK_FALSE(duty::marking_in_text(as_bytes(bytes)));
    const auto words = read_words_in_worker(as_bytes(bytes));
    REQUIRE_MESSAGE(words, words.error().what());
    REQUIRE(duty::marking_in_text(as_bytes(*words)));
    CHECK(duty::marking_in_text(as_bytes(*words))->level == duty::Classification::confidential);
  }
  CHECK_FALSE(duty::marking_in_text(as_bytes(read_words_in_worker(as_bytes(document("pdf/fuzz/corpus/pdf_text/letter.pdf"))).value())));
}

TEST_CASE("a warning letter that came as a PDF") {
  const auto facts = read_letter_in_worker(as_bytes(document("pdf/fuzz/corpus/pdf_text/letter.pdf")));
  REQUIRE_MESSAGE(facts, facts.error().what());
  CHECK(facts->numbers.at(0).value == "1479/CATTT-NCSC");
  CHECK(facts->cves.at(0).value == "CVE-2026-21001");
  CHECK(facts->products.at(0).value.name == "FortiOS");
  CHECK(facts->products.at(0).value.fixed == "7.4.4");
  CHECK(to_string(facts->deadlines.at(0).value.day.value()) == "2026-07-30");
  const auto closed = read_letter_in_worker(as_bytes(document("pdf/fuzz/corpus/pdf_text/closed.pdf")));
  CHECK(std::string_view(closed.error().what()) == "the PDF is closed by a password");
}

}  // namespace
}  // namespace khien::hub
