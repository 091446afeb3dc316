#include <utility>

#include "khien/core/clock.hpp"
#include "khien/ingest/document_text.hpp"
#include "khien/ingest/table.hpp"
#include "khien/probe/worker.hpp"
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

khien::Result<std::string> convert(khien::ByteView bytes) {
  constexpr auto wanted = khien::ingest::kWordsWanted;
  if (khien::as_text(bytes).starts_with(wanted)) return words_of(bytes.subspan(wanted.size()));
  if (khien::as_text(bytes).starts_with(khien::watch::kJudgementWanted)) {
    return khien::watch::run_job(bytes, &khien::system_clock());
  }
  return table_as_json(bytes);
}

}  // namespace

int main(int argc, char** argv) { return khien::probe::worker_main(argc, argv, convert); }
