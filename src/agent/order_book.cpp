#include "order_book.hpp"

#include <utility>

#include "khien/core/log.hpp"

namespace khien::agent {
namespace {

constexpr int kMostKept = 1'000;

Result<OrderSeen> answer_from(OrderId id, const store::Row& row) {
  OrderSeen seen{.order = id, .refusal = Refusal::none, .quarantine = std::string(row.text(2))};
  TRY(seen.refusal, refusal_from_string(row.text(1)));
  return seen;
}

// The answer, if it is done; nothing if it waits or is not known.
Result<std::optional<OrderSeen>> answer_to(store::Connection& connection, OrderId id) {
  std::optional<OrderSeen> found;
  TRY_VOID(connection.query("SELECT done_at, refusal, quarantine FROM agent_order WHERE id = ? AND done_at IS NOT NULL",
                            {id}, [&](const store::Row& row) -> Result<void> {
                              TRY(auto answer, answer_from(id, row));
                              found = std::move(answer);
                              return {};
                            }));
  return found;
}

Result<void> insert(store::Connection& connection, const Order& order, Timestamp now) {
  const std::string text = to_json(std::vector{order});
  TRY_VOID(connection.run("INSERT OR IGNORE INTO agent_order (id, verb, text, received_at) VALUES (?, ?, ?, ?)",
                          {order.id, to_string(order.verb), text, now}));
  return {};
}

}  // namespace

Result<std::vector<OrderSeen>> OrderBook::accept(const std::vector<Order>& orders) {
  std::vector<OrderSeen> answers;
  auto written = store_.write([&](store::Connection& connection) -> Result<void> {
    answers.clear();
    for (const Order& order : orders) {
      TRY(auto answer, answer_to(connection, order.id));
      if (answer) {
        answers.push_back(std::move(*answer));
      } else {
        TRY_VOID(insert(connection, order, clock_.now()));
      }
    }
    TRY_VOID(connection.run("DELETE FROM agent_order WHERE done_at IS NOT NULL AND id NOT IN "
                            "(SELECT id FROM agent_order ORDER BY received_at DESC, id DESC LIMIT ?)",
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
    return connection.query("SELECT text FROM agent_order WHERE done_at IS NULL ORDER BY received_at, id", {},
                            [&](const store::Row& row) -> Result<void> {
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
    TRY_VOID(connection.run("UPDATE agent_order SET done_at = ?, refusal = ?, quarantine = ? WHERE id = ?",
                            {clock_.now(), to_string(answer.refusal), answer.quarantine, answer.order}));
    return {};
  });
}

Result<std::int64_t> OrderBook::done_since(Verb verb, Timestamp since) const {
  std::int64_t count = 0;
  TRY_VOID(store_.read([&](store::Connection& connection) -> Result<void> {
    return connection.query_one(
        "SELECT count(*) FROM agent_order WHERE verb = ? AND done_at > ? AND refusal = 'none'",
        {to_string(verb), since}, [&count](const store::Row& row) -> Result<void> {
          count = row.integer(0);
          return {};
        });
  }));
  return count;
}

}  // namespace khien::agent
