#include <utility>

#include "khien/core/clock.hpp"
#include "khien/ingest/table.hpp"
#include "khien/probe/worker.hpp"

namespace {

// A list that somebody uploaded, as the JSON of model::Table.
khien::Result<std::string> table_as_json(khien::ByteView bytes) {
  khien::Budget budget(khien::ingest::table_limits(), &khien::system_clock());
  TRY(const auto table, khien::ingest::read_table(bytes, budget));
  return to_json(table);
}

}  // namespace

int main(int argc, char** argv) { return khien::probe::worker_main(argc, argv, table_as_json); }
