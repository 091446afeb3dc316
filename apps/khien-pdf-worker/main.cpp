// The words of a PDF, read in the same sandbox as everything that is hostile, but in a
// program of its own: what poppler brings with it is in no other worker's memory.
#include "khien/core/clock.hpp"
#include "khien/feed/job.hpp"
#include "khien/ingest/document_text.hpp"
#include "khien/pdf/pdf_text.hpp"
#include "khien/probe/worker.hpp"

namespace {

khien::Result<std::string> words_of(khien::ByteView bytes) {
  khien::Budget budget(khien::pdf::pdf_text_limits(), &khien::system_clock());
  return khien::pdf::read_pdf_text(bytes, budget);
}

khien::Result<std::string> convert(khien::ByteView bytes) {
  if (bytes.empty()) {
    khien::pdf::warm_up();
    return std::string();
  }
  constexpr auto words = khien::ingest::kWordsWanted;
  constexpr auto letter = khien::feed::kLetterWanted;
  if (khien::as_text(bytes).starts_with(words)) return words_of(bytes.subspan(words.size()));
  if (!khien::as_text(bytes).starts_with(letter)) return khien::Error(khien::Code::invalid, "nothing that is known is asked for");
  TRY(const auto text, words_of(bytes.subspan(letter.size())));
  return khien::feed::run_letter_job(text, &khien::system_clock());
}

}  // namespace

int main(int argc, char** argv) { return khien::probe::worker_main(argc, argv, convert, nullptr); }
