#include "loop.hpp"

#include <chrono>

#include "answer.hpp"
#include "connection.hpp"
#include "khien/core/assert.hpp"

namespace khien::net {
namespace {

// How late a limit may act. Deadlines are fields that are looked at, not timers:
// a timer for each of 12,000 connections would cost more memory than it saves.
constexpr auto kTick = std::chrono::milliseconds(100);
constexpr auto kGrace = std::chrono::seconds(2);

}  // namespace

Loop::Loop(const ServerLimits& limits, const Clock& clock, std::shared_ptr<ServerCounts> counts)
    : limits_(limits),
      clock_(clock),
      counts_(std::move(counts)),
      work_(boost::asio::make_work_guard(context_)),
      ticker_(context_),
      grace_(context_) {}

void Loop::run() {
  tick();
  context_.run();
  khien_assert(connections_.empty());
}

void Loop::stop() {
  post([this] { begin_stop(); });
}

void Loop::begin_stop() {
  if (stopping_) return;
  stopping_ = true;
  grace_.expires_after(kGrace);
  grace_.async_wait([this](const boost::system::error_code& error) {
    if (!error) close_all();
  });
  const auto all = connections_;
  for (const auto& connection : all) connection->retire();
  finish_if_empty();
}

void Loop::close_all() {
  const auto all = connections_;
  for (const auto& connection : all) connection->close();
}

void Loop::finish_if_empty() {
  if (!stopping_ || !connections_.empty()) return;
  ticker_.cancel();
  grace_.cancel();
  work_.reset();
}

void Loop::adopt(std::shared_ptr<Connection> connection) {
  connection->set_slot(connections_.size());
  connections_.push_back(connection);
  if (stopping_) return connection->close();
  connection->begin();
}

void Loop::remove(Connection& connection) {
  const auto slot = connection.slot();
  khien_assert(slot < connections_.size() && connections_[slot].get() == &connection);
  if (slot + 1 != connections_.size()) {
    connections_[slot] = std::move(connections_.back());
    connections_[slot]->set_slot(slot);
  }
  connections_.pop_back();
  finish_if_empty();
}

void Loop::tick() {
  const auto now = clock_.monotonic();
  // Backwards, because a connection that closes gives its slot to the last one.
  for (std::size_t slot = connections_.size(); slot-- > 0;) {
    if (slot >= connections_.size()) continue;
    const auto connection = connections_[slot];
    connection->tick(now);
  }
  if (!work_) return;
  ticker_.expires_after(kTick);
  ticker_.async_wait([this](const boost::system::error_code& error) {
    if (!error) tick();
  });
}

const std::string& Loop::date() {
  const auto now = clock_.now();
  if (const auto second = now.ms / 1'000; second != date_second_) {
    date_second_ = second;
    date_ = http_date(now);
  }
  return date_;
}

}  // namespace khien::net
