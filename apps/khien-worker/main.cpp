#include <utility>

#include "khien/core/clock.hpp"
#include "khien/crawl/page_reading.hpp"
#include "khien/feed/job.hpp"
#include "khien/ingest/document_text.hpp"
#include "khien/ingest/table.hpp"
#include "khien/inventory/job.hpp"
#include "khien/probe/worker.hpp"
#include "khien/seal/verify.hpp"
#include "khien/watch/desk.hpp"

namespace {

// A list that somebody uploaded, as the JSON of model::Table.
khien::Result<std::string> table_as_json(khien::ByteView bytes) {
  khien::Budget budget(khien::ingest::table_limits(), &khien::system_clock());
  TRY(const auto table, khien::ingest::read_table(bytes, budget));
  return to_json(table);
}

khien::Result<std::string> words_of(khien::ByteView bytes) {
  khien::Budget budget(khien::ingest::document_limits(), &khien::system_clock());
  return khien::ingest::read_document_text(bytes, budget);
}

// A letter: pasted text, or an office document's words.
khien::Result<std::string> facts_of(khien::ByteView bytes) {
  const std::string_view text = khien::as_text(bytes);
  if (!text.starts_with("PK\x03\x04")) return khien::feed::run_letter_job(text, &khien::system_clock());
  TRY(const auto words, words_of(bytes));
  return khien::feed::run_letter_job(words, &khien::system_clock());
}

khien::Result<void> stream(std::string_view ask, khien::ByteView bytes, const khien::probe::Emit& emit, const khien::probe::Passed& passed) {
  if (ask.empty()) khien::seal::warm_up_verify();
  if (ask.starts_with(khien::seal::kVerifyWanted)) {
    TRY(const auto verification, khien::seal::run_verify_job(ask.substr(khien::seal::kVerifyWanted.size()), bytes, &khien::system_clock()));
    return emit(verification);
  }
  using khien::feed::kFeedWanted;
  using khien::inventory::kInventoryWanted;
  if (ask.starts_with(kFeedWanted)) return khien::feed::run_feed_job(ask.substr(kFeedWanted.size()), bytes, &khien::system_clock(), emit, passed);
  if (!ask.starts_with(kInventoryWanted)) return khien::Error(khien::Code::invalid, "nothing that is known is asked for");
  TRY(const auto answer, khien::inventory::run_inventory_job(ask.substr(kInventoryWanted.size()), bytes, &khien::system_clock()));
  return emit(answer);
}

khien::Result<std::string> convert(khien::ByteView bytes) {
  if (bytes.empty()) khien::watch::warm_up();
  constexpr auto wanted = khien::ingest::kWordsWanted;
  if (khien::as_text(bytes).starts_with(wanted)) return words_of(bytes.subspan(wanted.size()));
  if (khien::as_text(bytes).starts_with(khien::watch::kJudgementWanted)) {
    static khien::watch::Desk desk;
    return desk.run(bytes, &khien::system_clock());
  }
  if (khien::as_text(bytes).starts_with(khien::crawl::kReadingWanted)) {
    return khien::crawl::run_reading_job(bytes, &khien::system_clock());
  }
  constexpr auto letter = khien::feed::kLetterWanted;
  if (khien::as_text(bytes).starts_with(letter)) return facts_of(bytes.subspan(letter.size()));
  return table_as_json(bytes);
}

}  // namespace

int main(int argc, char** argv) { return khien::probe::worker_main(argc, argv, convert, stream); }
