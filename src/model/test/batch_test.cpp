#include "khien/model/batch.hpp"

#include <doctest/doctest.h>

#include <string>

namespace khien {
namespace {

Result<Batch> read(std::string_view text) {
  JsonDocument memory;
  Budget budget({});
  return batch_from_ndjson(text, memory, budget);
}

Batch three() { return {.stream = "main", .epoch = 2, .first_seq = 10, .events = {"{}", "[1]", "{\"a\":1}"}, .drops = {}}; }

TEST_CASE("a batch survives the wire") {
  Batch batch = three();
  batch.drops = {{11, 12, Priority::p3, "spool_full"}, {14, 14, Priority::p2, "spool_full"}};
  const auto text = to_ndjson(batch);
  const auto again = read(text);
  REQUIRE_MESSAGE(again, again.error().what());
  CHECK(again->stream == "main");
  CHECK(again->epoch == 2);
  CHECK(again->first_seq == 10);
  CHECK(again->events == batch.events);
  CHECK(again->drops == batch.drops);
  CHECK(again->last_seq() == 15);
}

TEST_CASE("an empty batch covers nothing") {
  const Batch batch{.stream = "main", .epoch = 1, .first_seq = 4, .events = {}, .drops = {}};
  CHECK(read(to_ndjson(batch))->last_seq() == 3);
}

TEST_CASE("a batch that was cut is refused, and the line is named") {
  const auto text = to_ndjson(three());
  CHECK(read(text.substr(0, text.size() - 1)).error().what() == "line 4: the text ends within the line");
  CHECK(read("").error().what() == "line 1: the text ends within the line");
}

TEST_CASE("a line more than the header says is refused") {
  CHECK(read(to_ndjson(three()) + "{}\n").error().what() == "line 5: more lines than 'count' says");
}

TEST_CASE("drop records are in order and inside the batch") {
  const auto drops = [](std::vector<DropRecord> records) {
    Batch batch = three();
    batch.drops = std::move(records);
    return read(to_ndjson(batch));
  };
  CHECK(drops({{10, 12, Priority::p3, "x"}}));
  CHECK_FALSE(drops({{9, 9, Priority::p3, "x"}}));
  CHECK_FALSE(drops({{12, 12, Priority::p3, "x"}, {11, 11, Priority::p3, "x"}}));
  CHECK_FALSE(drops({{11, 12, Priority::p3, "x"}, {12, 13, Priority::p3, "x"}}));
  CHECK_FALSE(drops({{20, 20, Priority::p3, "x"}}));
  CHECK_FALSE(drops({{12, 11, Priority::p3, "x"}}));
}

TEST_CASE("a drop record as long as all numbers does not overflow") {
  Batch batch = three();
  batch.drops = {{10, 1ull << 62, Priority::p3, "x"}};
  CHECK_FALSE(read(to_ndjson(batch)));
}

TEST_CASE("limits on events") {
  Batch batch = three();
  batch.events.assign(kMaxBatchEvents, "{}");
  CHECK(read(to_ndjson(batch)));
  batch.events.push_back("{}");
  CHECK(read(to_ndjson(batch)).error().code() == Code::exhausted);

  const std::string large(kMaxEventBytes + 1, ' ');
  batch.events = {large};
  CHECK(read(to_ndjson(batch)).error().what() == "line 2: the event is too large");
}

TEST_CASE("an acknowledgement survives the wire and is strict") {
  const Acknowledgement said{.epoch = 3, .seq_hi = 99, .batch_sha256 = sha256("x")};
  const auto heard = acknowledgement_from_json(to_json(said));
  REQUIRE(heard);
  CHECK(heard->epoch == 3);
  CHECK(heard->seq_hi == 99);
  CHECK(heard->batch_sha256 == said.batch_sha256);
  CHECK_FALSE(acknowledgement_from_json("{\"epoch\":0,\"seq_hi\":1,\"batch_sha256\":\"\"}"));
  CHECK_FALSE(acknowledgement_from_json("{}"));
}

}  // namespace
}  // namespace khien
