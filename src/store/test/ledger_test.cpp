#include "khien/store/ledger.hpp"

#include <doctest/doctest.h>

#include <future>

#include "seal.hpp"
#include "temporary_folder.hpp"

namespace khien::store {
namespace {

constexpr TenantId kTenant{1};
constexpr MachineId kMachine{7};

Ledger::Append batch_of(std::uint32_t epoch, std::uint64_t first_seq, std::vector<std::string> events,
                        std::vector<DropRecord> drops = {}) {
  std::string joined;
  for (const std::string& event : events) joined += event + "\n";
  auto text = std::make_shared<const std::string>(std::move(joined));
  Batch batch{.stream = "main", .epoch = epoch, .first_seq = first_seq, .events = {}, .drops = std::move(drops)};
  std::size_t at = 0;
  for (const std::string& event : events) {
    batch.events.push_back(std::string_view(*text).substr(at, event.size()));
    at += event.size() + 1;
  }
  return {stream_id(kTenant, kMachine, "main"), kMachine, text, std::move(batch), Timestamp{1'000}};
}

std::unique_ptr<Ledger> open_ledger(const std::string& path) { return Ledger::open({.path = path}).value(); }

Result<AckToken> append(Ledger& ledger, Ledger::Append append) {
  std::promise<Result<AckToken>> promise;
  auto answer = promise.get_future();
  ledger.append(std::move(append), [&](Result<AckToken> token) { promise.set_value(std::move(token)); });
  return answer.get();
}

std::vector<std::string> texts(const Ledger& ledger) {
  std::vector<std::string> found;
  for (auto& event : ledger.read_after({0}, 1'000).value()) found.push_back(std::move(event.text));
  return found;
}

TEST_CASE("an acknowledged batch can be read again, byte for byte and in order") {
  const TemporaryFolder folder;
  auto ledger = open_ledger(folder / "ledger.db");
  const std::string odd("{\"a\":\"\0\xff\"}", 10);
  const auto token = append(*ledger, batch_of(1, 1, {"{}", odd})).value();
  CHECK(token.acknowledgement().seq_hi == 2);
  CHECK(token.acknowledgement().batch_sha256 == sha256("{}\n" + odd + "\n"));
  CHECK(token.stored() == 2);
  CHECK(texts(*ledger) == std::vector<std::string>{"{}", odd});
}

TEST_CASE("(2) a batch sent again is acknowledged again and stored once") {
  const TemporaryFolder folder;
  auto ledger = open_ledger(folder / "ledger.db");
  CHECK(append(*ledger, batch_of(1, 1, {"a", "b"})));
  const auto again = append(*ledger, batch_of(1, 1, {"a", "b"})).value();
  CHECK(again.acknowledgement().seq_hi == 2);
  CHECK(again.stored() == 0);
  const auto overlapping = append(*ledger, batch_of(1, 2, {"b", "c"})).value();
  CHECK(overlapping.acknowledgement().seq_hi == 3);
  CHECK(overlapping.stored() == 1);
  CHECK(texts(*ledger) == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("(2) the same number with other bytes is a conflict that stores nothing and is remembered") {
  const TemporaryFolder folder;
  auto ledger = open_ledger(folder / "ledger.db");
  CHECK(append(*ledger, batch_of(1, 1, {"a", "b"})));
  const auto forged = append(*ledger, batch_of(1, 2, {"B", "c"}));
  REQUIRE_FALSE(forged);
  CHECK(forged.error().code() == Code::conflict);
  CHECK(texts(*ledger) == std::vector<std::string>{"a", "b"});
  CHECK(ledger->watermark(stream_id(kTenant, kMachine, "main")).value().seq == 2);
  std::int64_t remembered = 0;
  CHECK(ledger->store().read([&](Connection& connection) {
    return connection.query_one("SELECT seq FROM equivocation", {}, [&](const Row& row) -> Result<void> {
      remembered = row.integer(0);
      return {};
    });
  }));
  CHECK(remembered == 2);
}

TEST_CASE("a gap is refused with the number that is wanted") {
  const TemporaryFolder folder;
  auto ledger = open_ledger(folder / "ledger.db");
  CHECK(append(*ledger, batch_of(1, 1, {"a"})));
  const auto gap = append(*ledger, batch_of(1, 3, {"c"}));
  REQUIRE_FALSE(gap);
  CHECK(gap.error().code() == Code::conflict);
  CHECK(gap.error().what().find("expected seq 2") != std::string::npos);
}

TEST_CASE("(3) dropped numbers are covered and recorded") {
  const TemporaryFolder folder;
  auto ledger = open_ledger(folder / "ledger.db");
  const DropRecord drop{.seq_lo = 2, .seq_hi = 9, .priority = Priority::p3, .reason = "spool_full"};
  const auto token = append(*ledger, batch_of(1, 1, {"a", "b"}, {drop})).value();
  CHECK(token.acknowledgement().seq_hi == 10);
  const auto events = ledger->read_after({0}, 10).value();
  REQUIRE(events.size() == 2);
  CHECK(events[1].seq == 10);
}

TEST_CASE("a newer epoch begins at 1 and an older one is over") {
  const TemporaryFolder folder;
  auto ledger = open_ledger(folder / "ledger.db");
  CHECK(append(*ledger, batch_of(1, 1, {"a"})));
  CHECK_FALSE(append(*ledger, batch_of(2, 2, {"b"})));
  CHECK(append(*ledger, batch_of(2, 1, {"b"})));
  const auto old = append(*ledger, batch_of(1, 2, {"c"}));
  REQUIRE_FALSE(old);
  CHECK(old.error().code() == Code::conflict);
}

TEST_CASE("a damaged event is never served, and costs itself alone") {
  const TemporaryFolder folder;
  auto ledger = open_ledger(folder / "ledger.db");
  CHECK(append(*ledger, batch_of(1, 1, {"a", "b", "c"})));
  std::string damage;
  SUBCASE("in its bytes") { damage = "UPDATE event SET text = CAST('B' AS BLOB) WHERE seq = 2"; }
  SUBCASE("in its number") { damage = "UPDATE event SET seq = 7 WHERE seq = 2"; }
  SUBCASE("in its stream") { damage = "UPDATE event SET stream_number = 9 WHERE seq = 2"; }
  SUBCASE("in its time") { damage = "UPDATE event SET received_at = 0 WHERE seq = 2"; }
  ledger.reset();
  {
    auto connection = Connection::open({.path = folder / "ledger.db"}).value();
    REQUIRE(connection.run_script("DROP TRIGGER event_is_append_only"));
    REQUIRE(connection.run_script(damage));
  }
  ledger = open_ledger(folder / "ledger.db");
  CHECK(texts(*ledger) == std::vector<std::string>{"a", "c"});
  CHECK(ledger->event(kTenant, ObservationId{2}).error().code() == Code::corrupt);
}

TEST_CASE("a watermark that was moved is damage, and nothing is acknowledged on it") {
  const TemporaryFolder folder;
  auto ledger = open_ledger(folder / "ledger.db");
  CHECK(append(*ledger, batch_of(1, 1, {"a"})));
  ledger.reset();
  REQUIRE(Connection::open({.path = folder / "ledger.db"}).value().run_script("UPDATE stream SET seq = 99"));
  ledger = open_ledger(folder / "ledger.db");
  CHECK(append(*ledger, batch_of(1, 2, {"b"})).error().code() == Code::corrupt);
  CHECK(ledger->watermark(stream_id(kTenant, kMachine, "main")).error().code() == Code::corrupt);
}

TEST_CASE("(5) the newest id is not given out again when its event is gone") {
  const TemporaryFolder folder;
  auto ledger = open_ledger(folder / "ledger.db");
  CHECK(append(*ledger, batch_of(1, 1, {"a", "b"})));
  ledger.reset();
  REQUIRE(Connection::open({.path = folder / "ledger.db"}).value().run_script("DELETE FROM event"));
  ledger = open_ledger(folder / "ledger.db");
  CHECK(append(*ledger, batch_of(1, 3, {"c"})));
  CHECK(ledger->newest().value().value == 3);
}

TEST_CASE("a frame that makes no sense is invalid, before the writer sees it") {
  const TemporaryFolder folder;
  auto ledger = open_ledger(folder / "ledger.db");
  const auto code = [&](std::uint64_t first, std::vector<DropRecord> drops) {
    return append(*ledger, batch_of(1, first, {"a"}, std::move(drops))).error().code();
  };
  CHECK(code(0, {}) == Code::invalid);
  CHECK(code(1ull << 63, {}) == Code::invalid);
  CHECK(code(1, {{.seq_lo = 3, .seq_hi = 4, .priority = Priority::p3, .reason = ""}}) == Code::invalid);
  CHECK(code(1, {{.seq_lo = 1, .seq_hi = ~0ull, .priority = Priority::p3, .reason = ""}}) == Code::invalid);
  CHECK(code(5, {{.seq_lo = 4, .seq_hi = 6, .priority = Priority::p3, .reason = ""}}) == Code::invalid);
  CHECK(ledger->newest().value().value == 0);
}

TEST_CASE("a reader is woken after the commit, when the events are there to read") {
  const TemporaryFolder folder;
  auto ledger = open_ledger(folder / "ledger.db");
  std::promise<std::int64_t> woken;
  ledger->on_commit([&] { woken.set_value(ledger->newest().value().value); });
  CHECK(append(*ledger, batch_of(1, 1, {"a"})));
  CHECK(woken.get_future().get() == 1);
  ledger->on_commit({});
}

TEST_CASE("another tenant's event is not found") {
  const TemporaryFolder folder;
  auto ledger = open_ledger(folder / "ledger.db");
  CHECK(append(*ledger, batch_of(1, 1, {"a"})));
  const auto id = ledger->newest().value();
  CHECK(ledger->event(kTenant, id).value().text == "a");
  CHECK(ledger->event(TenantId{2}, id).error().code() == Code::not_found);
}

TEST_CASE("the hub's own sensors tell on a stream of their own, which no machine has") {
  const TemporaryFolder folder;
  auto ledger = open_ledger(folder / "ledger.db");
  auto told = batch_of(1, 1, {"{}"});
  told.machine = {};
  // Only there: a machine's stream without its machine is nobody's.
  CHECK(append(*ledger, told).error().what() == "an append without machine");
  told.stream = hub_stream(TenantId{2});
  CHECK(append(*ledger, told));
  CHECK(append(*ledger, batch_of(1, 1, {"a"})));
  const auto events = ledger->read_after({0}, 10).value();
  REQUIRE(events.size() == 2);
  CHECK_FALSE(events[0].machine);
  CHECK(events[0].tenant == TenantId{2});
  CHECK(events[0].stream == hub_stream(TenantId{2}).id);
  CHECK(events[1].machine == kMachine);
  // Nor does a machine take it over.
  auto taken = batch_of(1, 2, {"b"});
  taken.stream = hub_stream(TenantId{2});
  CHECK(append(*ledger, taken).error().code() == Code::conflict);
}

TEST_CASE("a ledger of before the hub had sensors is read and goes on") {
  const TemporaryFolder folder;
  const auto before = ledger_migrations().first(1);
  {
    auto store = Store::open({.path = folder / "ledger.db", .migrations = before}).value();
    const auto seal = seal_of(StreamId{kTenant, stream_id(kTenant, kMachine, "main").id}, kMachine, {1, 2});
    const auto stream = stream_id(kTenant, kMachine, "main");
    REQUIRE(store->write([&](Connection& connection) -> Result<void> {
      TRY_VOID(connection.run("INSERT INTO stream (number, tenant_id, stream, machine_id, epoch, seq, seal) VALUES (5, ?, ?, ?, 1, 2, ?)",
                              {kTenant, stream.id.view(), kMachine, seal}));
      for (const std::int64_t id : {1, 2}) {
        const std::string text = std::to_string(id);
        const auto digest = sha256(text);
        const EventFrame frame{{id}, stream, kMachine, 1, static_cast<std::uint64_t>(id), Timestamp{5}, digest};
        TRY_VOID(connection.run("INSERT INTO event (id, tenant_id, stream_number, epoch, seq, received_at, sha256, seal, text)"
                                " VALUES (?, ?, 5, 1, ?, 5, ?, ?, ?)",
                                {id, kTenant, id, digest.view(), seal_of(frame), as_bytes(text)}));
      }
      TRY_VOID(connection.run("UPDATE ledger_position SET next_id = 3"));
      return {};
    }));
  }
  auto ledger = open_ledger(folder / "ledger.db");
  CHECK(texts(*ledger) == std::vector<std::string>{"1", "2"});
  CHECK(append(*ledger, batch_of(1, 3, {"c"})).value().acknowledgement().seq_hi == 3);
  CHECK(texts(*ledger) == std::vector<std::string>{"1", "2", "c"});
}

}  // namespace
}  // namespace khien::store
