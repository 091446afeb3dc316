#include "order_book.hpp"

#include <utility>

#include "khien/core/log.hpp"

namespace khien::agent {
namespace {

constexpr int kMostKept = 1'000;

// What is kept under a number.
struct Kept {
  std::string text;
  bool done = false;
  OrderSeen answer;
};

Result<std::optional<Kept>> kept_under(store::Connection& connection, const Sha256& hub, OrderId id) {
  std::optional<Kept> found;
  TRY_VOID(connection.query("SELECT text, done_at IS NOT NULL, refusal, quarantine FROM agent_order WHERE hub = ? AND id = ?",
                            {hub.view(), id}, [&](const store::Row& row) -> Result<void> {
                              Kept kept{.text = std::string(row.text(0)), .done = row.integer(1) != 0, .answer = {}};
                              kept.answer.order = id;
                              TRY(kept.answer.refusal, refusal_from_string(row.text(2)));
                              kept.answer.quarantine = row.text(3);
                              found = std::move(kept);
                              return {};
                            }));
  return found;
}

// Both as they are written now: an earlier version may have written it otherwise.
bool is_same(const std::string& text, const Order& order) {
  const auto kept = orders_from_json(text);
  return kept && to_json(*kept) == to_json(std::vector{order});
}

Result<void> insert(store::Connection& connection, const Sha256& hub, const Order& order, Timestamp now) {
  const std::string text = to_json(std::vector{order});
  TRY_VOID(connection.run("INSERT INTO agent_order (hub, id, verb, text, received_at) VALUES (?, ?, ?, ?, ?)",
                          {hub.view(), order.id, to_string(order.verb), text, now}));
  return {};
}

Result<void> set_answer(store::Connection& connection, const Sha256& hub, const OrderSeen& answer, Timestamp now) {
  TRY_VOID(connection.run("UPDATE agent_order SET done_at = ?, refusal = ?, quarantine = ? WHERE hub = ? AND id = ?",
                          {now, to_string(answer.refusal), answer.quarantine, hub.view(), answer.order}));
  return {};
}

}  // namespace

Result<std::optional<OrderSeen>> OrderBook::take(store::Connection& connection, const Order& order) {
  TRY(auto kept, kept_under(connection, hub_, order.id));
  if (!kept) {
    TRY_VOID(insert(connection, hub_, order, clock_.now()));
    return std::optional<OrderSeen>();
  }
  if (is_same(kept->text, order)) return kept->done ? std::optional(std::move(kept->answer)) : std::nullopt;
  log_error("agent.order_number_twice", {{"order", order.id.value}, {"verb", to_string(order.verb)}});
  const OrderSeen refused{.order = order.id, .refusal = Refusal::failed, .quarantine = {}};
  // Which of the two is meant nobody here can say: neither is carried out.
  if (!kept->done) TRY_VOID(set_answer(connection, hub_, refused, clock_.now()));
  return std::optional(refused);
}

Result<std::vector<OrderSeen>> OrderBook::accept(const std::vector<Order>& orders) {
  std::vector<OrderSeen> answers;
  auto written = store_.write([&](store::Connection& connection) -> Result<void> {
    answers.clear();
    TRY_VOID(connection.run("UPDATE agent_order SET hub = ? WHERE hub = x''", {hub_.view()}));
    for (const Order& order : orders) {
      TRY(auto answer, take(connection, order));
      if (answer) answers.push_back(std::move(*answer));
    }
    TRY_VOID(connection.run("DELETE FROM agent_order WHERE done_at IS NOT NULL AND (hub, id) NOT IN "
                            "(SELECT hub, id FROM agent_order ORDER BY received_at DESC, id DESC LIMIT ?)",
                            {kMostKept}));
    return {};
  });
  if (!written) return std::move(written).error();
  may_wait_ = true;
  return answers;
}

Result<std::vector<Order>> OrderBook::waiting() {
  std::vector<Order> orders;
  if (!may_wait_.exchange(false)) return orders;
  auto read = store_.read([&](store::Connection& connection) -> Result<void> {
    return connection.query("SELECT text FROM agent_order WHERE done_at IS NULL AND hub IN (?, x'') ORDER BY received_at, id",
                            {hub_.view()}, [&](const store::Row& row) -> Result<void> {
                              TRY(auto kept, orders_from_json(row.text(0)));
                              for (Order& order : kept) orders.push_back(std::move(order));
                              return {};
                            });
  });
  if (!read) {
    may_wait_ = true;
    return std::move(read).error();
  }
  return orders;
}

Result<void> OrderBook::settle(const OrderSeen& answer) {
  return store_.write([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(connection.run("UPDATE agent_order SET hub = ? WHERE hub = x''", {hub_.view()}));
    return set_answer(connection, hub_, answer, clock_.now());
  });
}

Result<std::int64_t> OrderBook::tried_since(Verb verb, Timestamp since) const {
  std::int64_t count = 0;
  TRY_VOID(store_.read([&](store::Connection& connection) -> Result<void> {
    return connection.query_one(
        "SELECT count(*) FROM agent_order WHERE verb = ? AND done_at > ? AND refusal NOT IN ('rate', 'expired')",
        {to_string(verb), since}, [&count](const store::Row& row) -> Result<void> {
          count = row.integer(0);
          return {};
        });
  }));
  return count;
}

}  // namespace khien::agent
