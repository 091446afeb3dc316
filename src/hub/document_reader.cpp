#include "document_reader.hpp"

#include "khien/core/clock.hpp"
#include "khien/hub/installation.hpp"
#include "khien/ingest/document_text.hpp"
#include "khien/probe/conversion.hpp"

namespace khien::hub {

Result<std::string> read_words_in_worker(ByteView bytes) {
  TRY(const auto worker, find_worker_for(bytes));
  std::string asked(ingest::kWordsWanted);
  asked += as_text(bytes);
  return probe::convert_in_worker({.executable = worker, .time = seconds(12)}, asked, system_clock());
}

}  // namespace khien::hub
